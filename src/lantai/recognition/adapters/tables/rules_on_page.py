"""Find the printed rules of a page picture: thin straight runs, level and upright, whole, broken or dotted."""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.tables.ruled import Segment

Mask = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]

LONGEST_SIDE = 2400
THRESHOLD_BLOCK, THRESHOLD_STEP = 31, 12
LEVEL_RUN, UPRIGHT_RUN = 36, 24
DOTTED_GAP, DOTTED_RUN = 7, 60
FLANK, MOST_FLANK, LEAST_INK = 7, 0.25, 0.25
THICKEST = 11
KNOT = 64
SLIGHT = 0.08
MOST_RUNS = 1500
HALF_INK = 40


@dataclass(frozen=True, slots=True)
class LevelPage:
    """A page made level. `ink`: (h, w) uint8, 255 where there is ink; `to_level` maps page pixels (2 x 3 matrix).

    `scale` is level pixels over page pixels, `page_size` (width, height) of the page.
    """

    ink: Mask
    to_level: Matrix
    scale: float
    page_size: tuple[int, int]

    def level(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the page lies on the level page."""
        m = self.to_level
        return float(m[0, 0] * x + m[0, 1] * y + m[0, 2]), float(m[1, 0] * x + m[1, 1] * y + m[1, 2])

    def page(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the level page lies on the page."""
        m = self.to_level
        determinant = m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]
        u, v = x - m[0, 2], y - m[1, 2]
        return float((m[1, 1] * u - m[0, 1] * v) / determinant), float((m[0, 0] * v - m[1, 0] * u) / determinant)


def level_page(image: Image, skew_degrees: float) -> LevelPage:
    """Return `image` ((h, w, 3) uint8 RGB) as ink on a level page of at most 2,400 pixels, turned back by its skew."""
    grey = _mask(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
    height, width = grey.shape
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    if scale < 1.0:
        grey = _mask(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    high, wide = grey.shape
    matrix = np.array([[wide / width, 0, 0], [0, high / height, 0]], np.float64)
    if abs(skew_degrees) >= SLIGHT:
        grey, turn = _turned_level(grey, skew_degrees)
        matrix = turn @ np.vstack([matrix, [0, 0, 1]])
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, THRESHOLD_BLOCK, THRESHOLD_STEP
    )
    return LevelPage(np.asarray(ink, np.uint8), matrix, scale, (width, height))


def _turned_level(grey: Mask, skew_degrees: float) -> tuple[Mask, Matrix]:
    high, wide = grey.shape
    slope = math.sin(math.radians(abs(skew_degrees)))
    room_x, room_y = math.ceil(high * slope / 2), math.ceil(wide * slope / 2)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), skew_degrees, 1.0)
    turn[:, 2] += (room_x, room_y)
    level = cv2.warpAffine(
        grey,
        turn,
        (wide + 2 * room_x, high + 2 * room_y),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=float(np.median(grey[::16, ::16])),
    )
    return np.asarray(level, np.uint8), np.asarray(turn, np.float64)


def rules_of(page: LevelPage) -> tuple[list[Segment], list[Segment]]:
    """Return (level rules, upright rules) of a level page, in its pixels."""
    levels = _rules(page.ink, LEVEL_RUN, level=True)
    if len(levels) < 2:
        return levels, []
    return levels, _rules(page.ink, UPRIGHT_RUN, level=False)


def _rules(ink: Mask, run: int, *, level: bool) -> list[Segment]:
    """Return the long thin runs of ink in one direction, and dotted ones where nothing stands beside them."""
    solid = _thin(_opened(ink, run, level=level), level=level)
    found = _segments(solid, run, level=level)
    # Dots are looked for at half the size, where they are as good and four times as fast to find.
    rest = ink & ~_mask(cv2.dilate(solid, _kernel(3, level=not level)))
    half = cv2.resize(rest, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(
        np.where(half > HALF_INK, 255, 0).astype(np.uint8), cv2.MORPH_CLOSE, _kernel(DOTTED_GAP, level=level)
    )
    dotted = _thin(_opened(_mask(closed), DOTTED_RUN, level=level), level=level)
    for segment in _segments(dotted, DOTTED_RUN, level=level):
        whole = Segment(tuple(2 * a for a in segment.along), tuple(2 * a + 0.5 for a in segment.across))
        if _stands_alone(ink, whole, level=level):
            found.append(whole)
    return found


def _opened(ink: Mask, run: int, *, level: bool) -> Mask:
    return _mask(cv2.morphologyEx(ink, cv2.MORPH_OPEN, _kernel(run, level=level)))


def _thin(runs: Mask, *, level: bool) -> Mask:
    """Return `runs` without what is as thick as print."""
    thick = _opened(runs, THICKEST, level=not level)
    if not thick.any():
        return runs
    return runs & ~_mask(cv2.dilate(thick, _kernel(3, level=not level)))


def _mask(values: npt.NDArray[Any]) -> Mask:
    return values.astype(np.uint8, copy=False)


def _stands_alone(ink: Mask, segment: Segment, *, level: bool) -> bool:
    """Tell a dotted rule from a row of letters: little ink lies beside it."""
    along = np.arange(segment.start, segment.end, 2)
    across = np.interp(along, segment.along, segment.across)
    field = ink if level else ink.T

    def share(offset: int) -> float:
        places = np.clip(np.rint(across) + offset, 0, field.shape[0] - 1).astype(int)
        return float((field[places, np.clip(along, 0, field.shape[1] - 1).astype(int)] > 0).mean())

    own = max(share(offset) for offset in (-1, 0, 1))
    return own >= LEAST_INK and max(share(-FLANK), share(FLANK)) <= MOST_FLANK * own


def _kernel(length: int, *, level: bool) -> Mask:
    return np.ones((1, length) if level else (length, 1), np.uint8)


def _segments(runs: Mask, run: int, *, level: bool) -> list[Segment]:
    """Return one segment for each connected run, its course taken every few millimetres from its outline."""
    outlines, _ = cv2.findContours(runs, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = []
    for outline in sorted(outlines, key=len, reverse=True)[:MOST_RUNS]:
        points = np.asarray(outline, np.int32)[:, 0, :]
        along, across = (points[:, 0], points[:, 1]) if level else (points[:, 1], points[:, 0])
        start, length = int(along.min()), int(np.ptp(along)) + 1
        thickness = int(np.ptp(across)) + 1
        if length >= 0.6 * run and thickness <= max(0.1 * length, 3 * THICKEST):
            found.append(_course(along - start, across, start, length))
    return found


def _course(along: npt.NDArray[np.int32], across: npt.NDArray[np.int32], start: int, length: int) -> Segment:
    bins = max(round(length / KNOT), 1)
    place = along * bins // length
    counts = np.bincount(place, minlength=bins)
    filled = counts > 0
    middles = np.bincount(place, weights=across, minlength=bins)[filled] / counts[filled]
    if len(middles) == 1:
        return Segment((float(start), float(start + length)), (float(middles[0]), float(middles[0])))
    places = np.bincount(place, weights=along, minlength=bins)[filled] / counts[filled] + start
    places[0], places[-1] = start, start + length
    return Segment(tuple(places.tolist()), tuple(middles.tolist()))
