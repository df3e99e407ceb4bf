"""See the check boxes of a form: printed squares of about the height of the text, which readers of text leave out."""

from collections.abc import Iterable, Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.checkboxes import CheckBox
from lantai.recognition.rules.layout import Box, Line

Mask = npt.NDArray[np.uint8]

# The side of a box in heights of the found lines, whose rectangles reach over the type by about a half.
LEAST_SIDE, MOST_SIDE = 0.25, 1.5
LEAST_SIDE_PX, MOST_SIDE_PX = 9, 90
FLATTEST, STEEPEST = 0.62, 1.5
# How much of each upright side must be drawn, and how much of the inside may be (a tick, a cross) or is when ticked.
SIDE_DRAWN, INSIDE_DRAWN, TICK_DRAWN = 0.85, 0.5, 0.035
LEAST_CORNERS, FREE = 3, 0.3
# Where a tick goes through a side, so much of the inside is drawn at most, and the sides that it leaves alone are free.
TICK_INSIDE = 0.35
DARKER = 7
WORK_SIDE = 2400
MOST_STROKES = 20000
BUCKET = 8
# So many squares in a row, less than 0.6 of a side apart, are cells for one character each.
CELLS, CELL_GAP = 5, 0.6


def find_check_boxes(page: Image, lines: Sequence[Line]) -> list[CheckBox]:
    """Return the check boxes of the upright `page`, whose text `lines` are; none on a page without text.

    A box is two level strokes one above the other, as long as they are apart, with ink all the way between their ends:
    a tick that leaves the box or a word that touches it does not hide it.
    """
    heights = sorted(line.box_px[3] - line.box_px[1] for line in lines if not line.vertical)
    if not heights:
        return []
    ratio = min(1.0, WORK_SIDE / max(page.shape[:2]))
    if ratio < 1:
        page = cv2.resize(page, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA).astype(np.uint8)
    usual = heights[len(heights) // 2] * ratio
    least, most = max(LEAST_SIDE * usual, LEAST_SIDE_PX), min(MOST_SIDE * usual, MOST_SIDE_PX)
    if least >= most:
        return []
    ink = _ink(page, usual)
    found = _without_overlaps(box for box in _pairs(_level_strokes(ink, least, most)) if _is_box(ink, box))
    return [CheckBox(_scaled(box, 1 / ratio), _is_ticked(ink, box)) for box in _without_cells(found)]


def _ink(page: Image, usual: float) -> Mask:
    """Return 1 where `page` is darker than what is around it: thin grey lines count, shaded cells do not."""
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    reach = max(int(usual) | 1, 11)
    return cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, reach, DARKER).astype(
        np.uint8, copy=False
    )


def _level_strokes(ink: Mask, least: float, most: float) -> list[Box]:
    """Return the boxes of the level strokes between `least` and `most` pixels long."""
    # A scan is never quite level: thickened by a pixel, a slightly slanted stroke still runs through.
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    strokes = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, round(least)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    wide, high = stats[:, 2], stats[:, 3]
    kept = stats[(wide >= least) & (wide <= most) & (high <= np.maximum(0.4 * wide, 5))]
    return [(left, top, left + across, top + down) for left, top, across, down, _ in kept[:MOST_STROKES].tolist()]


