"""From printed rules to the cells they part: which rules belong together, where they cross, what they leave merged.

Rules come as straight runs in a level frame (the page made level); lengths are in its pixels, at about 200 dots an inch.
"""

import bisect
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SAME_UPRIGHT, SAME_LEVEL = 13.0, 18.0
"""Rules nearer than this (about 2 mm) are one: double lines, folds beside a line; no text has room between them."""
TOUCH = 11.0
LEAST_SIDE = 14.0
BORDER_SHARE = 0.62
UPRIGHT_SHARE = 0.75
WORN_SHARE, MOSTLY_SHARE, MOSTLY_DRAWN = 0.42, 0.58, 0.6
CHAIN_GAP, CHAIN_STEP = 20.0, 3.5
OVERHANG = 26.0
LEAST_CELLS = 3
LOWEST_STRIP = 60.0
TELLING = 160.0


@dataclass(frozen=True, slots=True)
class Segment:
    """One run of a rule: places `along` it (rising) and how far `across` it lies there.

    A level rule has x along and y across; an upright one y along and x across.
    """

    along: tuple[float, ...]
    across: tuple[float, ...]

    @property
    def start(self) -> float:
        return self.along[0]

    @property
    def end(self) -> float:
        return self.along[-1]

    @property
    def length(self) -> float:
        return self.end - self.start

    def at(self, place: float) -> float:
        """Return how far across the rule lies at `place` along it; beyond its ends as at the end."""
        return _between_knots(place, self.along, self.across)


def _between_knots(place: float, along: Sequence[float], across: Sequence[float]) -> float:
    """Return the value at `place` by its neighbours; beyond the ends as at the end."""
    after = bisect.bisect_right(along, place)
    if after == 0:
        return across[0]
    if after == len(along):
        return across[-1]
    before = after - 1
    way = along[after] - along[before]
    share = (place - along[before]) / way if way else 0.0
    return across[before] + share * (across[after] - across[before])


@dataclass(frozen=True, slots=True)
class GridLine:
    """All runs that lie on one line of a grid, and the course that they make together."""

    segments: tuple[Segment, ...]
    along: tuple[float, ...]
    across: tuple[float, ...]
    middle: float

    def at(self, place: float) -> float:
        """Return how far across the line lies at `place`, between its runs by their neighbours."""
        return _between_knots(place, self.along, self.across)

    def covered(self, start: float, end: float) -> float:
        """Return which share of the way from `start` to `end` is printed."""
        if end <= start:
            return 0.0
        marks = np.zeros(max(int(end - start), 1), np.bool_)
        for segment in self.segments:
            first, last = max(segment.start - start, 0.0), min(segment.end - start, end - start)
            if last > first:
                marks[int(first) : int(np.ceil(last))] = True
        return float(marks.mean())


def line_of(segments: Sequence[Segment]) -> GridLine:
    """Return the line on which all of `segments` (at least one) lie."""
    knots = sorted(knot for s in segments for knot in zip(s.along, s.across, strict=True))
    total = sum(max(s.length, 1.0) for s in segments)
    middle = sum(s.at((s.start + s.end) / 2) * max(s.length, 1.0) for s in segments) / total
    return GridLine(tuple(segments), tuple(a for a, _ in knots), tuple(b for _, b in knots), middle)


@dataclass(frozen=True, slots=True)
class Print:
    """The ink of the level page, to see whether a border of a cell is printed where its run was too short to be found.

    `ink`: (h, w), above 0 where there is ink.
    """

    ink: npt.NDArray[np.uint8]

    def share(self, line: GridLine, start: float, end: float, *, level: bool) -> float:
        """Return how much of `line` from `start` to `end` is printed, less what is printed beside it."""
        along = np.arange(start, end, 1.0)
        if not len(along):
            return 0.0
        across = np.rint([line.at(place) for place in (start, end)])
        course = np.linspace(across[0], across[1], len(along))
        field = self.ink if level else self.ink.T
        rows = np.clip(np.rint(course).astype(int), 8, field.shape[0] - 9)
        columns = np.clip(along.astype(int), 0, field.shape[1] - 1)
        near = np.zeros(len(along), np.bool_)
        for offset in range(-2, 3):
            near |= field[rows + offset, columns] > 0
        beside = max(float((field[rows + offset, columns] > 0).mean()) for offset in (-8, 8))
        return float(near.mean()) - beside


