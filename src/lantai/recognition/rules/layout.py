"""What is read on a page: lines with boxes, their rows and reading order, and the text they make.

Boxes are (left, top, right, bottom) in pixels of the upright page: the original picture turned by quarter turns until
it can be read, neither scaled nor deskewed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lantai.recognition.rules.vertical import vertical_blocks

Box = tuple[int, int, int, int]
QUARTERS = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class PageSize:
    """Size of one page as it is shown; `dpi` is 0 where the file does not say."""

    width_px: int
    height_px: int
    dpi: int = 0


@dataclass(frozen=True, slots=True)
class TextBox:
    """One run of text from a file's own text layer, with its place in pixels of the page picture."""

    text: str
    box_px: Box


@dataclass(frozen=True, slots=True)
class Line:
    """One run of text as read.

    `glyphs_px` holds the left and right edge of each character of `text` (upper and lower edge where the line is
    `vertical`; empty where unknown), `row` counts the visual rows of the page from 0. `sureness` is, for each character,
    the share of such characters that are right (see rules.calibration; empty where unknown); `confidence` is its mean.
    """

    text: str
    box_px: Box
    confidence: float
    row: int = 0
    glyphs_px: tuple[tuple[int, int], ...] = ()
    sureness: tuple[float, ...] = ()
    vertical: bool = False
    handwritten: bool = False


@dataclass(frozen=True, slots=True)
class PageLayout:
    """A page as read: lines in reading order.

    `angle_degrees` tells how far the content was turned clockwise in the picture given: a quarter turn plus the skew,
    in (-180, 180]. `turn_degrees` (0, 90, 180, 270) is the clockwise turn that made the picture upright; `width_px`
    and `height_px` are of the upright page. `unread_px` are places where there is writing that could not be read.
    """

    lines: tuple[Line, ...]
    width_px: int
    height_px: int
    angle_degrees: float = 0.0
    turn_degrees: int = 0
    unread_px: tuple[Box, ...] = ()

    @property
    def text(self) -> str:
        """Rows one below the other; runs of one row with a space between."""
        return joined_text(self.lines)

    @property
    def confidence(self) -> float:
        """Mean confidence of the page, weighted by characters; 1.0 for a page without text."""
        total = sum(len(line.text) for line in self.lines)
        return sum(line.confidence * len(line.text) for line in self.lines) / total if total else 1.0

    def boxes_of(self, start: int, end: int) -> list[Box]:
        """Return the places on the page of the characters `start` to `end` of `text`, one box for each line touched."""
        boxes = []
        position = 0
        for index, line in enumerate(self.lines):
            if index:
                position += 1
            first, last = max(start - position, 0), min(end - position, len(line.text))
            if first < last:
                boxes.append(span_box(line, first, last))
            position += len(line.text)
        return boxes


def joined_text(lines: Sequence[Line]) -> str:
    """Return the text of `lines`: a new line between rows, one space inside a row."""
    parts: list[str] = []
    for index, line in enumerate(lines):
        if index:
            parts.append(" " if line.row == lines[index - 1].row else "\n")
        parts.append(line.text)
    return "".join(parts)


def span_box(line: Line, first: int, last: int) -> Box:
    """Return the box of the characters `first` to `last` (exclusive) of `line`."""
    left, top, right, bottom = line.box_px
    if len(line.glyphs_px) == len(line.text):
        start, end = line.glyphs_px[first][0], line.glyphs_px[last - 1][1]
        return (left, start, right, end) if line.vertical else (start, top, end, bottom)
    if line.vertical:
        step = (bottom - top) / max(len(line.text), 1)
        return left, round(top + first * step), right, round(top + last * step)
    step = (right - left) / max(len(line.text), 1)
    return round(left + first * step), top, round(left + last * step), bottom


def union(boxes: Sequence[Box]) -> Box:
    """Return the smallest box around all `boxes` (at least one)."""
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def turned_box(box: Box, turn_degrees: int, width_px: int, height_px: int) -> Box:
    """Return where `box` comes to lie when its page of `width_px` x `height_px` is turned clockwise."""
    left, top, right, bottom = box
    match turn_degrees % 360:
        case 90:
            return height_px - bottom, left, height_px - top, right
        case 180:
            return width_px - right, height_px - bottom, width_px - left, height_px - top
        case 270:
            return top, width_px - right, bottom, width_px - left
        case _:
            return box


