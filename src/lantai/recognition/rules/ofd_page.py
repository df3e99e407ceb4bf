"""Where the text of an OFD page stands: boundaries, transforms, distances of characters (GB/T 33190, clause 11)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lantai.recognition.rules.layout import Box

Transform = tuple[float, float, float, float, float, float]
IDENTITY: Transform = (1, 0, 0, 1, 0, 0)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
MOST_REPEATS = 100_000


@dataclass(frozen=True, slots=True)
class OfdText:
    """One run of characters: the baseline point (mm) of each, and the height of the letters (mm)."""

    text: str
    points_mm: tuple[tuple[float, float], ...]
    size_mm: float


def numbers(text: str) -> list[float]:
    """Return the numbers written in `text`."""
    return [float(n) for n in _NUMBER.findall(text)]


def combined(first: Transform, then: Transform) -> Transform:
    """Return the transform that does `first`, then `then`; (a, b, c, d, e, f) as the standard writes a CTM."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def applied(transform: Transform, x: float, y: float) -> tuple[float, float]:
    """Return the point (x, y) after `transform`."""
    a, b, c, d, e, f = transform
    return a * x + c * y + e, b * x + d * y + f


def object_transform(element: Any, page: Transform) -> Transform:
    """Return the way from an object's own space to the page: its CTM, its boundary's corner, then `page`."""
    ctm = numbers(element.get("CTM", ""))
    own: Transform = (ctm[0], ctm[1], ctm[2], ctm[3], ctm[4], ctm[5]) if len(ctm) == 6 else IDENTITY
    boundary = numbers(element.get("Boundary", ""))
    corner: Transform = (1, 0, 0, 1, boundary[0], boundary[1]) if len(boundary) == 4 else IDENTITY
    return combined(combined(own, corner), page)


def placed_text(element: Any, page: Transform) -> Iterator[OfdText]:
    """Yield the runs of a TextObject with the point of each character on the page."""
    transform = object_transform(element, page)
    size = (numbers(element.get("Size", "")) or [4.0])[0]
    scale = (abs(transform[0] * transform[3] - transform[1] * transform[2])) ** 0.5 or 1.0
    x, y = 0.0, 0.0
    for code in element:
        if not str(code.tag).endswith("TextCode"):
            continue
        text = code.text or ""
        x = (numbers(code.get("X", "")) or [x])[0]
        y = (numbers(code.get("Y", "")) or [y])[0]
        across, down = deltas(code.get("DeltaX", "")), deltas(code.get("DeltaY", ""))
        points = []
        at_x, at_y = x, y
        for index, character in enumerate(text):
            points.append(applied(transform, at_x, at_y))
            if index < len(across):
                at_x += across[index]
            elif not down:
                at_x += size * (1.0 if ord(character) > 0x2E7F else 0.5)
            if index < len(down):
                at_y += down[index]
        if text.strip():
            yield OfdText(text, tuple(points), size * scale)


def deltas(text: str) -> list[float]:
    """Return the distances of a DeltaX or DeltaY; "g 3 4.2" stands for 4.2 three times."""
    found: list[float] = []
    words = text.split()
    index = 0
    while index < len(words):
        step = numbers(words[index])
        if words[index] == "g" and index + 2 < len(words):
            count, repeated = numbers(words[index + 1]), numbers(words[index + 2])
            if count and repeated:
                found += [repeated[0]] * min(int(count[0]), MOST_REPEATS - len(found))
            index += 3
        else:
            found += step[:1]
            index += 1
        if len(found) >= MOST_REPEATS:
            break
    return found


def box_of(text: OfdText, pixels_per_mm: float) -> Box:
    """Return the box of a run in pixels: from 0.88 of its height above the baseline to 0.12 below."""
    xs, ys = [p[0] for p in text.points_mm], [p[1] for p in text.points_mm]
    last = text.size_mm * (1.0 if ord(text.text[-1]) > 0x2E7F else 0.55)
    return (
        round(min(xs) * pixels_per_mm),
        round((min(ys) - 0.88 * text.size_mm) * pixels_per_mm),
        round((max(xs) + last) * pixels_per_mm),
        round((max(ys) + 0.12 * text.size_mm) * pixels_per_mm),
    )