@dataclass(frozen=True, slots=True)
class Span:
    """A cell of a grid by its lines: rows `top` to `bottom` and columns `left` to `right` (the last ones exclusive)."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The rules of one table: lines from top to bottom and from left to right, and the cells between them."""

    levels: tuple[GridLine, ...]
    uprights: tuple[GridLine, ...]
    spans: tuple[Span, ...]

    @property
    def rows(self) -> int:
        return len(self.levels) - 1

    @property
    def columns(self) -> int:
        return len(self.uprights) - 1

    def corners(self, span: Span) -> list[tuple[float, float]]:
        """Return the corners of a cell in the level frame, clockwise from the upper left."""
        top, bottom = self.levels[span.top], self.levels[span.bottom]
        left, right = self.uprights[span.left], self.uprights[span.right]
        return [_crossing(top, left), _crossing(top, right), _crossing(bottom, right), _crossing(bottom, left)]

    def span_at(self, x: float, y: float) -> Span | None:
        """Return the cell in which a point of the level frame lies, or None."""
        row = _between(self.levels, x, y)
        column = _between(self.uprights, y, x)
        if row is None or column is None:
            return None
        for span in self.spans:
            if span.top <= row < span.bottom and span.left <= column < span.right:
                return span
        return None


def _crossing(level: GridLine, upright: GridLine) -> tuple[float, float]:
    x = upright.at(level.middle)
    y = level.at(x)
    return upright.at(y), y


def _between(lines: Sequence[GridLine], along: float, across: float) -> int | None:
    edges = [line.at(along) for line in lines]
    if not edges[0] <= across <= edges[-1]:
        return None
    place = int(np.searchsorted(edges, across, side="right")) - 1
    return min(place, len(lines) - 2)


def grids_of(levels: Sequence[Segment], uprights: Sequence[Segment], paper: Print | None = None) -> list[Grid]:
    """Return the grids that level and upright rules make, from the top of the page down.

    A rule that meets fewer than two of the other direction is no part of a grid: an underline, a stroke, a frame's rest.
    """
    levels, uprights = _pruned(chained(levels), chained(uprights))
    grids = []
    for members, standing in _groups(levels, uprights):
        grid = _grid(members, standing, paper)
        if grid is not None:
            grids.append(grid)
    return sorted(grids, key=lambda grid: (grid.levels[0].middle, grid.uprights[0].middle))


def chained(segments: Sequence[Segment]) -> list[Segment]:
    """Return the runs with those made one that carry each other on after a small gap: a worn rule."""
    rest = sorted(segments, key=lambda s: s.start)
    chains: list[Segment] = []
    for segment in rest:
        best, nearest = -1, CHAIN_STEP
        for place in range(len(chains) - 1, -1, -1):
            chain = chains[place]
            gap = segment.start - chain.end
            step = abs(chain.across[-1] - segment.across[0])
            if -CHAIN_GAP <= gap <= CHAIN_GAP and step <= nearest and segment.end > chain.end:
                best, nearest = place, step
        if best < 0:
            chains.append(segment)
            continue
        chain = chains[best]
        later = [(a, b) for a, b in zip(segment.along, segment.across, strict=True) if a > chain.end]
        along, across = zip(*later, strict=True)
        chains[best] = Segment((*chain.along, *along), (*chain.across, *across))
    return chains


def _meet(level: Segment, upright: Segment) -> bool:
    x = upright.at(level.at((level.start + level.end) / 2))
    if not level.start - TOUCH <= x <= level.end + TOUCH:
        return False
    y = level.at(x)
    return upright.start - TOUCH <= y <= upright.end + TOUCH


