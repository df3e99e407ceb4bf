"""Read runs of text: cut each out as a level strip, read strips of like width together, decode their characters."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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


def read_runs(engine: Engine, image: Image, runs: Sequence[tuple[Run, bool]]) -> list[Reading]:
    """Return the reading of each of `runs`, in their order; those with True are read down the page."""
    strips = [_strip(image, run, down) for run, down in runs]
    readings = [Reading()] * len(runs)
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


def _strip(image: Image, run: Run, down: bool) -> Image:
    strip = cut_out(image, run.corners)
    if down:
        strip = turned(strip, 270)
    width = min(max(math.ceil(strip.shape[1] * READ_HEIGHT / strip.shape[0]), 8), LONGEST_READ)
    return cv2.resize(strip, (width, READ_HEIGHT)).astype(np.uint8, copy=False)


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
