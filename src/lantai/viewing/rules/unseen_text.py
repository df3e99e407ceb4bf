"""Where the unseen text of a page stands: lines of a layout as pieces that viewers put together in reading order.

All is measured in pixels of the upright page, y downwards, as in the layout.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lantai.recognition.rules.layout import Line, PageLayout

FULL_WIDTH_FROM = 0x2E80
LEAST_HEIGHT_PX = 1.0
DESCENT_SHARE = 0.12
VERTICAL_SHARE = 1.8
DOWNWARDS = 90.0
LEAST_SKEW = 0.05
MOST_SKEW = 20.0
# pdfium takes two pieces for one row, and sorts them by their left edges, if their baselines differ by less than half
# the wider of the two letters that meet; it looks at any of the row's pieces, which may stand a little higher or lower.
LEVEL_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class UnseenLine:
    """One line: its text, the baseline's start, the size of its letters and the advance of each of them.

    `angle_degrees` is its slope, clockwise; a line that runs down has a quarter turn. Where `break_px` is not 0, viewers
    must be told of a new row by something that stands so far above or below.
    """

    text: str
    x: float
    y: float
    size: float
    advances: tuple[float, ...]
    angle_degrees: float = 0.0
    break_px: float = 0.0

    @property
    def down(self) -> bool:
        return self.angle_degrees == DOWNWARDS


def unseen_lines(layout: PageLayout) -> Iterator[UnseenLine]:
    """Yield the lines of a page in reading order, runs of one row with a space between."""
    skew = _skew(layout)
    previous: UnseenLine | None = None
    for index, line in enumerate(layout.lines):
        text = " ".join(line.text.split()) if len(line.glyphs_px) != len(line.text) else line.text
        if not text.strip():
            continue
        after = layout.lines[index + 1] if index + 1 < len(layout.lines) else None
        follower = after if after is not None and after.row == line.row else None
        found = _across(line, text, skew, follower) if not is_down(line) else _down(line, text)
        found = _broken(found, previous)
        yield found
        previous = found


def is_down(line: Line) -> bool:
    """Tell whether a line runs down: it is known to, or is much higher than wide and more than one letter long."""
    left, top, right, bottom = line.box_px
    return line.vertical or (len(line.text) > 1 and bottom - top > VERTICAL_SHARE * (right - left))


def _skew(layout: PageLayout) -> float:
    """Return the slope of the upright page's lines: what is left of the content's angle after quarter turns."""
    angle = (layout.angle_degrees + layout.turn_degrees + 180) % 360 - 180
    return angle if LEAST_SKEW <= abs(angle) <= MOST_SKEW else 0.0


def _across(line: Line, text: str, skew: float, follower: Line | None) -> UnseenLine:
    left, top, right, bottom = (float(n) for n in line.box_px)
    width, tall = max(right - left, 1.0), max(bottom - top, LEAST_HEIGHT_PX)
    slope = math.tan(math.radians(skew))
    # The box of a sloping line is higher than its letters by what it climbs.
    height = max(tall - width * abs(slope), 0.35 * tall, LEAST_HEIGHT_PX) if skew else tall
    length = math.hypot(width, width * slope)
    middle = (top + bottom) / 2 - width / 2 * slope
    baseline = middle + height / 2 - DESCENT_SHARE * height
    advances = _advances(line, text, width)
    if follower is not None and not is_down(follower):
        text += " "
        advances = (*advances, max(follower.box_px[0] - right, 0.05 * height))
    stretch = length / width
    return UnseenLine(text, left, baseline, height, tuple(a * stretch for a in advances), skew)


def _advances(line: Line, text: str, width: float) -> tuple[float, ...]:
    """Return how far each letter reaches: to the next one where their places are known, else by their usual widths."""
    if len(line.glyphs_px) == len(text):
        steps = _steps(line, float(line.box_px[0]), float(line.box_px[2]))
        if steps:
            return steps
    shares = [1.0 if ord(c) >= FULL_WIDTH_FROM else 0.5 for c in text]
    whole = sum(shares)
    return tuple(width * share / whole for share in shares)


def _steps(line: Line, start: float, end: float) -> tuple[float, ...]:
    """Return the way from each letter to the next; nothing where the letters' places contradict each other."""
    edges = [start, *(float(glyph[0]) for glyph in line.glyphs_px[1:]), end]
    steps = tuple(b - a for a, b in pairwise(edges))
    return steps if all(step > 0 for step in steps) else ()


def _down(line: Line, text: str) -> UnseenLine:
    """Return a line that runs down: its letters lie on their side, which nobody sees and every reader understands."""
    left, top, right, bottom = (float(n) for n in line.box_px)
    size = max(right - left, LEAST_HEIGHT_PX)
    steps: tuple[float, ...] = (max(bottom - top, 1.0) / len(text),) * len(text)
    if line.vertical and len(line.glyphs_px) == len(text):
        steps = _steps(line, top, bottom) or steps
    return UnseenLine(text, left + DESCENT_SHARE * size, top, size, steps, DOWNWARDS)


def _broken(line: UnseenLine, previous: UnseenLine | None) -> UnseenLine:
    """Return the line, marked where a viewer would sort it in before the one that it follows."""
    if previous is None:
        return line
    reach = max(_widest(previous.advances), _widest(line.advances), previous.size, line.size)
    if not (line.down or previous.down):
        end = sum(previous.advances)
        slope = math.radians(previous.angle_degrees)
        level = abs(line.y - previous.y - end * math.sin(slope)) <= LEVEL_SHARE * reach
        backwards = line.x < previous.x + end * math.cos(slope) - 0.5
        if not (level and backwards):
            return line
    return replace(line, break_px=3 * reach)


def _widest(advances: Sequence[float]) -> float:
    return max(advances, default=0.0)
