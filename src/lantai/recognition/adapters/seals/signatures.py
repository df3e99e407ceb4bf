"""Look for hand-written signatures behind the printed labels that ask for them."""

from dataclasses import dataclass

import cv2
import numpy as np

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.expected_marks import label_of, signature_labels
from lantai.recognition.rules.layout import Box, Line, PageLayout, span_box
from lantai.recognition.rules.seals import Signature

# The field behind a label, in heights of the label.
FIELD_WIDTH, FIELD_UP, FIELD_DOWN = 10.0, 1.1, 1.1
LEAST_INK_SHARE = 0.12
TALL = 1.35
PRINT_SURE = 0.9
PRINT_HEIGHTS = (0.7, 1.3)


@dataclass(frozen=True, slots=True)
class _Strokes:
    """What is drawn in a field: its box, how much ink in squares of the label's height, the heights of its pieces."""

    box: Box
    ink: float
    height: float


def look_for_signatures(image: Image, layout: PageLayout) -> tuple[tuple[Signature, ...], tuple[Signature, ...]]:
    """Return (signatures, empty places that ask for one) on the upright page `image` ((h, w, 3) uint8 RGB)."""
    signed, unsigned = [], []
    labels = signature_labels(layout)
    for line, end in labels:
        label = span_box(line, 0, end)
        name = label_of(line, end)
        field = _field(line, end, label, layout)
        if field is None:
            continue
        strokes = _strokes(image, field, label)
        if strokes is None:
            if not _typed(line, end, field, layout):
                unsigned.append(Signature(field, name, 0.6))
            continue
        sureness = _handwritten(strokes, line, end, layout, label)
        if sureness >= 0.5:
            signed.append(Signature(strokes.box, name, round(sureness, 2)))
    return tuple(signed), tuple(unsigned)


def _field(line: Line, end: int, label: Box, layout: PageLayout) -> Box | None:
    """Return the room behind a label, up to the next label or date on its row."""
    height = label[3] - label[1]
    left = label[2] + max(height // 12, 1)
    right = min(round(left + FIELD_WIDTH * height), layout.width_px)
    for other, at in signature_labels(layout):
        start = span_box(other, max(at - 2, 0), at)[0] - 3 * height
        if other is line and at > end:
            right = min(right, start)
    for other in layout.lines:
        is_beside = other is not line and abs(_middle(other.box_px) - _middle(label)) < 0.8 * height
        if is_beside and other.box_px[0] > left + height and _is_own(other):
            right = min(right, other.box_px[0] - height // 6)
    field = (
        left,
        max(round(label[1] - FIELD_UP * height), 0),
        right,
        min(round(label[3] + FIELD_DOWN * height), layout.height_px),
    )
    return field if right - left >= 1.5 * height else None


def _is_own(line: Line) -> bool:
    """Tell whether a line is a label or a date of its own, and not what fills the field."""
    return line.text.endswith(("：", ":")) or "年" in line.text or "：" in line.text


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _strokes(image: Image, field: Box, label: Box) -> _Strokes | None:
    """Return what is drawn in a field and belongs to it: pieces that reach into the label's row, without rules."""
    left, top, right, bottom = field
    window = image[top:bottom, left:right]
    if window.size == 0:
        return None
    paper = np.percentile(window.reshape(-1, 3), 85, axis=0)
    dark = 1 - (window / np.maximum(paper, 1)).min(2)
    height = label[3] - label[1]
    mask = (dark > 0.35).astype(np.uint8)
    rules = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, max(round(2.5 * height), 9)), np.uint8))
    upright = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((max(round(2.6 * height), 9), 1), np.uint8))
    mask[cv2.dilate(cv2.max(rules, upright), np.ones((3, 3), np.uint8)) > 0] = 0
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, max(height // 3, 3)), np.uint8))
    count, marks, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    row = ((label[1] + label[3]) / 2 - top, 0.45 * height)
    kept = np.zeros(count, bool)
    for place in range(1, count):
        _, y, wide, high, _ = (int(value) for value in stats[place])
        crosses_row = y <= row[0] + row[1] and y + high >= row[0] - row[1]
        is_cut = y == 0 and high < 0.5 * height
        if crosses_row and not is_cut and max(wide, high) >= 0.3 * height:
            kept[place] = True
    chosen = (kept[marks]) & (mask > 0)
    ink = float(chosen.sum()) / height**2
    if ink < LEAST_INK_SHARE:
        return None
    rows, columns = np.flatnonzero(chosen.any(1)), np.flatnonzero(chosen.any(0))
    box = (left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]) + 1, top + int(rows[-1]) + 1)
    return _Strokes(box, ink, float(box[3] - box[1]) / height)


def _typed(line: Line, end: int, field: Box, layout: PageLayout) -> bool:
    """Tell whether printed words fill the field."""
    if len(line.text.strip()) > end + 1:
        return True
    return any(
        field[0] <= (other.box_px[0] + other.box_px[2]) / 2 <= field[2]
        and field[1] <= _middle(other.box_px) <= field[3]
        for other in layout.lines
        if other is not line
    )


def _handwritten(strokes: _Strokes, line: Line, end: int, layout: PageLayout, label: Box) -> float:
    """Return how surely strokes are handwriting: higher than print, or not surely read as print of the label's size."""
    height = label[3] - label[1]
    inside = [
        other
        for other in layout.lines
        if other is not line
        and strokes.box[0] <= (other.box_px[0] + other.box_px[2]) / 2 <= strokes.box[2]
        and strokes.box[1] <= _middle(other.box_px) <= strokes.box[3]
    ]
    rest = line.text[end:].strip("_＿ ")
    printed = bool(rest) and line.confidence >= PRINT_SURE
    for other in inside:
        ratio = (other.box_px[3] - other.box_px[1]) / max(height, 1)
        printed |= (
            other.confidence >= PRINT_SURE and PRINT_HEIGHTS[0] <= ratio <= PRINT_HEIGHTS[1] and len(other.text) > 1
        )
    if strokes.height >= TALL:
        return 0.6 if printed else 0.9
    return 0.2 if printed else 0.7
