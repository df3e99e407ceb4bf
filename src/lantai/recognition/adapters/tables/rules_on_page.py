"""Find the printed rules of a page picture: thin straight runs, level and upright, whole, broken or dotted."""

import math
from dataclasses import dataclass

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
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    if scale < 1.0:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
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
    solid = _thin(cv2.morphologyEx(ink, cv2.MORPH_OPEN, _kernel(run, level=level)), level=level)
    found = _segments(solid, run, level=level)
    # Dots are looked for at half the size, where they are as good and four times as fast to find.
    half = cv2.resize(
        ink & ~cv2.dilate(solid, _kernel(3, level=not level)), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA
    )
    closed = cv2.morphologyEx(
        cv2.threshold(half, 40, 255, cv2.THRESH_BINARY)[1], cv2.MORPH_CLOSE, _kernel(DOTTED_GAP, level=level)
    )
    dotted = _thin(cv2.morphologyEx(closed, cv2.MORPH_OPEN, _kernel(DOTTED_RUN, level=level)), level=level)
    for segment in _segments(dotted, DOTTED_RUN, level=level):
        whole = Segment(tuple(2 * a for a in segment.along), tuple(2 * a + 0.5 for a in segment.across))
        if _stands_alone(ink, whole, level=level):
            found.append(whole)
    return found


def _thin(runs: Mask, *, level: bool) -> Mask:
    thick = cv2.morphologyEx(runs, cv2.MORPH_OPEN, _kernel(THICKEST, level=not level))
    if thick.any():
        runs &= ~cv2.dilate(thick, _kernel(3, level=not level))
    return np.asarray(runs, np.uint8)


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
    """Return one segment for each connected run, its course taken every few millimetres."""
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(runs, connectivity=8)
    order = np.argsort(-stats[1:, cv2.CC_STAT_AREA])[:MOST_RUNS] + 1
    found = []
    for name in order.tolist():
        left, top, wide, high, _area = stats[name].tolist()
        length, thickness = (wide, high) if level else (high, wide)
        if length < 0.6 * run or thickness > max(0.1 * length, 3 * THICKEST):
            continue
        ys, xs = np.nonzero(labels[top : top + high, left : left + wide] == name)
        along, across = (xs, ys) if level else (ys, xs)
        found.append(_course(along, across, length, (left, top) if level else (top, left)))
    return found


def _course(
    along: npt.NDArray[np.int64], across: npt.NDArray[np.int64], length: int, offset: tuple[int, int]
) -> Segment:
    bins = max(round(length / KNOT), 1)
    place = along * bins // max(length, 1)
    counts = np.bincount(place, minlength=bins)
    filled = counts > 0
    middles = np.bincount(place, weights=across, minlength=bins)[filled] / counts[filled]
    places = np.bincount(place, weights=along, minlength=bins)[filled] / counts[filled]
    places[0], places[-1] = (0.0, float(length)) if len(places) > 1 else (places[0], places[-1])
    if len(places) == 1:
        return Segment(
            (float(offset[0]), float(offset[0] + length)),
            (float(middles[0] + offset[1]), float(middles[0] + offset[1])),
        )
    return Segment(tuple((places + offset[0]).tolist()), tuple((middles + offset[1]).tolist()))
