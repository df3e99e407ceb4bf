"""Find the runs of text on a page picture: slanted rectangles around words and lines."""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.imaging import Image, scaled_to
from lantai.recognition.adapters.runtimes import Detector, Floats

DETECT_SIDE = 1600
INK_LEVEL = 0.3
RUN_SCORE = 0.5
UNCLIP_RATIO = 1.6
MOST_RUNS = 3000
STANDING = 1.5


@dataclass(frozen=True, slots=True)
class Run:
    """A found run of text: corners from its top left clockwise, in pixels of the upright picture."""

    corners: Floats

    @property
    def sides(self) -> tuple[float, float]:
        """Width and height."""
        wide = float(np.linalg.norm(self.corners[1] - self.corners[0]))
        return wide, float(np.linalg.norm(self.corners[3] - self.corners[0]))

    @property
    def slant(self) -> float:
        """Degrees clockwise from level."""
        across = self.corners[1] - self.corners[0]
        return math.degrees(math.atan2(float(across[1]), float(across[0])))

    @property
    def stands(self) -> bool:
        """Tell whether the run goes down the page."""
        wide, high = self.sides
        return high >= STANDING * wide


def find_runs(detector: Detector, image: Image, side: int = DETECT_SIDE) -> list[Run]:
    """Return the runs of text on `image`, looked for at `side` pixels of its longer side."""
    small = scaled_to(image, side)
    batch = np.ascontiguousarray(small.transpose(2, 0, 1)[None], np.float32)
    batch *= 2 / 255
    batch -= 1
    ink = detector.infer(batch)[0, 0]
    factor = (image.shape[1] / small.shape[1], image.shape[0] / small.shape[0])
    mask = cv2.dilate((ink > INK_LEVEL).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    runs = []
    for contour in contours[:MOST_RUNS]:
        corners = _corners(contour, ink)
        if corners is not None:
            runs.append(Run(_clipped(corners * np.array(factor, np.float32), image)))
    return runs


def _corners(contour: Any, ink: Floats) -> Floats | None:
    """Return the corners around a blob of ink, grown to cover whole strokes, or None if it is too small or faint.

    The detector marks the core of a run; growing by area x ratio / perimeter gives its outline back
    (Liao et al., Real-time Scene Text Detection with Differentiable Binarization, AAAI 2020).
    """
    centre, (width, height), angle = cv2.minAreaRect(contour)
    if min(width, height) < 3:
        return None
    if angle > 45:
        angle -= 90
        width, height = height, width
    elif angle < -45:
        angle += 90
        width, height = height, width
    if _mean_ink(ink, cv2.boxPoints((centre, (width, height), angle))) < RUN_SCORE:
        return None
    growth = width * height * UNCLIP_RATIO / (2 * (width + height))
    wide, high = (width + 2 * growth) / 2, (height + 2 * growth) / 2
    if min(wide, high) < 2.5:
        return None
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    offsets = np.array([[-wide, -high], [wide, -high], [wide, high], [-wide, high]], np.float32)
    turn = np.array([[cosine, sine], [-sine, cosine]], np.float32)
    corners: Floats = offsets @ turn + np.array(centre, np.float32)
    return corners


def _mean_ink(ink: Floats, corners: npt.NDArray[np.generic]) -> float:
    height, width = ink.shape
    points = np.asarray(corners, np.float32)
    left, top = np.clip(np.floor(points.min(0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(points.max(0)).astype(int), 0, (width - 1, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(points - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(ink[top : bottom + 1, left : right + 1], mask)[0])


def _clipped(corners: Floats, image: Image) -> Floats:
    limit = np.array([image.shape[1] - 1, image.shape[0] - 1], np.float32)
    return np.clip(corners, 0, limit).astype(np.float32)
