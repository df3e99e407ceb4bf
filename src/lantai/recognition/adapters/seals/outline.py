"""Unroll what lies around a supposed outline, fit the outline to the ink, and measure what makes a seal of it."""

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.adapters.seals.inks import Floats
from lantai.recognition.adapters.seals.voting import Proposal
from lantai.recognition.rules.seals import SQUARE

TURNS = 128
REACH = 1.32
DEPTHS = 53
_ANGLES = np.linspace(0, 2 * math.pi, TURNS, endpoint=False, dtype=np.float32)
_SHARES = np.linspace(0.02, REACH, DEPTHS, dtype=np.float32)
_STEP = float(_SHARES[1] - _SHARES[0])


def _depth(share: float) -> int:
    return round((share - float(_SHARES[0])) / _STEP)


def _rim_points(shape: str) -> Floats:
    """Return (2, TURNS): the rim of the unit circle, or of the unit square walked at even angles."""
    rim = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)])
    return rim / np.abs(rim).max(0) if shape == SQUARE else rim


_RIMS = {shape: _rim_points(shape) for shape in ("round", "oval", SQUARE)}


def unrolled(ink: Image, one: Proposal, depths: Floats = _SHARES) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return (TURNS, depths) ink around the outline, from its centre outwards, and which of it lies on the picture."""
    rim = _RIMS[one.shape]
    turn = math.radians(one.angle_degrees)
    across, down = rim[0] * np.float32(one.radii[0]), rim[1] * np.float32(one.radii[1])
    x = across * math.cos(turn) - down * math.sin(turn)
    y = across * math.sin(turn) + down * math.cos(turn)
    columns = (np.float32(one.centre[0]) + x[:, None] * depths).astype(np.float32)
    rows = (np.float32(one.centre[1]) + y[:, None] * depths).astype(np.float32)
    taken = cv2.remap(ink, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0,))
    high, wide = ink.shape[:2]
    inside = (columns >= 0) & (columns <= wide - 1) & (rows >= 0) & (rows <= high - 1)
    return taken.astype(np.float32), inside


def _sides() -> tuple[npt.NDArray[np.intp], Floats]:
    """Return which steps lie on the right, lower, left and upper side of a square, and where along it; corners left out."""
    rim = _RIMS[SQUARE]
    places = []
    for axis, sign in ((0, 1), (1, 1), (0, -1), (1, -1)):
        on_side = np.flatnonzero((rim[axis] * sign > 0.999) & (np.abs(rim[1 - axis]) < 0.92))
        places.append((axis, on_side))
    least = min(len(on_side) for _, on_side in places)
    chosen = [(axis, on_side[np.linspace(0, len(on_side) - 1, least).astype(np.intp)]) for axis, on_side in places]
    return np.stack([on_side for _, on_side in chosen]), np.stack([rim[1 - axis][on_side] for axis, on_side in chosen])


_ON_SIDE, _ALONG = _sides()
# A square that is turned clockwise leans outwards on one end of each side: to which end differs from side to side.
_LEAN_SIGNS = np.array([-1, 1, 1, -1], np.float32)
# The outer flank is sought this many depths apart, first in a wide window around the outline, then in a narrow one.
_FLANK = 3
LEAST_WHOLE = 0.85
LEAST_REACH = 0.015
_WINDOWS = ((_depth(0.83), _depth(1.17)), (_depth(0.91), _depth(1.09)))
_GLANCE_TURNS = 48
_GLANCE = np.linspace(0.8, 1.24, 18, dtype=np.float32)


def glanced(ink: Image, some: Sequence[Proposal]) -> list[float]:
    """Return at a glance, for each proposal, how much of its rim has an outer flank: for choosing which to fit."""
    if not some:
        return []
    step = TURNS / _GLANCE_TURNS
    chosen = (np.arange(_GLANCE_TURNS) * step).astype(np.intp)
    columns = np.empty((len(some), _GLANCE_TURNS, len(_GLANCE)), np.float32)
    rows = np.empty_like(columns)
    for place, one in enumerate(some):
        rim = _RIMS[one.shape][:, chosen]
        turn = math.radians(one.angle_degrees)
        across, down = rim[0] * one.radii[0], rim[1] * one.radii[1]
        columns[place] = one.centre[0] + (across * math.cos(turn) - down * math.sin(turn))[:, None] * _GLANCE
        rows[place] = one.centre[1] + (across * math.sin(turn) + down * math.cos(turn))[:, None] * _GLANCE
    flat = (len(some) * _GLANCE_TURNS, len(_GLANCE))
    taken = cv2.remap(ink, columns.reshape(flat), rows.reshape(flat), cv2.INTER_LINEAR, borderValue=(0,))
    plane = taken.reshape(columns.shape).astype(np.float32)
    high, wide = ink.shape[:2]
    on_paper = ((columns >= 0) & (columns < wide) & (rows >= 0) & (rows < high)).all(2)
    # The strongest fall of ink within reach of the outline; its typical strength says what counts as a flank.
    flank = (plane[:, :, :-2] - plane[:, :, 2:]).max(2) * on_paper
    inner = plane.max(2)
    level = np.maximum(np.percentile(inner, 60, axis=1), 8.0)
    quiet = plane[:, :, -4:].mean(2) < 0.5 * level[:, None]
    share = ((flank > 0.4 * level[:, None]) & quiet).sum(1) / np.maximum(on_paper.sum(1), 8)
    return [float(value) for value in share]


def fitted(ink: Image, one: Proposal) -> Proposal:
    """Return the proposal moved, stretched and turned onto the outer flank of the stroke nearest to its outline."""
    for low, high in _WINDOWS:
        plane, inside = unrolled(ink, one, _SHARES[low : high + _FLANK])
        flank = (plane[:, :-_FLANK] - plane[:, _FLANK:]) * inside[:, :-_FLANK]
        place = flank.argmax(1)
        strength = flank[np.arange(TURNS), place]
        offset = _SHARES[low + place] + np.float32(_FLANK / 2 * _STEP) - 1
        is_whole = float(inside[:, 0].mean()) > LEAST_WHOLE
        fit = _squared(one, offset, strength) if one.shape == SQUARE else _rounded(one, offset, strength, is_whole)
        if fit is None:
            return one
        one = fit
    return one


def _robust(design: Floats, wanted: Floats, weight: Floats) -> npt.NDArray[np.float64] | None:
    """Return the least-squares answer with outliers let go, step by step; None where too little is left."""
    there = weight > 0
    count = int(there.sum())
    if count < 2 * design.shape[1]:
        return None
    weights: npt.NDArray[np.float64] = weight.astype(np.float64)
    answer: npt.NDArray[np.float64] = np.zeros(design.shape[1])
    steady = 1e-6 * np.eye(design.shape[1])
    for _ in range(4):
        scaled = design * weights[:, None]
        try:
            answer = np.asarray(np.linalg.solve(scaled.T @ design + steady, scaled.T @ wanted), np.float64)
        except np.linalg.LinAlgError:
            return None
        rest = np.abs(design @ answer - wanted)
        reach = max(1.5 * float(np.partition(rest[there], count // 2)[count // 2]), LEAST_REACH)
        weights = np.asarray(weight * np.exp(-((rest / reach) ** 2)), np.float64)
    return answer


def _robust_lines(along: Floats, wanted: Floats, weight: Floats) -> tuple[Floats, Floats] | None:
    """Return offset and lean of the line through each row of points, outliers let go; None where too little is left."""
    there = weight > 0
    counts = there.sum(1)
    if counts.min() < 4:
        return None
    weights = weight.copy()
    rows = np.arange(len(along))
    for _ in range(4):
        total = weights.sum(1) + 1e-6
        middle_x, middle_y = (weights * along).sum(1) / total, (weights * wanted).sum(1) / total
        away = along - middle_x[:, None]
        lean = (weights * away * (wanted - middle_y[:, None])).sum(1) / ((weights * away**2).sum(1) + 1e-6)
        out = middle_y - lean * middle_x
        rest = np.abs(out[:, None] + lean[:, None] * along - wanted)
        ordered = np.sort(np.where(there, rest, np.inf), axis=1)
        reach = np.maximum(1.5 * ordered[rows, counts // 2], LEAST_REACH)
        weights = weight * np.exp(-((rest / reach[:, None]) ** 2))
    return out.astype(np.float32), lean.astype(np.float32)


def _weights(strength: Floats) -> Floats:
    level = max(float(np.percentile(strength, 75)), 1.0)
    return np.asarray(np.clip(strength / level, 0, 1) * (strength > 0.25 * level), np.float32)


def _rounded(one: Proposal, offset: Floats, strength: Floats, is_whole: bool) -> Proposal | None:
    """A shifted ellipse shows as the first two harmonics of the distance to its outline.

    The part of a seal that the edge of the page leaves does not tell how it is stretched: that stays as proposed.
    """
    design = np.stack(
        [np.ones(TURNS), np.cos(_ANGLES), np.sin(_ANGLES), np.cos(2 * _ANGLES), np.sin(2 * _ANGLES)], 1
    ).astype(np.float32)
    answer = _robust(design if is_whole else design[:, :3], offset, _weights(strength))
    if answer is None:
        return None
    found = np.zeros(5)
    found[: len(answer)] = np.clip(answer, -0.15, 0.15)
    grown, right, down, stretch, lean = found.tolist()
    turn = math.radians(one.angle_degrees)
    shift = (right * one.radii[0], down * one.radii[1])
    centre = (
        one.centre[0] + shift[0] * math.cos(turn) - shift[1] * math.sin(turn),
        one.centre[1] + shift[0] * math.sin(turn) + shift[1] * math.cos(turn),
    )
    a, b = one.radii[0] * (1 + grown), one.radii[1] * (1 + grown)
    # In the unit plane the fitted outline is 1 + grown + stretch cos 2t + lean sin 2t: stretch and shear it back.
    form = np.array([[1 + stretch, lean], [lean, 1 - stretch]])
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    axes, lengths, _ = np.linalg.svd(rotation @ np.diag([a, b]) @ form)
    angle = math.degrees(math.atan2(axes[1, 0], axes[0, 0]))
    angle = (angle + 90) % 180 - 90
    return replace(one, centre=centre, radii=(float(lengths[0]), float(lengths[1])), angle_degrees=angle)


def _squared(one: Proposal, offset: Floats, strength: Floats) -> Proposal | None:
    """Each side is a line of its own: how far out it lies and how it leans."""
    weight = _weights(strength)
    lines = _robust_lines(_ALONG, offset[_ON_SIDE], weight[_ON_SIDE])
    if lines is None:
        return None
    outs = np.clip(lines[0], -0.15, 0.15).tolist()
    leans = (np.clip(lines[1], -0.15, 0.15) * _LEAN_SIGNS).tolist()
    turn = math.radians(one.angle_degrees)
    half = one.radii[0]
    shift = ((outs[0] - outs[2]) / 2 * half, (outs[1] - outs[3]) / 2 * half)
    centre = (
        one.centre[0] + shift[0] * math.cos(turn) - shift[1] * math.sin(turn),
        one.centre[1] + shift[0] * math.sin(turn) + shift[1] * math.cos(turn),
    )
    across, down = half * (1 + (outs[0] + outs[2]) / 2), half * (1 + (outs[1] + outs[3]) / 2)
    lean = float(np.median(leans))
    return replace(
        one, centre=centre, radii=(across, down), angle_degrees=one.angle_degrees + math.degrees(math.atan(lean))
    )


FEATURES = (
    "votes", "size", "level", "cover", "cover_outer", "weakest_quarter", "thickness", "rim_evenness", "outside",
    "band", "band_spread", "band_strokes", "inner_band", "middle", "centre", "star", "seen", "aspect", "is_square",
    "is_oval", "colour", "colour_share", "corners", "twofold",
)  # fmt: skip


def features(ink: Image, dark: Image, colour: Image, one: Proposal, level_of_colour: float, is_colour: bool) -> Floats:
    """Return what was measured of a fitted proposal, in the order of FEATURES."""
    plane, inside = unrolled(ink, one)
    on_paper = inside[:, _depth(1.0)]
    seen = float(on_paper.mean())
    if seen < 0.2:
        return np.zeros(len(FEATURES), np.float32)
    rim = plane[:, _depth(0.93) : _depth(1.03) + 1].max(1)
    level = max(float(np.percentile(rim[on_paper], 60)), 6.0)
    plane = np.clip(plane / level, 0, 1.4)
    shown = plane[on_paper]
    rim = shown[:, _depth(0.93) : _depth(1.03) + 1].max(1)
    outside = shown[:, _depth(1.07) : _depth(1.2) + 1]
    within = shown[:, _depth(0.8) : _depth(0.93) + 1].min(1)
    is_rim = (rim > 0.4) & (rim - outside.min(1) > 0.3) & (rim - within > 0.25)
    outer = (rim > 0.4) & (rim - outside[:, :3].min(1) > 0.3)
    quarters = np.array_split(_rolled(outer, one), 8)
    band = shown[:, _depth(0.62) : _depth(0.9) + 1]
    along = plane[:, _depth(0.66) : _depth(0.88) + 1].mean(1)
    strokes = int((np.diff((along > 0.28).astype(np.int8)) != 0).sum())
    ring_width = (shown[:, _depth(0.8) : _depth(1.12) + 1] > 0.5).sum(1)
    fives = np.abs(np.fft.rfft(plane[:, _depth(0.14) : _depth(0.32) + 1].mean(1)))
    star = float(fives[5] / (fives[1:12].sum() + 1e-3))
    colour_plane, _ = unrolled(colour, one)
    inked = (np.maximum(colour_plane, unrolled(dark, one)[0]) > 40)[:, : _depth(1.04)]
    coloured = float((inked & (colour_plane[:, : _depth(1.04)] > level_of_colour)).sum() / max(inked.sum(), 1))
    return np.array(
        [
            one.votes, one.radii[0] / max(ink.shape), level / 255, float(is_rim.mean()), float(outer.mean()),
            min(float(part.mean()) for part in quarters), float(np.median(ring_width)) * _STEP, float(rim.std()),
            float(outside.mean()), float(band.mean()), float(band.std(0).mean()), strokes / TURNS,
            float(shown[:, _depth(0.4) : _depth(0.6)].mean()), float(shown[:, _depth(0.3) : _depth(0.45)].mean()),
            float(shown[:, : _depth(0.25)].mean()), star, seen, one.radii[0] / max(one.radii[1], 1),
            float(one.shape == SQUARE), float(one.shape == "oval"), float(is_colour), coloured,
            _beyond_corners(ink, one, level), float(fives[2] / (fives[1:12].sum() + 1e-3)),
        ],
        np.float32,
    )  # fmt: skip


def _rolled(values: npt.NDArray[np.bool_], one: Proposal) -> npt.NDArray[np.bool_]:
    """Start the walk around a square at a corner, so that eighths are half sides."""
    return np.roll(values, len(values) // 8) if one.shape == SQUARE else values


def _corner_lines() -> Floats:
    """Return (8, 3, 12, 2): points in the line of each side beyond each corner, at three insets, on the unit square."""
    reach = np.linspace(1.12, 1.4, 12)
    lines = []
    for sign_x in (-1, 1):
        for sign_y in (-1, 1):
            for along_x in (True, False):
                insets = []
                for inset in (0.94, 0.98, 1.0):
                    x = sign_x * (reach if along_x else np.full(12, inset))
                    y = sign_y * (np.full(12, inset) if along_x else reach)
                    insets.append(np.stack([x, y], 1))
                lines.append(insets)
    return np.array(lines, np.float32)


_CORNER_LINES = _corner_lines()


def _beyond_corners(ink: Image, one: Proposal, level: float) -> float:
    """Return how much ink goes on in the line of the sides beyond the corners: rules do, the rim of a seal does not."""
    if one.shape != SQUARE:
        return 0.0
    turn = math.radians(one.angle_degrees)
    x, y = _CORNER_LINES[..., 0] * one.radii[0], _CORNER_LINES[..., 1] * one.radii[1]
    columns = (one.centre[0] + x * math.cos(turn) - y * math.sin(turn)).astype(np.float32).reshape(24, 12)
    rows = (one.centre[1] + x * math.sin(turn) + y * math.cos(turn)).astype(np.float32).reshape(24, 12)
    lines = cv2.remap(ink, columns, rows, cv2.INTER_LINEAR, borderValue=(0,)).reshape(8, 3, 12)
    return float((lines > 0.4 * level).mean(2).max(1).mean())
