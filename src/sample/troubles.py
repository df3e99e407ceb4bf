"""Spoil a scanned page the way scanning goes wrong, one fault at a time and more or less strongly."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image8 = NDArray[np.uint8]
Spoil = Callable[[Image8, random.Random], Image8]


@dataclass(frozen=True, slots=True)
class Troubled:
    """A spoilt page: (h, w, 3) RGB, the finding it must lead to, and the resolution its file tells."""

    image: Image8
    code: str
    dpi: int


def _rotated(image: Image8, degrees: float, ground: tuple[int, int, int] = (255, 255, 255)) -> Image8:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    done = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=ground)
    return done.astype(np.uint8, copy=False)


def skewed(image: Image8, rng: random.Random) -> Image8:
    return _rotated(image, rng.choice((-1, 1)) * rng.uniform(1.5, 7))


def black_edged(image: Image8, rng: random.Random) -> Image8:
    """Leave the scanner's dark lid visible along one to three sides, as a band or a wedge, outside the page."""
    width = image.shape[1]
    dark = rng.randint(5, 55)
    pad = dict.fromkeys(("top", "bottom", "left", "right"), 0)
    for side in rng.sample(tuple(pad), rng.randint(1, 3)):
        pad[side] = round(width * rng.uniform(0.016, 0.06))
    done = cv2.copyMakeBorder(
        image, pad["top"], pad["bottom"], pad["left"], pad["right"], cv2.BORDER_CONSTANT, value=(dark, dark, dark)
    )
    tilted = _rotated(done.astype(np.uint8), rng.uniform(-0.5, 0.5), (dark, dark, dark))
    return _grainy(tilted, 3, rng)


def cut(image: Image8, rng: random.Random) -> Image8:
    """Cut the page through its text at one side."""
    # Black print only: a seal that is cut is another matter.
    inked = (image.max(2) < 110) & (np.ptp(image, axis=2) < 60)
    side = rng.choice(("left", "right", "top", "bottom"))
    if side in ("left", "right"):
        inked = np.ascontiguousarray(inked.T)
    share = rng.uniform(0.06, 0.3)
    at = _through_text(inked, share if side in ("left", "top") else 1 - share)
    match side:
        case "left":
            return image[:, at:].copy()
        case "right":
            return image[:, :at].copy()
        case "top":
            return image[at:].copy()
        case _:
            return image[:at].copy()


def _through_text(inked: NDArray[np.bool_], share: float) -> int:
    """Return the row near `share` of the inked height that crosses the most strokes, rules not counted."""
    rows = np.flatnonzero(inked.any(1))
    near = rows[0] + share * (rows[-1] - rows[0])
    reach = 0.06 * len(inked)
    strokes = np.count_nonzero(np.diff(inked.astype(np.int8), axis=1) == 1, axis=1)
    low, high = max(int(near - reach), 1), min(int(near + reach), len(inked) - 2)
    return low + int(np.argmax(strokes[low:high]))


def blurred(image: Image8, rng: random.Random) -> Image8:
    """Put the page out of focus, or let it move while it is taken."""
    if rng.random() < 0.6:
        return cv2.GaussianBlur(image, (0, 0), rng.uniform(3.2, 6)).astype(np.uint8)
    length = rng.randint(13, 25)
    kernel = np.zeros((length, length), np.float32)
    angle = rng.uniform(-40, 40)
    reach = length / 2 - 0.5
    ends = [
        (round(reach + k * reach * math.cos(math.radians(angle))), round(reach + k * reach * math.sin(math.radians(angle))))
        for k in (-1, 1)
    ]  # fmt: skip
    cv2.line(kernel, ends[0], ends[1], 1.0)
    return cv2.filter2D(image, -1, kernel / max(kernel.sum(), 1)).astype(np.uint8)


def faint(image: Image8, rng: random.Random) -> Image8:
    strength = rng.uniform(0.76, 0.9)
    pale = image.astype(np.float32) * (1 - strength) + rng.uniform(235, 252) * strength
    return _grainy(np.clip(pale, 0, 255).astype(np.uint8), rng.uniform(0, 3), rng)


def dark(image: Image8, rng: random.Random) -> Image8:
    return _grainy((image * rng.uniform(0.15, 0.38)).astype(np.uint8), rng.uniform(1, 5), rng)


