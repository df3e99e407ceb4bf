"""Read what a found seal says: unroll its ring to a line, lay its level lines and squares out, ask the text reader."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.engine import Engine, engine_here
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.adapters.runs import Run
from lantai.recognition.adapters.seals.inks import Floats
from lantai.recognition.adapters.seals.unmixing import ink_of
from lantai.recognition.adapters.strips import Reading, Way, read_runs
from lantai.recognition.rules.seal_words import (
    agreed_name,
    as_code,
    as_name,
    as_purpose,
    most_usual,
    name_worth,
    square_name,
)
from lantai.recognition.rules.seals import SQUARE, Seal, SealText

STEPS = 900
STRIP_HEIGHT = 64
# From the rim inwards, as shares of the smaller radius: where the ring of letters may lie.
OUTERMOST, INNERMOST = 0.96, 0.45
# Depths of the strip that rings of letters usually fill, and how deep one may be.
USUAL_BANDS = ((6, 40), (12, 50))
SHALLOWEST, DEEPEST = 16, 46
RIM_INK = 0.6
# Columns of blank that are kept between letters.
MOST_BLANK = 18
# A letter of the ring that was not read shifts what is taken for its middle; level lines are tried at these turns.
LEANS = (0.0, -9.0, 9.0)
WAYS_UP = (0, 90, 180, 270)
SURE = 0.85


@dataclass(frozen=True, slots=True)
class _Ring:
    """A ring unrolled: `plane` (STEPS, depths) of ink from 0 to 1, clockwise from the right, from the rim inwards."""

    plane: Floats
    insets: Floats
    length_px: float


def read_seal(image: Image, seal: Seal, engine: Engine | None = None) -> SealText:
    """Return what the seal on `image` ((h, w, 3) uint8 RGB) says. Raises UnavailableError without an engine."""
    engine = engine or engine_here()
    ink, corner = ink_of(image, seal)
    if min(ink.shape) < 12:
        return SealText()
    middle = (seal.centre[0] - corner[0], seal.centre[1] - corner[1])
    if seal.shape == SQUARE:
        return _square_text(ink, seal, middle, engine)
    return _ring_text(ink, seal, middle, engine)


def _read(engine: Engine, strips: list[Image]) -> list[Reading]:
    """Read level strips (h, w) uint8, one under the other on one sheet."""
    width = max(strip.shape[1] for strip in strips)
    sheet = np.full((sum(strip.shape[0] for strip in strips), width, 3), 255, np.uint8)
    runs: list[tuple[Run, Way]] = []
    top = 0
    for strip in strips:
        high, wide = strip.shape
        sheet[top : top + high, :wide] = strip[..., None]
        corners = [[0, top], [wide - 1, top], [wide - 1, top + high - 1], [0, top + high - 1]]
        runs.append((Run(np.array(corners, np.float32)), Way.LEVEL))
        top += high
    return read_runs(engine, sheet, runs)


def _unrolled(ink: Image, seal: Seal, middle: tuple[float, float]) -> _Ring:
    """Walk the rim at an even pace and look inwards at right angles to it."""
    a, b = seal.radii
    fine = np.linspace(0, 2 * math.pi, 4 * STEPS + 1)
    walked = np.concatenate([[0], np.cumsum(np.hypot(np.diff(a * np.cos(fine)), np.diff(b * np.sin(fine))))])
    angles = np.interp(np.linspace(0, walked[-1], STEPS, endpoint=False), walked, fine)
    across, down = a * np.cos(angles), b * np.sin(angles)
    normal = np.stack([across / a**2, down / b**2])
    normal /= np.linalg.norm(normal, axis=0)
    insets = np.linspace(1 - OUTERMOST, 1 - INNERMOST, STRIP_HEIGHT) * b
    x = across[:, None] - normal[0][:, None] * insets
    y = down[:, None] - normal[1][:, None] * insets
    turn = math.radians(seal.angle_degrees)
    columns = (middle[0] + x * math.cos(turn) - y * math.sin(turn)).astype(np.float32)
    rows = (middle[1] + x * math.sin(turn) + y * math.cos(turn)).astype(np.float32)
    taken = cv2.remap(ink, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,))
    return _Ring(1 - taken.astype(np.float32) / np.float32(255), insets.astype(np.float32), float(walked[-1]))


def _band(ring: _Ring, lettered: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """Return the first and last depth of the ring of letters: where ink comes and goes along the `lettered` part.

    A rim is even all the way round; letters are not.
    """
    change = np.abs(np.diff(ring.plane, axis=0))[lettered[1:]].mean(0)
    change = cv2.blur(change[None], (3, 1))[0]
    even = ring.plane[lettered].mean(0) > RIM_INK
    rough = (change > 0.5 * float(np.percentile(change, 85))) & ~even[: len(change)]
    best, start = (0, 0), None
    for place in range(len(rough) + 1):
        here = place < len(rough) and not even[place] and bool(rough[place : place + 3].any())
        if here and start is None:
            start = place
        elif not here and start is not None:
            if place - start > best[1] - best[0]:
                best = (start, place)
            start = None
    low, high = best
    return (low, min(high, low + DEEPEST)) if high - low >= SHALLOWEST else USUAL_BANDS[0]


def _lettered(start: int, share: float) -> npt.NDArray[np.bool_]:
    """Return which steps lie away from `start`, where the ring of letters is open."""
    away = np.abs((np.arange(STEPS) - start + STEPS // 2) % STEPS - STEPS // 2)
    return np.asarray(away > share * STEPS, np.bool_)


def _opening(ring: _Ring, read: Sequence[tuple[int, Reading, float]]) -> int | None:
    """Return the middle of the widest gap between letters that were read, as a step of the walk.

    `read`: where each strip began, its reading, and which part of the whole round it covers.
    """
    spots = sorted(
        {
            round(start + spot * share * STEPS) % STEPS
            for start, reading, share in read
            for sign, spot, sure in zip(reading.text, reading.spots, reading.first, strict=True)
            if sure > 0.8 and "\u3400" <= sign <= "\u9fff"
        }
    )
    if len(spots) < 3:
        return None
    gaps = [(after - before, before) for before, after in itertools.pairwise([*spots, spots[0] + STEPS])]
    widest, before = max(gaps)
    return (before + widest // 2) % STEPS


def _strip(ring: _Ring, start: int, band: tuple[int, int], seal: Seal) -> Image:
    """Return the ring as a level line of dark letters on white, from `start` once around."""
    low, high = max(band[0] - 3, 0), min(band[1] + 3, STRIP_HEIGHT)
    line = np.roll(ring.plane, -start, axis=0)[:, low:high].T
    depth = float(ring.insets[high - 1] - ring.insets[low])
    # Letters stand on an inner ring that is shorter than the rim.
    middle = float(ring.insets[(low + high) // 2])
    along = ring.length_px * (1 - middle / math.sqrt(seal.radii[0] * seal.radii[1]))
    wide = max(round(along * STRIP_HEIGHT / max(depth, 1.0)), STRIP_HEIGHT)
    large = cv2.resize(line, (wide, STRIP_HEIGHT), interpolation=cv2.INTER_LINEAR)
    # Seals are inked unevenly: each stretch is stretched to its own darkest strokes.
    near = cv2.dilate(large, np.ones((STRIP_HEIGHT // 2 * 2 + 1, STRIP_HEIGHT // 2), np.uint8))
    level = np.maximum(cv2.blur(near, (STRIP_HEIGHT, STRIP_HEIGHT)), max(0.3 * float(np.percentile(large, 96)), 0.15))
    return (255 * (1 - np.clip(large / level, 0, 1))).astype(np.uint8)


def _ring_text(ink: Image, seal: Seal, middle: tuple[float, float], engine: Engine) -> SealText:
    """Read once around from below, see where the letters leave a gap, and read again from there in several bands."""
    ring = _unrolled(ink, seal, middle)
    below = _step_at(90.0, seal)
    first = _around(ring, seal, [(start, band) for start in (below, _blank(ring)) for band in USUAL_BANDS], engine)
    found = _opening(ring, [(start, reading, 1.0) for start, reading in first])
    start = below if found is None else found
    fitted = _band(ring, _lettered(start, 0.16))
    bands = dict.fromkeys(
        (
            fitted,
            (max(fitted[0] - 4, 0), fitted[1] - 1),
            (fitted[0] + 1, min(fitted[1] + 5, STRIP_HEIGHT)),
            *USUAL_BANDS,
        )
    )
    starts = dict.fromkeys((start, (start + STEPS // 30) % STEPS))
    second = _around(ring, seal, [(one, band) for one in starts for band in bands], engine)
    read = [*second, *first]
    names = [(*as_name(reading.text, reading.first), begun) for begun, reading in read]
    if found is not None:
        placed = [_placed(begun, reading, start) for begun, reading in read]
        names.append((*agreed_name(placed, STEPS), start))
    name, sure, begun = max(names, key=lambda item: name_worth(item[0], item[1]))
    turn = seal.angle_degrees + math.degrees(_angle_of(start if found is not None else begun, seal)) - 90
    purpose, code = _level_lines(ink, seal, middle, turn, engine)
    return SealText(name, purpose, code, round(sure, 4))


def _around(
    ring: _Ring, seal: Seal, jobs: Sequence[tuple[int, tuple[int, int]]], engine: Engine
) -> list[tuple[int, Reading]]:
    """Read the ring once around for each (start, band); places stay shares of the whole round."""
    strips = [_closed_up(_strip(ring, start, band, seal)) for start, band in jobs]
    readings = _read(engine, [strip for strip, _ in strips])
    return [
        (start, _spread(reading, columns))
        for (start, _), reading, (_, columns) in zip(jobs, readings, strips, strict=True)
    ]


def _closed_up(strip: Image) -> tuple[Image, npt.NDArray[np.intp]]:
    """Return the strip with wide blanks made narrow, and which columns were kept: letters set apart are read badly."""
    blank = (strip < 150).mean(0) < 0.03
    starts = np.flatnonzero(np.diff(np.concatenate(([False], blank)).astype(np.int8)) == 1)
    since = np.arange(len(blank))
    run = since - np.maximum.accumulate(np.where(np.isin(since, starts), since, 0))
    kept = np.flatnonzero(~blank | (run < MOST_BLANK))
    if len(kept) < STRIP_HEIGHT:
        kept = since
    return np.ascontiguousarray(strip[:, kept]), np.append(kept, len(blank))


def _spread(reading: Reading, columns: npt.NDArray[np.intp]) -> Reading:
    """Return a reading of a closed-up strip with its places on the whole one."""
    count = len(columns) - 1
    places = [float(columns[min(round(spot * count), count)]) / float(columns[-1]) for spot in reading.spots]
    return replace(reading, spots=tuple(places))


def _placed(begun: int, reading: Reading, start: int) -> list[tuple[int, str, float]]:
    """Return each letter of a reading with how far from `start` on the walk it stands, and how sure it is."""
    return [
        ((begun + round(spot * STEPS) - start) % STEPS, sign, sure)
        for sign, spot, sure in zip(reading.text, reading.spots, reading.first, strict=True)
    ]


def _blank(ring: _Ring) -> int:
    """Return the middle of the stretch with the least ink where letters may stand."""
    ink = ring.plane[:, STRIP_HEIGHT // 4 : STRIP_HEIGHT * 3 // 4].mean(1)
    span = STEPS // 8
    sums = np.convolve(np.concatenate([ink, ink[:span]]), np.ones(span), "valid")[:STEPS]
    return int(sums.argmin() + span // 2) % STEPS


def _step_at(degrees: float, seal: Seal) -> int:
    """Return the step of the walk that lies at an angle (clockwise from the right) of the picture."""
    wanted = math.radians(degrees - seal.angle_degrees)
    a, b = seal.radii
    t = math.atan2(math.sin(wanted) / b, math.cos(wanted) / a) % (2 * math.pi)
    fine = np.linspace(0, 2 * math.pi, 4 * STEPS + 1)
    walked = np.concatenate([[0], np.cumsum(np.hypot(np.diff(a * np.cos(fine)), np.diff(b * np.sin(fine))))])
    return round(float(np.interp(t, fine, walked)) / float(walked[-1]) * STEPS) % STEPS


def _angle_of(start: int, seal: Seal) -> float:
    """Return the angle, clockwise from the right in the seal's own frame, at which a step of the walk lies."""
    a, b = seal.radii
    fine = np.linspace(0, 2 * math.pi, 4 * STEPS + 1)
    walked = np.concatenate([[0], np.cumsum(np.hypot(np.diff(a * np.cos(fine)), np.diff(b * np.sin(fine))))])
    t = float(np.interp(start / STEPS * walked[-1], walked, fine))
    return math.atan2(b * math.sin(t), a * math.cos(t))


