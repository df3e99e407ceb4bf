"""Seals of many makes, pressed in many inks: plates cut as glyphs on rings and squares, and the ink that they leave.

`seals` cuts the one seal of the sample archive; this is the wide range that finding and reading of seals is measured on.
"""

import itertools
import math
import random
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sample.city import BUREAUS, CITY, DISTRICTS, enterprise, person
from sample.fonts import font_at

Image8: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float32]
RGB: TypeAlias = tuple[int, int, int]

CUT_PX_MM = 12.0
_FACES = ("title", "song", "hei", "serif", "sans", "kai")
_PURPOSES = ("", "", "合同专用章", "财务专用章", "档案专用章", "业务专用章", "行政审批专用章", "户口专用章")


@dataclass(frozen=True, slots=True)
class Plate:
    """What is cut into a seal. `size_mm`: its width and height; `purpose` is the level line below the star."""

    shape: str
    text: str
    size_mm: tuple[float, float]
    purpose: str = ""
    code: str = ""
    face: str = "title"
    star: bool = True
    is_double: bool = False
    is_white: bool = False
    rim_mm: float = 1.1
    sweep_degrees: float = 250.0
    glyph_mm: float = 5.0


@dataclass(frozen=True, slots=True)
class Ink:
    """How a seal was inked: `opacity` where it is full, `unevenness` how much of it fails, `grain` the chance in it."""

    rgb: RGB
    opacity: float = 0.8
    unevenness: float = 0.3
    grain: int = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """A pressed seal, in pixels of the picture: `radii` before the turn of `angle_degrees` (clockwise).

    `weakest_sign`: the ink that the palest letter of its name took, as a share of a full one; `covered`: the largest
    share of a letter's place with print below it.
    """

    plate: Plate
    ink: Ink
    centre: tuple[float, float]
    radii: tuple[float, float]
    angle_degrees: float
    box_px: tuple[int, int, int, int]
    seen: float
    weakest_sign: float = 1.0
    covered: float = 0.0


INKS: tuple[RGB, ...] = (
    (196, 24, 40),
    (214, 48, 32),
    (228, 84, 44),
    (178, 30, 66),
    (232, 60, 84),
    (156, 40, 120),
    (112, 52, 150),
    (44, 62, 160),
    (36, 92, 180),
    (30, 50, 120),
)


def organisation(rng: random.Random) -> str:
    """Return the name of a body or an enterprise that might own a seal."""
    kind = rng.random()
    if kind < 0.4:
        return CITY + rng.choice(BUREAUS).removeprefix("市")
    if kind < 0.6:
        return CITY + rng.choice(DISTRICTS) + rng.choice(("民政局", "财政局", "教育局", "人民政府", "自然资源局"))
    return enterprise(rng).name


def plate(rng: random.Random, shape: str = "", text: str = "") -> Plate:
    """Return a plate of chance: round, oval or square where `shape` does not say."""
    shape = shape or rng.choices(("round", "oval", "square"), (0.6, 0.18, 0.22))[0]
    face = rng.choices(_FACES, (4, 3, 2, 2, 1, 2))[0]
    if shape == "square":
        side = rng.uniform(18, 30)
        return Plate(
            shape, text or person(rng).name, (side, side), face=face, rim_mm=rng.uniform(0.6, 1.5),
            is_white=rng.random() < 0.12,
        )  # fmt: skip
    name = text or organisation(rng)
    if shape == "oval":
        wide = rng.choice((40.0, 45.0))
        size = (wide, 30.0)
    else:
        wide = rng.uniform(36 if len(name) > 14 else 30, 45)
        size = (wide, wide)
    return Plate(
        shape, name, size,
        purpose="发票专用章" if shape == "oval" and rng.random() < 0.6 else rng.choice(_PURPOSES),
        code="".join(rng.choice("0123456789") for _ in range(13)) if rng.random() < 0.5 else "",
        face=face, star=shape == "round" and rng.random() < 0.85, is_double=rng.random() < 0.3,
        rim_mm=rng.uniform(0.8, 1.3), sweep_degrees=rng.uniform(225, 262), glyph_mm=rng.uniform(4.2, 5.6),
    )  # fmt: skip


def ink(rng: random.Random) -> Ink:
    """Return an ink of chance, from full to a quarter."""
    rgb = tuple(min(max(part + rng.randint(-14, 14), 0), 255) for part in rng.choice(INKS))
    return Ink(
        (rgb[0], rgb[1], rgb[2]), rng.uniform(0.25, 1.0), rng.choice((0.1, 0.3, 0.5, 0.7)), rng.randrange(1 << 30)
    )


