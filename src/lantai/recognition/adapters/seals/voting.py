"""Propose where rings and squares may lie: every edge point votes for the centres it may belong to.

Gradient votes as in the circle Hough transform (Kimme, Ballard, Sklansky 1975), with directions that the page is full
of (print and rules) weighing less; ovals vote in coordinates squeezed to circles; squares by sums along their sides.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.adapters.seals.inks import Floats
from lantai.recognition.rules.seals import OVAL, ROUND, SQUARE

# Half the width of a seal as a share of the page's longer side: 30 to 45 mm on A4, with room for A5 and A3.
LEAST_RADIUS, MOST_RADIUS = 0.038, 0.115
LEAST_HALF, MOST_HALF = 0.020, 0.066
OVAL_ASPECT = 1.42
OVAL_TURNS = (-12.0, 0.0, 12.0, 90.0)
LEAST_OVAL, MOST_OVAL = 0.035, 0.074
SQUARE_TURNS = (-15.0, -10.0, -5.0, 0.0, 5.0, 10.0, 15.0)
MOST_POINTS = 18000
# Votes are counted in cells of so many half-scale pixels, a little beyond the picture too: a seal may be cut by its edge.
CELL = 2.0
EDGE_CELLS = 6
PEAKS = 3
LEAST_SHARE = 0.12
LEAST_SIDE = 0.35


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place where a seal may lie, in work pixels."""

    shape: str
    centre: tuple[float, float]
    radii: tuple[float, float]
    angle_degrees: float
    votes: float


@dataclass(frozen=True, slots=True)
class _Edges:
    """Edge points at half the work scale, and the unit vectors from light to ink there."""

    x: Floats
    y: Floats
    across: Floats
    down: Floats
    weight: Floats
    size: tuple[int, int]


def _edges(ink: Image, least: float) -> _Edges:
    half = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    across = cv2.Sobel(half, cv2.CV_16S, 1, 0)
    down = cv2.Sobel(half, cv2.CV_16S, 0, 1)
    strength = cv2.add(cv2.convertScaleAbs(across, alpha=0.25), cv2.convertScaleAbs(down, alpha=0.25))
    rows, columns = np.nonzero(strength > least)
    if len(rows) > MOST_POINTS:
        chosen = np.linspace(0, len(rows) - 1, MOST_POINTS).astype(np.intp)
        kept = len(rows) / MOST_POINTS
        rows, columns = rows[chosen], columns[chosen]
    else:
        kept = 1.0
    gx, gy = across[rows, columns].astype(np.float32), down[rows, columns].astype(np.float32)
    length = np.maximum(np.hypot(gx, gy), 1e-3)
    gx, gy = (gx / length).astype(np.float32), (gy / length).astype(np.float32)
    return _Edges(
        columns.astype(np.float32),
        rows.astype(np.float32),
        gx,
        gy,
        _rarity(gx, gy) * np.float32(kept),
        half.shape[1::-1],
    )


def _rarity(across: Floats, down: Floats) -> Floats:
    """Return how little common the direction of each edge is: rules and print point along the page."""
    if not len(across):
        return across
    place = ((np.arctan2(down, across) + math.pi) * (36 / (2 * math.pi))).astype(np.intp) % 36
    counts = np.bincount(place, minlength=36).astype(np.float32)
    counts = ((np.roll(counts, 1) + counts + np.roll(counts, -1)) / 3).astype(np.float32)
    typical = float(np.median(counts)) + 1
    return np.clip(typical / np.maximum(counts, 1), 0.15, 1.5)[place].astype(np.float32)


def proposals(ink: Image, least: float, most: int) -> list[Proposal]:
    """Return the likeliest places of rings, ovals and squares in an ink map (work scale), at most `most` of each."""
    edges = _edges(ink, least)
    if len(edges.x) < 40:
        return []
    longer = max(edges.size)
    step = max(longer / 250, 1)
    rounds = _rings(edges, np.arange(LEAST_RADIUS * longer, MOST_RADIUS * longer, step), 1.0, 0.0)
    found = _best(rounds, most)
    ovals: list[Proposal] = []
    radii = np.arange(LEAST_OVAL * longer, MOST_OVAL * longer, step)
    for turn in OVAL_TURNS:
        ovals += _rings(edges, radii, OVAL_ASPECT, turn)
    return [*found, *_best(ovals, most), *_best(list(_squares(edges)), most)]


def _best(made: list[Proposal], most: int) -> list[Proposal]:
    chosen: list[Proposal] = []
    for one in sorted(made, key=lambda p: -p.votes):
        near = 0.25 * min(one.radii)
        if all(
            math.dist(one.centre, other.centre) > near or abs(one.radii[0] / other.radii[0] - 1) > 0.2
            for other in chosen
        ):
            chosen.append(one)
        if len(chosen) == most:
            break
    return chosen