def _upright(ink: Image, middle: tuple[float, float], half: tuple[float, float], turn: float, side: int) -> Image:
    """Return the middle of the seal turned level: (2 * half) around its centre at `side` pixels of height."""
    scale = side / (2 * half[1])
    matrix = cv2.getRotationMatrix2D(middle, turn, scale)
    size = (round(2 * half[0] * scale), side)
    matrix[:, 2] += np.array(size) / 2 - np.array(middle)
    return np.asarray(cv2.warpAffine(ink, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(255,)), np.uint8)


def _level_lines(ink: Image, seal: Seal, middle: tuple[float, float], turn: float, engine: Engine) -> tuple[str, str]:
    """Return (purpose, code): the level lines inside the ring, and the code along the lower rim."""
    # An oval stands as its axis does, on its head or not; a round seal as its text does.
    if seal.shape != "round":
        way = seal.angle_degrees
        turn = way if abs((turn - way + 180) % 360 - 180) < 90 else way + 180
    b = min(seal.radii)
    half = (seal.radii[0] * 0.72, b * 0.72) if seal.shape != "round" else (b * 0.68, b * 0.72)
    strips, codes = [], []
    for lean in LEANS:
        level = _upright(ink, middle, half, turn + lean, 288)
        strips += [line for low, high in _rows(level, seal.shape) if (line := _line(level, low, high)) is not None]
        codes.append(_code_strip(ink, seal, middle, turn + lean))
    readings = _read(engine, [*strips, *codes])
    purposes = [as_purpose(reading.text) for reading in readings[: len(strips)]]
    found = [as_code(reading.text) for reading in readings]
    return most_usual(purposes), most_usual(found)