@lru_cache(maxsize=64)
def cut(made: Plate) -> Floats:
    """Return how deep the plate prints: (height, width) float32 from 0 to 1, CUT_PX_MM pixels a millimetre."""
    wide, high = (round(side * CUT_PX_MM) for side in made.size_mm)
    base = Image.new("L", (wide, high), 0)
    draw = ImageDraw.Draw(base)
    if made.shape == "square":
        _cut_square(base, draw, made)
    else:
        _cut_round(base, draw, made)
    mask = np.asarray(base, np.float32) / np.float32(255)
    return (1 - mask if made.is_white else mask).astype(np.float32)


def _glyph(character: str, face: str, wide: float, high: float) -> Image.Image:
    font = font_at(face, max(int(high * 10), 10))
    left, top, right, bottom = font.getbbox(character)
    drawn = Image.new("L", (max(int(right - left), 1), max(int(bottom - top), 1)), 0)
    ImageDraw.Draw(drawn).text((-left, -top), character, font=font, fill=255)
    if character.isascii() or character in "一二三":
        share = (right - left) / max(bottom - top, 1)
        wide, high = (min(wide, high * share), high) if share < 1 else (wide, max(wide / share, high * 0.12))
    return drawn.resize((max(round(wide), 1), max(round(high), 1)), Image.Resampling.BILINEAR)


def _cut_square(base: Image.Image, draw: ImageDraw.ImageDraw, made: Plate) -> None:
    side = base.width
    rim = max(round(made.rim_mm * CUT_PX_MM), 2)
    if not made.is_white:
        draw.rectangle((1, 1, side - 2, side - 2), outline=255, width=rim)
    signs = made.text + {2: "之印", 3: "印"}.get(len(made.text), "")
    room = side - 2 * rim
    step = room / 2
    # Two columns, read from right to left, as on a carved name seal.
    for character, (column, row) in zip(signs[:4], ((1, 0), (1, 1), (0, 0), (0, 1)), strict=False):
        drawn = _glyph(character, made.face, step * 0.84, step * 0.84)
        at = (round(rim + column * step + step * 0.08), round(rim + row * step + step * 0.08))
        base.paste(255, at, drawn)


def _ring_spot(half: tuple[float, float], inset: float, angle: float) -> tuple[float, float, float]:
    """Return x, y and the turn of a glyph that stands `inset` inside the rim, `angle` degrees clockwise from the top."""
    across, down = half[0] - inset, half[1] - inset
    turn = math.radians(angle)
    x, y = across * math.sin(turn), -down * math.cos(turn)
    normal = math.degrees(math.atan2(x / across**2, -y / down**2))
    return half[0] + x, half[1] + y, normal


def _even_angles(half: tuple[float, float], sweep: float, count: int) -> list[float]:
    """Return angles of `count` places at even distances along the arc of an ellipse, symmetric about the top."""
    angles = np.linspace(-sweep / 2, sweep / 2, 721)
    turned = np.radians(angles)
    points = np.stack([half[0] * np.sin(turned), -half[1] * np.cos(turned)])
    walked = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=1)))])
    spots = np.linspace(0, walked[-1], count) if count > 1 else np.array([walked[-1] / 2])
    return [float(value) for value in np.interp(spots, walked, angles)]


