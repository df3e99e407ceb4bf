"""Where things stand on an OFD page: boundaries, transforms, characters, outlines, colours (GB/T 33190, clauses 8 to 11)."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lantai.recognition.rules.layout import Box

Transform = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Path = list[tuple[str, tuple[Point, ...]]]
"""Pieces of an outline: "m" and "l" with one point, "c" with three, "h" with none, as PDF names them."""

IDENTITY: Transform = (1, 0, 0, 1, 0, 0)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TAKES = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
MOST_REPEATS = 100_000
MOST_PIECES = 400_000
FARTHEST = 1e7
ASCENT, DESCENT = 0.88, 0.12


@dataclass(frozen=True, slots=True)
class OfdGlyph:
    """One character of a TextObject at its baseline point, in the object's own space (mm).

    `glyph` is the glyph's number in the embedded font where the file says it; "" as character only draws a glyph.
    """

    character: str
    x: float
    y: float
    advance: float
    glyph: int | None = None


def numbers(text: str) -> list[float]:
    """Return the numbers written in `text`, those beyond any page taken as its edge."""
    return [max(-FARTHEST, min(FARTHEST, float(n))) for n in _NUMBER.findall(text)]


def first_number(text: str | None, otherwise: float) -> float:
    found = numbers(text or "")
    return found[0] if found else otherwise


def combined(first: Transform, then: Transform) -> Transform:
    """Return the transform that does `first`, then `then`; (a, b, c, d, e, f) as the standard writes a CTM."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def applied(transform: Transform, x: float, y: float) -> Point:
    """Return the point (x, y) after `transform`."""
    a, b, c, d, e, f = transform
    return a * x + c * y + e, b * x + d * y + f


def matrix_of(element: Any, name: str = "CTM") -> Transform:
    """Return the matrix that an attribute writes, or the identity."""
    ctm = numbers(element.get(name, ""))
    return (ctm[0], ctm[1], ctm[2], ctm[3], ctm[4], ctm[5]) if len(ctm) == 6 else IDENTITY


def corner_of(element: Any) -> Transform:
    """Return the way from the space inside an object's Boundary to the space around it."""
    boundary = numbers(element.get("Boundary", ""))
    return (1, 0, 0, 1, boundary[0], boundary[1]) if len(boundary) == 4 else IDENTITY


def object_transform(element: Any, page: Transform) -> Transform:
    """Return the way from an object's own space to the page: its CTM, its boundary's corner, then `page`."""
    return combined(combined(matrix_of(element), corner_of(element)), page)


def glyphs_of(element: Any) -> Iterator[OfdGlyph]:
    """Yield the characters of a TextObject with their points, glyph numbers from its CGTransforms beside them."""
    size = first_number(element.get("Size"), 4.0)
    stretch = first_number(element.get("HScale"), 1.0) or 1.0
    numbers_of_glyphs = _numbers_of_glyphs(element)
    x = y = 0.0
    position = 0
    for code in element:
        if not str(code.tag).endswith("TextCode"):
            continue
        text = code.text or ""
        x = first_number(code.get("X"), x)
        y = first_number(code.get("Y"), y)
        across, down = deltas(code.get("DeltaX", "")), deltas(code.get("DeltaY", ""))
        at_x, at_y = x, y
        for index, character in enumerate(text):
            own = size * stretch * (1.0 if ord(character) > 0x2E7F else 0.5)
            step = _delta(across, index, 0.0 if down else own)
            found = numbers_of_glyphs.get(position, ())
            yield OfdGlyph(character, at_x, at_y, step if 0 < step < own else own, found[0] if found else None)
            for further in found[1:]:
                yield OfdGlyph("", at_x, at_y, own, further)
            at_x += step
            at_y += _delta(down, index, 0.0)
            position += 1


def _delta(steps: Sequence[float], index: int, otherwise: float) -> float:
    """Return a step; where fewer are written than there are characters, the last one goes on."""
    return steps[min(index, len(steps) - 1)] if steps else otherwise