def _rows(level: Image, shape: str) -> list[tuple[int, int]]:
    """Return the stretches of rows with ink where level lines may stand: below the star, or anywhere in an oval."""
    high = level.shape[0]
    rows = (level < 150).mean(1) > 0.04
    if shape == "round":
        rows[: round(high * 0.56)] = False
    found, start = [], None
    for place in range(high + 1):
        here = place < high and bool(rows[place])
        if here and start is None:
            start = place
        elif not here and start is not None:
            if 0.05 * high <= place - start <= 0.4 * high:
                found.append((start, place))
            start = None
    return found[:4]


def _line(level: Image, low: int, high: int) -> Image | None:
    room = max((high - low) // 8, 2)
    cut = level[max(low - room, 0) : high + room]
    columns = np.flatnonzero((cut < 150).any(0))
    if len(columns) < 8:
        return None
    cut = cut[:, max(int(columns[0]) - room, 0) : int(columns[-1]) + room]
    return np.asarray(cv2.resize(cut, None, fx=48 / cut.shape[0], fy=48 / cut.shape[0]), np.uint8)


def _code_strip(ink: Image, seal: Seal, middle: tuple[float, float], turn: float) -> Image:
    """Return the lower rim as a level line, letters with their feet outwards, from left to right."""
    b = min(seal.radii)
    angles = np.radians(np.linspace(148, 32, 520) + turn)
    insets = np.linspace(0.66, 0.955, 40) * b
    columns = (middle[0] + np.cos(angles) * insets[:, None]).astype(np.float32)
    rows = (middle[1] + np.sin(angles) * insets[:, None]).astype(np.float32)
    strip = cv2.remap(ink, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,))
    return np.asarray(cv2.resize(strip[14:], (720, 48)), np.uint8)


