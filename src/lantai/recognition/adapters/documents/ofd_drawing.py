"""Draw the objects of an OFD page on a Pillow picture: images, straight and curved lines, text in a system font."""

import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from lantai.recognition.rules.ofd_page import OfdText, Transform, applied, combined, numbers, object_transform

_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
_FONT_NAMES = re.compile(r"Noto(Serif|Sans)CJK-Regular|SourceHan|wqy|uming|ukai|simsun|fangsong", re.IGNORECASE)
_COMMAND = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TAKES = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
CURVE_STEPS = 12


class Drawing:
    """A white page of `width_px` x `height_px`; `scale` is pixels per millimetre."""

    def __init__(self, width_px: int, height_px: int, scale: float) -> None:
        self.picture = Pictures.new("RGB", (max(width_px, 1), max(height_px, 1)), "white")
        self._draw = ImageDraw.Draw(self.picture)
        self._scale = scale

    def image(self, source: Pictures.Image, element: Any, page: Transform) -> None:
        """Draw `source` (RGBA) where the ImageObject `element` says: the unit square through its CTM."""
        boundary = numbers(element.get("Boundary", ""))
        transform = object_transform(element, page)
        if len(numbers(element.get("CTM", ""))) != 6 and len(boundary) == 4:
            transform = combined((boundary[2], 0, 0, boundary[3], 0, 0), transform)
        corners = [self._pixel(applied(transform, x, y)) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
        xs, ys = [c[0] for c in corners], [c[1] for c in corners]
        left, top = round(min(xs)), round(min(ys))
        width, height = round(max(xs)) - left, round(max(ys)) - top
        if width < 1 or height < 1 or width > 4 * self.picture.width or height > 4 * self.picture.height:
            return
        (x0, y0), (x1, y1), _, (x3, y3) = corners
        determinant = (x1 - x0) * (y3 - y0) - (x3 - x0) * (y1 - y0)
        if abs(determinant) < 1e-6:
            return
        # Pillow asks for the way back: from pixels of the target to pixels of the source.
        wide, high = source.width / determinant, source.height / determinant
        back = (
            (y3 - y0) * wide, (x0 - x3) * wide, ((x3 - x0) * (y0 - top) - (y3 - y0) * (x0 - left)) * wide,
            (y0 - y1) * high, (x1 - x0) * high, ((y1 - y0) * (x0 - left) - (x1 - x0) * (y0 - top)) * high,
        )  # fmt: skip
        placed = source.transform((width, height), Pictures.Transform.AFFINE, back, Pictures.Resampling.BICUBIC)
        self.picture.paste(placed, (left, top), placed)

    def path(self, element: Any, page: Transform) -> None:
        """Draw the outline (and filling, where asked) of the PathObject `element`."""
        transform = object_transform(element, page)
        data = next((e.text or "" for e in element.iter() if str(e.tag).endswith("AbbreviatedData")), "")
        width_mm = (numbers(element.get("LineWidth", "")) or [0.353])[0]
        width_px = max(round(width_mm * self._scale * abs(transform[0] or 1.0)), 1)
        fills = element.get("Fill", "false") == "true"
        strokes = element.get("Stroke", "true") == "true"
        for line in _polylines(data):
            points = [self._pixel(applied(transform, x, y)) for x, y in line]
            if fills and len(points) > 2:
                self._draw.polygon(points, fill=_colour(element, "FillColor"))
            if strokes and len(points) > 1:
                self._draw.line(points, fill=_colour(element, "StrokeColor"), width=width_px)

    def text(self, text: OfdText) -> None:
        """Draw the characters of `text` at their points; nothing where this machine has no Chinese font."""
        font = _font(max(round(text.size_mm * self._scale), 4))
        if font is None:
            return
        for character, point in zip(text.text, text.points_mm, strict=True):
            if not character.isspace():
                self._draw.text(self._pixel(point), character, fill="black", font=font, anchor="ls")

    def _pixel(self, point: tuple[float, float]) -> tuple[float, float]:
        return point[0] * self._scale, point[1] * self._scale


def _colour(element: Any, name: str) -> tuple[int, int, int]:
    for child in element:
        if str(child.tag).endswith(name):
            value = [max(0, min(255, int(n))) for n in numbers(child.get("Value", ""))]
            if len(value) == 1:
                return value[0], value[0], value[0]
            if len(value) >= 3:
                return value[0], value[1], value[2]
    return 0, 0, 0


@lru_cache(maxsize=32)
def _font(size_px: int) -> ImageFont.FreeTypeFont | None:
    path = _font_file()
    return ImageFont.truetype(str(path), size_px) if path else None


@lru_cache(maxsize=1)
def _font_file() -> Path | None:
    found = [
        path
        for folder in _FONT_FOLDERS
        if folder.is_dir()
        for path in folder.rglob("*")
        if path.suffix.lower() in (".ttc", ".ttf", ".otf") and _FONT_NAMES.search(path.name)
    ]
    return min(found, key=lambda p: ("Serif" not in p.name, p.name)) if found else None


def _polylines(data: str) -> list[list[tuple[float, float]]]:
    """Return the lines of an AbbreviatedData (GB/T 33190, clause 9.1); curves as short straight pieces."""
    lines: list[list[tuple[float, float]]] = []
    words = _COMMAND.findall(data)
    index = 0
    while index < len(words):
        command = words[index].upper()
        count = _TAKES.get(command, -1)
        index += 1
        values = words[index : index + max(count, 0)]
        if count < 0 or len(values) < count or any(v.isalpha() for v in values):
            continue
        index += count
        _add(lines, command, [float(v) for v in values])
    return lines


def _add(lines: list[list[tuple[float, float]]], command: str, v: list[float]) -> None:
    if command in ("M", "S"):
        lines.append([(v[0], v[1])])
    elif not lines:
        return
    elif command == "C":
        lines[-1].append(lines[-1][0])
    elif command in ("Q", "B"):
        points = [lines[-1][-1], *[(v[i], v[i + 1]) for i in range(0, len(v), 2)]]
        lines[-1] += [_on_curve(points, step / CURVE_STEPS) for step in range(1, CURVE_STEPS + 1)]
    else:
        lines[-1].append((v[-2], v[-1]))


def _on_curve(points: list[tuple[float, float]], share: float) -> tuple[float, float]:
    """Return the point of a Bezier curve by de Casteljau's halving."""
    while len(points) > 1:
        points = [(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in pairwise(points)]
    return points[0]
