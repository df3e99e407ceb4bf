"""Take the coloured ink of seals out of a page picture and leave the black strokes below it.

Ink and print are layers that light passes one after the other, so their densities (the logarithms of what they let
through) add up: each pixel is parted into so much seal ink, of the seal's own colour, and so much black.
"""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.adapters.seals.inks import Floats
from lantai.recognition.rules.layout import Box
from lantai.recognition.rules.seals import SQUARE, Seal

MARGIN = 1.04
LEAST_INK = 0.07
LEAST_TINT = 12
GHOST = 0.22
FEWEST_POINTS = 40
_DENSITY = np.append(-np.log(np.arange(1, 256, dtype=np.float32) / 255), 0)
_DENSITY = np.insert(_DENSITY[:-1], 0, math.log(255)).astype(np.float32)


def without_seal_ink(image: Image, seals: Sequence[Seal]) -> Image:
    """Return a copy of `image` without the coloured ink of `seals`; `image` itself where none has colour.

    Each seal's ink and its paper are measured at the seal. Pixels without that ink stay as they are. Nothing can be
    taken away where a seal has no colour.
    """
    clean = image
    for seal in seals:
        if seal.has_colour:
            clean = image.copy() if clean is image else clean
            _clear(clean, seal)
    return clean


def _clear(image: Image, seal: Seal) -> None:
    left, top, right, bottom = _grown(seal.box_px, image)
    window = image[top:bottom, left:right]
    if window.size == 0:
        return
    paper = _paper(window)
    share = cv2.divide(window, paper, scale=255)
    density = _DENSITY[share]
    tint = share.max(2).astype(np.int16) - share.min(2)
    inside = _mask(seal, (left, top, right, bottom)) > 0
    colour = _ink_colour(density, tint, inside)
    if colour is None:
        return
    # Least squares for (seal ink, black) at every pixel: two fixed rows of weights.
    parts = np.linalg.pinv(np.stack([colour, np.ones(3)], 1)).astype(np.float32)
    ink = density @ parts[0]
    black = np.clip(density @ parts[1], 0, None)
    touched = cv2.dilate((inside & (ink > LEAST_INK) & (tint > LEAST_TINT)).astype(np.uint8), np.ones((3, 3), np.uint8))
    chosen = (touched > 0) & inside
    # At the edges of strokes the picture's colour is coarser than its light: that leaves grey outlines, not print.
    strength = float(np.percentile(ink[chosen], 80)) if chosen.any() else 0.0
    ghost = GHOST * strength
    black *= np.clip((black - ghost) / (ghost + 1e-3), 0, 1)
    window[chosen] = (paper[chosen] * np.exp(-black[chosen])[:, None]).astype(np.uint8)


def _grown(box: Box, image: Image) -> Box:
    left, top, right, bottom = box
    margin = round(0.04 * max(right - left, bottom - top)) + 2
    return (
        max(left - margin, 0),
        max(top - margin, 0),
        min(right + margin, image.shape[1]),
        min(bottom + margin, image.shape[0]),
    )


def _paper(window: Image) -> Image:
    """Return the tone of the paper around each place of the window."""
    height, width = window.shape[:2]
    coarse = cv2.resize(window, (max(width // 10, 1), max(height // 10, 1)), interpolation=cv2.INTER_AREA)
    smooth = cv2.blur(cv2.dilate(coarse, np.ones((5, 5), np.uint8)), (9, 9))
    return np.maximum(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), 1).astype(np.uint8)


def _mask(seal: Seal, box: Box) -> Image:
    mask = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
    centre = (seal.centre[0] - box[0], seal.centre[1] - box[1])
    size = (2 * seal.radii[0] * MARGIN, 2 * seal.radii[1] * MARGIN)
    if seal.shape == SQUARE:
        corners = cv2.boxPoints((centre, size, seal.angle_degrees))
        cv2.fillPoly(mask, [corners.astype(np.int32)], (255,))
    else:
        cv2.ellipse(mask, (centre, size, seal.angle_degrees), (255,), -1)
    return mask


def _ink_colour(density: Floats, tint: np.ndarray, inside: np.ndarray) -> Floats | None:  # type: ignore[type-arg]  # an int16 and a bool plane
    """Return the density of the seal's ink in red, green and blue, as a unit vector; None where there is no ink.

    Told from the pixels that are most coloured: print below makes them less so.
    """
    seen = tint[inside & (tint > LEAST_TINT)]
    if seen.size < FEWEST_POINTS:
        return None
    typical = density[inside & (tint >= max(float(np.percentile(seen, 60)), LEAST_TINT))]
    directions = typical / np.maximum(np.linalg.norm(typical, axis=1, keepdims=True), 1e-3)
    colour = np.median(directions, axis=0)
    length = float(np.linalg.norm(colour))
    return (colour / length).astype(np.float32) if length > 0 and np.ptp(colour) > 0.1 else None
