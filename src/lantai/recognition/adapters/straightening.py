"""Lay a page photographed at an angle flat for reading, and bring what was read back to the picture as it was given.

The original is never changed: only the copy in memory that is read is flat, and every box ends in pixels of the original.
"""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.layout import Box, Line, PageLayout, turned_box

Matrix = npt.NDArray[np.floating]
Corners = npt.NDArray[np.float32]

SEARCH_SIDE = 480
LEAST_SHARE, MOST_SHARE = 0.2, 0.97
LEAST_FIT = 0.93
EDGE_STEP = 14
# Slanted lines are read where they lie; below these a page is left as it is.
MOST_ROTATION, MOST_SLANT, MOST_SURROUNDED = 4.0, 1.5, 0.55


@dataclass(frozen=True, slots=True)
class Straightened:
    """A page laid flat. `matrix` leads from pixels of the picture to pixels of `image`; `share` (percent) is how much of
    the picture the page fills, `degrees` by how much its sides are off the upright and the level."""

    image: Image
    matrix: Matrix
    share: float
    degrees: float


def straightened(image: Image) -> Straightened | None:
    """Return the page on the picture laid flat, or None where the picture is a page already or shows no whole page."""
    corners = _page_corners(image)
    if corners is None:
        return None
    height, width = image.shape[:2]
    share = float(cv2.contourArea(corners)) / (width * height)
    rotation, slant = _angles(corners)
    if rotation <= MOST_ROTATION and slant <= MOST_SLANT and share >= MOST_SURROUNDED:
        return None
    top, right, bottom, left = (float(np.linalg.norm(corners[i] - corners[(i + 1) % 4])) for i in range(4))
    wide, high = round(max(top, bottom)), round(max(left, right))
    if min(wide, high) < 200:
        return None
    flat = np.array([[0, 0], [wide - 1, 0], [wide - 1, high - 1], [0, high - 1]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, flat)
    page = cv2.warpPerspective(image, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return Straightened(page.astype(np.uint8, copy=False), matrix.astype(np.float64), 100 * share, max(rotation, slant))


def as_given(layout: PageLayout, page: Straightened, width_px: int, height_px: int) -> PageLayout:
    """Return `layout`, read on the flat page, with its boxes on the picture of `width_px` x `height_px` it was taken from.

    The picture keeps the layout's quarter turn, so boxes are in pixels of the turned picture as everywhere; rows and
    reading order stay those of the flat page.
    """
    back = np.linalg.inv(page.matrix)
    lines = tuple(_line_as_given(line, layout, back, width_px, height_px) for line in layout.lines)
    unread = tuple(_box_back(box, layout, back, width_px, height_px) for box in layout.unread_px)
    sideways = layout.turn_degrees in (90, 270)
    size = (height_px, width_px) if sideways else (width_px, height_px)
    return replace(layout, lines=lines, unread_px=unread, width_px=size[0], height_px=size[1])


def box_as_given(box: Box, layout: PageLayout, page: Straightened, width_px: int, height_px: int) -> Box:
    """Return where a box on the flat upright page of `layout` lies on the upright picture as given."""
    return _box_back(box, layout, np.linalg.inv(page.matrix), width_px, height_px)


def _line_as_given(line: Line, layout: PageLayout, back: Matrix, width_px: int, height_px: int) -> Line:
    return replace(
        line,
        box_px=_box_back(line.box_px, layout, back, width_px, height_px),
        glyphs_px=tuple(_glyph_back(edges, line, layout, back, width_px, height_px) for edges in line.glyphs_px),
    )


def _glyph_back(
    edges: tuple[int, int], line: Line, layout: PageLayout, back: Matrix, width_px: int, height_px: int
) -> tuple[int, int]:
    """Return the edges of a character along its line; along the middle of the line, so that slant does not widen it."""
    left, top, right, bottom = line.box_px
    first, last = edges[0], max(edges[1], edges[0] + 1)
    if line.vertical:
        middle = (left + right) // 2
        placed = _box_back((middle, first, middle + 1, last), layout, back, width_px, height_px)
        return placed[1], placed[3]
    middle = (top + bottom) // 2
    placed = _box_back((first, middle, last, middle + 1), layout, back, width_px, height_px)
    return placed[0], placed[2]


def _box_back(box: Box, layout: PageLayout, back: Matrix, width_px: int, height_px: int) -> Box:
    unturned = turned_box(box, -layout.turn_degrees % 360, layout.width_px, layout.height_px)
    left, top, right, bottom = unturned
    corners = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float64)
    placed = cv2.perspectiveTransform(corners, back)[0]
    low, high = placed.min(0), placed.max(0)
    given: Box = (
        max(math.floor(low[0]), 0),
        max(math.floor(low[1]), 0),
        min(math.ceil(high[0]), width_px),
        min(math.ceil(high[1]), height_px),
    )
    return turned_box(given, layout.turn_degrees, width_px, height_px)


def _page_corners(image: Image) -> Corners | None:
    """Return the corners of the one bright page on a darker ground, from its top left clockwise, or None."""
    factor = SEARCH_SIDE / max(image.shape[:2])
    if factor >= 1:
        return None
    # Most pages are told by a few pixels: nothing dark lies around them.
    step = max(int(0.5 / factor), 1)
    if not _has_dark_ground(np.ascontiguousarray(image[::step, ::step, 1])):
        return None
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), 1.2).astype(np.uint8)
    if not _has_dark_ground(grey):
        return None
    # Print must not break the page into pieces.
    closed = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((13, 13), np.uint8))
    _, bright = cv2.threshold(closed, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    quad = _four_sided(hull)
    area = grey.shape[0] * grey.shape[1]
    if quad is None or not LEAST_SHARE <= cv2.contourArea(quad) / area <= MOST_SHARE:
        return None
    if cv2.contourArea(hull) < LEAST_FIT * cv2.contourArea(quad) or not _has_edges(grey, quad):
        return None
    return _from_top_left(quad) / np.float32(factor)


def _has_dark_ground(grey: npt.NDArray[np.uint8]) -> bool:
    """Tell whether most of the picture's border is clearly darker than the page in its middle."""
    high, wide = grey.shape
    border = np.concatenate((grey[:4].ravel(), grey[-4:].ravel(), grey[:, :4].ravel(), grey[:, -4:].ravel()))
    middle = float(np.percentile(grey[high // 4 : -high // 4, wide // 4 : -wide // 4], 80))
    return float((border < middle - 30).mean()) > 0.7


def _four_sided(hull: npt.NDArray[np.integer | np.floating]) -> Corners | None:
    length = cv2.arcLength(hull, closed=True)
    for share in (0.015, 0.025, 0.04, 0.06):
        quad = cv2.approxPolyDP(hull, share * length, closed=True)
        if len(quad) == 4:
            return quad.reshape(4, 2).astype(np.float32)
    return None


def _has_edges(grey: npt.NDArray[np.uint8], quad: Corners) -> bool:
    """Tell whether brightness falls all along the sides, as from paper to desk."""
    centre = quad.mean(0)
    steps = []
    for i in range(4):
        along = quad[i] + (quad[(i + 1) % 4] - quad[i]) * np.linspace(0.06, 0.94, 40)[:, None]
        outward = along.mean(0) - centre
        outward /= max(float(np.linalg.norm(outward)), 1e-6)
        steps.append(_at(grey, along - 5 * outward) - _at(grey, along + 5 * outward))
    shares = [float((step > EDGE_STEP).mean()) for step in steps]
    return sum(share > 0.7 for share in shares) >= 4


def _at(grey: npt.NDArray[np.uint8], points: npt.NDArray[np.floating]) -> npt.NDArray[np.int16]:
    high, wide = grey.shape
    xs = np.clip(np.rint(points[:, 0]).astype(int), 0, wide - 1)
    ys = np.clip(np.rint(points[:, 1]).astype(int), 0, high - 1)
    levels: npt.NDArray[np.int16] = grey[ys, xs].astype(np.int16)
    return levels


def _from_top_left(quad: Corners) -> Corners:
    """Return the corners clockwise, the one nearest to the picture's top left first."""
    centre = quad.mean(0)
    order = np.argsort(np.arctan2(quad[:, 1] - centre[1], quad[:, 0] - centre[0]))
    clockwise = quad[order]
    first = int(np.argmin(clockwise.sum(1)))
    return np.ascontiguousarray(np.roll(clockwise, -first, axis=0)).astype(np.float32)


def _angles(corners: Corners) -> tuple[float, float]:
    """Return (rotation, slant) in degrees: the mean tilt of the sides, and by how much opposite sides are not parallel."""
    tilts = []
    for i in range(4):
        dx, dy = (float(v) for v in corners[(i + 1) % 4] - corners[i])
        angle = math.degrees(math.atan2(dy, dx)) - 90 * i
        tilts.append((angle + 180) % 360 - 180)
    slant = max(abs(tilts[0] - tilts[2]), abs(tilts[1] - tilts[3]), abs(sum(tilts[::2]) - sum(tilts[1::2])) / 2)
    return abs(sum(tilts) / 4), slant
