"""Read runs of text: cut each out as a level strip, read strips of like width together, decode their characters."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np

from lantai.recognition.adapters.engine import Engine
from lantai.recognition.adapters.imaging import Image, cut_out, turned
from lantai.recognition.adapters.runs import Run
from lantai.recognition.adapters.runtimes import Codes, Floats
from lantai.recognition.rules.ornaments import ORNAMENTS, is_rule
from lantai.recognition.rules.script import twins_to_take

READ_HEIGHT = 48
LONGEST_READ = 3200
# Widths are rounded up so that the runtime keeps few shapes; a batch holds about this many columns of pixels.
WIDTH_STEP = 64
BATCH_COLUMNS = 1280
# Columns by which the network names a character after its middle, measured on drawn lines of known places (0.1 to 0.3).
LATE = 0.2


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of one strip: for each character its middle as a share of the strip's width, the next best reading of it
    ("" for none), the probability of what was read and of the next best."""

    text: str = ""
    spots: tuple[float, ...] = ()
    others: tuple[str, ...] = ()
    first: tuple[float, ...] = ()
    second: tuple[float, ...] = ()

    @property
    def confidence(self) -> float:
        """Mean probability of the characters as the network gives it, uncalibrated."""
        return sum(self.first) / len(self.first) if self.first else 0.0


class Way(Enum):
    """How a run is read."""

    LEVEL = "from left to right"
    TURNED = "turned to the left: level writing that runs down"
    RISING = "turned to the right: level writing that runs up"
    UNROLLED = "its characters, one below the other and each upright, laid side by side"


def read_runs(engine: Engine, image: Image, runs: Sequence[tuple[Run, Way]]) -> list[Reading]:
    """Return the reading of each of `runs`, in their order."""
    return _read_strips(engine, [_strip(image, run, way) for run, way in runs])


def _read_strips(engine: Engine, strips: Sequence[Image]) -> list[Reading]:
    readings = [Reading()] * len(strips)
    for batch in _batches([strip.shape[1] for strip in strips]):
        columns = _rounded(max(strips[i].shape[1] for i in batch))
        tensor = np.zeros((len(batch), 3, READ_HEIGHT, columns), np.float32)
        for place, index in enumerate(batch):
            strip = strips[index]
            tensor[place, :, :, : strip.shape[1]] = strip.transpose(2, 0, 1) * np.float32(2 / 255) - 1
        codes, shares = engine.reader.best_two(tensor)
        for place, index in enumerate(batch):
            filled = strips[index].shape[1] / columns
            readings[index] = _decoded(codes[place], shares[place], engine.alphabet, filled)
    return readings


def _strip(image: Image, run: Run, way: Way) -> Image:
    strip = cut_out(image, run.corners)
    if way is Way.TURNED:
        strip = turned(strip, 270)
    elif way is Way.RISING:
        strip = turned(strip, 90)
    elif way is Way.UNROLLED:
        strip = unrolled(strip)
    return _at_height(strip)


def _at_height(strip: Image) -> Image:
    width = min(max(math.ceil(strip.shape[1] * READ_HEIGHT / strip.shape[0]), 8), LONGEST_READ)
    return cv2.resize(strip, (width, READ_HEIGHT)).astype(np.uint8, copy=False)


def unrolled(strip: Image) -> Image:
    """Return the characters of the vertical `strip` side by side, each in a cell as wide as the strip.

    A spot of the result is the same share of its width as of the height of `strip`, as near as the cells are alike.
    """
    pieces = cells(strip)
    width = strip.shape[1]
    tallest = max(width, *(piece.shape[0] for piece in pieces))
    paper = np.median(strip.reshape(-1, 3), axis=0).astype(np.uint8)
    laid = np.broadcast_to(paper, (tallest, width * len(pieces), 3)).copy()
    for place, piece in enumerate(pieces):
        shift = (tallest - piece.shape[0]) // 2
        laid[shift : shift + piece.shape[0], place * width : (place + 1) * width] = piece
    return laid