def as_pictured(layout: PageLayout) -> PageLayout:
    """Return `layout` with its boxes in pixels of the picture as it is stored, before it was turned upright."""
    if not layout.turn_degrees:
        return layout
    back = -layout.turn_degrees % 360
    lines = tuple(
        replace(line, box_px=turned_box(line.box_px, back, layout.width_px, layout.height_px), glyphs_px=())
        for line in layout.lines
    )
    unread = tuple(turned_box(box, back, layout.width_px, layout.height_px) for box in layout.unread_px)
    size = (layout.height_px, layout.width_px) if back in (90, 270) else (layout.width_px, layout.height_px)
    return replace(layout, lines=lines, unread_px=unread, width_px=size[0], height_px=size[1], turn_degrees=0)


def with_handwriting(layout: PageLayout, places: Sequence[Box]) -> PageLayout:
    """Return `layout` with the lines marked as handwritten whose middle lies in one of `places` where a hand wrote."""

    def is_written(line: Line) -> bool:
        x, y = (line.box_px[0] + line.box_px[2]) / 2, (line.box_px[1] + line.box_px[3]) / 2
        return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in places)

    lines = tuple(replace(line, handwritten=True) if is_written(line) else line for line in layout.lines)
    return replace(layout, lines=lines)


def is_sideways(sides: Sequence[tuple[float, float]]) -> bool:
    """Tell from the (width, height) of found runs whether the page lies on its side.

    Short runs of one or two characters say nothing; the long ones vote with their length.
    """
    wide = sum(w for w, h in sides if w > 2 * h)
    tall = sum(h for w, h in sides if h > 2 * w)
    return tall > 2 * wide and tall > 0


def skew_of(slants: Sequence[tuple[float, float]]) -> float:
    """Return the skew in degrees, clockwise positive, from (angle, length) of runs: the length-weighted median."""
    usable = sorted((angle, length) for angle, length in slants if abs(angle) <= 20)
    half = sum(length for _, length in usable) / 2
    passed = 0.0
    for angle, length in usable:
        passed += length
        if passed >= half:
            return angle
    return 0.0


def content_angle(turn_degrees: int, skew: float) -> float:
    """Return how far content was turned clockwise, in (-180, 180], when `turn_degrees` more made it upright."""
    angle = (-turn_degrees + skew) % 360
    return round(angle - 360 if angle > 180 else angle, 2)


def in_reading_order(lines: Sequence[Line], skew: float = 0.0) -> tuple[Line, ...]:
    """Return `lines` top to bottom and left to right, columns one after the other, with their rows numbered.

    A page is cut at a gutter only where both sides are columns of running text, so that the cells of a table or form
    row stay together. Blocks of vertical lines are read column by column from the right, each column a row.
    """
    downwards = [line for line in lines if line.vertical]
    whole = _characters(downwards) > VERTICAL_SHARE * _characters(lines)
    blocks = [
        [[downwards[i] for i in column] for column in block]
        for block in vertical_blocks([line.box_px for line in downwards], whole_page=whole)
    ]
    inside = {id(line) for block in blocks for column in block for line in column}
    placed = [_Placed(line, *_levelled(line, skew)) for line in lines if id(line) not in inside]
    placed += [_block(block) for block in blocks]
    rows: list[list[Line]] = []
    for row in _rows_of_region(placed):
        ordered = sorted(row, key=lambda p: p.left)
        rows.append([item.line for item in ordered if not item.columns])
        rows += [column for item in ordered for column in item.columns]
    return tuple(replace(line, row=number) for number, row in enumerate(filter(None, rows)) for line in row)


# A page is written from top to bottom if more than this share of its characters is.
VERTICAL_SHARE = 0.6


