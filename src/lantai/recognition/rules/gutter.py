"""Find the gutter of two pages that lie side by side on one picture, and put their lines in order page by page."""

import re
from collections.abc import Sequence
from dataclasses import replace

from lantai.recognition.rules.layout import Line, PageLayout, in_reading_order

LEAST_WIDE = 1.15
LEAST_LINES = 4
LEAST_GAP = 0.025
SPREAD_MM = 330.0
LEAST_SHADE = 6.0
_PAGE_NUMBER = re.compile(r"^[-—–·•\s]*\d{1,4}[-—–·•\s]*$|^第\s*\d+\s*页")


def gutter_of(layout: PageLayout, *, shade: float = 0.0, width_mm: float = 0.0) -> float:
    """Return where the gutter lies in percent of the width, 0 if the picture shows one page.

    Text must leave a strip free near the middle from top to bottom with lines on both sides, and something must say that
    it is a gutter: `shade` (the paper is darker there, in percent), the width of two leaves, or a page number on each side.
    """
    width, height = layout.width_px, layout.height_px
    if width < LEAST_WIDE * height or len(layout.lines) < 2 * LEAST_LINES:
        return 0.0
    gap = _free_strip(layout.lines, width)
    if gap is None:
        return 0.0
    begin, end = gap
    gutter = (begin + end) / 2
    left = [line for line in layout.lines if line.box_px[2] <= begin + 1]
    right = [line for line in layout.lines if line.box_px[0] >= end - 1]
    if len(left) < LEAST_LINES or len(right) < LEAST_LINES:
        return 0.0
    told = shade >= LEAST_SHADE or width_mm >= SPREAD_MM or (_is_numbered(left, height) and _is_numbered(right, height))
    return round(100 * gutter / width, 1) if told else 0.0


def page_by_page(layout: PageLayout, gutter: float) -> PageLayout:
    """Return `layout` with the lines of the left page before those of the right one; `gutter` in percent of the width."""
    middle = gutter / 100 * layout.width_px
    skew = (layout.angle_degrees + layout.turn_degrees + 180) % 360 - 180
    left = in_reading_order([line for line in layout.lines if _middle(line) < middle], skew)
    right = in_reading_order([line for line in layout.lines if _middle(line) >= middle], skew)
    rows = max((line.row for line in left), default=-1) + 1
    return replace(layout, lines=(*left, *(replace(line, row=line.row + rows) for line in right)))


def _free_strip(lines: Sequence[Line], width: int) -> tuple[int, int] | None:
    """Return the widest strip (left, right) between 38 % and 62 % of the width that no line enters."""
    low, high = int(0.38 * width), int(0.62 * width)
    spans = sorted((line.box_px[0], line.box_px[2]) for line in lines if line.box_px[2] > low and line.box_px[0] < high)
    best: tuple[int, int] | None = None
    reach = low
    for left, right in [*spans, (high, high)]:
        if left - reach >= LEAST_GAP * width and (best is None or left - reach > best[1] - best[0]):
            best = (reach, left)
        reach = max(reach, right)
    return best


def _is_numbered(lines: Sequence[Line], height: int) -> bool:
    return any(_PAGE_NUMBER.match(line.text) and line.box_px[1] > 0.85 * height for line in lines)


def _middle(line: Line) -> float:
    return (line.box_px[0] + line.box_px[2]) / 2
