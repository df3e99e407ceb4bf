"""Red seals: the round one of a body (ring text, star, line below) and the square one of a person."""

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sample.fonts import font_at

SEAL_RED = (196, 24, 40)

_RING_DEGREES = 292


def _star(draw: ImageDraw.ImageDraw, centre: float, radius: float) -> None:
    tips = []
    for step in range(10):
        reach = radius if step % 2 == 0 else radius * 0.382
        angle = math.radians(-90 + 36 * step)
        tips.append((centre + reach * math.cos(angle), centre + reach * math.sin(angle)))
    draw.polygon(tips, fill=255)


def _glyph(character: str, width_px: int, height_px: int) -> Image.Image:
    font = font_at("title", int(height_px * 10))
    left, top, right, bottom = font.getbbox(character)
    drawn = Image.new("L", (max(int(right - left), 1), max(int(bottom - top), 1)), 0)
    ImageDraw.Draw(drawn).text((-left, -top), character, font=font, fill=255)
    return drawn.resize((max(width_px, 1), max(height_px, 1)), Image.Resampling.BILINEAR)


@lru_cache(maxsize=128)
def _round_mask(ring_text: str, inner_text: str, size_px: int) -> NDArray[np.uint8]:
    side = size_px * 2
    centre = side / 2
    plate = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(plate)
    draw.ellipse((2, 2, side - 3, side - 3), outline=255, width=max(round(side * 0.028), 2))
    _star(draw, centre, side * 0.155)
    count = len(ring_text)
    sweep = min(_RING_DEGREES, 24 * count)
    height = side * 0.135
    reach = centre * 0.93 - height / 2 - side * 0.028
    step = math.radians(sweep) / max(count - 1, 1)
    width = min(height * 0.92, step * (reach - height / 2) * 0.94)
    for place, character in enumerate(ring_text):
        angle = -sweep / 2 + math.degrees(step) * place
        turned = _glyph(character, round(width), round(height)).rotate(
            -angle, expand=True, resample=Image.Resampling.BICUBIC
        )
        x = centre + reach * math.sin(math.radians(angle)) - turned.width / 2
        y = centre - reach * math.cos(math.radians(angle)) - turned.height / 2
        plate.paste(255, (round(x), round(y)), turned)
    if inner_text:
        font = font_at("title", round(min(side * 0.088, side * 0.56 / len(inner_text)) * 10))
        draw.text((centre, side * 0.735), inner_text, font=font, fill=255, anchor="mm")
    return np.asarray(plate.resize((size_px, size_px), Image.Resampling.BOX))


@lru_cache(maxsize=256)
def _square_mask(name: str, size_px: int) -> NDArray[np.uint8]:
    side = size_px * 2
    plate = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(plate)
    draw.rectangle((2, 2, side - 3, side - 3), outline=255, width=max(round(side * 0.05), 2))
    signs = (name + "印")[:4] if len(name) == 3 else (name + "之印")[:4]
    half = side * 0.42
    # Two columns read from right to left, as on a carved name seal.
    places = ((1, 0), (1, 1), (0, 0), (0, 1))
    for character, (column, row) in zip(signs, places, strict=False):
        box = _glyph(character, round(half * 0.9), round(half * 0.9))
        plate.paste(255, (round(side * 0.08 + column * half), round(side * 0.1 + row * half)), box)
    return np.asarray(plate.resize((size_px, size_px), Image.Resampling.BOX))


def _worn(mask: NDArray[np.uint8], grain: int) -> NDArray[np.float32]:
    """Return the mask with uneven ink: pale patches and small gaps, the same for the same grain."""
    rng = np.random.default_rng(grain)
    side = mask.shape[0]
    patches = cv2.resize(rng.random((6, 6), dtype=np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    gaps = cv2.resize(rng.random((side // 3 + 1, side // 3 + 1), dtype=np.float32), (side, side))
    strength = np.clip(0.58 + 0.5 * patches, 0.4, 1.0) * np.where(gaps < 0.06, 0.25, 1.0)
    return np.asarray(mask.astype(np.float32) / 255 * strength * 0.9, dtype=np.float32)


def seal_alpha(
    ring_text: str, inner_text: str, shape: str, size_px: int, angle_degrees: float, grain: int
) -> NDArray[np.float32]:
    """Return how much ink lies where: (side, side) float32 from 0 to 1, turned clockwise by the angle."""
    plain = _round_mask(ring_text, inner_text, size_px) if shape == "round" else _square_mask(ring_text, size_px)
    margin = round(size_px * (0.02 if shape == "round" else 0.22))
    room = cv2.copyMakeBorder(plain, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    side = room.shape[0]
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), -angle_degrees, 1.0)
    turned = cv2.warpAffine(room, turn, (side, side), flags=cv2.INTER_LINEAR)
    return _worn(np.asarray(turned, dtype=np.uint8), grain)