def _pairs(strokes: Sequence[Box]) -> Iterator[Box]:
    """Yield the rectangles that two of `strokes` make as upper and lower side."""
    nearby: dict[int, list[Box]] = {}
    for stroke in strokes:
        nearby.setdefault(stroke[0] // BUCKET, []).append(stroke)
    for upper in strokes:
        wide = upper[2] - upper[0]
        slack = max(3, round(0.22 * wide))
        first, last = (upper[0] - slack) // BUCKET, (upper[0] + slack) // BUCKET
        for lower in (stroke for bucket in range(first, last + 1) for stroke in nearby.get(bucket, ())):
            high = lower[3] - upper[1]
            if (
                FLATTEST * wide <= high <= STEEPEST * wide
                and abs(lower[0] - upper[0]) <= slack
                and abs(lower[2] - upper[2]) <= slack
            ):
                yield max(upper[0], lower[0]), upper[1], min(upper[2], lower[2]), lower[3]


def _is_box(ink: Mask, box: Box) -> bool:
    """Tell whether ink runs down both upright sides of `box` and most of its inside is bare."""
    left, top, right, bottom = box
    band = max(2, round(0.12 * (right - left)))
    for edge in (left, right):
        side = ink[top + 1 : bottom - 1, max(edge - band, 0) : edge + band]
        if not side.size or float(side.max(1).mean()) < SIDE_DRAWN:
            return False
    inside = ink[top + band + 1 : bottom - band - 1, left + band + 1 : right - band - 1]
    if not inside.size or float(inside.mean()) > INSIDE_DRAWN:
        return False
    return _has_corners(ink, box, band) and _stands_free(ink, box)


def _has_corners(ink: Mask, box: Box, band: int) -> bool:
    """Tell whether three of the four corners of `box` are drawn: round letters and ringed numbers have none."""
    left, top, right, bottom = box
    drawn = 0
    for x in (left, right):
        for y in (top + 1, bottom - 1):
            drawn += bool(ink[max(y - band, 0) : y + band, max(x - band, 0) : x + band].sum() >= band)
    return drawn >= LEAST_CORNERS


def _stands_free(ink: Mask, box: Box) -> bool:
    """Tell whether the paper above, below and beside `box` is mostly bare: a square inside a character is hemmed in."""
    left, top, right, bottom = box
    gap = max(2, round(0.1 * (right - left)))
    reach = gap + max(2, round(0.12 * (right - left)))
    above = ink[max(top - reach, 0) : max(top - gap, 0), left:right]
    below = ink[bottom + gap : bottom + reach, left:right]
    before = ink[top:bottom, max(left - reach, 0) : max(left - gap, 0)]
    after = ink[top:bottom, right + gap : right + reach]
    inked = [
        float(side.max(axis).mean()) if side.size else 0.0
        for side, axis in zip((above, below, before, after), (0, 0, 1, 1), strict=True)
    ]
    if sum(share <= FREE for share in inked) >= 3 and sum(inked) <= 4 * FREE:
        return True
    # A tick comes from above on the right or leaves the box below, never on the left.
    inside = ink[top + gap + 1 : bottom - gap, left + gap + 1 : right - gap]
    ticked = inside.size > 0 and TICK_DRAWN < float(inside.mean()) <= TICK_INSIDE
    return ticked and inked[0] <= FREE and inked[2] <= FREE


def _without_overlaps(boxes: Iterable[Box]) -> list[Box]:
    """Return `boxes` from left to right without those that cover one another; the larger of two stays."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda b: (b[0] - b[2]) * (b[3] - b[1])):
        if not any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in kept):
            kept.append(box)
    return sorted(kept)


def _without_cells(boxes: Sequence[Box]) -> list[Box]:
    """Return `boxes` without long rows of squares side by side: cells to be filled with one character each."""
    rows: list[list[Box]] = []
    for box in boxes:
        side = box[2] - box[0]
        for row in rows:
            last = row[-1]
            if box[0] - last[2] < CELL_GAP * side and abs(box[1] - last[1]) < 0.4 * side:
                row.append(box)
                break
        else:
            rows.append([box])
    return [box for row in rows if len(row) < CELLS for box in row]


def _is_ticked(ink: Mask, box: Box) -> bool:
    left, top, right, bottom = box
    margin = max(2, round(0.24 * (right - left)))
    inside = ink[top + margin : bottom - margin, left + margin : right - margin]
    return inside.size > 0 and float(inside.mean()) > TICK_DRAWN


def _scaled(box: Box, factor: float) -> Box:
    left, top, right, bottom = (round(value * factor) for value in box)
    return left, top, right, bottom
