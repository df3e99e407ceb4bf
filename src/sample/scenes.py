"""Photographs of a city that does not exist: sky, hills, water, houses, people and a banner, drawn by rule."""

import math
import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sample.fonts import font_at

SCENES = ("bridge", "school", "street", "embankment", "factory", "meeting", "square", "village")

_Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """A drawn photograph: (height, width, 3) uint8 RGB, and where the words of its banner stand."""

    image: NDArray[np.uint8]
    banner_box: _Box | None


def _mix(one: tuple[int, ...], two: tuple[int, ...], share: float) -> tuple[int, int, int]:
    blended = [round(a + (b - a) * share) for a, b in zip(one, two, strict=True)]
    return (blended[0], blended[1], blended[2])


def _sky(width: int, height: int, rng: random.Random) -> Image.Image:
    top, low = rng.choice(
        [((96, 142, 200), (214, 228, 238)), ((150, 170, 190), (226, 226, 220)), ((120, 150, 178), (240, 214, 180))]
    )
    share = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    ramp = np.asarray(top, np.float32) * (1 - share) + np.asarray(low, np.float32) * share
    field = np.repeat(ramp, width, axis=1)
    grain = np.random.default_rng(rng.getrandbits(32))
    clouds = sum(
        cv2.resize(grain.random((n, n * 2), dtype=np.float32), (width, height), interpolation=cv2.INTER_CUBIC) / n
        for n in (3, 6, 12)
    )
    veil = np.clip((np.asarray(clouds) - 0.36) * 4, 0, 0.75)[..., None]
    return Image.fromarray((field * (1 - veil) + 246 * veil).astype(np.uint8))


def _hills(
    draw: ImageDraw.ImageDraw, width: int, level: float, height: float, colour: tuple[int, ...], rng: random.Random
) -> None:
    phases = [rng.uniform(0, 6.3) for _ in range(4)]
    ridge = [
        (
            x,
            level
            - height * (0.5 + 0.3 * math.sin(x / width * 5 + phases[0]) + 0.15 * math.sin(x / width * 13 + phases[1]))
            - height * 0.06 * math.sin(x / width * 41 + phases[2]),
        )
        for x in range(0, width + 9, 8)
    ]
    draw.polygon([(0, level + 2), *ridge, (width, level + 2)], fill=tuple(colour))


def _trees(draw: ImageDraw.ImageDraw, x0: float, x1: float, foot: float, size: float, rng: random.Random) -> None:
    x = x0
    while x < x1:
        tall = size * rng.uniform(0.7, 1.2)
        green = _mix((38, 74, 40), (96, 128, 62), rng.random())
        draw.rectangle((x - tall * 0.04, foot - tall * 0.5, x + tall * 0.04, foot), fill=(74, 60, 44))
        for _ in range(9):
            cx, cy = x + rng.gauss(0, tall * 0.16), foot - tall * rng.uniform(0.45, 0.98)
            r = tall * rng.uniform(0.1, 0.2)
            draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=_mix(green, (20, 40, 20), rng.uniform(0, 0.35)))
        x += size * rng.uniform(0.5, 1.1)


def _house(
    draw: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    rng: random.Random,
    *,
    floors: int,
    pitched: bool = False,
) -> None:
    left, top, right, foot = box
    wall = rng.choice([(214, 204, 186), (188, 176, 160), (226, 222, 212), (176, 132, 110), (196, 204, 206)])
    draw.rectangle(box, fill=wall)
    draw.rectangle((left + (right - left) * 0.86, top, right, foot), fill=_mix(wall, (40, 40, 48), 0.22))
    if pitched:
        rise = (right - left) * 0.16
        roof = [
            (left - rise * 0.4, top),
            (left + rise, top - rise),
            (right - rise, top - rise),
            (right + rise * 0.4, top),
        ]
        draw.polygon(roof, fill=(96, 66, 58))
    else:
        draw.rectangle((left - 3, top - 4, right + 3, top + 3), fill=_mix(wall, (60, 60, 60), 0.4))
    step = (foot - top) / floors
    bays = max(int((right - left) / max(step * 0.95, 14)), 2)
    for floor in range(floors):
        for bay in range(bays):
            x = left + (right - left) * (bay + 0.5) / bays
            y = top + step * (floor + 0.5)
            w, h = (right - left) / bays * 0.28, step * 0.27
            pane = _mix((58, 76, 92), (170, 190, 204), rng.random() ** 2)
            draw.rectangle((x - w, y - h, x + w, y + h), fill=pane, outline=_mix(wall, (30, 30, 30), 0.5))
            draw.line((x, y - h, x, y + h), fill=(228, 228, 224))


