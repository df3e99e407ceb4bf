"""Read sums of money: figures with their unit, and the Chinese capitals of bank forms."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_DIGITS = {
    sign: value
    for value, signs in enumerate(("零〇○", "壹一", "贰二两贷", "叁三", "肆四", "伍五", "陆六", "柒七", "捌八", "玖九"))
    for sign in signs
}
_PLACES = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_GROUPS = {"万": 10**4, "萬": 10**4, "亿": 10**8}
_SIGNS = "".join(_DIGITS) + "".join(_PLACES) + "".join(_GROUPS)
_CAPITALS = re.compile(rf"[{_SIGNS}]+(?:[元圆整正角分]+[{''.join(_DIGITS)}]?)*")
_FIGURES = re.compile(
    r"[¥￥Y]?\s*(\d{1,3}(?:[,，]\d{3})+(?:\.\d{1,4})?|\d+(?:\.\d{1,4})?)\s*(亿元|百万元|万元|千元|元|亿|万)?"
)
_UNITS = {"亿元": 10**8, "亿": 10**8, "百万元": 10**6, "万元": 10**4, "万": 10**4, "千元": 10**3, "元": 1, "": 1}


@dataclass(frozen=True, slots=True)
class FoundSum:
    """A sum in yuan with its place in the text; `sureness` is what its spelling lets one believe."""

    yuan: Decimal
    start: int
    end: int
    sureness: float


def sum_of_capitals(text: str) -> Decimal | None:
    """Return the yuan of a sum in Chinese capitals (叁仟陆佰万元整, 伍拾元零叁分), None if it is none."""
    compact = re.sub(r"\s|人民币|[整正:：]", "", unicodedata.normalize("NFKC", text))
    whole, mark, rest = re.match(r"([^元圆]*)([元圆]?)(.*)", compact).groups()  # type: ignore[union-attr]
    if not whole or not all(sign in _SIGNS for sign in whole) or not (mark or any(s in whole for s in _PLACES)):
        return None
    yuan = _counted(whole)
    cents = re.fullmatch(rf"零?(?:([{''.join(_DIGITS)}])角)?零?(?:([{''.join(_DIGITS)}])分)?", rest)
    if yuan is None or cents is None:
        return None
    tenths, hundredths = (_DIGITS[c] if c else 0 for c in cents.groups())
    return Decimal(yuan) + Decimal(tenths * 10 + hundredths) / 100


def _counted(signs: str) -> int | None:
    """Return the number of a row of numerals with places, None where the places do not fall."""
    total = group = 0
    digit = -1
    for sign in signs:
        if sign in _DIGITS:
            if digit > 0:
                return None
            digit = _DIGITS[sign]
        elif sign in _PLACES:
            if digit < 0 and sign not in "拾十":
                return None
            group += max(digit, 1 if digit < 0 else 0) * _PLACES[sign]
            digit = -1
        else:
            group += max(digit, 0)
            total = (total + group) * _GROUPS[sign] if sign == "亿" else total + group * _GROUPS[sign]
            group, digit = 0, -1
    return total + group + max(digit, 0)


def sums_in(text: str) -> list[FoundSum]:
    """Return the sums of `text` in the order of their places; a bare number without a unit or sign is less sure."""
    found = []
    for match in _CAPITALS.finditer(text):
        yuan = sum_of_capitals(match.group()) if len(match.group()) >= 3 else None
        if yuan is not None:
            found.append(FoundSum(yuan, match.start(), match.end(), 0.97))
    for match in _FIGURES.finditer(text):
        try:
            number = Decimal(match.group(1).replace(",", "").replace("，", ""))
        except InvalidOperation:
            continue
        marked = bool(match.group(2)) or match.group().lstrip().startswith(("¥", "￥"))
        if not any(one.start <= match.start() < one.end for one in found):
            found.append(
                FoundSum(number * _UNITS[match.group(2) or ""], match.start(), match.end(), 0.95 if marked else 0.6)
            )
    return sorted(found, key=lambda one: one.start)


def plain_sum(yuan: Decimal) -> str:
    """Return a sum as it is kept: yuan with two places."""
    return f"{yuan:.2f}"
