"""Hand-written signatures drawn as strokes, and the printed labels that ask for them."""

import math
import random
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sample.city import person
from sample.fonts import font_at
from sample.sheet import MM_PER_INCH

Image8: TypeAlias = NDArray[np.uint8]
Box: TypeAlias = tuple[int, int, int, int]

LABELS = (
    "经办人签字：", "法定代表人（签字）：", "申请人签名：", "负责人签字：", "审核人（签名）：", "签章：", "委托人（签字）：", "经办人：",
)  # fmt: skip
_PENS = ((24, 24, 30), (30, 40, 110), (40, 60, 150), (60, 60, 66))


def _stroke(rng: random.Random, start: tuple[float, float], size: float) -> NDArray[np.float64]:
    """Return the points of one stroke: a line that bends, hooks or loops, as a quick hand makes it."""
    turn = rng.choice((0.0, 0.15, 1.4, 1.6, 2.3, 0.8)) + rng.gauss(0, 0.25)
    length = size * rng.uniform(0.3, 0.95)
    bend = rng.gauss(0, 0.9)
    steps = 24
    x, y = start
    points = []
    for step in range(steps):
        points.append((x, y))
        hook = 2.2 * rng.choice((0, 1)) if step == steps - 5 else 0.0
        turn += bend / steps + hook
        x += length / steps * math.cos(turn)
        y += length / steps * math.sin(turn)
    return np.array(points)


def sign(image: Image8, left: float, middle: float, height: float, rng: random.Random, scale: float) -> Box:
    """Write a signature of two or three characters onto the picture (which is changed); return its box."""
    pen = rng.choice(_PENS)
    slope = rng.gauss(-0.05, 0.08)
    canvas = np.zeros(image.shape[:2], np.uint8)
    x = left
    for _ in range(rng.choice((2, 3, 3))):
        size = height * rng.uniform(0.75, 1.15)
        place = (x, middle - size / 2 + slope * (x - left))
        last: NDArray[np.float64] | None = None
        for _ in range(rng.randint(4, 8)):
            start = (place[0] + rng.uniform(0, 0.6) * size, place[1] + rng.uniform(0, 0.8) * size)
            points = _stroke(rng, start, size)
            if last is not None and rng.random() < 0.45:
                points = np.vstack([last[-1:], points])
            _ink(canvas, points, rng.uniform(0.3, 0.75) * scale, rng)
            last = points
        x += size * rng.uniform(0.75, 1.05)
    alpha = cv2.GaussianBlur(canvas, (0, 0), 0.6).astype(np.float32)[..., None] / 255 * rng.uniform(0.7, 1.0)
    rows, columns = np.flatnonzero(canvas.any(1)), np.flatnonzero(canvas.any(0))
    image[:] = (image * (1 - alpha * (1 - np.array(pen, np.float32) / 255))).astype(np.uint8)
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _ink(canvas: Image8, points: NDArray[np.float64], thick: float, rng: random.Random) -> None:
    widths = np.clip(thick * (1 + 0.35 * np.sin(np.linspace(0, rng.uniform(2, 5), len(points)))), 1, None)
    for first, second, width in zip(points, points[1:], widths, strict=False):
        ends = [(round(float(x) * 8), round(float(y) * 8)) for x, y in (first, second)]
        cv2.line(canvas, ends[0], ends[1], (255,), max(round(float(width)), 1), cv2.LINE_AA, 3)


def _widest_blank(image: Image8) -> tuple[int, int]:
    """Return the first and last row of the tallest band without print."""
    bare = (image.min(2) > 200).mean(1) > 0.995
    best, start = (0, 0), 0
    for row in range(len(bare) + 1):
        if row < len(bare) and bare[row]:
            continue
        if row - start > best[1] - best[0]:
            best = (start, row)
        start = row + 1
    return best


def signed_labels(image: Image8, dpi: int, rng: random.Random) -> list[tuple[str, Box, bool]]:
    """Print labels that ask for a signature into the largest blank of a page and sign some of them.

    Returns (label, box, is signed): the box of the strokes, or of the empty or typed field.
    """
    scale = dpi / MM_PER_INCH
    top, bottom = _widest_blank(image)
    width = image.shape[1]
    made: list[tuple[str, Box, bool]] = []
    y = top + 14 * scale
    while y < bottom - 12 * scale and len(made) < 3:
        label = rng.choice(LABELS)
        size = rng.uniform(4.0, 5.2) * scale
        x = width * rng.uniform(0.12, 0.5)
        picture = Image.fromarray(image)
        draw = ImageDraw.Draw(picture)
        font = font_at(rng.choice(("song", "serif", "hei", "sans")), round(size * 10))
        draw.text((x, y), label, font=font, fill=(24, 24, 26), anchor="lm")
        right = x + font.getlength(label)
        kind = rng.choices(("signed", "empty", "typed", "ruled"), (6, 2, 2, 1))[0]
        if kind == "typed":
            draw.text((right + 2 * scale, y), person(rng).name, font=font, fill=(24, 24, 26), anchor="lm")
        if kind == "ruled" or (kind == "signed" and rng.random() < 0.4):
            draw.line((right, y + size * 0.6, right + 34 * scale, y + size * 0.6), fill=(24, 24, 26), width=2)
        image[:] = np.asarray(picture)
        field = (round(right), round(y - size), round(min(right + 40 * scale, width)), round(y + size))
        if kind == "signed":
            field = sign(image, right + rng.uniform(1, 6) * scale, y, rng.uniform(8, 12) * scale, rng, scale)
        made.append((label, field, kind == "signed"))
        y += rng.uniform(16, 26) * scale
    return made
