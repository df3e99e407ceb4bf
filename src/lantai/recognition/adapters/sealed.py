"""Read around seals whose ink cannot be told from print: look closer for lines they cover, drop what they say themselves.

The ring of such a seal makes the detector lose the lines it crosses; enlarged, most of them are found.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.adapters.runs import Run, find_runs
from lantai.recognition.adapters.runtimes import Detector
from lantai.recognition.rules.layout import Box
from lantai.recognition.rules.seals import SQUARE, Seal

CLOSE_SIDE = 800
MARGIN = 0.35
# A run found again covers an old one by this much; one that is covered less is a run of its own.
SAME, OWN = 0.6, 0.3
# Where the ring text of a seal lies, in shares of its radius, and how wide one of its characters can be.
RING_INSIDE, RING_OUTSIDE, RING_WIDE = 0.5, 1.08, 0.5
SLANTED = 9.0
# A ring is darker than the paper outside it over this much of its way round.
RING_DARKER, RING_DRAWN, WIDEST_RING = 40, 0.55, 12
# Grey levels by which seal and print must differ to be told apart, and the part of that which stays ink.
TELLABLE, STRETCH = 25, 0.7


def colourless(seals: Iterable[Seal]) -> list[Seal]:
    """Return those of `seals` whose ink cannot be taken away."""
    return [seal for seal in seals if not seal.has_colour]


def without_grey_ink(image: Image, seals: Iterable[Seal]) -> Image:
    """Return `image` with the ink of `seals` without colour made paper as far as it can be told from print.

    On a grey scan the ink of a seal is lighter than print: inside the seal all that is not clearly darker becomes
    paper. Where it is as black as print, as on one-bit scans, only the outer ring is painted over: the gap it leaves in
    a stroke does less harm than the ring.
    """
    clean = image
    for seal in seals:
        ring = _ring(image, seal) if seal.shape != SQUARE else None
        if ring is None:
            continue
        clean = image.copy() if clean is image else clean
        left, top, right, bottom = _window(seal.box_px, image)
        part = clean[top:bottom, left:right]
        paper = np.median(part.reshape(-1, 3), axis=0)
        print_tone = float(np.percentile(part, 0.5))
        centre = (round(seal.centre[0]) - left, round(seal.centre[1]) - top)
        if ring.tone - print_tone >= TELLABLE:
            inside = np.zeros(part.shape[:2], np.uint8)
            axes = (round(seal.radii[0] * 1.06) + 1, round(seal.radii[1] * 1.06) + 1)
            cv2.ellipse(inside, centre, axes, seal.angle_degrees, 0, 360, 1, -1)
            light = np.clip((part.astype(np.float32) - print_tone) / (STRETCH * (ring.tone - print_tone)), 0, 1)
            part[inside > 0] = (print_tone + light * (paper - print_tone))[inside > 0].astype(np.uint8)
        else:
            middle = (ring.inside + ring.outside) / 2
            axes = (round(seal.radii[0] * middle), round(seal.radii[1] * middle))
            thick = max(round((ring.outside - ring.inside) * max(seal.radii)) + 2, 2)
            cv2.ellipse(part, centre, axes, seal.angle_degrees, 0, 360, paper.tolist(), thick, cv2.LINE_AA)
    return clean


@dataclass(frozen=True, slots=True)
class _Ring:
    """Where the outer ring of a seal begins and ends, in shares of its radius, and how dark its darker ink is."""

    inside: float
    outside: float
    tone: float


def _ring(image: Image, seal: Seal) -> _Ring | None:
    """Return the outer ring of `seal`; None if it has no clear one."""
    steps, angles = np.arange(0.8, 1.1, 0.01), np.arange(0.0, 2 * math.pi, math.pi / 180)
    turn = math.radians(seal.angle_degrees)
    across, down = np.outer(steps, np.cos(angles)) * seal.radii[0], np.outer(steps, np.sin(angles)) * seal.radii[1]
    x = seal.centre[0] + across * math.cos(turn) - down * math.sin(turn)
    y = seal.centre[1] + across * math.sin(turn) + down * math.cos(turn)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    seen = cv2.remap(grey, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderValue=255)
    drawn = (seen < float(np.median(seen[-3:])) - RING_DARKER).mean(1) > RING_DRAWN
    rows = np.flatnonzero(drawn)
    if not len(rows) or rows[-1] - rows[0] > WIDEST_RING:
        return None
    band = seen[rows[0] : rows[-1] + 1].min(0)
    return _Ring(float(steps[rows[0]]), float(steps[rows[-1]]), float(np.percentile(band, 20)))


def runs_under(detector: Detector, page: Image, seal: Seal) -> list[Run]:
    """Return the runs around `seal` as found on an enlarged cut-out of `page`."""
    left, top, right, bottom = _window(seal.box_px, page)
    part = page[top:bottom, left:right]
    if min(part.shape[:2]) < 16:
        return []
    factor = CLOSE_SIDE / max(part.shape[:2])
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    close = cv2.resize(part, None, fx=factor, fy=factor, interpolation=way).astype(np.uint8, copy=False)
    edge = 4 * factor
    found = []
    for run in find_runs(detector, close, CLOSE_SIDE):
        low, high = run.corners.min(0), run.corners.max(0)
        # What is cut by the edge of the cut-out was found whole on the page.
        if low[0] > edge and low[1] > edge and high[0] < close.shape[1] - edge and high[1] < close.shape[0] - edge:
            found.append(Run((run.corners / factor + (left, top)).astype(np.float32)))
    return found


def _window(box: Box, page: Image) -> Box:
    left, top, right, bottom = box
    across, down = round((right - left) * MARGIN), round((bottom - top) * MARGIN)
    height, width = page.shape[:2]
    return max(left - across, 0), max(top - down, 0), min(right + across, width), min(bottom + down, height)


def is_new(run: Run, known: Sequence[Run]) -> bool:
    """Tell whether `run` is none of `known`: most of it was not found before."""
    return sum(_shared(run, other) for other in known) < OWN


def replaces(run: Run, other: Run) -> bool:
    """Tell whether `run` is `other` found again and longer."""
    return _shared(other, run) > SAME and run.sides[0] > 1.1 * other.sides[0]


def _shared(run: Run, other: Run) -> float:
    """Return the share of `run` that `other` covers, by their upright boxes."""
    low, high = (
        np.maximum(run.corners.min(0), other.corners.min(0)),
        np.minimum(run.corners.max(0), other.corners.max(0)),
    )
    size = run.corners.max(0) - run.corners.min(0)
    both = np.clip(high - low, 0, None)
    return float(both[0] * both[1] / max(float(size[0] * size[1]), 1.0))


def is_ring_text(run: Run, text: str, skew: float, seals: Iterable[Seal]) -> bool:
    """Tell whether `run`, read as `text`, belongs to the ring of one of `seals` and not to the page.

    A piece of a ring is short, lies in the ring as a whole, and is one upright character, slants, or stands.
    """
    return any(_lies_in_ring(run, seal) and _looks_like_ring(run, text, skew) for seal in seals)


def _lies_in_ring(run: Run, seal: Seal) -> bool:
    across, down = max(seal.radii[0], 1.0), max(seal.radii[1], 1.0)
    x, y = run.corners.mean(0)
    away = math.hypot((x - seal.centre[0]) / across, (y - seal.centre[1]) / down)
    return RING_INSIDE <= away <= RING_OUTSIDE and max(run.sides) <= 2 * RING_WIDE * max(across, down)


def _looks_like_ring(run: Run, text: str, skew: float) -> bool:
    return len(text) <= 1 or run.stands or abs(run.slant - skew) > SLANTED