def _meetings(levels: Sequence[Segment], uprights: Sequence[Segment]) -> npt.NDArray[np.bool_]:
    """Return which level rule meets which upright one, first by their ends (fast), then exactly."""
    if not levels or not uprights:
        return np.zeros((len(levels), len(uprights)), np.bool_)
    slack = TOUCH + 40
    starts, ends = np.array([s.start for s in levels]), np.array([s.end for s in levels])
    tops, bottoms = np.array([s.start for s in uprights]), np.array([s.end for s in uprights])
    ys, xs = np.array([np.mean(s.across) for s in levels]), np.array([np.mean(s.across) for s in uprights])
    near = (starts[:, None] - slack <= xs) & (xs <= ends[:, None] + slack)
    near &= (tops - slack <= ys[:, None]) & (ys[:, None] <= bottoms + slack)
    for i, j in np.argwhere(near):
        near[i, j] = _meet(levels[i], uprights[j])
    return near


def _pruned(levels: list[Segment], uprights: list[Segment]) -> tuple[list[Segment], list[Segment]]:
    meetings = _meetings(levels, uprights)
    keep_levels, keep_uprights = np.ones(len(levels), np.bool_), np.ones(len(uprights), np.bool_)
    while True:
        enough_levels = keep_levels & (_apart(meetings & keep_uprights, uprights) >= 2)
        enough_uprights = keep_uprights & (_apart((meetings & enough_levels[:, None]).T, levels) >= 2)
        if (enough_levels == keep_levels).all() and (enough_uprights == keep_uprights).all():
            break
        keep_levels, keep_uprights = enough_levels, enough_uprights
    return (
        [s for s, keep in zip(levels, keep_levels, strict=True) if keep],
        [s for s, keep in zip(uprights, keep_uprights, strict=True) if keep],
    )


def _apart(meetings: npt.NDArray[np.bool_], others: Sequence[Segment]) -> npt.NDArray[np.int64]:
    """Return for each rule how many of `others` it meets at places of their own: two halves of a rule count once."""
    places = np.array([np.mean(other.across) for other in others]) if others else np.zeros(0)
    counts = np.zeros(len(meetings), np.int64)
    for row, met in enumerate(meetings):
        found = np.sort(places[met])
        counts[row] = 0 if not len(found) else 1 + int((np.diff(found) > LEAST_SIDE).sum())
    return counts


def _groups(levels: Sequence[Segment], uprights: Sequence[Segment]) -> Iterable[tuple[list[Segment], list[Segment]]]:
    """Yield the sets of rules that hang together."""
    meetings = _meetings(levels, uprights)
    free = set(range(len(levels)))
    while free:
        reached, standing = {free.pop()}, set[int]()
        fresh = set(reached)
        while fresh:
            met = {int(j) for i in fresh for j in np.flatnonzero(meetings[i])} - standing
            standing |= met
            fresh = {int(i) for j in met for i in np.flatnonzero(meetings[:, j])} - reached
            reached |= fresh
        free -= reached
        yield [levels[i] for i in sorted(reached)], [uprights[j] for j in sorted(standing)]


def _grid(levels: Sequence[Segment], uprights: Sequence[Segment], paper: Print | None) -> Grid | None:
    rows, columns = _lines(_within(levels, uprights), SAME_LEVEL), _lines(_within(uprights, levels), SAME_UPRIGHT)
    rows, columns = _closed(rows, columns), _closed(columns, rows)
    if len(rows) < 2 or len(columns) < 2:
        return None
    spans = _spans(rows, columns, paper)
    if len(spans) < LEAST_CELLS:
        return None
    if len(rows) == 2 and rows[-1].middle - rows[0].middle < LOWEST_STRIP:
        return None
    return _tidy(Grid(tuple(rows), tuple(columns), tuple(spans)))


def _within(segments: Sequence[Segment], others: Sequence[Segment]) -> list[Segment]:
    """Return the rules without those that run past the table on both sides where most do not: a fold, a page's edge."""
    first, last = min(o.at((o.start + o.end) / 2) for o in others), max(o.at((o.start + o.end) / 2) for o in others)
    through = [s.start < first - OVERHANG and s.end > last + OVERHANG for s in segments]
    if sum(through) > len(segments) / 2:
        return list(segments)
    return [s for s, passes in zip(segments, through, strict=True) if not passes]