def _numbers_of_glyphs(element: Any) -> dict[int, tuple[int, ...]]:
    """Return for each position in the text the glyphs that stand for it (GB/T 33190, clause 11.4)."""
    found: dict[int, tuple[int, ...]] = {}
    for change in element:
        if not str(change.tag).endswith("CGTransform"):
            continue
        start = int(first_number(change.get("CodePosition"), 0))
        codes = max(int(first_number(change.get("CodeCount"), 1)), 1)
        written = next((e.text or "" for e in change if str(e.tag).endswith("Glyphs")), "")
        glyphs = [int(n) for n in numbers(written)[:MOST_REPEATS] if n >= 0]
        for index, glyph in enumerate(glyphs):
            place = start + min(index, codes - 1)
            found[place] = (*found.get(place, ()), glyph)
        for index in range(len(glyphs), min(codes, MOST_REPEATS)):
            found.setdefault(start + index, ())
    return found


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
                found += [repeated[0]] * max(min(int(count[0]), MOST_REPEATS - len(found)), 0)
            index += 3
        else:
            found += step[:1]
            index += 1
        if len(found) >= MOST_REPEATS:
            break
    return found


def turn_of_glyphs(element: Any) -> int:
    """Return by how many degrees clockwise each glyph is turned about its point (0, 90, 180, 270)."""
    return int(first_number(element.get("CharDirection"), 0)) // 90 * 90 % 360


def glyph_box(glyph: OfdGlyph, size: float, turn: int, transform: Transform, pixels_per_mm: float) -> Box:
    """Return the box of a character in pixels: from 0.88 of its height above the baseline to 0.12 below."""
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    corners = []
    for across, down in (
        (0, -ASCENT * size), (glyph.advance, -ASCENT * size), (glyph.advance, DESCENT * size), (0, DESCENT * size),
    ):  # fmt: skip
        x, y = across * cosine - down * sine, across * sine + down * cosine
        corners.append(applied(transform, glyph.x + x, glyph.y + y))
    xs, ys = [c[0] * pixels_per_mm for c in corners], [c[1] * pixels_per_mm for c in corners]
    return round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))


def path_of(data: str) -> Path:
    """Return the pieces of an AbbreviatedData (GB/T 33190, clause 9.3), arcs and parabolas as cubic curves."""
    path: Path = []
    words = _WORD.findall(data)
    index = 0
    current: Point = (0.0, 0.0)
    while index < len(words) and len(path) < MOST_PIECES:
        command = words[index].upper()
        count = _TAKES.get(command, -1)
        index += 1
        values = words[index : index + max(count, 0)]
        if count < 0 or len(values) < count or any(v[-1].isalpha() for v in values):
            continue
        index += count
        v = [max(-FARTHEST, min(FARTHEST, float(word))) for word in values]
        if command not in "MS" and not path:
            path.append(("m", (current,)))
        pieces = _pieces(command, v, current)
        path += pieces
        if pieces and pieces[-1][1]:
            current = pieces[-1][1][-1]
    return path


def _pieces(command: str, v: Sequence[float], current: Point) -> Path:
    if command in ("M", "S"):
        return [("m", ((v[0], v[1]),))]
    if command == "L":
        return [("l", ((v[0], v[1]),))]
    if command == "B":
        return [("c", ((v[0], v[1]), (v[2], v[3]), (v[4], v[5])))]
    if command == "Q":
        (x, y), (cx, cy), (ex, ey) = current, (v[0], v[1]), (v[2], v[3])
        first = (x + 2 / 3 * (cx - x), y + 2 / 3 * (cy - y))
        return [("c", (first, (ex + 2 / 3 * (cx - ex), ey + 2 / 3 * (cy - ey)), (ex, ey)))]
    if command == "A":
        return arc(current, (v[0], v[1]), v[2], large=v[3] != 0, clockwise=v[4] != 0, end=(v[5], v[6]))
    return [("h", ())]


