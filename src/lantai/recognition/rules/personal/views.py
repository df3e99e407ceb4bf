"""A page text as the rules look at it: widths folded, lines that were only broken at the margin joined again.

Every view leads back to the places of the text as given.
"""

import re
import unicodedata
from dataclasses import dataclass

_HARD_END = "。；！？：:;!?"
_NEAR = 2
_FULL_SHARE = 0.85
_SHORTEST_FULL = 16
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")


@dataclass(frozen=True, slots=True)
class View:
    """A text made from another one; `places[i]` is where its character i stood there."""

    text: str
    places: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the text as given that characters `start` to `end` (not empty) came from."""
        return self.places[start], self.places[end - 1] + 1


class _Folding(dict[int, str]):
    """Code point → the one character it is folded to: full width to half, dashes to one."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code))
        form = folded if len(folded) == 1 else chr(code)
        self[code] = form
        return form


_folding = _Folding(_DASHES | {0x3000: "\u3000"})


def folded(text: str) -> str:
    """Return `text` with full-width forms and dashes folded one for one, so that places stay."""
    return text.translate(_folding)


def rejoined(plain: str) -> View:
    """Return folded text without the line ends that only the margin made; blanks stay."""
    lines = plain.split("\n")
    lengths = [len(line.rstrip()) for line in lines]
    kept: list[str] = []
    places: list[int] = []
    at = 0
    for number, line in enumerate(lines):
        last = number == len(lines) - 1
        soft = not last and _runs_on(line, lengths, number)
        end = len(line.rstrip()) if soft else len(line)
        begin = len(line) - len(line.lstrip()) if number and places and kept[-1][-1:] not in ("\n", "") else 0
        kept.append(line[begin:end] + ("" if soft or last else "\n"))
        places.extend(range(at + begin, at + end))
        if not soft and not last:
            places.append(at + len(line))
        at += len(line) + 1
    return View("".join(kept), places)


def _runs_on(line: str, lengths: list[int], number: int) -> bool:
    """Tell whether the paragraph goes on after this line: it is as full as its neighbours and ends in no full stop."""
    full = max(lengths[max(number - _NEAR, 0) : number + _NEAR + 1])
    long_enough = lengths[number] >= max(_SHORTEST_FULL, _FULL_SHARE * full)
    return long_enough and line.rstrip()[-1:] not in _HARD_END


# A wide blank parts the cells of a form; a narrow one may be a slip of the reader.
_BLANKS = re.compile(r"(?<![ \t])[ \t](?![ \t])")


def tightened(view: View) -> View:
    """Return `view` without its narrow blanks."""
    kept: list[str] = []
    places: list[int] = []
    at = 0
    for gap in _BLANKS.finditer(view.text):
        kept.append(view.text[at : gap.start()])
        places.extend(view.places[at : gap.start()])
        at = gap.end()
    kept.append(view.text[at:])
    places.extend(view.places[at:])
    return View("".join(kept), places)
