"""Read dates in every spelling that Chinese papers use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_DIGITS = {c: i for i, group in enumerate(("〇零○OoＯ◯0０", "一壹1１", "二贰两2２", "三叁3３", "四肆4４", "五伍5５",
                                            "六陆6６", "七柒7７", "八捌8８", "九玖9９")) for c in group}  # fmt: skip
_TENS = "十拾"
_ANY = "".join(_DIGITS) + _TENS + "廿卅"
_GAP = r"[ \t\u3000]*"
_NUMERAL = rf"[{_ANY}](?:{_GAP}[{_ANY}]){{0,3}}"
_WORDED = re.compile(
    rf"((?:民国|公元){_GAP})?((?:[{_ANY}]{_GAP}){{2,5}})年{_GAP}({_NUMERAL}){_GAP}月{_GAP}(?:({_NUMERAL}){_GAP}([日号])?)?"
)
_SEPARATED = re.compile(
    r"(?<![\d.\-/])((?:19|20)\d{2}) ?([./\-－—年]) ?(1[0-2]|0?[1-9]) ?[./\-－—月] ?"
    r"(?:(3[01]|[12]\d|0?[1-9])日?(?![\d.\-/])|(3[01]|[12]\d|0[1-9])(?=[012]\d:[0-5]\d))"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
EARLIEST, LATEST = 1850, 2150


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A whole date and its place in the text; `sureness` falls with the spelling."""

    on: date
    start: int
    end: int
    sureness: float


def dates_in(text: str) -> Iterator[FoundDate]:
    """Yield the whole dates (year, month and day) in `text`, in order of their places, each place once."""
    taken: list[tuple[int, int]] = []
    for found in sorted([*_worded(text), *_separated(text), *_compact(text)], key=lambda f: (f.start, -f.end)):
        if all(found.end <= start or found.start >= end for start, end in taken):
            taken.append((found.start, found.end))
            yield found


def _worded(text: str) -> Iterator[FoundDate]:
    for match in _WORDED.finditer(text):
        era, year, month, day, closing = match.groups()
        if not day:
            continue
        number = _year(year)
        if era and era.startswith("民国"):
            number = 1911 + _number(year)
        on = _date(number, _number(month), _number(day))
        if on:
            # Under a seal the last 日 is often lost; the date is likely but not sure.
            yield FoundDate(on, match.start(), match.end(), 0.99 if closing else 0.8)


def _separated(text: str) -> Iterator[FoundDate]:
    for match in _SEPARATED.finditer(text):
        on = _date(int(match.group(1)), int(match.group(3)), int(match.group(4) or match.group(5)))
        if on:
            yield FoundDate(on, match.start(), match.end(), 0.95)


def _compact(text: str) -> Iterator[FoundDate]:
    for match in _COMPACT.finditer(text):
        on = _date(*(int(group) for group in match.groups()))
        if on:
            yield FoundDate(on, match.start(), match.end(), 0.7)


def _year(text: str) -> int:
    """Return the year of 2019, 二〇一九 or 一九九八, or 0; two-digit years are not guessed."""
    digits = re.sub(r"\s", "", text)
    if len(digits) == 4 and all(c in _DIGITS for c in digits):
        return int("".join(str(_DIGITS[c]) for c in digits))
    return 0


def _number(text: str) -> int:
    """Return 1 to 99 from 12, 十二, 二十, 廿一, 三十一; 0 where it is no such number."""
    word = re.sub(r"\s", "", text).replace("廿", "二十").replace("卅", "三十")
    for ten in _TENS:
        word = word.replace(ten, "十")
    if "十" in word:
        tens, _, ones = word.partition("十")
        # 三十零一 and the like do not occur; 二〇 does and is handled as digits below.
        if all(c in _DIGITS for c in tens + ones) and len(tens) <= 1 and len(ones) <= 1:
            return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
        return 0
    return int("".join(str(_DIGITS[c]) for c in word)) if word and all(c in _DIGITS for c in word) else 0


def _date(year: int, month: int, day: int) -> date | None:
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