def _rings(edges: _Edges, radii: npt.NDArray[np.float64], aspect: float, turn_degrees: float) -> list[Proposal]:
    """Let the outer edges of strokes vote for centres, for each radius; return the peaks."""
    turn = math.radians(turn_degrees)
    cosine, sine = math.cos(turn), math.sin(turn)
    # Squeeze the picture along the oval's long axis: ovals become circles. Normals go with the inverse.
    x = (edges.x * cosine + edges.y * sine) / aspect
    y = -edges.x * sine + edges.y * cosine
    across, down = (edges.across * cosine + edges.down * sine) * aspect, -edges.across * sine + edges.down * cosine
    length = np.hypot(across, down)
    across, down = across / length, down / length
    low = (float(x.min()) - EDGE_CELLS * CELL, float(y.min()) - EDGE_CELLS * CELL)
    wide = math.ceil((float(x.max()) - low[0]) / CELL) + EDGE_CELLS
    high = math.ceil((float(y.max()) - low[1]) / CELL) + EDGE_CELLS
    x, y = (x - np.float32(low[0])) / np.float32(CELL), (y - np.float32(low[1])) / np.float32(CELL)
    across, down = across / np.float32(CELL), down / np.float32(CELL)
    found = []
    for radius in radii.tolist():
        columns = (x + across * np.float32(radius)).astype(np.int32)
        rows = (y + down * np.float32(radius)).astype(np.int32)
        # Votes beyond the counted plane fall into a last cell that is cut off.
        place = np.where((columns >= 0) & (columns < wide) & (rows >= 0) & (rows < high), rows * wide + columns, -1)
        votes = np.bincount(place + 1, weights=edges.weight, minlength=wide * high + 1)[1:].astype(np.float32)
        share = cv2.boxFilter(votes.reshape(high, wide), -1, (2, 2), normalize=False)
        share = cv2.multiply(share, 1 / (2 * math.pi * radius))
        for _ in range(PEAKS):
            _, best, _, (column, row) = cv2.minMaxLoc(share)
            if best < LEAST_SHARE:
                break
            u, v = (column * CELL + low[0]) * aspect, row * CELL + low[1]
            centre = (2 * (u * cosine - v * sine), 2 * (u * sine + v * cosine))
            found.append(
                Proposal(
                    ROUND if aspect == 1 else OVAL, centre, (2 * radius * aspect, 2 * radius), turn_degrees, float(best)
                )
            )
            cv2.circle(share, (column, row), max(round(radius * 0.25 / CELL), 1), (0.0,), -1)
    return found


def _squares(edges: _Edges) -> Iterator[Proposal]:
    """Propose squares whose four sides each have enough outer edge, at a quarter of the work scale."""
    longer = max(edges.size) / 2
    width, height = edges.size[0] // 2 + 2, edges.size[1] // 2 + 2
    middle = (width / 2, height / 2)
    for turn_degrees in SQUARE_TURNS:
        turn = math.radians(turn_degrees)
        cosine, sine = math.cos(turn), math.sin(turn)
        x = (edges.x / 2 - middle[0]) * cosine + (edges.y / 2 - middle[1]) * sine + middle[0]
        y = -(edges.x / 2 - middle[0]) * sine + (edges.y / 2 - middle[1]) * cosine + middle[1]
        across, down = edges.across * cosine + edges.down * sine, -edges.across * sine + edges.down * cosine
        inside = (x >= 0) & (x < width - 1) & (y >= 0) & (y < height - 1)
        place = y.astype(np.int32) * width + x.astype(np.int32)
        sums = []
        for toward, axis in ((across, 0), (-across, 0), (down, 1), (-down, 1)):
            mark = np.zeros(width * height, np.uint8)
            mark[place[inside & (toward > 0.94)]] = 1
            plane = cv2.dilate(mark.reshape(height, width), np.ones((1, 3) if axis == 0 else (3, 1), np.uint8))
            # Sums along the side, so that any stretch of it is one difference.
            sums.append(np.cumsum(np.pad(plane, ((1, 0), (0, 0)) if axis == 0 else ((0, 0), (1, 0))), axis, np.int16))
        for half in _halves(longer):
            for column, row, votes in _square_peaks(sums, half):
                u, v = column - middle[0], row - middle[1]
                centre = (4 * (u * cosine - v * sine + middle[0]) + 2, 4 * (u * sine + v * cosine + middle[1]) + 2)
                yield Proposal(SQUARE, centre, (4.0 * half, 4.0 * half), turn_degrees, votes)


def _halves(longer: float) -> list[int]:
    """Return the half sides to try, each about a twelfth longer than the last."""
    count = math.ceil(math.log(MOST_HALF / LEAST_HALF) / math.log(1.085))
    return sorted({round(LEAST_HALF * longer * 1.085**step) for step in range(count + 1)})


def _square_peaks(sums: list[npt.NDArray[np.int16]], half: int) -> Iterator[tuple[int, int, float]]:
    """Yield (column, row, votes) where left, right, upper and lower side of a square are all there."""
    high, wide = sums[0].shape[0] - 1, sums[0].shape[1]
    if high <= 2 * half + 2 or wide <= 2 * half + 2:
        return
    span = 2 * half + 1
    upright = [one[span:] - one[:-span] for one in sums[:2]]
    level = [one[:, span:] - one[:, :-span] for one in sums[2:]]
    left, right = upright[0][:, : wide - 2 * half], upright[1][:, 2 * half :]
    upper, lower = level[0][: high - 2 * half], level[1][2 * half :]
    weakest = cv2.min(cv2.min(left, right), cv2.min(upper, lower))
    for _ in range(PEAKS):
        _, best, _, (column, row) = cv2.minMaxLoc(weakest)
        if best < LEAST_SIDE * span:
            return
        total = int(left[row, column]) + int(right[row, column]) + int(upper[row, column]) + int(lower[row, column])
        yield column + half, row + half, (best + total / 4) / span
        cv2.circle(weakest, (column, row), max(half // 2, 1), (0,), -1)
