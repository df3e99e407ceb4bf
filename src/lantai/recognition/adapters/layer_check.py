"""Ask the picture of a scanned page whether the text layer that lies under it says what can be read there."""

import difflib
import unicodedata
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.layout import Box, PageLayout, PageSize, TextBox

SAMPLES = 10
ROW_HEIGHT, ROW_PITCH, SHEET_WIDTH = 40, 76, 1280
LEAST_SPAN = 45
LEAST_INKED = 0.6
LEAST_ALIKE = 0.5
LEAST_SURE = 0.75


def layer_disagreement(
    image: Image, boxes: Sequence[TextBox], size: PageSize, read: Callable[[Image], PageLayout]
) -> str:
    """Return why the text layer `boxes` (in pixels of `size`) of a scanned page is not that of its picture, or "".

    A few boxes from all over the page are cut out, laid one below the other and read with `read`. "misplaced": no ink where
    text should be; "disagrees": other text. Where the picture cannot be read surely, the layer is believed.
    """
    chosen = _spread([box for box in boxes if len(box.text.strip()) >= 3])
    if len(chosen) < 3:
        return ""
    across, down = image.shape[1] / size.width_px, image.shape[0] / size.height_px
    crops = [_crop(image, box.box_px, across, down) for box in chosen]
    inked = [crop is not None and _is_inked(crop) for crop in crops]
    if sum(inked) < LEAST_INKED * len(crops):
        return "misplaced"
    pairs = [(box.text, crop) for box, crop, ink in zip(chosen, crops, inked, strict=True) if ink and crop is not None]
    layout = read(_sheet([crop for _, crop in pairs]))
    if not layout.lines or layout.turn_degrees or layout.confidence < LEAST_SURE:
        return ""
    alike = sorted(_likeness(text, _row_text(layout, row)) for row, (text, _) in enumerate(pairs))
    return "disagrees" if alike[len(alike) // 2] < LEAST_ALIKE else ""


def _spread(boxes: Sequence[TextBox]) -> list[TextBox]:
    step = max(1, -(-len(boxes) // SAMPLES))
    return list(boxes[::step])


def _crop(image: Image, box: Box, across: float, down: float) -> Image | None:
    left, top, right, bottom = box
    margin = max(round(0.15 * (bottom - top) * down), 2)
    y0, y1 = max(round(top * down) - margin, 0), round(bottom * down) + margin
    x0, x1 = max(round(left * across) - margin, 0), round(right * across) + margin
    part = image[y0:y1, x0:x1]
    return part if min(part.shape[:2]) >= 8 else None


def _is_inked(crop: Image) -> bool:
    low, high = np.percentile(crop[..., 1], (2, 90))
    return float(high - low) >= LEAST_SPAN


def _sheet(crops: Sequence[Image]) -> Image:
    """Return the crops one below the other on white, each at one height and no wider than the sheet."""
    sheet = np.full((ROW_PITCH * len(crops) + ROW_PITCH, SHEET_WIDTH, 3), 255, np.uint8)
    for row, crop in enumerate(crops):
        width = min(max(round(crop.shape[1] * ROW_HEIGHT / crop.shape[0]), 8), SHEET_WIDTH - 80)
        keep = round(width * crop.shape[0] / ROW_HEIGHT)
        small = cv2.resize(np.ascontiguousarray(crop[:, :keep]), (width, ROW_HEIGHT), interpolation=cv2.INTER_AREA)
        top = ROW_PITCH * row + ROW_PITCH // 2
        sheet[top : top + ROW_HEIGHT, 40 : 40 + width] = small
    return sheet


def _row_text(layout: PageLayout, row: int) -> str:
    top, bottom = ROW_PITCH * row + ROW_PITCH // 4, ROW_PITCH * (row + 1) + ROW_PITCH // 4
    return "".join(line.text for line in layout.lines if top <= (line.box_px[1] + line.box_px[3]) / 2 < bottom)


def _likeness(own: str, seen: str) -> float:
    first, second = _plain(own), _plain(seen)
    # A long run is cut at the width of the sheet.
    first = first[: max(len(second) + 2, 4)] if len(second) >= 4 else first
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())
