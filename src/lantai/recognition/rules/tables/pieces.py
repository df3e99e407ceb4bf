"""Runs of text on the level page, character by character, and their cutting where a border or a wide gap parts them."""

import itertools
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from lantai.recognition.rules.layout import Line

ToLevel = Callable[[float, float], tuple[float, float]]
BORDER_SIGNS = frozenset("|丨︱│┃∣｜ǀ")
WIDE_GAP = 1.9
"""A gap between the middles of two characters, in heights of the run, that parts two columns."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character with its left and right edge and the middle of its height, on the level page."""

    sign: str
    left: float
    right: float
    y: float

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that belong together. `line` counts the lines of the layout; `whole` if it is all of one."""

    glyphs: tuple[Glyph, ...]
    height: float
    confidence: float
    line: int
    whole: bool = True
    upright: bool = False

    @property
    def text(self) -> str:
        return "".join(glyph.sign for glyph in self.glyphs).strip()

    @property
    def left(self) -> float:
        return min(glyph.left for glyph in self.glyphs)

    @property
    def right(self) -> float:
        return max(glyph.right for glyph in self.glyphs)

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return statistics.fmean(glyph.y for glyph in self.glyphs)

    @property
    def top(self) -> float:
        return min(glyph.y for glyph in self.glyphs) - self.height / 2

    @property
    def bottom(self) -> float:
        return max(glyph.y for glyph in self.glyphs) + self.height / 2


def piece_of(line: Line, index: int, to_level: ToLevel, scale: float, slant: float) -> Piece | None:
    """Return `line` (in pixels of the page) on the level page; `slant` is the tangent of the page's skew."""
    left, top, right, bottom = line.box_px
    if not line.text.strip():
        return None
    wide, high = right - left, bottom - top
    if line.vertical or (high > 1.5 * wide and len(line.text) > 1):
        return _standing(line, index, to_level, scale)
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    centre_x, centre_y = to_level(middle_x, middle_y)
    height = max(high - abs(slant) * wide, 0.4 * high) * scale
    edges = line.glyphs_px if len(line.glyphs_px) == len(line.text) else _even(left, right, len(line.text))
    stretch = scale * (1 + slant * slant) ** 0.5
    glyphs = [
        Glyph(sign, centre_x + (a - middle_x) * stretch, centre_x + (b - middle_x) * stretch, centre_y)
        for sign, (a, b) in zip(line.text, edges, strict=True)
    ]
    return Piece(tuple(glyphs), height, line.confidence, index)


def _even(left: float, right: float, count: int) -> list[tuple[float, float]]:
    step = (right - left) / count
    return [(left + n * step, left + (n + 1) * step) for n in range(count)]


def _standing(line: Line, index: int, to_level: ToLevel, scale: float) -> Piece:
    left, top, right, bottom = line.box_px
    step = (bottom - top) / len(line.text)
    known = line.vertical and len(line.glyphs_px) == len(line.text)
    edges = line.glyphs_px if known else _even(top, bottom, len(line.text))
    glyphs = []
    for sign, (start, end) in zip(line.text, edges, strict=True):
        x, y = to_level((left + right) / 2, (start + end) / 2)
        half = (right - left) * scale / 2
        glyphs.append(Glyph(sign, x - half, x + half, y))
    return Piece(tuple(glyphs), step * scale, line.confidence, index, upright=True)


def parted(piece: Piece, place_of: Callable[[Glyph], object]) -> Iterator[tuple[object, Piece]]:
    """Yield (place, part) of `piece`, cut where its characters lie in different places; signs of borders are left out."""
    parts = [(place, list(glyphs)) for place, glyphs in itertools.groupby(piece.glyphs, key=place_of)]
    if len(parts) == 1:
        yield parts[0][0], piece
        return
    for place, glyphs in parts:
        while glyphs and glyphs[0].sign in BORDER_SIGNS:
            glyphs.pop(0)
        while glyphs and glyphs[-1].sign in BORDER_SIGNS:
            glyphs.pop()
        if any(glyph.sign.strip() for glyph in glyphs):
            yield place, replace(piece, glyphs=tuple(glyphs), whole=False)


def cut_at_gaps(piece: Piece) -> list[Piece]:
    """Return `piece` cut where its characters stand far apart: the reader joins columns that lie close."""
    if piece.upright or len(piece.glyphs) < 2:
        return [piece]
    glyphs = [glyph for glyph in piece.glyphs if glyph.sign.strip()]
    groups: list[list[Glyph]] = [[glyphs[0]]]
    usual = _usual_step(glyphs)
    for before, glyph in itertools.pairwise(glyphs):
        if glyph.x - before.x > max(WIDE_GAP * piece.height * 0.75, 2.2 * usual):
            groups.append([])
        groups[-1].append(glyph)
    if len(groups) == 1:
        return [piece]
    return [replace(piece, glyphs=tuple(group), whole=False) for group in groups]


def _usual_step(glyphs: Sequence[Glyph]) -> float:
    steps = [later.x - before.x for before, later in itertools.pairwise(glyphs)]
    return statistics.median(steps) if steps else 0.0


def joined_pieces(pieces: Sequence[Piece]) -> tuple[str, float]:
    """Return (text, confidence) of what stands in one cell: lines below each other, runs of one line side by side."""
    if not pieces:
        return "", 1.0
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.y):
        if rows and abs(statistics.fmean(p.y for p in rows[-1]) - piece.y) < 0.5 * min(
            piece.height, rows[-1][-1].height
        ):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    lines = []
    for row in rows:
        row.sort(key=lambda p: p.left)
        text = row[0].text
        for before, piece in itertools.pairwise(row):
            gap = piece.left - before.right
            text += ("" if gap < 0.4 * piece.height else " ") + piece.text
        lines.append(text)
    total = sum(len(p.text) for p in pieces)
    return "\n".join(lines), sum(p.confidence * len(p.text) for p in pieces) / max(total, 1)
