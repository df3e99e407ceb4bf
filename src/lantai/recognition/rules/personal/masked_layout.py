"""The words of a page without those that its masks hide."""

from collections.abc import Sequence
from dataclasses import replace

from lantai.catalogue.rules.masking import COVER, without_texts
from lantai.recognition.rules.layout import Box, Line, PageLayout, span_box

MARGIN_SHARE = 0.12
"""A bar is that share of its smaller side larger on every side, so that no stroke looks out of it."""
_TOUCHED = 0.2
"""A character counts as hidden from this share of its width and of its height on."""


def grown(box: Box) -> Box:
    """Return `box` with its margin."""
    left, top, right, bottom = box
    margin = max(2, round(MARGIN_SHARE * min(right - left, bottom - top)))
    return left - margin, top - margin, right + margin, bottom + margin


def masked_layout(layout: PageLayout, boxes: Sequence[Box], hidden: Sequence[str]) -> PageLayout:
    """Return `layout` with every character covered that lies below a box or belongs to a hidden text anywhere.

    Characters are covered by as many bars, so that places stay; lines of bars alone vanish.
    """
    lines = [_masked_line(line, boxes) for line in layout.lines]
    covered = _without_texts(replace(layout, lines=tuple(lines)), hidden)
    kept = tuple(line for line in covered if line.text.strip(COVER + " "))
    return replace(layout, lines=kept)


def _masked_line(line: Line, boxes: Sequence[Box]) -> Line:
    near = [box for box in boxes if _share(line.box_px, grown(box)) > 0]
    if not near:
        return line
    text = "".join(
        COVER if any(_is_below(span_box(line, at, at + 1), grown(box)) for box in near) else char
        for at, char in enumerate(line.text)
    )
    return replace(line, text=text)


def _without_texts(layout: PageLayout, hidden: Sequence[str]) -> list[Line]:
    """Cover hidden texts, those that run on from one line to the next too."""
    text = without_texts(layout.text, hidden)
    lines, at = [], 0
    for line in layout.lines:
        lines.append(replace(line, text=text[at : at + len(line.text)]))
        at += len(line.text) + 1
    return lines


def _is_below(char: Box, bar: Box) -> bool:
    wide = max(min(char[2], bar[2]) - max(char[0], bar[0]), 0)
    high = max(min(char[3], bar[3]) - max(char[1], bar[1]), 0)
    return wide >= _TOUCHED * max(char[2] - char[0], 1) and high >= _TOUCHED * max(char[3] - char[1], 1)


def _share(one: Box, other: Box) -> int:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0


def text_below(layout: PageLayout, box: Box) -> str:
    """Return the characters of `layout` that lie below `box`, lines one after the other."""
    return "".join(
        char
        for line in layout.lines
        if _share(line.box_px, box) > 0
        for at, char in enumerate(line.text)
        if _is_below(span_box(line, at, at + 1), box)
    )