def _square_text(ink: Image, seal: Seal, middle: tuple[float, float], engine: Engine) -> SealText:
    """Read two columns from right to left, each downwards, as a line of their signs."""
    best = SealText()
    for way in WAYS_UP:
        level = _upright(ink, middle, (seal.radii[0], seal.radii[1]), seal.angle_degrees + way, 160)
        inner = level[14:-14, 14:-14]
        if float((inner < 128).mean()) > 0.55:
            level, inner = 255 - level, 255 - inner
        strip = _signs_in_line(inner)
        reading = _read(engine, [strip])[0]
        name, sure = square_name(reading.text), reading.confidence
        if name and sure > best.confidence:
            best = SealText(name, "", "", round(sure, 4))
        if best.confidence >= SURE:
            break
    return best


def _signs_in_line(inner: Image) -> Image:
    """Lay the four signs of a square in a line: right column first, each column downwards."""
    across, down = _split(inner, 0), _split(inner, 1)
    cells = [
        inner[:down, across:], inner[down:, across:], inner[:down, :across], inner[down:, :across],
    ]  # fmt: skip
    line = np.full((64, 16 + 4 * 66), 255, np.uint8)
    for place, cell in enumerate(cells):
        rows, columns = np.flatnonzero((cell < 140).any(1)), np.flatnonzero((cell < 140).any(0))
        if not len(rows):
            continue
        tight = cell[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        ratio = min(56 / tight.shape[0], 58 / tight.shape[1])
        sign = cv2.resize(
            tight,
            (max(round(tight.shape[1] * ratio), 1), max(round(tight.shape[0] * ratio), 1)),
            interpolation=cv2.INTER_LINEAR,
        )
        top, left = (64 - sign.shape[0]) // 2, 8 + 66 * place + (62 - sign.shape[1]) // 2
        line[top : top + sign.shape[0], left : left + sign.shape[1]] = sign
    return line


def _split(inner: Image, axis: int) -> int:
    """Return where the signs part: the emptiest column or row near the middle."""
    ink = (inner < 140).sum(axis)
    low, high = round(len(ink) * 0.38), round(len(ink) * 0.62)
    middle = (low + high) / 2
    away = np.abs(np.arange(low, high) - middle) * 0.15
    return low + int((ink[low:high] + away).argmin())
