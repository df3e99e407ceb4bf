"""Tell the ghost of another page, which shows through or was left on the glass, from what a page says itself."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.layout import Box, Line
from lantai.recognition.rules.pale import pale_places

# What differs less than this from the paper around it is no ink; what goes straight on for so many heights is a rule.
LEAST_INK, RULE_LENGTH = 14, 1.1
# The tone of writing is that of its darker strokes: edges are paler than what is between them.
DARKER_STROKES = 75


def showing_through(page: Image, lines: Sequence[Line]) -> frozenset[int]:
    """Return the places in `lines` of those that are much paler than what is written on the upright `page`."""
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    tones = [_tone(grey, line.box_px) for line in lines]
    return pale_places(tones, [len(line.text) for line in lines])


def _tone(grey: npt.NDArray[np.uint8], box: Box) -> float:
    """Return by how many grey levels the strokes in `box` differ from the paper, rules apart; 0 without strokes."""
    left, top, right, bottom = box
    part = grey[top:bottom, left:right].astype(np.int16)
    if not part.size:
        return 0.0
    differs = np.abs(part - int(np.median(part))).astype(np.uint8)
    ink = (differs > LEAST_INK).astype(np.uint8)
    # Dark rules run through pale writing: they are looked for among what is dark, and taken away with their edges.
    long = max(round(RULE_LENGTH * min(part.shape)), 12)
    dark = (differs > max(2 * LEAST_INK, int(differs.max()) // 2)).astype(np.uint8)
    level = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    upright = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((min(long, part.shape[0]), 1), np.uint8))
    ink[cv2.dilate(cv2.max(level, upright), np.ones((5, 5), np.uint8)) > 0] = 0
    strokes = differs[ink > 0]
    return float(np.percentile(strokes, DARKER_STROKES)) if strokes.size else 0.0
