"""Where the words of a query stand in a text, and which parts of the text show them best.

Works on the original text: every range returned is a range of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lantai.language.rules.forms import HAN, fold, is_han, normal
from lantai.language.rules.tokens import GAP, runs

_SENTENCE_ENDS = "。！？!?；;\n"
_SNAP = 12
_MOST_WINDOWS = 200


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text: where it stood (`start`, `end`), its words and the marks inside it; ends are exclusive."""

    start: int
    end: int
    text: str
    marks: list[tuple[int, int]]
    distinct: int


@lru_cache(maxsize=512)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    alternatives = {pattern for term in terms if (pattern := _term_pattern(term))}
    if not alternatives:
        return None
    ordered = sorted(alternatives, key=lambda p: (-len(p), p))
    return re.compile("(?=(" + "|".join(ordered) + "))")


def _term_pattern(term: str) -> str:
    """Return the pattern of one term in normal text.

    Between Chinese characters blanks may stand, between other runs any few marks; letters and digits match as whole
    runs only, as the index has them.
    """
    pattern = ""
    for run in runs(term):
        if pattern:
            pattern += r"[\W_]{0,4}"
        if is_han(run[0]):
            pattern += r"\s*".join(map(re.escape, run))
        else:
            pattern += rf"(?<![^\W_{HAN}]){re.escape(run)}(?![^\W_{HAN}])"
    return pattern


def mark(text: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    """Return the ranges of `text` (start, end, exclusive) where one of `terms` stands, in order.

    Forms do not count (see `forms.normal`); ranges that overlap are joined.
    """
    pattern = _pattern(tuple(terms))
    if pattern is None or not text:
        return []
    folded = fold(text)
    return _joined([folded.original(*match.span(1)) for match in pattern.finditer(folded.text)])


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def passages(text: str, terms: Sequence[str], *, most: int = 3, width: int = 90) -> list[Passage]:
    """Return up to `most` parts of `text`, each about `width` characters, that show `terms` best, in order.

    Better is more different words, then more repetitions, then standing earlier. Empty when none of the terms stands in
    the text. Of a text with very many marks only some two hundred places are weighed.
    """
    marks = mark(text, terms)
    if not marks:
        return []
    forms = [normal(text[start:end]) for start, end in marks]
    step = len(marks) // _MOST_WINDOWS + 1
    windows = sorted(
        (_window(text, marks, forms, first, width) for first in range(0, len(marks), step)),
        key=lambda passage: (-passage.distinct, -len(passage.marks), passage.start),
    )
    chosen: list[Passage] = []
    for window in windows:
        if len(chosen) == most:
            break
        if all(window.end <= other.start or window.start >= other.end for other in chosen):
            chosen.append(window)
    return sorted(chosen, key=lambda passage: passage.start)


def closed_lines(text: str, marks: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """Return `text` without the line ends and blanks between Chinese characters inside its marks, and the marks moved along.

    Other line ends stay: they may part a heading from what follows.
    """
    gaps = [
        gap.span() for gap in GAP.finditer(text) if any(start < gap.start() and gap.end() < end for start, end in marks)
    ]
    if not gaps:
        return text, list(marks)
    kept: list[str] = []
    moved = [0] * (len(text) + 1)
    last = gone = 0
    for start, end in [*gaps, (len(text), len(text))]:
        kept.append(text[last:start])
        for at in range(last, start + 1):
            moved[at] = at - gone
        for at in range(start, end):
            moved[at] = start - gone
        gone += end - start
        last = end
    moved[len(text)] = len(text) - gone
    return "".join(kept), [(moved[start], moved[end]) for start, end in marks]


def _window(text: str, marks: list[tuple[int, int]], forms: list[str], first: int, width: int) -> Passage:
    """Return the part of `text` that begins a little before mark number `first`."""
    lead = max(0, (width - (marks[first][1] - marks[first][0])) // 3)
    start = _snapped_start(text, max(0, marks[first][0] - lead), marks[first][0])
    end = min(len(text), max(start + width, marks[first][1]))
    last = first
    while last < len(marks) and marks[last][1] <= end:
        last += 1
    inside = [(s - start, e - start) for s, e in marks[first:last]]
    return Passage(start, end, text[start:end], inside, len(set(forms[first:last])))


def _snapped_start(text: str, start: int, until: int) -> int:
    """Return where a sentence or line begins close after `start` and not past `until`, else `start`."""
    if start == 0:
        return 0
    for at in range(start, min(until, start + _SNAP)):
        if text[at - 1] in _SENTENCE_ENDS:
            return at
    return start
