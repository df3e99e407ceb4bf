"""Find seals on a page picture: by the colour of their ink, and by their shape alone where there is no colour.

Nothing here is a fixed colour: ink is what stands off the page's own paper. Proposed outlines are fitted to the ink,
measured, and judged by a small network fitted on generated pages (bench/_fit_seals.py).
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.adapters.seals.inks import Floats, Inks, inks_of
from lantai.recognition.adapters.seals.outline import FEATURES, features, fitted, glanced, unrolled
from lantai.recognition.adapters.seals.voting import Proposal, proposals
from lantai.recognition.rules.layout import Box
from lantai.recognition.rules.seals import BLACK, BLUE, GREY, OVAL, RED, ROUND, SQUARE, Seal

LEAST_SCORE = 0.72
# On a page with colour a black outline is rarely a seal: it must be surer.
BLACK_AMONG_COLOUR = 0.85
LEAST_GLANCE = 0.35
MOST_FITTED = 6
DARK_EDGE, COLOUR_EDGE = 20.0, 8.0
MOST_PROPOSED = 12
COLOURED_SHARE = 0.4
# Two outlines are one seal when their middles or their boxes nearly agree.
SAME_MIDDLE, SAME_BOX = 0.35, 0.4
# An outline that lies within a larger one that fits nearly as well is a part of it.
NEARLY_AS_GOOD = 0.1
PART_SHARE, PART_LARGER = 0.85, 1.3
BLACK_LEVEL = 200
LEAST_OVAL = 1.15
SMALLEST_SIDE = 120
COVER = FEATURES.index("cover")
RIM_DEPTHS = slice(34, 42)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A fitted outline with how surely it is a seal, and how much of its rim is inked."""

    score: float
    cover: float
    outline: Proposal

    @property
    def fit(self) -> float:
        """How well it stands for its seal: arcs and letters of a seal fit other outlines too, with gaps."""
        return self.score * self.cover


def find_seals(image: Image) -> tuple[Seal, ...]:
    """Return the seals on the page `image` ((h, w, 3) uint8 RGB), the surest first, in its pixels."""
    if min(image.shape[:2]) < SMALLEST_SIDE:
        return ()
    inks = inks_of(image)
    judged: list[_Judged] = []
    for ink, least, is_colour in _passes(inks):
        fits = [fitted(ink, one) for one in _likely(ink, proposals(ink, least, MOST_PROPOSED))]
        if fits:
            measured = np.stack(
                [features(ink, inks.dark, inks.colour, one, inks.colour_level, is_colour) for one in fits]
            )
            trust = 1.0 if is_colour or not inks.has_colour else BLACK_AMONG_COLOUR
            judged += map(_Judged, (_scores(measured) * trust).tolist(), measured[:, COVER].tolist(), fits)
    return tuple(_seal(image, inks, one.score, one.outline) for one in _distinct(judged, inks.size))


def _passes(inks: Inks) -> list[tuple[Image, float, bool]]:
    dark = (inks.dark, DARK_EDGE, False)
    return [(inks.colour, max(inks.colour_level / 2, COLOUR_EDGE), True), dark] if inks.has_colour else [dark]


def _likely(ink: Image, some: Sequence[Proposal]) -> list[Proposal]:
    """Return the few of each shape that are worth fitting."""
    marks = glanced(ink, some)
    chosen: list[Proposal] = []
    for shape in (ROUND, OVAL, SQUARE):
        of_shape = [
            (mark * one.votes, one)
            for mark, one in zip(marks, some, strict=True)
            if one.shape == shape and mark > LEAST_GLANCE
        ]
        of_shape.sort(key=lambda pair: -pair[0])
        chosen += [one for _, one in of_shape[:MOST_FITTED]]
    return chosen


@cache
def _judgement() -> tuple[Floats, Floats, list[Floats], list[Floats]]:
    kept = json.loads((Path(__file__).parent / "judgement.json").read_text(encoding="utf-8"))
    if tuple(kept["features"]) != FEATURES:
        raise RuntimeError("judgement.json was fitted on other measures: run bench/_fit_seals.py again")
    return (
        np.array(kept["mean"], np.float32),
        np.array(kept["scale"], np.float32),
        [np.array(one, np.float32) for one in kept["weights"]],
        [np.array(one, np.float32) for one in kept["biases"]],
    )


def _scores(measured: Floats) -> Floats:
    """Return, for each row of measures, how surely it is a seal, 0 to 1."""
    mean, scale, weights, biases = _judgement()
    layer = (np.nan_to_num(measured) - mean) / scale
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        layer = np.maximum(layer @ weight + bias, 0)
    last = (layer @ weights[-1] + biases[-1])[:, 0]
    return np.asarray(1 / (1 + np.exp(-np.clip(last, -30, 30))), np.float32)