def _lines(segments: Sequence[Segment], same: float) -> list[GridLine]:
    """Gather runs into lines, the longest first: a shorter one joins where it lies on a line, or carries it on."""
    lines: list[list[tuple[Segment, Segment]]] = []
    for segment, straight in sorted(zip(segments, _straightened(segments), strict=True), key=lambda p: -p[0].length):
        middle = (straight.start + straight.end) / 2
        here = straight.at(middle)
        best, nearest = None, same
        for line in lines:
            distance = abs(line_of([other for _, other in line]).at(middle) - here)
            if distance <= nearest:
                best, nearest = line, distance
        if best is None:
            lines.append([(segment, straight)])
        else:
            best.append((segment, straight))
    found = [(line_of([s for s, _ in line]), line_of([s for _, s in line]).middle) for line in lines]
    return [line for line, _ in sorted(found, key=lambda pair: pair[1])]


def _straightened(segments: Sequence[Segment]) -> list[Segment]:
    """Return the runs without the slant that long ones show, which changes evenly across a page seen at an angle."""
    long = [s for s in segments if s.length >= TELLING]
    if len(long) < 2:
        return list(segments)
    slants = np.array([(s.across[-1] - s.across[0]) / s.length for s in long])
    places = np.array([np.mean(s.across) for s in long])
    weights = np.array([s.length for s in long])
    change, base = np.polyfit(places, slants, 1, w=weights) if np.ptp(places) > TELLING else (0.0, np.median(slants))
    centre = float(np.mean([(s.start + s.end) / 2 for s in long]))
    found = []
    for segment in segments:
        along, across = np.asarray(segment.along), np.asarray(segment.across)
        level = across - (base + change * across.mean()) * (along - centre)
        found.append(Segment(segment.along, tuple(level.tolist())))
    return found


def _closed(lines: list[GridLine], others: Sequence[GridLine]) -> list[GridLine]:
    """Add the outer lines of a table that is open at its sides: where most rules across run on to a common end."""
    if len(others) < 2 or not lines:
        return lines
    weights = [s for line in others for s in line.segments]
    first, last = lines[0].middle, lines[-1].middle
    before = [s.start for s in weights if s.start < first - OVERHANG]
    after = [s.end for s in weights if s.end > last + OVERHANG]
    spread = (others[0].middle, others[-1].middle)
    closed = list(lines)
    if _common(before, len(others)):
        closed.insert(0, _drawn(float(np.median(before)), spread))
    if _common(after, len(others)):
        closed.append(_drawn(float(np.median(after)), spread))
    return closed


def _common(ends: Sequence[float], lines: int) -> bool:
    if len(ends) < max(2, 0.6 * lines):
        return False
    return float(np.median(np.abs(np.asarray(ends) - np.median(ends)))) < TOUCH


def _drawn(place: float, spread: tuple[float, float]) -> GridLine:
    return line_of([Segment(spread, (place, place))])


def _spans(rows: Sequence[GridLine], columns: Sequence[GridLine], paper: Print | None) -> list[Span]:
    """Return the cells: places of the grid that no border parts, as rectangles."""
    count_rows, count_columns = len(rows) - 1, len(columns) - 1
    ys, xs = _ways(rows), _ways(columns)
    below, seen_below = np.zeros((2, count_rows, count_columns))
    beside, seen_beside = np.zeros((2, count_rows, count_columns))
    for row in range(count_rows):
        for column in range(count_columns):
            level, upright = rows[row + 1], columns[column + 1]
            below[row, column] = level.covered(*xs[column])
            beside[row, column] = upright.covered(*ys[row])
            if paper is not None and below[row, column] < BORDER_SHARE:
                seen_below[row, column] = paper.share(level, *xs[column], level=True)
            if paper is not None and beside[row, column] < UPRIGHT_SHARE:
                seen_beside[row, column] = paper.share(upright, *ys[row], level=False)
    drawn_below = _borne_out(below, seen_below, BORDER_SHARE, axis=1)
    drawn_beside = _borne_out(beside, seen_beside, UPRIGHT_SHARE, axis=0)
    owner = _joined(~drawn_below, ~drawn_beside)
    spans = []
    for name in np.unique(owner):
        spans += _rectangles(owner == name)
    return sorted(spans, key=lambda span: (span.top, span.left))


