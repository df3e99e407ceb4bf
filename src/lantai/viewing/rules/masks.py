"""Hide places of a page picture: bars burned into the pixels."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from lantai.recognition.rules.layout import Box
from lantai.recognition.rules.personal.masked_layout import MARGIN_SHARE, grown

BAR = (24, 24, 24)


def masks_digest(boxes: Sequence[Box], turn_degrees: int) -> str:
    """Return a name for these masks on a page that stands as it does."""
    return hashlib.sha256(repr((sorted(boxes), turn_degrees, MARGIN_SHARE)).encode()).hexdigest()


def burned(pixels: np.ndarray[Any, Any], boxes: Iterable[Box], size: tuple[int, int]) -> np.ndarray[Any, Any]:
    """Return a copy of `pixels`, (height, width, 3) uint8, with a bar over every box; `size` is the (width, height) boxes count in."""
    out = np.array(pixels, copy=True)
    height, width = out.shape[:2]
    across, down = width / max(size[0], 1), height / max(size[1], 1)
    for box in boxes:
        left, top, right, bottom = grown(box)
        x0, y0 = max(int(np.floor(left * across)), 0), max(int(np.floor(top * down)), 0)
        x1, y1 = min(int(np.ceil(right * across)), width), min(int(np.ceil(bottom * down)), height)
        out[y0:y1, x0:x1] = BAR
    return out