def _distinct(judged: Sequence[_Judged], size: tuple[int, int]) -> list[_Judged]:
    """Return what is sure enough, each seal once by its best fit, the surest first."""
    likely = sorted((one for one in judged if one.score >= LEAST_SCORE), key=lambda one: -one.fit)
    boxes = [_box(one.outline, size) for one in likely]
    kept: list[_Judged] = []
    for place, one in enumerate(likely):
        is_part = one.outline.shape != SQUARE and any(
            other.fit >= one.fit - NEARLY_AS_GOOD and _holds(boxes[at], boxes[place]) for at, other in enumerate(likely)
        )
        if not is_part and not any(_is_same(one.outline, other.outline, size) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: -one.score)


def _box(one: Proposal, size: tuple[int, int]) -> Box:
    return box_around(one.shape, one.centre, one.radii, one.angle_degrees, size)


def _holds(outer: Box, inner: Box) -> bool:
    """Tell whether most of a box lies in a clearly larger one: arcs of a ring fit smaller outlines inside it."""
    wide = min(outer[2], inner[2]) - max(outer[0], inner[0])
    high = min(outer[3], inner[3]) - max(outer[1], inner[1])
    area = (inner[2] - inner[0]) * (inner[3] - inner[1])
    larger = (outer[2] - outer[0]) * (outer[3] - outer[1])
    return wide > 0 and high > 0 and wide * high >= PART_SHARE * area and larger >= PART_LARGER * area


def _is_same(one: Proposal, other: Proposal, size: tuple[int, int]) -> bool:
    if math.dist(one.centre, other.centre) <= SAME_MIDDLE * max(*one.radii, *other.radii):
        return True
    first, second = _box(one, size), _box(other, size)
    wide = min(first[2], second[2]) - max(first[0], second[0])
    high = min(first[3], second[3]) - max(first[1], second[1])
    if wide <= 0 or high <= 0:
        return False
    shared = wide * high
    both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
    return shared / max(both - shared, 1) > SAME_BOX


def box_around(
    shape: str, centre: tuple[float, float], radii: tuple[float, float], angle_degrees: float, size: tuple[int, int]
) -> Box:
    """Return the upright box around a turned ellipse or rectangle, inside a picture of `size` (width, height)."""
    turn = math.radians(angle_degrees)
    cosine, sine = abs(math.cos(turn)), abs(math.sin(turn))
    if shape == SQUARE:
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


def _seal(image: Image, inks: Inks, score: float, one: Proposal) -> Seal:
    """Return a fitted outline as a seal in pixels of the picture."""
    across, down = inks.scale
    scale = (across + down) / 2
    centre = ((one.centre[0] + 0.5) / across, (one.centre[1] + 0.5) / down)
    radii = (one.radii[0] / scale, one.radii[1] / scale)
    is_oval = one.shape != SQUARE and radii[0] > LEAST_OVAL * radii[1]
    shape = SQUARE if one.shape == SQUARE else OVAL if is_oval else ROUND
    angle = 0.0 if shape == ROUND else round(one.angle_degrees, 1)
    size = (image.shape[1], image.shape[0])
    return Seal(
        shape,
        _ink_name(inks, one),
        (round(centre[0], 1), round(centre[1], 1)),
        (round(radii[0], 1), round(radii[1], 1)),
        angle,
        box_around(shape, centre, radii, angle, size),
        round(score, 4),
    )


def _ink_name(inks: Inks, one: Proposal) -> str:
    """Return red, blue, grey or black from the ink of the rim: warm or cold where it has a colour."""
    colour, inside = unrolled(inks.colour, one)
    dark, _ = unrolled(inks.dark, one)
    rim = RIM_DEPTHS
    strength = np.maximum(colour, dark)[:, rim]
    level = max(float(np.percentile(strength, 70)), 10.0)
    inked = (strength >= level) & inside[:, rim]
    if not inked.any():
        return GREY
    if float((colour[:, rim][inked] > inks.colour_level).mean()) < COLOURED_SHARE:
        return BLACK if float(np.median(dark[:, rim][inked])) > BLACK_LEVEL else GREY
    planes = [unrolled(np.ascontiguousarray(inks.share[..., plane]), one)[0][:, rim][inked] for plane in (0, 2)]
    coloured = colour[:, rim][inked] > inks.colour_level
    return RED if float(np.mean(planes[0][coloured])) >= float(np.mean(planes[1][coloured])) else BLUE