def _borne_out(
    covered: npt.NDArray[np.float64], seen: npt.NDArray[np.float64], enough: float, axis: int
) -> npt.NDArray[np.bool_]:
    """Return which borders are drawn: those printed well enough, and worn ones that the rest of their line bears out.

    A worn border counts where the line is drawn on both sides of it, or over most of its length.
    """
    shares = np.maximum(covered, seen)
    sure = shares >= enough
    size = sure.shape[axis]
    if size == 1:
        return sure
    edge = np.ones_like(np.take(sure, [0], axis=axis))
    padded = np.concatenate([edge, sure, edge], axis=axis)
    beside = np.take(padded, range(size), axis=axis) & np.take(padded, range(2, size + 2), axis=axis)
    mostly = np.broadcast_to(sure.mean(axis=axis, keepdims=True) >= MOSTLY_DRAWN, sure.shape)
    drawn: npt.NDArray[np.bool_] = sure | (beside & (shares >= WORN_SHARE)) | (mostly & (seen >= MOSTLY_SHARE))
    return drawn


def _ways(lines: Sequence[GridLine]) -> list[tuple[float, float]]:
    """Return from where to where the borders between neighbouring lines are looked at, crossings left out."""
    places = [line.middle for line in lines]
    ways = []
    for first, last in itertools.pairwise(places):
        inset = min(3.0, 0.2 * max(last - first, 0.0))
        ways.append((first + inset, max(last - inset, first + inset + 1.0)))
    return ways


def _joined(open_below: npt.NDArray[np.bool_], open_beside: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    rows, columns = open_below.shape
    owner = np.arange(rows * columns).reshape(rows, columns)
    changed = True
    while changed:
        before = owner.copy()
        for row in range(rows - 1):
            least = np.minimum(owner[row], owner[row + 1])
            owner[row] = np.where(open_below[row], least, owner[row])
            owner[row + 1] = np.where(open_below[row], least, owner[row + 1])
        for column in range(columns - 1):
            least = np.minimum(owner[:, column], owner[:, column + 1])
            owner[:, column] = np.where(open_beside[:, column], least, owner[:, column])
            owner[:, column + 1] = np.where(open_beside[:, column], least, owner[:, column + 1])
        changed = not (before == owner).all()
    return owner


def _rectangles(mask: npt.NDArray[np.bool_]) -> list[Span]:
    """Return the rectangles that make up `mask`: one where it is one, else strips of equal extent, row by row."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    if mask[top:bottom, left:right].all():
        return [Span(int(top), int(left), int(bottom), int(right))]
    spans: list[Span] = []
    rest = mask.copy()
    while rest.any():
        row, column = (int(v) for v in np.argwhere(rest)[0])
        end = column
        while end < rest.shape[1] and rest[row, end]:
            end += 1
        low = row
        while low < rest.shape[0] and rest[low, column:end].all():
            low += 1
        rest[row:low, column:end] = False
        spans.append(Span(row, column, low, end))
    return spans


def _tidy(grid: Grid) -> Grid:
    """Leave out lines that no cell begins or ends at, so that every row and column has a border somewhere."""
    used_rows = sorted({span.top for span in grid.spans} | {span.bottom for span in grid.spans})
    used_columns = sorted({span.left for span in grid.spans} | {span.right for span in grid.spans})
    row_of = {line: place for place, line in enumerate(used_rows)}
    column_of = {line: place for place, line in enumerate(used_columns)}
    spans = [Span(row_of[s.top], column_of[s.left], row_of[s.bottom], column_of[s.right]) for s in grid.spans]
    return Grid(
        tuple(grid.levels[line] for line in used_rows),
        tuple(grid.uprights[line] for line in used_columns),
        tuple(spans),
    )