def _people(
    draw: ImageDraw.ImageDraw,
    width: int,
    foot: float,
    size: float,
    count: int,
    rng: random.Random,
    span: tuple[float, float] = (0.08, 0.92),
) -> None:
    places = sorted(rng.uniform(*span) * width for _ in range(count))
    for x in places:
        tall = size * rng.uniform(0.9, 1.08)
        base = foot + rng.uniform(-0.06, 0.06) * size
        coat = rng.choice([(46, 58, 84), (70, 70, 74), (150, 60, 54), (210, 206, 196), (60, 84, 66), (104, 88, 74)])
        draw.ellipse((x - tall * 0.16, base - tall * 0.04, x + tall * 0.2, base + tall * 0.03), fill=(70, 68, 62))
        draw.rectangle((x - tall * 0.09, base - tall * 0.46, x - tall * 0.01, base), fill=_mix(coat, (20, 20, 24), 0.6))
        draw.rectangle((x + tall * 0.01, base - tall * 0.46, x + tall * 0.09, base), fill=_mix(coat, (20, 20, 24), 0.7))
        draw.rounded_rectangle(
            (x - tall * 0.14, base - tall * 0.83, x + tall * 0.14, base - tall * 0.42), tall * 0.05, fill=coat
        )
        draw.line(
            (x - tall * 0.14, base - tall * 0.76, x - tall * 0.2, base - tall * 0.44),
            fill=_mix(coat, (0, 0, 0), 0.25),
            width=max(int(tall * 0.06), 1),
        )
        draw.line(
            (x + tall * 0.14, base - tall * 0.76, x + tall * 0.2, base - tall * 0.44),
            fill=_mix(coat, (0, 0, 0), 0.25),
            width=max(int(tall * 0.06), 1),
        )
        skin = _mix((224, 186, 154), (190, 146, 116), rng.random())
        draw.ellipse((x - tall * 0.075, base - tall * 1.0, x + tall * 0.075, base - tall * 0.82), fill=skin)
        draw.pieslice(
            (x - tall * 0.08, base - tall * 1.01, x + tall * 0.08, base - tall * 0.84), 180, 360, fill=(30, 26, 26)
        )


def _banner(draw: ImageDraw.ImageDraw, words: str, box: tuple[float, float, float, float]) -> _Box:
    left, top, right, foot = box
    draw.rectangle(box, fill=(186, 30, 34))
    size = min((foot - top) * 0.62, (right - left) * 0.92 / max(len(words), 1))
    font = font_at("hei", max(int(size * 10), 80))
    centre = ((left + right) / 2, (top + foot) / 2)
    draw.text(centre, words, font=font, fill=(250, 240, 214), anchor="mm")
    inked = draw.textbbox(centre, words, font=font, anchor="mm")
    return (int(inked[0]), int(inked[1]), int(inked[2]), int(inked[3]))


def _water(draw: ImageDraw.ImageDraw, width: int, top: float, foot: float, rng: random.Random) -> None:
    tint = rng.choice([(108, 132, 136), (96, 120, 142), (128, 132, 112)])
    for row in range(int(top), int(foot)):
        draw.line((0, row, width, row), fill=_mix(tint, (60, 76, 84), (row - top) / max(foot - top, 1)))
    for _ in range(260):
        y = rng.uniform(top, foot)
        x, long = rng.uniform(0, width), rng.uniform(0.01, 0.06) * width
        draw.line((x, y, x + long, y), fill=_mix(tint, (226, 232, 230), rng.uniform(0.2, 0.7)))


def _ground(
    draw: ImageDraw.ImageDraw, width: int, height: int, level: float, colour: tuple[int, ...], rng: random.Random
) -> None:
    for row in range(int(level), height):
        shade = 0.5 * (row - level) / (height - level)
        draw.line((0, row, width, row), fill=_mix(tuple(colour), (64, 60, 54), shade))
    for _ in range(420):
        x, y = rng.uniform(0, width), rng.uniform(level, height)
        draw.line((x, y, x + rng.uniform(2, 18), y), fill=_mix(tuple(colour), (40, 40, 36), rng.uniform(0.1, 0.5)))


