"""Pages with seals, signatures and things that look like them, worn and scanned in many ways, with the truth."""

import itertools
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sample.city import person
from sample.fonts import font_at
from sample.plan import MAKERS
from sample.raster import print_sheet
from sample.sheet import MM_PER_INCH, Seal
from sample.signatures import signed_labels
from sample.stamps import Image8, Ink, Plate, Stamp, cut, ink, moved, plate, press

_KINDS = (
    "notice", "reply", "letter", "request", "minutes", "enterprise", "marriage_file", "only_child_form",
    "budget_table", "circular", "marriage_register", "photograph_card",
)  # fmt: skip
MODES = ("colour", "colour", "colour", "grey", "bitonal")
_PAPERS = ((255, 255, 255), (250, 246, 232), (238, 224, 190), (226, 226, 224), (248, 222, 218), (242, 236, 214))


@dataclass(frozen=True, slots=True)
class Sign:
    """A signature's place, or an empty field that waits for one. `box_px` of the field, or of the strokes if signed."""

    label: str
    box_px: tuple[int, int, int, int]
    is_signed: bool


@dataclass(slots=True)
class StampedPage:
    """A page and its truth. `image`: (height, width, 3) uint8 RGB; `mode`: colour, grey or bitonal."""

    image: Image8
    dpi: int
    mode: str
    stamps: list[Stamp] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)


@lru_cache(maxsize=16)
def _base(kind: str, variant: int, dpi: int) -> Image8:
    rng = random.Random(f"{kind}/{variant}")  # noqa: S311 invented papers, no secret
    item = MAKERS[kind](rng, 2006 + variant % 17)
    sheet = item.sheets[variant % len(item.sheets)]
    bare = replace(sheet, marks=[mark for mark in sheet.marks if not isinstance(mark, Seal)])
    return print_sheet(bare, dpi).image


def stamped_page(
    seed: str, *, mode: str = "", plates: Sequence[Plate] = (), is_bare: bool = False, dpi: int = 0
) -> StampedPage:
    """Return a page of chance with the `plates` pressed on it (or up to three of chance); `is_bare`: with none."""
    rng = random.Random(seed)  # noqa: S311 invented papers, no secret
    dpi = dpi or rng.choice((150, 200, 200, 250, 300))
    mode = mode or rng.choice(MODES)
    image = _base(rng.choice(_KINDS), rng.randrange(3), dpi).copy()
    signs = [Sign(*sign) for sign in signed_labels(image, dpi, rng)] if rng.random() < 0.45 else []
    if rng.random() < 0.6 or is_bare:
        for _ in range(rng.randint(1, 3)):
            rng.choice(LOOKALIKES)(image, dpi / MM_PER_INCH, rng)
    made = list(plates) or [plate(rng) for _ in range(rng.choices((1, 2, 3), (6, 3, 1))[0])]
    stamps = [] if is_bare else _press_all(image, made, rng, dpi)
    return _scanned(StampedPage(image, dpi, mode, stamps, signs), rng)


def _press_all(image: Image8, made: Sequence[Plate], rng: random.Random, dpi: int) -> list[Stamp]:
    height, width = image.shape[:2]
    px_per_mm = dpi / MM_PER_INCH
    stamps: list[Stamp] = []
    for place, one in enumerate(made):
        by = ink(rng)
        reach = max(one.size_mm) / 2 * px_per_mm
        if stamps and rng.random() < 0.35:
            last = stamps[-1]
            angle = rng.uniform(0, 2 * math.pi)
            far = (max(last.radii) + reach) * rng.uniform(0.5, 0.95)
            centre = (last.centre[0] + far * math.cos(angle), last.centre[1] + far * math.sin(angle))
        elif rng.random() < 0.1 and one.shape != "square" and not place:
            centre = (rng.choice((-0.1, 0.1)) * reach, rng.uniform(0.2, 0.8) * height)
            centre = (centre[0] if rng.random() < 0.5 else width - centre[0], centre[1])
        else:
            centre = _free_spot(stamps, (width, height), reach, rng)
        centre = centre if place == 0 else (
            min(max(centre[0], reach), width - reach), min(max(centre[1], reach), height - reach)
        )  # fmt: skip
        if any(math.dist(centre, other.centre) < 0.4 * (max(other.radii) + reach) for other in stamps):
            continue
        if _is_on_picture(image, centre, reach):
            continue
        turn = rng.gauss(0, 12) if one.shape == "round" else max(min(rng.gauss(0, 6), 18), -18)
        stamps.append(press(image, one, by, centre, turn, px_per_mm))
    return stamps


