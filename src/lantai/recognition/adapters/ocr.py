"""Read the text of a page picture: find runs, turn the page upright, take seal ink away, read, put in order."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lantai.recognition.adapters.checkboxes import find_check_boxes
from lantai.recognition.adapters.engine import Engine, engine_here
from lantai.recognition.adapters.imaging import Image, turned
from lantai.recognition.adapters.runs import Run, find_runs
from lantai.recognition.adapters.sealed import colourless, is_new, is_ring_text, replaces, runs_under, without_grey_ink
from lantai.recognition.adapters.seals import find_seals, without_seal_ink
from lantai.recognition.adapters.showing_through import showing_through
from lantai.recognition.adapters.slashes import STROKES, leaning_stroke
from lantai.recognition.adapters.strips import Reading, Way, in_script, read_runs, turn_of_standing
from lantai.recognition.rules.calibration import Judge, sureness_of
from lantai.recognition.rules.checkboxes import with_check_boxes
from lantai.recognition.rules.layout import (
    Box,
    Line,
    PageLayout,
    content_angle,
    in_reading_order,
    is_sideways,
    skew_of,
    turned_box,
)
from lantai.recognition.rules.script import page_script
from lantai.recognition.rules.seals import Seal

# A page is taken as it lies unless another way up is read well and clearly better: photographs hold chance letters.
SURE, TURNED_SURE, TURNED_MARGIN = 0.88, 0.8, 0.1
LEAST_LEVEL = 3
PROBES = 6
LEAST_CONFIDENCE = 0.5


@dataclass(slots=True)
class ReadRun:
    """A found run and how it was read; `reading` is None until then."""

    run: Run
    reading: Reading | None = None
    way: Way = Way.LEVEL


def engine_name() -> str:
    """Return which models, runtime and pipeline read here, for the record of a reading."""
    return engine_here().name


def read_image(
    image: Image,
    engine: Engine | None = None,
    *,
    seals: Sequence[Seal] | None = None,
    judge: Judge = sureness_of,
) -> PageLayout:
    """Return the layout of the page `image` ((h, w, 3) uint8 RGB).

    Quarter turns are found and undone, slanted lines are read where they lie. `seals` are the seals on the page where
    they are known already: coloured ink is taken away, ring text of grey and black seals is dropped. `judge`
    says how sure each character is. Runs on one thread; the engine is made at the first call and kept. Raises
    UnavailableError if no engine is installed.
    """
    engine = engine or engine_here()
    seals = find_seals(image) if seals is None else seals
    # Before anything is looked for: the ring of a seal across a line makes the detector lose the whole line.
    clean = without_grey_ink(without_seal_ink(image, seals), colourless(seals))
    turn, runs = _upright(clean, engine)
    page = turned(clean, turn)
    height, width = page.shape[:2]
    _read(engine, page, runs)
    hard = colourless(_turned_seals(seals, turn, image))
    runs = _read_under_seals(engine, page, runs, hard)
    skew = skew_of([(r.run.slant, r.run.sides[0]) for r in runs if r.run.sides[0] > 3 * r.run.sides[1]])
    runs = [item for item in runs if item.reading and not is_ring_text(item.run, item.reading.text, skew, hard)]
    lines, unread = _lines(runs, width, height, judge)
    lines = [_as_drawn(page, line) for line in lines]
    ghost = showing_through(page, lines)
    unread += tuple(lines[place].box_px for place in sorted(ghost))
    lines = [line for place, line in enumerate(lines) if place not in ghost]
    lines = with_check_boxes(lines, find_check_boxes(page, lines))
    return PageLayout(
        lines=in_reading_order(lines, skew),
        width_px=width,
        height_px=height,
        angle_degrees=content_angle(turn, skew),
        turn_degrees=turn,
        unread_px=unread,
    )


def _upright(image: Image, engine: Engine) -> tuple[int, list[ReadRun]]:
    """Return the clockwise turn that makes `image` upright, and the runs found on it then.

    Which of the ways is up is asked of the reader, on a few long runs; those of the way taken are not read again.
    """
    runs = [ReadRun(run) for run in find_runs(engine.detector, image)]
    turn = 0
    if is_sideways([item.run.sides for item in runs]) and not _reads_level(engine, image, runs):
        standing = sorted((item.run for item in runs if item.run.stands), key=lambda run: -run.sides[1])[:PROBES]
        turn = turn_of_standing(engine, image, standing)
        if not turn:
            return 0, runs
        runs = [ReadRun(run) for run in find_runs(engine.detector, turned(image, turn))]
    score = _legibility(engine, turned(image, turn), runs)
    if score >= SURE:
        return turn, runs
    page = turned(image, turn + 180)
    found = [ReadRun(run) for run in find_runs(engine.detector, page)]
    other = _legibility(engine, page, found)
    if other >= TURNED_SURE and other > score + TURNED_MARGIN:
        return (turn + 180) % 360, found
    return turn, runs


def _reads_level(engine: Engine, page: Image, runs: Sequence[ReadRun]) -> bool:
    """Tell whether several level runs are read surely as they lie, so that what stands up is of another script."""
    level = [item for item in runs if item.run.sides[0] > 3 * item.run.sides[1]]
    return len(level) >= LEAST_LEVEL and _legibility(engine, page, level) >= SURE


def _legibility(engine: Engine, page: Image, runs: Sequence[ReadRun]) -> float:
    """Return how surely the longest few runs are read (the median of their confidences); 1 for a page without runs."""
    if not runs:
        return 1.0
    longest = sorted(runs, key=lambda r: min(r.run.sides[0], 12 * r.run.sides[1]), reverse=True)[:PROBES]
    _read(engine, page, longest)
    scores = sorted(item.reading.confidence for item in longest if item.reading)
    return scores[len(scores) // 2]


# A run less high than this many widths may be one narrow character that stands upright, like 1 or a bracket.
NARROW = 3.0


def _read(engine: Engine, page: Image, runs: Sequence[ReadRun]) -> None:
    """Read those of `runs` that are not yet read; what stands is read in each way that it may be meant."""
    waiting = [item for item in runs if item.reading is None]
    jobs = [(item, way) for item in waiting for way in _ways(item.run)]
    readings = read_runs(engine, page, [(item.run, way) for item, way in jobs])
    for (item, way), reading in zip(jobs, readings, strict=True):
        if item.reading is None or _is_better(way, reading, item.reading):
            item.reading, item.way = reading, way


def _ways(run: Run) -> tuple[Way, ...]:
    if not run.stands:
        return (Way.LEVEL,)
    narrow = (Way.LEVEL,) if run.sides[1] < NARROW * run.sides[0] else ()
    return (Way.TURNED, Way.UNROLLED, Way.RISING, *narrow)


def _is_better(way: Way, reading: Reading, known: Reading) -> bool:
    """Tell whether to believe `reading`: one character alone never lies on its side, and is not unrolled."""
    if way is Way.LEVEL and len(known.text) <= 1 and reading.text:
        return True
    if way in (Way.UNROLLED, Way.RISING) and len(reading.text) <= 1:
        return False
    return reading.confidence > known.confidence


# What is read with less than this sureness, as strange scripts and scrawls are, is kept as a place and not as words,
# if it is longer than so many of its heights: shorter is a mark.
LEAST_SURE = 0.45
UNREAD_LENGTH = 2.0


def _lines(runs: Sequence[ReadRun], width: int, height: int, judge: Judge) -> tuple[list[Line], tuple[Box, ...]]:
    """Return the lines that `runs` make, and the places of those of which nothing trustworthy was read."""
    script = page_script("".join(item.reading.text for item in runs if item.reading))
    lines, unread = [], []
    for item in runs:
        line = None
        if item.reading and item.reading.text and item.reading.confidence >= LEAST_CONFIDENCE:
            line = _line(item, in_script(item.reading, script), width, height, judge)
        if line and line.confidence >= LEAST_SURE:
            lines.append(line)
        elif max(item.run.sides) >= UNREAD_LENGTH * max(min(item.run.sides), 1.0):
            unread.append(_box(item.run, width, height))
    return lines, tuple(unread)


def _as_drawn(page: Image, line: Line) -> Line:
    """Return `line`, or what it is if it is one leaning stroke that was taken for a figure."""
    stroke = leaning_stroke(page, line.box_px) if line.text in STROKES else ""
    return replace(line, text=stroke) if stroke else line


def _box(run: Run, width: int, height: int) -> Box:
    low, high = run.corners.min(0), run.corners.max(0)
    return (
        max(math.floor(low[0]), 0),
        max(math.floor(low[1]), 0),
        min(math.ceil(high[0]), width),
        min(math.ceil(high[1]), height),
    )


LEAST_UNDER_SEAL = 0.88


def _read_under_seals(engine: Engine, page: Image, runs: list[ReadRun], seals: Sequence[Seal]) -> list[ReadRun]:
    """Return `runs` with what a closer look finds under `seals` and reads well; a run found longer takes the place."""
    for seal in seals:
        closer = [ReadRun(run) for run in runs_under(engine.detector, page, seal)]
        closer = [
            item
            for item in closer
            if is_new(item.run, [known.run for known in runs]) or any(replaces(item.run, known.run) for known in runs)
        ]
        _read(engine, page, closer)
        for item in closer:
            if item.reading and item.reading.confidence >= LEAST_UNDER_SEAL:
                runs = [known for known in runs if not replaces(item.run, known.run)]
                runs.append(item)
    return runs


def _turned_seals(seals: Sequence[Seal], turn: int, image: Image) -> list[Seal]:
    """Return `seals` as they lie after `image` is turned."""
    if not turn:
        return list(seals)
    height, width = image.shape[:2]
    moved = []
    for seal in seals:
        box = turned_box(seal.box_px, turn, width, height)
        radii = seal.radii[::-1] if turn in (90, 270) else seal.radii
        centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        moved.append(replace(seal, box_px=box, centre=centre, radii=radii))
    return moved


def _line(item: ReadRun, reading: Reading, width: int, height: int, judge: Judge) -> Line:
    box = _box(item.run, width, height)
    sureness = judge(reading.text, reading.first, reading.second)
    vertical = item.way is not Way.LEVEL
    line = Line(reading.text, box, round(sum(sureness) / len(sureness), 4), sureness=sureness, vertical=vertical)
    if item.way is Way.RISING:
        # Its characters go up the page, which places that go down cannot say.
        return line
    start, end, thick = (box[1], box[3], box[2] - box[0]) if vertical else (box[0], box[2], box[3] - box[1])
    return replace(line, glyphs_px=_glyphs(start, end, thick, reading))


# Half the width of a character as a share of the height of a found run, which reaches over the type by a half.
HALF_WIDE, HALF_NARROW = 0.36, 0.24


def _glyphs(start: int, end: int, thick: int, reading: Reading) -> tuple[tuple[int, int], ...]:
    """Return where each character begins and ends: halfway to its neighbours, at most half a character away."""
    middles = [start + spot * (end - start) for spot in reading.spots]
    edges = []
    for index, (middle, character) in enumerate(zip(middles, reading.text, strict=True)):
        reach = thick * (HALF_NARROW if character.isascii() else HALF_WIDE)
        before = (middles[index - 1] + middle) / 2 if index else start
        after = (middles[index + 1] + middle) / 2 if index + 1 < len(middles) else end
        edges.append((round(max(before, middle - reach)), round(min(after, middle + reach))))
    return tuple(edges)