def _bridge(draw: ImageDraw.ImageDraw, width: int, height: int, rng: random.Random) -> None:
    _water(draw, width, height * 0.58, height, rng)
    deck = height * 0.5
    for pier in range(6):
        x = width * (0.02 + pier * 0.19)
        draw.rectangle((x, deck, x + width * 0.022, height * 0.68), fill=(150, 148, 142))
        draw.rectangle((x - width * 0.008, height * 0.66, x + width * 0.03, height * 0.7), fill=(120, 118, 112))
    draw.rectangle((0, deck, width, deck + height * 0.045), fill=(186, 182, 172))
    draw.rectangle((0, deck + height * 0.032, width, deck + height * 0.045), fill=(110, 108, 104))
    for tower in (0.32, 0.68):
        x, top = width * tower, height * 0.16
        draw.rectangle((x - width * 0.008, top, x + width * 0.008, deck), fill=(206, 204, 198))
        for stay in range(1, 9):
            reach = width * 0.021 * stay
            for side in (-1, 1):
                draw.line((x, top + stay * 5, x + side * reach * 1.15, deck), fill=(90, 92, 96), width=2)
    for x in range(0, width, max(width // 90, 4)):
        draw.line((x, deck - height * 0.018, x, deck), fill=(216, 214, 208))
    draw.line((0, deck - height * 0.018, width, deck - height * 0.018), fill=(226, 224, 218), width=2)


def _row_of_houses(
    draw: ImageDraw.ImageDraw, width: int, foot: float, tallest: float, rng: random.Random, *, pitched: bool
) -> None:
    x = -width * 0.03
    while x < width:
        wide = width * rng.uniform(0.11, 0.24)
        tall = tallest * rng.uniform(0.45, 1.0)
        floors = max(int(tall / (tallest / 7)), 2)
        _house(draw, (x, foot - tall, x + wide, foot), rng, floors=2 if pitched else floors, pitched=pitched)
        x += wide + width * rng.uniform(0.0, 0.02)


def _meeting(draw: ImageDraw.ImageDraw, width: int, height: int, rng: random.Random) -> None:
    draw.rectangle((0, 0, width, height), fill=(178, 160, 134))
    for fold in range(0, width, max(width // 46, 6)):
        shade = _mix((126, 30, 34), (160, 44, 46), rng.random())
        draw.rectangle((fold, height * 0.1, fold + width // 46, height * 0.56), fill=shade)
    _people(draw, width, height * 0.76, height * 0.34, 11, rng, (0.12, 0.88))
    draw.rectangle((width * 0.06, height * 0.58, width * 0.94, height * 0.72), fill=(150, 34, 36))
    for cup in range(11):
        x = width * (0.1 + cup * 0.08)
        draw.rectangle((x, height * 0.555, x + width * 0.012, height * 0.582), fill=(240, 240, 236))
        draw.rectangle((x + width * 0.02, height * 0.56, x + width * 0.055, height * 0.582), fill=(226, 214, 190))
    _ground(draw, width, height, height * 0.72, (120, 98, 78), rng)
    for row in range(3):
        size = height * (0.3 + 0.06 * row)
        _people(draw, width, height * (1.08 + 0.1 * row), size, 14 - 2 * row, rng, (0.02, 0.98))


def _couple(draw: ImageDraw.ImageDraw, width: int, height: int, rng: random.Random) -> None:
    draw.rectangle((0, 0, width, height), fill=rng.choice(((176, 34, 40), (168, 48, 46), (150, 30, 40))))
    for at, long_hair in ((0.34, False), (0.66, True)):
        x, skin = width * at, _mix((232, 198, 168), (206, 164, 134), rng.random())
        coat = rng.choice(((240, 238, 232), (52, 60, 84), (206, 214, 226), (120, 40, 48)))
        hair = (28, 24, 24)
        if long_hair:
            draw.ellipse((x - width * 0.15, height * 0.2, x + width * 0.15, height * 0.68), fill=hair)
        draw.rounded_rectangle(
            (x - width * 0.24, height * 0.66, x + width * 0.24, height * 1.2), width * 0.1, fill=coat
        )
        draw.rectangle(
            (x - width * 0.05, height * 0.52, x + width * 0.05, height * 0.7), fill=_mix(skin, (120, 80, 60), 0.2)
        )
        draw.ellipse((x - width * 0.115, height * 0.27, x + width * 0.115, height * 0.6), fill=skin)
        draw.pieslice((x - width * 0.125, height * 0.22, x + width * 0.125, height * 0.52), 180, 360, fill=hair)
        for eye in (-0.045, 0.045):
            draw.ellipse(
                (x + width * (eye - 0.014), height * 0.415, x + width * (eye + 0.014), height * 0.435),
                fill=(40, 30, 28),
            )
        draw.arc(
            (x - width * 0.04, height * 0.47, x + width * 0.04, height * 0.53), 20, 160, fill=(150, 70, 64), width=2
        )


def draw_scene(scene: str, size: tuple[int, int], seed: int, *, banner: str = "", monochrome: bool = False) -> Scene:
    """Draw a photograph of `size` (width, height) pixels; the same seed draws the same one."""
    rng = random.Random(f"scene/{scene}/{seed}")  # noqa: S311 a drawing, not a secret
    width, height = size
    image = _sky(width, height, rng)
    draw = ImageDraw.Draw(image)
    horizon = height * 0.56
    if scene not in ("meeting", "couple"):
        _hills(draw, width, horizon, height * 0.2, _mix((110, 128, 142), (150, 160, 166), rng.random()), rng)
        _hills(draw, width, horizon, height * 0.1, (84, 104, 88), rng)
    _compose(draw, scene, width, height, rng)
    words = None
    if banner:
        top = 0.11 if scene == "meeting" else 0.6
        words = _banner(draw, banner, (width * 0.14, height * top, width * 0.86, height * (top + 0.085)))
    return Scene(_developed(np.asarray(image), rng, monochrome=monochrome), words)


def _compose(draw: ImageDraw.ImageDraw, scene: str, width: int, height: int, rng: random.Random) -> None:
    horizon = height * 0.56
    if scene == "meeting":
        _meeting(draw, width, height, rng)
    elif scene == "couple":
        _couple(draw, width, height, rng)
    elif scene == "bridge":
        _bridge(draw, width, height, rng)
    elif scene == "embankment":
        _row_of_houses(draw, width, horizon, height * 0.26, rng, pitched=False)
        _water(draw, width, horizon, height * 0.8, rng)
        bank = [(0, height * 0.72), (width, height * 0.86), (width, height), (0, height)]
        draw.polygon(bank, fill=(150, 144, 130))
        _people(draw, width, height * 0.95, height * 0.2, 9, rng)
    elif scene == "factory":
        _ground(draw, width, height, horizon, (150, 142, 126), rng)
        for shed in range(4):
            x = width * (0.04 + shed * 0.24)
            _house(draw, (x, height * 0.4, x + width * 0.22, height * 0.68), rng, floors=2, pitched=True)
        for x in (0.2, 0.76):
            draw.polygon(
                [
                    (width * x, height * 0.12),
                    (width * (x + 0.02), height * 0.12),
                    (width * (x + 0.03), height * 0.5),
                    (width * (x - 0.01), height * 0.5),
                ],
                fill=(150, 96, 80),
            )
        _people(draw, width, height * 0.9, height * 0.2, 8, rng)
    elif scene == "village":
        _ground(draw, width, height, horizon, (132, 146, 86), rng)
        _row_of_houses(draw, width, height * 0.66, height * 0.2, rng, pitched=True)
        _trees(draw, 0, width, height * 0.7, height * 0.18, rng)
        _people(draw, width, height * 0.92, height * 0.22, 6, rng)
    else:
        _ground(draw, width, height, horizon, (178, 170, 156), rng)
        if scene == "school":
            _house(draw, (width * 0.1, height * 0.24, width * 0.9, height * 0.66), rng, floors=4)
            draw.line((width * 0.5, height * 0.08, width * 0.5, height * 0.7), fill=(220, 220, 216), width=3)
            draw.rectangle((width * 0.502, height * 0.09, width * 0.57, height * 0.15), fill=(206, 34, 36))
        elif scene == "street":
            _row_of_houses(draw, width, height * 0.68, height * 0.52, rng, pitched=False)
        else:
            _row_of_houses(draw, width, height * 0.62, height * 0.34, rng, pitched=False)
            draw.polygon(
                [
                    (width * 0.47, height * 0.7),
                    (width * 0.485, height * 0.2),
                    (width * 0.515, height * 0.2),
                    (width * 0.53, height * 0.7),
                ],
                fill=(222, 220, 212),
            )
            draw.rectangle((width * 0.42, height * 0.68, width * 0.58, height * 0.73), fill=(190, 186, 176))
        _trees(draw, 0, width, height * 0.7, height * 0.16, rng)
        _people(draw, width, height * 0.93, height * 0.22, 12, rng)


def _developed(image: NDArray[np.uint8], rng: random.Random, *, monochrome: bool) -> NDArray[np.uint8]:
    """Turn a drawing into a print: soft focus, grain, a darker edge, and no colour where the film had none."""
    height, width = image.shape[:2]
    soft = cv2.GaussianBlur(image, (0, 0), max(width / 1500, 0.6)).astype(np.int16)
    grain = np.empty((height, width), np.int16)
    cv2.setRNGSeed(rng.getrandbits(31))
    cv2.randn(grain, np.zeros(1), np.full(1, 7.0 if monochrome else 4.0))
    ys = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    xs = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    edge = 1 - 0.2 * (xs**2 + ys**2) / 2
    if monochrome:
        soft = cv2.cvtColor(soft.astype(np.uint8), cv2.COLOR_RGB2GRAY).astype(np.int16)[..., None].repeat(3, axis=2)
    lit = (np.clip(soft + grain[..., None], 0, 255) * edge[..., None]).astype(np.uint8)
    if monochrome:
        lit = (lit * np.array([1.0, 0.975, 0.92], np.float32)).astype(np.uint8)
    return np.asarray(lit, dtype=np.uint8)