def shadowed(image: Image8, rng: random.Random) -> Image8:
    """Let a shadow fall over part of the page: soft, from a side or a corner."""
    height, width = image.shape[:2]
    ys, xs = np.mgrid[0 : height // 8 + 1, 0 : width // 8 + 1].astype(np.float32)
    angle = rng.uniform(0, 2 * math.pi)
    along = xs / (width / 8) * math.cos(angle) + ys / (height / 8) * math.sin(angle)
    along = (along - along.min()) / float(np.ptp(along))
    edge, soft, depth = rng.uniform(0.35, 0.6), rng.uniform(0.03, 0.15), rng.uniform(0.5, 0.7)
    shade = 1 - depth / (1 + np.exp(-(along - edge) / soft))
    full = cv2.resize(shade, (width, height))[..., None]
    return np.asarray(image * full, np.uint8)


def cast(image: Image8, rng: random.Random) -> Image8:
    tint = rng.choice(((0.72, 0.86, 1.0), (0.78, 1.0, 0.8), (1.0, 0.78, 0.92), (0.86, 0.78, 1.0)))
    return (image * np.array(tint, np.float32)).astype(np.uint8)


def bitonal(image: Image8, rng: random.Random) -> Image8:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    level = float(np.median(grey[::16, ::16])) * rng.uniform(0.6, 0.78)
    return np.repeat(np.where(grey > level, 255, 0).astype(np.uint8)[..., None], 3, axis=2)


def fax(image: Image8, rng: random.Random) -> Image8:
    """Send the page by fax: 204 x 98 lines an inch, black and white, with lost dots."""
    height, width = image.shape[:2]
    coarse = cv2.resize(image, (width, height // 2), interpolation=cv2.INTER_AREA).astype(np.uint8)
    lines = bitonal(coarse, rng)
    dots = np.random.default_rng(rng.randrange(1 << 30)).random(lines.shape[:2]) < 0.002
    lines[dots] = 255 - lines[dots]
    return cv2.resize(lines, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.uint8)


def blank(image: Image8, rng: random.Random) -> Image8:
    """Return the empty back of a leaf: paper tone, grain, specks, punched holes, print showing faintly through."""
    height, width = image.shape[:2]
    tone = np.array([rng.randint(225, 255), rng.randint(222, 250), rng.randint(205, 248)], np.uint8)
    page = np.broadcast_to(tone, (height, width, 3)).copy()
    if rng.random() < 0.5:
        through = cv2.GaussianBlur(image[:, ::-1], (0, 0), 2.5).astype(np.float32)
        page = np.clip(page - (255 - through) * rng.uniform(0.03, 0.08), 0, 255).astype(np.uint8)
    for _ in range(rng.randint(0, 40)):
        cv2.circle(page, (rng.randrange(width), rng.randrange(height)), rng.choice((0, 1, 1, 2)), (70, 66, 60), -1)
    if rng.random() < 0.4:
        for y in (height * 2 // 5, height * 3 // 5):
            cv2.circle(page, (width // 25, y), width // 75, (92, 90, 88), -1, cv2.LINE_AA)
    return _grainy(page, rng.uniform(0, 5), rng)


def photographed(image: Image8, rng: random.Random) -> Image8:
    """Photograph the page on a desk with a phone: at an angle, with a table around it and uneven light."""
    height, width = image.shape[:2]
    desk = _desk(round(height * 1.3), round(width * 1.35), rng)
    high, wide = desk.shape[:2]
    corner = [(0.0, 0.0), (width - 1.0, 0.0), (width - 1.0, height - 1.0), (0.0, height - 1.0)]
    angle = math.radians(rng.uniform(-9, 9))
    scale = rng.uniform(0.82, 0.95)
    target = []
    for x, y in corner:
        dx, dy = (x - width / 2) * scale, (y - height / 2) * scale
        px = wide / 2 + dx * math.cos(angle) - dy * math.sin(angle)
        py = high / 2 + dx * math.sin(angle) + dy * math.cos(angle)
        target.append((px + rng.uniform(-0.035, 0.035) * wide, py + rng.uniform(-0.035, 0.035) * high))
    ends = np.clip(np.array(target, np.float32), 8, (wide - 9, high - 9)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(corner, np.float32), ends)
    laid = cv2.warpPerspective(image, matrix, (wide, high), flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (wide, high))
    done = np.where(mask[..., None] > 128, laid, desk).astype(np.float32)
    light = cv2.resize(
        np.array([[rng.uniform(0.82, 1.0) for _ in range(2)] for _ in range(2)], np.float32), (wide, high)
    )
    return _grainy(np.clip(done * light[..., None], 0, 255).astype(np.uint8), 2, rng)


def _desk(height: int, width: int, rng: random.Random) -> Image8:
    tone = np.array(rng.choice(((92, 66, 44), (60, 62, 66), (126, 98, 70), (38, 44, 52), (110, 112, 108))), np.float32)
    grain = (
        np.random.default_rng(rng.randrange(1 << 30))
        .normal(0, 1, (height // 6 + 1, width // 40 + 1))
        .astype(np.float32)
    )
    wood = cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)[..., None] * 9
    return np.asarray(np.clip(tone + wood, 0, 255), np.uint8)


def two_pages(left: Image8, right: Image8, rng: random.Random) -> Image8:
    """Lay two pages of a bound volume side by side, with the gutter's shadow between them."""
    height = max(left.shape[0], right.shape[0])
    leaves = [
        cv2.copyMakeBorder(leaf, 0, height - leaf.shape[0], 0, 0, cv2.BORDER_CONSTANT, value=(255, 255, 255))
        for leaf in (left, right)
    ]
    both = np.concatenate(leaves, axis=1).astype(np.float32)
    middle, reach = left.shape[1], left.shape[1] * rng.uniform(0.03, 0.07)
    xs = np.arange(both.shape[1], dtype=np.float32)
    shade = 1 - rng.uniform(0.25, 0.6) * np.exp(-(((xs - middle) / reach) ** 2))
    return np.asarray(both * shade[None, :, None], np.uint8)


def scrawl(image: Image8, rng: random.Random) -> Image8:
    """Return a page written by a hand that nobody reads: loops that are no characters, line under line."""
    page = np.full_like(image, 250)
    height, width = image.shape[:2]
    size = width / rng.uniform(34, 48)
    ink = rng.choice(((34, 38, 92), (30, 30, 34), (60, 60, 66)))
    y = height * 0.1
    while y < height * 0.9:
        x = width * 0.1
        while x < width * rng.uniform(0.8, 0.9):
            points, at = [], (x, y)
            for _ in range(rng.randint(6, 12)):
                at = (at[0] + rng.gauss(size * 0.12, size * 0.35), y + rng.gauss(0, size * 0.38))
                points.append((round(at[0]), round(at[1])))
            cv2.polylines(page, [np.array(points, np.int32)], False, ink, max(round(size / 12), 1), cv2.LINE_AA)
            x = at[0] + size * rng.uniform(0.25, 0.9)
        y += size * 1.7
    return page


def upright_script(image: Image8, rng: random.Random) -> Image8:
    """Return a page of upright columns hung on stems, as classical Mongolian is written; the signs mean nothing."""
    page = np.full_like(image, 252)
    height, width = image.shape[:2]
    size = width / rng.uniform(40, 60)
    thick = max(round(size / 9), 2)
    x = width * 0.12
    while x < width * 0.88:
        y = height * 0.1
        while y < height * rng.uniform(0.8, 0.9):
            length = size * rng.uniform(2.5, 7)
            cv2.line(page, (round(x), round(y)), (round(x), round(y + length)), (20, 20, 22), thick, cv2.LINE_AA)
            tooth = y
            while tooth < y + length:
                side = rng.choice((-1, -1, 1))
                tip = (round(x + side * size * rng.uniform(0.3, 0.7)), round(tooth + size * rng.uniform(-0.1, 0.35)))
                cv2.line(page, (round(x), round(tooth)), tip, (20, 20, 22), thick, cv2.LINE_AA)
                if rng.random() < 0.3:
                    cv2.ellipse(page, tip, (round(size * 0.3), round(size * 0.22)), 0, 0, 360, (20, 20, 22), thick)
                tooth += size * rng.uniform(0.4, 0.8)
            y += length + size * 0.8
        x += size * 2.2
    return page


def _grainy(image: Image8, strength: float, rng: random.Random) -> Image8:
    if strength <= 0:
        return image
    noise = np.random.default_rng(rng.randrange(1 << 30)).normal(0, strength, (*image.shape[:2], 1)).astype(np.float32)
    return np.asarray(np.clip(image + noise, 0, 255), np.uint8)


FAULTS: dict[str, tuple[str, Spoil]] = {
    "skewed": ("quality.skew", skewed),
    "black_edged": ("quality.black_edge", black_edged),
    "cut": ("quality.cut", cut),
    "blurred": ("quality.blurred", blurred),
    "faint": ("quality.faint", faint),
    "dark": ("quality.dark", dark),
    "shadowed": ("quality.shadow", shadowed),
    "cast": ("quality.colour_cast", cast),
    "blank": ("quality.blank", blank),
    "photographed": ("quality.photographed", photographed),
    "scrawl": ("quality.unreadable", scrawl),
    "upright_script": ("quality.script", upright_script),
    "turned_left": ("quality.turned", lambda image, _: np.ascontiguousarray(np.rot90(image))),
    "turned_right": ("quality.turned", lambda image, _: np.ascontiguousarray(np.rot90(image, 3))),
    "upside_down": ("quality.turned", lambda image, _: np.ascontiguousarray(image[::-1, ::-1])),
}
"""Fault → the finding it must lead to, and what makes it of a good page."""


def troubled(name: str, image: Image8, rng: random.Random, dpi: int = 200) -> Troubled:
    """Return `image` with the fault `name` of FAULTS."""
    code, spoil = FAULTS[name]
    return Troubled(spoil(image, rng), code, dpi)


def coarse(image: Image8, rng: random.Random, dpi: int = 200) -> Troubled:
    """Return the page scanned at too low a resolution, told by the file or not."""
    low = rng.choice((72, 96, 100, 120, 150))
    factor = low / dpi
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA).astype(np.uint8)
    return Troubled(small, "quality.resolution", rng.choice((low, 0)))