def _cut_round(base: Image.Image, draw: ImageDraw.ImageDraw, made: Plate) -> None:
    wide, high = base.size
    half = (wide / 2, high / 2)
    rim = max(round(made.rim_mm * CUT_PX_MM), 2)
    draw.ellipse((1, 1, wide - 2, high - 2), outline=255, width=rim)
    inner = _inner_mm(made) * CUT_PX_MM
    if made.is_double:
        gap = round(rim * 1.9)
        draw.ellipse((gap, gap, wide - 1 - gap, high - 1 - gap), outline=255, width=max(rim // 3, 2))
    sweep = min(made.sweep_degrees, 26.0 * len(made.text) + 20)
    tall = sign_mm(made) * CUT_PX_MM
    inset = inner + tall / 2
    angles = _even_angles((half[0] - inset, half[1] - inset), sweep, len(made.text))
    room = min(
        math.dist(_ring_spot(half, inset + tall * 0.4, a)[:2], _ring_spot(half, inset + tall * 0.4, b)[:2])
        for a, b in itertools.pairwise(angles)
    )
    for character, angle in zip(made.text, angles, strict=True):
        _set_on_ring(base, character, made.face, min(tall * 0.9, room * 0.94), tall, _ring_spot(half, inset, angle))
    if made.star:
        _star(draw, half, min(half) * 0.33)
    _cut_lines(base, draw, made, inner)


def _set_on_ring(
    base: Image.Image, sign: str, face: str, wide: float, tall: float, spot: tuple[float, float, float]
) -> None:
    turned = _glyph(sign, face, wide, tall).rotate(-spot[2], expand=True, resample=Image.Resampling.BICUBIC)
    base.paste(255, (round(spot[0] - turned.width / 2), round(spot[1] - turned.height / 2)), turned)


def _star(draw: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float) -> None:
    tips = []
    for step in range(10):
        reach = radius if step % 2 == 0 else radius * 0.382
        angle = math.radians(-90 + 36 * step)
        tips.append((centre[0] + reach * math.cos(angle), centre[1] + reach * math.sin(angle)))
    draw.polygon(tips, fill=255)


def _cut_lines(base: Image.Image, draw: ImageDraw.ImageDraw, made: Plate, inner: float) -> None:
    """Cut the level line of the purpose and the code: along the lower rim, or level in the middle of an oval."""
    wide, high = base.size
    if made.purpose:
        size = min(high * 0.115, wide * 0.56 / len(made.purpose))
        level = 0.72 if made.shape == "round" else 0.74
        draw.text(
            (wide / 2, high * level), made.purpose, font=font_at(made.face, round(size * 10)), fill=255, anchor="mm"
        )
    if not made.code:
        return
    if made.shape == "oval":
        font = font_at(made.face, round(high * 0.115 * 10))
        draw.text((wide / 2, high * 0.5), made.code, font=font, fill=255, anchor="mm")
        return
    tall = 1.5 * CUT_PX_MM
    half = (wide / 2, high / 2)
    spread = 4.2 * (len(made.code) - 1)
    for place, sign in enumerate(made.code):
        x, y, turn = _ring_spot(half, inner + tall * 0.6, 180 + spread / 2 - place * spread / (len(made.code) - 1))
        _set_on_ring(base, sign, made.face, tall * 0.62, tall, (x, y, turn - 180))


def _worn(shape: tuple[int, int], unevenness: float, grain: int) -> Floats:
    """Return how much ink took: pale patches, a dry side and small gaps."""
    rng = np.random.default_rng(grain)
    high, wide = shape
    patches = cv2.resize(rng.random((7, 7), dtype=np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)
    fine = cv2.resize(
        rng.random((high // 3 + 1, wide // 3 + 1), dtype=np.float32), (wide, high), interpolation=cv2.INTER_LINEAR
    )
    turn = rng.uniform(0, 2 * math.pi)
    ys, xs = np.meshgrid(np.linspace(-1, 1, high), np.linspace(-1, 1, wide), indexing="ij")
    side = np.clip(0.9 + (xs * math.cos(turn) + ys * math.sin(turn)) * 0.7, 0, 1)
    strength = 1 - unevenness * (0.55 * (1 - patches) + 0.35 * (1 - side))
    strength *= np.where(fine < 0.14 * unevenness, 0.3, 1.0)
    strength *= np.where(patches < 0.16 * unevenness, 0.15, 1.0)
    return np.asarray(np.clip(strength, 0, 1), np.float32)


def press(
    image: Image8, made: Plate, by: Ink, centre: tuple[float, float], angle_degrees: float, px_per_mm: float
) -> Stamp:
    """Press a seal onto the picture (which is changed) as ink does, so that print below still shows; say where it lies.

    `seen` is the part of the seal that lies on the paper.
    """
    mask = cut(made)
    scale = px_per_mm / CUT_PX_MM
    radii = (made.size_mm[0] * px_per_mm / 2, made.size_mm[1] * px_per_mm / 2)
    reach = math.ceil(math.hypot(*radii)) + 2
    side = 2 * reach + 1
    small = cv2.resize(mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    matrix = cv2.getRotationMatrix2D((small.shape[1] / 2, small.shape[0] / 2), -angle_degrees, 1.0)
    left, top = math.floor(centre[0]) - reach, math.floor(centre[1]) - reach
    matrix[0, 2] += centre[0] - left - small.shape[1] / 2
    matrix[1, 2] += centre[1] - top - small.shape[0] / 2
    alpha = cv2.warpAffine(small, matrix, (side, side), flags=cv2.INTER_LINEAR)
    whole = float(alpha.sum())
    worn = _worn((side, side), by.unevenness, by.grain)
    height, width = image.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + side, width), min(top + side, height)
    clear = np.zeros((side, side), np.float32)
    clear[y0 - top : y1 - top, x0 - left : x1 - left] = image[y0:y1, x0:x1].min(2) > 128
    middle = (centre[0] - left, centre[1] - top)
    weakest = _weakest(made, worn, middle, angle_degrees, px_per_mm)
    covered = 1 - _weakest(made, clear, middle, angle_degrees, px_per_mm)
    alpha = alpha * worn * np.float32(by.opacity)
    part = alpha[y0 - top : y1 - top, x0 - left : x1 - left, None]
    window = image[y0:y1, x0:x1]
    window[:] = (window * (1 - part * (1 - np.array(by.rgb, np.float32) / 255))).astype(np.uint8)
    on_paper = cv2.warpAffine(small, matrix, (side, side))[y0 - top : y1 - top, x0 - left : x1 - left].sum() / whole
    return Stamp(
        made, by, centre, radii, angle_degrees, box_of(made.shape, centre, radii, angle_degrees, (width, height)),
        float(on_paper), weakest, covered,
    )  # fmt: skip


def _weakest(
    made: Plate, strength: Floats, middle: tuple[float, float], angle_degrees: float, px_per_mm: float
) -> float:
    """Return the mean strength at the letter of the name that took the least ink."""
    turn = math.radians(angle_degrees)
    tall = sign_mm(made) * px_per_mm
    reach = max(round(tall / 2), 1)
    found = []
    for x_mm, y_mm in sign_places(made):
        x = middle[0] + (x_mm * math.cos(turn) - y_mm * math.sin(turn)) * px_per_mm
        y = middle[1] + (x_mm * math.sin(turn) + y_mm * math.cos(turn)) * px_per_mm
        left, top = max(round(x) - reach, 0), max(round(y) - reach, 0)
        part = strength[top : round(y) + reach, left : round(x) + reach]
        found.append(float(part.mean()) if part.size else 0.0)
    return min(found)


def sign_mm(made: Plate) -> float:
    """Return how high the letters of the name stand."""
    if made.shape == "square":
        return made.size_mm[0] * 0.42
    return min(made.glyph_mm, made.size_mm[1] * 0.16)


def sign_places(made: Plate) -> list[tuple[float, float]]:
    """Return where the letters of the name stand, in millimetres from the middle of the plate."""
    if made.shape == "square":
        quarter = made.size_mm[0] * 0.23
        return [(x * quarter, y * quarter) for x, y in ((1, -1), (1, 1), (-1, -1), (-1, 1))]
    half = (made.size_mm[0] / 2, made.size_mm[1] / 2)
    inset = _inner_mm(made) + sign_mm(made) / 2
    sweep = min(made.sweep_degrees, 26.0 * len(made.text) + 20)
    angles = _even_angles((half[0] - inset, half[1] - inset), sweep, len(made.text))
    places = [_ring_spot(half, inset, angle) for angle in angles]
    return [(x - half[0], y - half[1]) for x, y, _ in places]


def _inner_mm(made: Plate) -> float:
    """Return how far inside the outline the letters begin."""
    return made.rim_mm * (2.8 if made.is_double else 1.5)


def box_of(
    shape: str, centre: tuple[float, float], radii: tuple[float, float], angle_degrees: float, size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return the upright box around a turned ellipse or square, inside a picture of `size` (width, height)."""
    turn = math.radians(angle_degrees)
    cosine, sine = abs(math.cos(turn)), abs(math.sin(turn))
    if shape == "square":
        across, down = radii[0] * cosine + radii[1] * sine, radii[0] * sine + radii[1] * cosine
    else:
        across = math.hypot(radii[0] * cosine, radii[1] * sine)
        down = math.hypot(radii[0] * sine, radii[1] * cosine)
    return (
        max(round(centre[0] - across), 0),
        max(round(centre[1] - down), 0),
        min(round(centre[0] + across), size[0]),
        min(round(centre[1] + down), size[1]),
    )


def moved(stamp: Stamp, matrix: NDArray[np.float64], angle_degrees: float, size: tuple[int, int]) -> Stamp:
    """Return a stamp after its picture was turned by `matrix` (2, 3), `angle_degrees` clockwise."""
    x, y = matrix @ np.array([*stamp.centre, 1.0])
    angle = stamp.angle_degrees + angle_degrees
    box = box_of(stamp.plate.shape, (x, y), stamp.radii, angle, size)
    return replace(stamp, centre=(float(x), float(y)), angle_degrees=angle, box_px=box)