def _is_on_picture(image: Image8, centre: tuple[float, float], reach: float) -> bool:
    """Tell whether much below the seal is dark already: ink on a photograph cannot be seen."""
    left, top = max(round(centre[0] - reach), 0), max(round(centre[1] - reach), 0)
    below = image[top : round(centre[1] + reach) : 3, left : round(centre[0] + reach) : 3]
    return bool((below.min(2) < 160).mean() > 0.2)


def _free_spot(stamps: Sequence[Stamp], size: tuple[int, int], reach: float, rng: random.Random) -> tuple[float, float]:
    spot = (size[0] / 2, size[1] / 2)
    for _ in range(20):
        spot = (rng.uniform(reach, size[0] - reach), rng.uniform(reach, size[1] - reach))
        if all(math.dist(spot, other.centre) > max(other.radii) + reach for other in stamps):
            break
    return spot


def _scanned(page: StampedPage, rng: random.Random) -> StampedPage:
    """Turn the page a little, tint its paper, blur, roughen and compress it, and take its colour where the mode says."""
    height, width = page.image.shape[:2]
    turn = rng.choice((0.0, rng.uniform(-2.5, 2.5)))
    tint = np.array(rng.choice(_PAPERS), np.float32)
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -turn, 1.0), np.float64)
    image = cv2.warpAffine(page.image, matrix, (width, height), borderValue=(255, 255, 255)) if turn else page.image
    image = _on_paper(np.asarray(image, np.uint8), tint, rng)
    if rng.random() < 0.6:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.3) * page.dpi / 200), np.uint8)
    image = _roughened(image, rng.choice((0.0, 2.0, 5.0, 9.0)), rng)
    quality = rng.choice((0, 45, 60, 75, 90))
    if quality:
        _, packed = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
        image = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR_RGB), np.uint8)
    stamps = [moved(stamp, matrix, turn, (width, height)) for stamp in page.stamps]
    signs = [replace(sign, box_px=_moved_box(sign.box_px, matrix)) for sign in page.signs]
    image, level = _in_mode(image, page.mode, rng)
    if level is not None:
        stamps = [stamp for stamp in stamps if _survives(image, stamp)]
    return StampedPage(np.ascontiguousarray(image), page.dpi, page.mode, stamps, signs)


def _moved_box(box: tuple[int, int, int, int], matrix: NDArray[np.float64]) -> tuple[int, int, int, int]:
    corners = np.array([[box[x], box[y], 1.0] for x, y in ((0, 1), (2, 1), (2, 3), (0, 3))]) @ matrix.T
    (left, top), (right, bottom) = corners.min(0), corners.max(0)
    return round(left), round(top), round(right), round(bottom)


def _on_paper(image: Image8, tint: NDArray[np.float32], rng: random.Random) -> Image8:
    height, width = image.shape[:2]
    chance = np.random.default_rng(rng.randrange(1 << 30))
    shade = cv2.resize(chance.random((5, 4), dtype=np.float32), (64, 90), interpolation=cv2.INTER_CUBIC)
    fibre = cv2.GaussianBlur(chance.random((90, 64), dtype=np.float32), (0, 0), 1.0) - 0.5
    field_ = 1 - rng.uniform(0, 0.16) * shade + rng.uniform(0, 0.12) * fibre
    small = np.clip(field_[..., None] * tint, 0, 255).astype(np.uint8)
    paper = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(image, paper, scale=1 / 255), np.uint8)