def _characters(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _block(columns: list[list[Line]]) -> "_Placed":
    box = union([line.box_px for column in columns for line in column])
    return _Placed(columns[0][0], *box, columns)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line, or a block of columns, with its box after the page is made level."""

    line: Line
    left: float
    top: float
    right: float
    bottom: float
    columns: Sequence[list[Line]] = ()

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left


def _levelled(line: Line, skew: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = line.box_px
    if abs(skew) < 0.05:
        return left, top, right, bottom
    angle = math.radians(-skew)
    centre_x, centre_y = (left + right) / 2, (top + bottom) / 2
    level_x = centre_x * math.cos(angle) - centre_y * math.sin(angle)
    level_y = centre_x * math.sin(angle) + centre_y * math.cos(angle)
    slope = math.tan(abs(angle))
    height = max((bottom - top) - (right - left) * slope, (bottom - top) * 0.3)
    width = right - left
    return level_x - width / 2, level_y - height / 2, level_x + width / 2, level_y + height / 2


def _rows_of_region(placed: list[_Placed]) -> list[list[_Placed]]:
    if not placed:
        return []
    rows = _rows(placed)
    rows.sort(key=_row_middle)
    ordered: list[list[_Placed]] = []
    position = 0
    while position < len(rows):
        stop, gutter = _column_run(rows, position)
        if stop > position:
            members = [p for row in rows[position:stop] for p in row]
            ordered += _rows_of_region([p for p in members if (p.left + p.right) / 2 < gutter])
            ordered += _rows_of_region([p for p in members if (p.left + p.right) / 2 >= gutter])
            position = stop
        else:
            ordered.append(rows[position])
            position += 1
    return ordered


def _rows(placed: list[_Placed]) -> list[list[_Placed]]:
    """Group runs whose middles lie within half the height of the smaller one."""
    rows: list[list[_Placed]] = []
    for item in sorted(placed, key=lambda p: (p.top + p.bottom, p.left)):
        middle = (item.top + item.bottom) / 2
        for row in reversed(rows[-6:]):
            near = min(row, key=lambda p: max(p.left - item.right, item.left - p.right))
            overlaps = near.left < item.right - 0.3 * item.width and item.left < near.right - 0.3 * near.width
            reach = 0.5 * min(near.height, item.height)
            if not overlaps and abs((near.top + near.bottom) / 2 - middle) <= reach:
                row.append(item)
                break
        else:
            rows.append([item])
    return rows


def _row_middle(row: list[_Placed]) -> float:
    return sum((p.top + p.bottom) / 2 for p in row) / len(row)


COLUMN_ROWS = 4
FULL_SHARE = 0.7


def _column_run(rows: list[list[_Placed]], start: int) -> tuple[int, float]:
    """Find a run of rows from `start` that two columns of running text make.

    Returns (row after the run, x of the gutter), or (start, 0) if there is none. Running text fills its column: a row
    counts when it has two sides apart by at least one height, each with one run, and most runs on each side fill 70 %
    of the width of their side.
    """
    lefts: list[_Placed] = []
    rights: list[_Placed] = []
    stop = start
    for row in rows[start:]:
        ends, begins = [p.right for p in lefts], [p.left for p in rights]
        if len(row) == 2:
            first, second = sorted(row, key=lambda p: p.left)
        elif len(row) == 1 and ends and begins:
            one = row[0]
            if one.left >= max(ends):
                first, second = None, one
            elif one.right <= min(begins):
                first, second = one, None
            else:
                break
        else:
            break
        new_ends = ends + ([first.right] if first else [])
        new_begins = begins + ([second.left] if second else [])
        if max(new_ends) + 0.8 * min(p.height for p in row) > min(new_begins):
            break
        lefts += [first] if first else []
        rights += [second] if second else []
        stop += 1
    if len(lefts) >= COLUMN_ROWS and len(rights) >= COLUMN_ROWS and _fills(lefts) and _fills(rights):
        return stop, (max(p.right for p in lefts) + min(p.left for p in rights)) / 2
    return start, 0.0


def _fills(column: list[_Placed]) -> bool:
    width = max(p.right for p in column) - min(p.left for p in column)
    full = sum(p.width >= FULL_SHARE * width for p in column)
    height = sum(p.height for p in column) / len(column)
    return width >= 8 * height and full >= FULL_SHARE * len(column)
