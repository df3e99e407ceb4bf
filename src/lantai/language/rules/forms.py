"""The normal form of text: what is left when width, case, print variants and punctuation styles no longer count.

Every character is folded by itself, so the normal form of a part is the part of the normal form, and every place in it
leads back to the original.
"""

import unicodedata
from dataclasses import dataclass

from lantai.language.rules.variants import SIMPLE_FORMS

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""The inside of a character class that takes Chinese characters, with the zero of 二〇二六."""

_BRACKETS = dict.fromkeys("〔[{【〖「『⟦", "(") | dict.fromkeys("〕]}】〗」』⟧", ")")
_QUOTES = dict.fromkeys("“”„‟‘’‚‛′″`´", '"') | {"'": '"'}
_DOTS = dict.fromkeys("•‧∙⋅・●⸱", "·")
_ZEROS = dict.fromkeys("○◯〇", "〇")
_ANGLES = {"《": "<", "》": ">", "〈": "<", "〉": ">"}
_DASHES = dict.fromkeys("−─━―", "-")
_OWN_FORMS = _BRACKETS | _QUOTES | _DOTS | _ZEROS | _ANGLES | _DASHES
_STEPS = 4


def _folded_once(char: str) -> str:
    if char in _OWN_FORMS:
        return _OWN_FORMS[char]
    category = unicodedata.category(char)
    if char.isspace() or category in ("Zl", "Zp", "Zs"):
        return " "
    if category in ("Cc", "Cf", "Mn", "Me", "Cs"):
        return ""
    if category == "Pd":
        return "-"
    if char in SIMPLE_FORMS:
        return SIMPLE_FORMS[char]
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if unicodedata.category(c) not in ("Mn", "Me"))
    return unicodedata.normalize("NFC", bare).casefold()


def _folded(char: str) -> str:
    """Return the normal form of one character: fold until nothing changes."""
    present = char
    for _ in range(_STEPS):
        following = "".join(map(_folded_once, present))
        if following == present:
            break
        present = following
    return present


class _Table(dict[int, str]):
    """Code point → normal form, filled as characters are met; `uneven` holds those whose form is not one character."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        char = chr(code)
        form = _folded(char)
        if len(form) != 1:
            self.uneven.add(char)
        self[code] = form
        return form


_table = _Table()


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A normal form that knows where it came from.

    `places` is None where every character gave one character; else `places[i]` is where character i of the normal form
    stood in the original, with the length of the original at its end.
    """

    text: str
    places: list[int] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the original that gave characters `start` to `end` (not empty) of the normal form."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def normal(text: str) -> str:
    """Return the form of `text` by which it is compared.

    Compatibility forms, width, case, accents, traditional and old print forms, dashes, brackets, quotes and middle dots
    are folded; blanks and line ends become one blank each; invisible characters vanish. Folding twice changes nothing.
    """
    return text.translate(_table)


def fold(text: str) -> FoldedText:
    """Return the normal form of `text` with the way back to its places."""
    folded = text.translate(_table)
    if _table.uneven.isdisjoint(text):
        return FoldedText(folded, None)
    places: list[int] = []
    for at, char in enumerate(text):
        places.extend([at] * len(_table[ord(char)]))
    places.append(len(text))
    return FoldedText(folded, places)


def normal_code(text: str) -> str:
    """Return the form by which reference codes and document numbers are compared.

    The normal form with blanks, dots, dashes, slashes and other marks gone; of all brackets one kind stays, so that
    国发〔2021〕15号, 国发[2021]15号 and 国发（2021） 15 号 are the same.
    """
    return "".join(c for c in normal(text) if c.isalnum() or c in "()")


def is_han(char: str) -> bool:
    """Tell whether `char` is one Chinese character."""
    return (
        "\u4e00" <= char <= "\u9fff"
        or "\u3400" <= char <= "\u4dbf"
        or char == "\u3007"
        or "\uf900" <= char <= "\ufaff"
        or "\U00020000" <= char <= "\U0003ffff"
    )
