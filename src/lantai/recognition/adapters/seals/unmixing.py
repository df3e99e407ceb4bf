"""Take the coloured ink of seals out of a page picture and leave the black strokes below it.

Ink and print are layers that light passes one after the other, so their densities (the logarithms of what they let
through) add up: each pixel is parted into so much seal ink, of the seal's own colour, and so much black.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.adapters.seals.inks import Floats
from lantai.recognition.rules.layout import Box
from lantai.recognition.rules.seals import SQUARE, Seal

MARGIN = 1.04
LEAST_INK = 0.07
LEAST_TINT = 12
GHOST = 0.22
# A seal without colour that is fainter than this can be told from print by its tone.
PRINT_LEVEL = 130
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


def ink_of(image: Image, seal: Seal) -> tuple[Image, tuple[int, int]]:
    """Return the seal alone as (h, w) uint8, dark on white, and where its upper left corner lies on `image`.

    Print across it is left out as far as it can be told: by its want of colour, or by being far darker than the rim.
    """
    box = _grown(seal.box_px, image)
    window = image[box[1] : box[3], box[0] : box[2]]
    share = np.asarray(cv2.divide(window, _paper(window), scale=255), np.uint8)
    dark = (255 - cv2.cvtColor(share, cv2.COLOR_RGB2GRAY)).astype(np.float32)
    rim = _rim(seal, box)
    if seal.has_colour:
        dark = np.minimum(dark, _ceiling(share, dark, _mask(seal, box) > 0, rim))
    on_rim = dark[rim]
    level = max(float(np.percentile(on_rim, 55)) if on_rim.size else 0.0, 16.0)
    if not seal.has_colour and level < PRINT_LEVEL:
        print_here = cv2.dilate((dark > 1.6 * level + 12).astype(np.uint8), np.ones((2, 2), np.uint8)) > 0
        dark[print_here] = 0
    return (255 * (1 - np.clip(dark / level, 0, 1))).astype(np.uint8), box[:2]


def _ceiling(share: Image, dark: Floats, inside: npt.NDArray[np.bool_], rim: npt.NDArray[np.bool_]) -> Floats:
    """Return how dark the seal's ink can make each place, from the colour there.

    The colour of a compressed picture is coarse and its darkness fine: the seal is as dark as the page, but only where
    there is enough of its colour.
    """
    red, green, blue = (cv2.blur(plane, (3, 3)).astype(np.float32) for plane in cv2.split(share))
    planes = np.stack([red, green, blue])
    absorbed = 255 - planes - (255 - planes.max(0))
    tint = absorbed.max(0)
    # The seal's own colour is that of its rim: print of another colour may lie across its middle.
    seen = tint[rim]
    sure = rim & (tint > max(float(np.percentile(seen, 60)) if seen.size else 0, LEAST_TINT / 2))
    if not sure.any():
        return dark
    own = np.median(absorbed[:, sure], axis=1)
    own /= max(float(np.linalg.norm(own)), 1e-3)
    # Only the seal's own hue counts: what stands off at another hue is another seal.
    along = np.tensordot(own, absorbed, 1)
    off = np.sqrt(np.maximum((absorbed**2).sum(0) - along**2, 0))
    along = np.clip(along - 1.1 * np.maximum(off - 0.35 * along, 0), 0, None)
    floor = float(np.median(along[inside])) if (tint[inside] < LEAST_TINT).mean() > 0.5 else 0.0
    full = float(np.median(dark[sure])) / max(float(np.median(along[sure])) - floor, 1.0)
    wide = cv2.dilate(np.clip(along - floor - 3, 0, None).astype(np.float32), np.ones((3, 3), np.uint8))
    return np.asarray(wide * np.float32(full * 1.25), np.float32)


def _rim(seal: Seal, box: Box) -> npt.NDArray[np.bool_]:
    """Return where the stroke of the rim lies: a narrow band inside the outline."""
    rim = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
    centre = (seal.centre[0] - box[0], seal.centre[1] - box[1])
    size = (2 * seal.radii[0] * 0.965, 2 * seal.radii[1] * 0.965)
    if seal.shape == SQUARE:
        corners = cv2.boxPoints((centre, size, seal.angle_degrees)).astype(np.int32)
        cv2.polylines(rim, [corners], True, (1,), 2)
    else:
        cv2.ellipse(rim, (centre, size, seal.angle_degrees), (1,), 2)
    return rim > 0


@dataclass(frozen=True, slots=True)
class _Parted:
    """A window with a seal, parted into layers: `ink` and `black` as densities, where the seal lies, the paper."""

    ink: Floats
    black: Floats
    tint: npt.NDArray[np.int16]
    inside: npt.NDArray[np.bool_]
    paper: Image


def _parted(window: Image, seal: Seal, box: Box) -> _Parted | None:
    if window.size == 0:
        return None
    paper = _paper(window)
    share = cv2.divide(window, paper, scale=255)
    density = _DENSITY[share]
    tint = share.max(2).astype(np.int16) - share.min(2)
    inside = _mask(seal, box) > 0
    colour = _ink_colour(density, tint, inside)
    if colour is None:
        return None
    # Least squares for (seal ink, black) at every pixel: two fixed rows of weights.
    parts = np.linalg.pinv(np.stack([colour, np.ones(3)], 1)).astype(np.float32)
    return _Parted(density @ parts[0], np.clip(density @ parts[1], 0, None), tint, inside, paper)


def _clear(image: Image, seal: Seal) -> None:
    box = _grown(seal.box_px, image)
    window = image[box[1] : box[3], box[0] : box[2]]
    parted = _parted(window, seal, box)
    if parted is None:
        return
    touched = parted.inside & (parted.ink > LEAST_INK) & (parted.tint > LEAST_TINT)
    chosen = (cv2.dilate(touched.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & parted.inside
    if not chosen.any():
        return
    # At the edges of strokes the picture's colour is coarser than its light: that leaves grey outlines, not print.
    ghost = GHOST * float(np.percentile(parted.ink[chosen], 80))
    black = parted.black * np.clip((parted.black - ghost) / (ghost + 1e-3), 0, 1)
    window[chosen] = (parted.paper[chosen] * np.exp(-black[chosen])[:, None]).astype(np.uint8)


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


def _ink_colour(density: Floats, tint: npt.NDArray[np.int16], inside: npt.NDArray[np.bool_]) -> Floats | None:
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
