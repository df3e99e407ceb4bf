"""Read the text of a page picture: find runs, turn the page upright, take seal ink away, read, put in order."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.engine import Engine, Floats, Model, engine_here
from lantai.recognition.adapters.imaging import Image, cut_out, scaled_to, turned, without_seal_ink
from lantai.recognition.rules.layout import (
    Box,
    Line,
    PageLayout,
    content_angle,
    in_reading_order,
    is_sideways,
    skew_of,
)

DETECT_SIDE = 1600
INK_LEVEL = 0.3
RUN_SCORE = 0.5
UNCLIP_RATIO = 1.6
MOST_RUNS = 3000
READ_HEIGHT = 48
LONGEST_READ = 3200
# Widths are rounded up so that the runtime keeps few shapes; a batch holds about this many columns of pixels.
WIDTH_STEP = 64
BATCH_COLUMNS = 1280
# A page is taken as it lies unless another way up is read well and clearly better: photographs hold chance letters.
SURE, TURNED_SURE, TURNED_MARGIN = 0.88, 0.8, 0.1
PROBES = 6
LEAST_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class _Run:
    """A found run of text: corners from its top left clockwise, in pixels of the upright picture."""

    corners: Floats

    @property
    def sides(self) -> tuple[float, float]:
        wide = float(np.linalg.norm(self.corners[1] - self.corners[0]))
        return wide, float(np.linalg.norm(self.corners[3] - self.corners[0]))

    @property
    def slant(self) -> float:
        across = self.corners[1] - self.corners[0]
        return math.degrees(math.atan2(float(across[1]), float(across[0])))


@dataclass(frozen=True, slots=True)
class _Reading:
    """The text of one cut-out; `spots` are the middles of its characters as shares of its width."""

    text: str
    confidence: float
    spots: tuple[float, ...]


def engine_name() -> str:
    """Return which models, runtime and pipeline read here, for the record of a reading."""
    return engine_here().name


def read_image(image: Image, engine: Engine | None = None) -> PageLayout:
    """Return the layout of the page `image` ((h, w, 3) uint8 RGB).

    Quarter turns are found and undone, slanted lines are read where they lie. Runs on one thread; the engine is made
    at the first call and kept. Raises UnavailableError if no engine is installed.
    """
    engine = engine or engine_here()
    # Before anything is looked for: the ring of a seal across a line makes the detector lose the whole line.
    clean = without_seal_ink(image)
    turn, runs = _upright(clean, engine)
    page = turned(clean, turn)
    height, width = page.shape[:2]
    readings = _read_runs(engine, page, runs)
    skew = skew_of([(run.slant, run.sides[0]) for run in runs if run.sides[0] > 3 * run.sides[1]])
    lines = [
        _line(run, reading, width, height)
        for run, reading in zip(runs, readings, strict=True)
        if reading.text and reading.confidence >= LEAST_CONFIDENCE
    ]
    return PageLayout(
        lines=in_reading_order(lines, skew),
        width_px=width,
        height_px=height,
        angle_degrees=content_angle(turn, skew),
        turn_degrees=turn,
    )


def _upright(image: Image, engine: Engine) -> tuple[int, list[_Run]]:
    """Return the clockwise turn that makes `image` upright, and the runs found on it then.

    Long runs that stand up mean a page on its side. Which of two opposite ways is up is asked of the reader, on a few
    long runs; a page already upright costs nothing more than those reads.
    """
    runs = _find_runs(engine.detector, image)
    sideways = is_sideways([run.sides for run in runs])
    best_turn, best_runs = 0, runs
    # Runs that stand up are read turned to the left, so a page on its side may look well read as it lies.
    best_score = 0.0 if sideways else _legibility(engine, image, runs)
    if best_score >= SURE:
        return 0, runs
    for turn in (270, 90) if sideways else (180,):
        page = turned(image, turn)
        found = _find_runs(engine.detector, page)
        score = _legibility(engine, page, found)
        if score >= TURNED_SURE and score > best_score + TURNED_MARGIN:
            best_turn, best_runs, best_score = turn, found, score
        if best_turn and score >= SURE:
            break
    return best_turn, best_runs


def _legibility(engine: Engine, page: Image, runs: Sequence[_Run]) -> float:
    """Return how surely the longest few runs are read (the median of their confidences); 1 for a page without runs."""
    if not runs:
        return 1.0
    probes = sorted(runs, key=lambda run: min(run.sides[0], 12 * run.sides[1]), reverse=True)[:PROBES]
    scores = sorted(reading.confidence for reading in _read_runs(engine, page, probes))
    return scores[len(scores) // 2]


def _find_runs(detector: Model, image: Image) -> list[_Run]:
    small = scaled_to(image, DETECT_SIDE)
    batch = np.ascontiguousarray(small.transpose(2, 0, 1)[None], np.float32)
    batch *= 2 / 255
    batch -= 1
    ink = detector.infer(batch)[0, 0]
    factor = (image.shape[1] / small.shape[1], image.shape[0] / small.shape[0])
    mask = cv2.dilate((ink > INK_LEVEL).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    runs = []
    for contour in contours[:MOST_RUNS]:
        corners = _run_corners(contour, ink)
        if corners is not None:
            runs.append(_Run(_clipped(corners * np.array(factor, np.float32), image)))
    return runs


def _run_corners(contour: Any, ink: Floats) -> Floats | None:
    """Return the corners around a blob of ink, grown to cover whole strokes, or None if it is too small or faint.

    The detector marks the core of a run; growing by area x ratio / perimeter gives its outline back
    (Liao et al., Real-time Scene Text Detection with Differentiable Binarization, AAAI 2020).
    """
    centre, (width, height), angle = cv2.minAreaRect(contour)
    if min(width, height) < 3:
        return None
    if angle > 45:
        angle -= 90
        width, height = height, width
    elif angle < -45:
        angle += 90
        width, height = height, width
    if _mean_ink(ink, cv2.boxPoints((centre, (width, height), angle))) < RUN_SCORE:
        return None
    growth = width * height * UNCLIP_RATIO / (2 * (width + height))
    wide, high = (width + 2 * growth) / 2, (height + 2 * growth) / 2
    if min(wide, high) < 2.5:
        return None
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    offsets = np.array([[-wide, -high], [wide, -high], [wide, high], [-wide, high]], np.float32)
    turn = np.array([[cosine, sine], [-sine, cosine]], np.float32)
    corners: Floats = offsets @ turn + np.array(centre, np.float32)
    return corners


def _mean_ink(ink: Floats, corners: npt.NDArray[np.generic]) -> float:
    height, width = ink.shape
    points = np.asarray(corners, np.float32)
    left, top = np.clip(np.floor(points.min(0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(points.max(0)).astype(int), 0, (width - 1, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(points - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(ink[top : bottom + 1, left : right + 1], mask)[0])


def _clipped(corners: Floats, image: Image) -> Floats:
    limit = np.array([image.shape[1] - 1, image.shape[0] - 1], np.float32)
    return np.clip(corners, 0, limit).astype(np.float32)


def _read_runs(engine: Engine, image: Image, runs: Sequence[_Run]) -> list[_Reading]:
    """Return the reading of each of `runs`, in their order. Runs that stand up are read turned to the left."""
    crops = [_prepared(image, run) for run in runs]
    readings: list[_Reading] = [_Reading("", 0.0, ())] * len(runs)
    for batch in _batches([crop.shape[1] for crop in crops]):
        columns = -(-max(crops[i].shape[1] for i in batch) // WIDTH_STEP) * WIDTH_STEP
        tensor = np.zeros((len(batch), 3, READ_HEIGHT, columns), np.float32)
        for place, index in enumerate(batch):
            crop = crops[index]
            tensor[place, :, :, : crop.shape[1]] = crop.transpose(2, 0, 1) * np.float32(2 / 255) - 1
        output = engine.reader.infer(tensor)
        for place, index in enumerate(batch):
            readings[index] = _decoded(output[place], engine.alphabet, crops[index].shape[1] / columns)
    return readings


def _prepared(image: Image, run: _Run) -> Image:
    crop = cut_out(image, run.corners)
    if crop.shape[0] >= 1.5 * crop.shape[1]:
        crop = turned(crop, 270)
    width = min(max(math.ceil(crop.shape[1] * READ_HEIGHT / crop.shape[0]), 8), LONGEST_READ)
    return cv2.resize(crop, (width, READ_HEIGHT)).astype(np.uint8, copy=False)


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Yield groups of indices of like width, each padded to BATCH_COLUMNS at most: flat memory, little padding."""
    batch: list[int] = []
    for index in sorted(range(len(widths)), key=lambda i: widths[i]):
        rounded = -(-widths[index] // WIDTH_STEP) * WIDTH_STEP
        if batch and rounded * (len(batch) + 1) > BATCH_COLUMNS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _decoded(output: Floats, alphabet: Sequence[str], share: float) -> _Reading:
    """Return the text of one CTC output (columns, classes); `share` is the part of the columns that is not padding."""
    best = output.argmax(1)
    keep = best != 0
    keep[1:] &= best[1:] != best[:-1]
    columns = np.flatnonzero(keep)
    if not len(columns):
        return _Reading("", 0.0, ())
    text = "".join(alphabet[code] for code in best[columns])
    sureness = float(output[columns, best[columns]].mean())
    width = max(len(best) * share, 1.0)
    spots = [min((float(column) + 0.5) / width, 1.0) for column in columns]
    stripped = text.strip()
    start = text.find(stripped)
    return _Reading(stripped, sureness, tuple(spots[start : start + len(stripped)]))


def _line(run: _Run, reading: _Reading, width: int, height: int) -> Line:
    low, high = run.corners.min(0), run.corners.max(0)
    box: Box = (
        max(math.floor(low[0]), 0),
        max(math.floor(low[1]), 0),
        min(math.ceil(high[0]), width),
        min(math.ceil(high[1]), height),
    )
    wide, tall = run.sides
    line = Line(text=reading.text, box_px=box, confidence=round(reading.confidence, 4))
    if tall >= 1.5 * wide:
        return line
    return replace(line, glyphs_px=_glyphs(box, reading.spots))


def _glyphs(box: Box, spots: Sequence[float]) -> tuple[tuple[int, int], ...]:
    """Return the left and right edge of each character: halfway to its neighbours, at most 0.6 of a height away."""
    left, right = box[0], box[2]
    middles = [left + spot * (right - left) for spot in spots]
    reach = 0.6 * (box[3] - box[1])
    edges = []
    for index, middle in enumerate(middles):
        before = (middles[index - 1] + middle) / 2 if index else left
        after = (middles[index + 1] + middle) / 2 if index + 1 < len(middles) else right
        edges.append((round(max(before, middle - reach)), round(min(after, middle + reach))))
    return tuple(edges)