def _roughened(image: Image8, sigma: float, rng: random.Random) -> Image8:
    if not sigma:
        return image
    height, width = image.shape[:2]
    chance = np.random.default_rng(rng.randrange(1 << 30))
    tile = chance.normal(128, sigma, (512, 512, 3)).clip(0, 255).astype(np.uint8)
    full = np.tile(tile, (height // 512 + 1, width // 512 + 1, 1))[:height, :width]
    return np.asarray(cv2.addWeighted(image, 1.0, full, 1.0, -128), np.uint8)


def _in_mode(image: Image8, mode: str, rng: random.Random) -> tuple[Image8, float | None]:
    if mode == "colour":
        return image, None
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    level = None
    if mode == "bitonal":
        level = float(np.median(grey[::16, ::16])) * rng.uniform(0.68, 0.86)
        grey = cv2.threshold(grey, level, 255, cv2.THRESH_BINARY)[1]
    return np.repeat(np.asarray(grey, np.uint8)[..., None], 3, axis=2), level


def _survives(image: Image8, stamp: Stamp) -> bool:
    """Tell whether a seal is still there in a picture of two tones: at least half of its rim and of its signs.

    What vanished cannot be found, and a bare ring is no seal to anybody.
    """
    mask = cv2.resize(cut(stamp.plate), (96, 96), interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(mask > 0.6)
    x, y = (columns - 47.5) / 48, (rows - 47.5) / 48
    turn = math.radians(stamp.angle_degrees)
    across, down = x * stamp.radii[0], y * stamp.radii[1]
    at_x = np.round(stamp.centre[0] + across * math.cos(turn) - down * math.sin(turn)).astype(int)
    at_y = np.round(stamp.centre[1] + across * math.sin(turn) + down * math.cos(turn)).astype(int)
    height, width = image.shape[:2]
    on_paper = (at_x >= 1) & (at_x < width - 1) & (at_y >= 1) & (at_y < height - 1)
    # Strokes are thin: dark within a pixel counts.
    dark = cv2.dilate((image[..., 0] < 128).astype(np.uint8), np.ones((3, 3), np.uint8))
    inked = dark[at_y[on_paper], at_x[on_paper]] > 0
    away = np.maximum(np.abs(x), np.abs(y)) if stamp.plate.shape == "square" else np.hypot(x, y)
    is_rim = away[on_paper] > 0.9
    return all(part.size > 5 and part.mean() >= 0.5 for part in (inked[is_rim], inked[~is_rim]))


Lookalike = Callable[[Image8, float, random.Random], None]


def _spot(image: Image8, reach: float, rng: random.Random) -> tuple[int, int]:
    height, width = image.shape[:2]
    return round(rng.uniform(reach, width - reach)), round(rng.uniform(reach, height - reach))


def _tone(rng: random.Random) -> tuple[int, int, int]:
    return rng.choice(((20, 20, 22), (200, 28, 36), (30, 60, 150), (20, 110, 70), (90, 90, 90)))


def _logo(image: Image8, scale: float, rng: random.Random) -> None:
    """Draw a round sign of a firm: a filled or ringed disc with a letter or a bar, smaller than a seal."""
    radius = rng.uniform(5, 11) * scale
    spot, tone = _spot(image, radius, rng), _tone(rng)
    if rng.random() < 0.5:
        cv2.circle(image, spot, round(radius), tone, -1, cv2.LINE_AA)
        cv2.circle(image, spot, round(radius * 0.6), (255, 255, 255), round(radius * 0.2), cv2.LINE_AA)
    else:
        cv2.circle(image, spot, round(radius), tone, max(round(radius * 0.15), 1), cv2.LINE_AA)
        cv2.putText(
            image, rng.choice("ABKMSTX"), (round(spot[0] - radius * 0.4), round(spot[1] + radius * 0.4)),
            cv2.FONT_HERSHEY_DUPLEX, radius / 24, tone, max(round(radius * 0.12), 1), cv2.LINE_AA,
        )  # fmt: skip


def _emblem(image: Image8, scale: float, rng: random.Random) -> None:
    """Draw a toothed disc in full colour with small stars on it, as emblems at the head of certificates are."""
    radius = rng.uniform(9, 16) * scale
    x, y = _spot(image, radius * 1.2, rng)
    angles = np.linspace(0, 2 * math.pi, 180)
    reach = radius * (1.08 + 0.06 * np.cos(angles * 24))
    outline = np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], 1).astype(np.int32)
    cv2.fillPoly(image, [outline], (226, 178, 60))
    cv2.circle(image, (x, y), round(radius * 0.88), (205, 30, 36), -1, cv2.LINE_AA)
    for _ in range(5):
        at = (x + round(rng.uniform(-0.5, 0.5) * radius), y + round(rng.uniform(-0.6, 0.1) * radius))
        cv2.circle(image, at, max(round(radius * 0.1), 1), (240, 200, 60), -1, cv2.LINE_AA)
    cv2.rectangle(
        image, (x - round(radius * 0.5), y + round(radius * 0.3)), (x + round(radius * 0.5), y + round(radius * 0.5)),
        (240, 200, 60), -1,
    )  # fmt: skip


def _photograph(image: Image8, scale: float, rng: random.Random) -> None:
    """Draw a round photograph: soft tones cut out to a disc."""
    radius = round(rng.uniform(12, 22) * scale)
    x, y = _spot(image, radius + 2, rng)
    chance = np.random.default_rng(rng.randrange(1 << 30))
    tones = chance.random((6, 6, 3), dtype=np.float32) * 200
    soft = cv2.resize(tones, (2 * radius, 2 * radius), interpolation=cv2.INTER_CUBIC).clip(0, 255).astype(np.uint8)
    mask = np.zeros((2 * radius, 2 * radius), np.uint8)
    cv2.circle(mask, (radius, radius), radius - 1, (255,), -1)
    window = image[y - radius : y + radius, x - radius : x + radius]
    window[mask > 0] = soft[mask > 0]


def _square_code(image: Image8, scale: float, rng: random.Random) -> None:
    """Draw a two-dimensional code with its three finder squares."""
    side, count = round(rng.uniform(16, 28) * scale), rng.choice((21, 25, 29))
    x, y = _spot(image, side, rng)
    chance = np.random.default_rng(rng.randrange(1 << 30))
    cells = (chance.random((count, count)) < 0.5).astype(np.uint8)
    for row, column in ((0, 0), (0, count - 7), (count - 7, 0)):
        cells[row : row + 7, column : column + 7] = 1
        cells[row + 1 : row + 6, column + 1 : column + 6] = 0
        cells[row + 2 : row + 5, column + 2 : column + 5] = 1
    large = cv2.resize(cells, (side, side), interpolation=cv2.INTER_NEAREST)
    window = image[y - side // 2 : y - side // 2 + side, x - side // 2 : x - side // 2 + side]
    shown = large[: window.shape[0], : window.shape[1]]
    window[:] = np.where(shown[..., None] > 0, np.array(rng.choice(((18, 18, 20), (190, 30, 40)))), 255)


def _diagram(image: Image8, scale: float, rng: random.Random) -> None:
    """Draw circles joined by lines with a word in each, as in plans and flow charts."""
    tone = _tone(rng)
    spots = []
    for _ in range(rng.randint(1, 4)):
        radius = rng.uniform(6, 24) * scale
        spot = _spot(image, radius, rng)
        thick = max(round(rng.uniform(0.2, 0.8) * scale), 1)
        if rng.random() < 0.7:
            cv2.circle(image, spot, round(radius), tone, thick, cv2.LINE_AA)
        else:
            cv2.ellipse(image, spot, (round(radius), round(radius * 0.66)), 0, 0, 360, tone, thick, cv2.LINE_AA)
        if rng.random() < 0.7:
            _write(image, spot, rng.choice(("甲区", "水池", "办公楼", "受理", "审核")), radius * 0.4, tone)
        spots.append(spot)
    for first, second in itertools.pairwise(spots):
        cv2.line(image, first, second, tone, max(round(0.3 * scale), 1), cv2.LINE_AA)


def _write(image: Image8, spot: tuple[int, int], word: str, size: float, tone: tuple[int, int, int]) -> None:
    picture = Image.fromarray(image)
    ImageDraw.Draw(picture).text(spot, word, font=font_at("hei", max(round(size * 10), 60)), fill=tone, anchor="mm")
    image[:] = np.asarray(picture)


def _dial(image: Image8, scale: float, rng: random.Random) -> None:
    """Draw a dial or a pie chart: a circle with ticks or with wedges."""
    radius = rng.uniform(12, 22) * scale
    (x, y), tone = _spot(image, radius, rng), _tone(rng)
    cv2.circle(image, (x, y), round(radius), tone, max(round(0.4 * scale), 1), cv2.LINE_AA)
    is_pie = rng.random() < 0.5
    start = rng.uniform(0, 6)
    for step in range(rng.randint(3, 6) if is_pie else 12):
        angle = start + step * (1.1 if is_pie else math.pi / 6)
        inner = 0.0 if is_pie else radius * 0.85
        ends = [
            (round(x + reach * math.cos(angle)), round(y + reach * math.sin(angle)))
            for reach in (inner, radius * (1.0 if is_pie else 0.97))
        ]
        cv2.line(image, ends[0], ends[1], tone, max(round(0.4 * scale), 1), cv2.LINE_AA)


def _red_box(image: Image8, scale: float, rng: random.Random) -> None:
    """Draw a coloured frame with a word in it, or a photograph's empty place."""
    wide, high = rng.uniform(18, 60) * scale, rng.uniform(8, 34) * scale
    x, y = _spot(image, max(wide, high) / 2, rng)
    tone = _tone(rng)
    corners = ((round(x - wide / 2), round(y - high / 2)), (round(x + wide / 2), round(y + high / 2)))
    cv2.rectangle(image, *corners, tone, max(round(rng.uniform(0.3, 1.0) * scale), 1))
    word = rng.choice(("急件", "照片", "已阅", "存档", person(rng).name))
    _write(image, (x, y), word, min(wide / len(word), high) * 0.5, tone)


def _checks(image: Image8, scale: float, rng: random.Random) -> None:
    """Draw check marks, and a page number in a small circle."""
    tone = _tone(rng)
    for _ in range(rng.randint(2, 6)):
        x, y = _spot(image, 6 * scale, rng)
        points = np.array([[x, y], [x + 1.5 * scale, y + 2 * scale], [x + 5 * scale, y - 3 * scale]], np.int32)
        cv2.polylines(image, [points], False, tone, max(round(0.5 * scale), 1), cv2.LINE_AA)
    spot = _spot(image, 8 * scale, rng)
    cv2.circle(image, spot, round(4 * scale), tone, max(round(0.3 * scale), 1), cv2.LINE_AA)
    _write(image, spot, str(rng.randint(1, 40)), 4 * scale, tone)


def _heading(image: Image8, scale: float, rng: random.Random) -> None:
    """Print a large coloured heading with a rule below it."""
    height, width = image.shape[:2]
    word = rng.choice(("砚州市人民政府文件", "会议纪要", "荣誉证书", "砚州市财政局"))
    level = round(rng.uniform(0.08, 0.5) * height)
    _write(image, (width // 2, level), word, rng.uniform(9, 15) * scale, (206, 24, 34))
    cv2.line(
        image, (round(width * 0.12), level + round(11 * scale)), (round(width * 0.88), level + round(11 * scale)),
        (206, 24, 34), max(round(0.8 * scale), 1),
    )  # fmt: skip


LOOKALIKES: tuple[Lookalike, ...] = (
    _logo, _emblem, _photograph, _square_code, _diagram, _diagram, _dial, _red_box, _red_box, _checks, _heading,
)  # fmt: skip

__all__ = ["MODES", "Ink", "Plate", "Sign", "StampedPage", "stamped_page"]