def cells(strip: Image) -> list[Image]:
    """Return the characters of the vertical `strip`, cut where there is least ink, about as far apart as it is wide."""
    height, width = strip.shape[:2]
    grey = cv2.cvtColor(strip, cv2.COLOR_RGB2GRAY).astype(np.float32)
    ink = np.clip(np.median(grey) - 30 - grey, 0, None).sum(1)
    cuts = [0]
    # The found strip reaches over the characters, which are about two thirds of it.
    pitch = max(round(0.72 * width), 4)
    while height - cuts[-1] > 1.4 * pitch:
        first, last = cuts[-1] + round(0.7 * pitch), min(cuts[-1] + round(1.5 * pitch), height - 1)
        away = np.abs(np.arange(first, last) - cuts[-1] - pitch) / pitch
        cuts.append(first + int((ink[first:last] + away * (ink.mean() * 0.2 + 1)).argmin()))
    cuts.append(height)
    return [strip[top:bottom] for top, bottom in itertools.pairwise(cuts) if bottom > top]


MOST_CELLS = 40
# A script that the reader does not know, like Mongolian, says nothing about which way is up.
KNOWN_SHARE = 0.7


def turn_of_standing(engine: Engine, image: Image, runs: Sequence[Run]) -> int:
    """Return the turn (0, 270, 90) that makes the characters of standing `runs` upright: 0 for vertical writing.

    Asked of single characters in three ways. The reader knows upright ones and those that lie on their left side (so
    it was taught vertical lines), and neither upside-down ones nor those on their right side: which two of the three
    ways are read well tells how they stand.
    """
    found = [cell for run in runs for cell in cells(cut_out(image, run.corners))][:MOST_CELLS]

    def score(turn: int) -> float:
        return sum(r.confidence for r in _read_strips(engine, [_at_height(turned(cell, turn)) for cell in found]))

    as_it_lies, turned_left, turned_right = score(0), score(270), score(90)
    if max(as_it_lies, turned_left, turned_right) < KNOWN_SHARE * len(found):
        return 0
    if as_it_lies < 0.75 * turned_left:
        return 270
    return 90 if turned_right > turned_left else 0


def _rounded(width: int) -> int:
    return -(-width // WIDTH_STEP) * WIDTH_STEP


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Yield groups of indices of like width, each padded to BATCH_COLUMNS at most: flat memory, little padding."""
    batch: list[int] = []
    for index in sorted(range(len(widths)), key=lambda i: widths[i]):
        if batch and (len(batch) + 1) * _rounded(widths[index]) > BATCH_COLUMNS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


# A character, its spot, the next best reading, and the probabilities of both.
_Found = tuple[str, float, str, float, float]


def _decoded(codes: Codes, shares: Floats, alphabet: Sequence[str], filled: float) -> Reading:
    """Return the text of one CTC output, (columns, 2) of classes and shares; `filled` is the part not padded."""
    best = codes[:, 0]
    starts = np.flatnonzero((best != 0) & np.concatenate(([True], best[1:] != best[:-1])))
    if not len(starts):
        return Reading()
    width = max(len(best) * filled, 1.0)
    found: list[_Found] = []
    for start in starts.tolist():
        stop = start + 1
        while stop < len(best) and best[stop] == best[start]:
            stop += 1
        peak = start + int(shares[start:stop, 0].argmax())
        middle = min(max((start + stop) / 2 - LATE, 0.0) / width, 1.0)
        other = alphabet[codes[peak, 1]]
        found.append((alphabet[best[start]], middle, other, float(shares[peak, 0]), float(shares[peak, 1])))
    return _reading(found)


def _reading(found: Sequence[_Found]) -> Reading:
    """Return `found` without rules to write on and without outer spaces."""
    text = "".join(character for character, *_ in found)
    kept = [found[place] for place in range(len(found)) if not is_rule(text, place)]
    while kept and not kept[0][0].strip():
        kept.pop(0)
    while kept and not kept[-1][0].strip():
        kept.pop()
    if not any(character not in ORNAMENTS for character, *_ in kept):
        return Reading()
    letters, spots, others, first, second = zip(*kept, strict=True)
    return Reading("".join(letters), spots, others, first, second)


def in_script(reading: Reading, script: str) -> Reading:
    """Return `reading` with characters of the other script than that of the page exchanged where both were likely."""
    places = twins_to_take(script, reading.text, reading.others, reading.second)
    if not places:
        return reading
    letters, others = list(reading.text), list(reading.others)
    first, second = list(reading.first), list(reading.second)
    for place in places:
        letters[place], others[place] = others[place], letters[place]
        # Both forms are the one character that was seen; which of them, the page has said.
        first[place], second[place] = first[place] + second[place], 0.0
    return Reading("".join(letters), reading.spots, tuple(others), tuple(first), tuple(second))