def arc(start: Point, radii: Point, degrees: float, *, large: bool, clockwise: bool, end: Point) -> Path:
    """Return the elliptic arc from `start` to `end` as cubic curves; a straight line where the ellipse has no size."""
    rx, ry = abs(radii[0]), abs(radii[1])
    if rx < 1e-9 or ry < 1e-9 or math.dist(start, end) < 1e-9:
        return [("l", (end,))]
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cosine * half_x + sine * half_y, cosine * half_y - sine * half_x
    grow = math.sqrt(max((x / rx) ** 2 + (y / ry) ** 2, 1.0))
    rx, ry = rx * grow, ry * grow
    below = (rx * y) ** 2 + (ry * x) ** 2
    reach = math.sqrt(max((rx * ry) ** 2 - below, 0.0) / below) if below else 0.0
    reach = -reach if large == clockwise else reach
    centre_x, centre_y = reach * rx * y / ry, -reach * ry * x / rx
    begin = math.atan2((y - centre_y) / ry, (x - centre_x) / rx)
    sweep = math.atan2((-y - centre_y) / ry, (-x - centre_x) / rx) - begin
    if clockwise and sweep < 0:
        sweep += 2 * math.pi
    elif not clockwise and sweep > 0:
        sweep -= 2 * math.pi
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    frame: Transform = (
        cosine * rx, sine * rx, -sine * ry, cosine * ry,
        cosine * centre_x - sine * centre_y + middle[0], sine * centre_x + cosine * centre_y + middle[1],
    )  # fmt: skip
    return _arc_pieces(begin, sweep, frame)


def _arc_pieces(begin: float, sweep: float, frame: Transform) -> Path:
    count = max(math.ceil(abs(sweep) / (math.pi / 2) - 1e-9), 1)
    step = sweep / count
    pull = 4 / 3 * math.tan(step / 4)
    pieces: Path = []
    for index in range(count):
        a, b = begin + index * step, begin + (index + 1) * step
        first = (math.cos(a) - pull * math.sin(a), math.sin(a) + pull * math.cos(a))
        second = (math.cos(b) + pull * math.sin(b), math.sin(b) - pull * math.cos(b))
        points = (first, second, (math.cos(b), math.sin(b)))
        pieces.append(("c", tuple(applied(frame, *point) for point in points)))
    return pieces


def moved(path: Path, transform: Transform) -> Path:
    """Return `path` after `transform`."""
    return [(kind, tuple(applied(transform, *point) for point in points)) for kind, points in path]


def colour_values(written: str) -> list[float]:
    """Return the parts of a colour's Value: decimal numbers, or hexadecimal ones with a "#"."""
    found: list[float] = []
    for word in written.replace(",", " ").split():
        if word.startswith("#"):
            digits = word[1:]
            pieces = [digits[i : i + 2] for i in range(0, len(digits), 2)] if len(digits) in (6, 8) else [digits]
            found += [float(int(piece, 16)) for piece in pieces if re.fullmatch(r"[0-9a-fA-F]{1,4}", piece)]
        else:
            found += numbers(word)[:1]
    return found


def as_rgb(values: Sequence[float], most: float = 255.0) -> tuple[float, float, float]:
    """Return red, green and blue (0 to 1) of a grey, RGB or CMYK value whose parts reach to `most`; black if neither."""
    v = [max(0.0, min(1.0, value / most)) for value in values]
    if len(v) == 1:
        return v[0], v[0], v[0]
    if len(v) == 3:
        return v[0], v[1], v[2]
    if len(v) >= 4:
        return (1 - v[0]) * (1 - v[3]), (1 - v[1]) * (1 - v[3]), (1 - v[2]) * (1 - v[3])
    return 0.0, 0.0, 0.0
