"""Tables that only white space keeps apart: columns whose gaps run through consecutive rows of text.

Lengths are in pixels of the level page. Prose in columns, lines of a form and signatures are no tables.
"""

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from lantai.recognition.rules.tables.pieces import Piece
from lantai.recognition.rules.tables.ruled import Segment

LEAST_ROWS, LEAST_ROWS_OF_PAIRS = 3, 4
MOST_COLUMNS = 40
WIDEST_PITCH = 3.2
UNEVEN_PITCH = 2.3
GUTTER = 0.55
"""The least gap between columns, in heights of a line."""
LEAST_FILLED = 0.7
LEAST_ALIGNED = 0.7
COLONS = ("：", ":")
CHECK_BOXES = ("□", "☐", "☑", "☒")
LONG_TEXT = 16
FIGURE_ENDS = frozenset("0123456789%‰²³")


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A place of an open table and the pieces of text in it."""

    row: int
    column: int
    column_span: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class OpenGrid:
    """An open table: edges of its columns and rows from the first to the last, and all its cells."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    cells: tuple[OpenCell, ...]
    heading_rows: int = 1


def open_grids(pieces: Sequence[Piece], rules: Sequence[Segment] = ()) -> list[OpenGrid]:
    """Return the open tables among `pieces` (runs of the level page outside ruled tables), from the top down.

    `rules` are level rules of the page: those above and below a block of rows bear out that it is a table.
    """
    rows = _rows([piece for piece in pieces if not piece.upright])
    found = []
    start = 0
    while start < len(rows):
        stop = _stop(rows, start)
        block, used = _best(rows[start:stop], rules) if stop - start >= LEAST_ROWS else (None, 0)
        if block is None:
            start = max(stop, start + 1)
        else:
            above = rows[start + used - block.count - 1] if start + used > block.count else None
            found.append(_finished(block, above, rules))
            start += used
    return found


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.y):
        for row in rows[-3:]:
            if abs(_middle(row) - piece.y) < 0.45 * min(piece.height, _height(row)):
                row.append(piece)
                break
        else:
            rows.append([piece])
    rows.sort(key=_middle)
    return [sorted(row, key=lambda p: p.left) for row in rows]


def _middle(row: Sequence[Piece]) -> float:
    return statistics.fmean(p.y for p in row)


def _height(row: Sequence[Piece]) -> float:
    return statistics.median(p.height for p in row)


def _stop(rows: Sequence[list[Piece]], start: int) -> int:
    """Return the row after the run of rows from `start` that may be a table: several runs each, close together."""
    if len(rows[start]) < 2:
        return start + 1
    stop = start + 1
    while stop < len(rows):
        gap = _middle(rows[stop]) - _middle(rows[stop - 1])
        if gap > WIDEST_PITCH * _height(rows[stop]):
            break
        if len(rows[stop]) < 2 and (stop + 1 >= len(rows) or len(rows[stop + 1]) < 2):
            break
        stop += 1
    return stop


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows that make a table, with the edges of its columns and its cells row by row."""

    rows: tuple[Sequence[Piece], ...]
    edges: tuple[float, ...]
    cells: tuple[Sequence[OpenCell], ...]
    height: float

    @property
    def count(self) -> int:
        return len(self.rows)


def _best(rows: Sequence[list[Piece]], rules: Sequence[Segment]) -> tuple[_Block | None, int]:
    """Return the table with the most rows that `rows` hold and the place after it; its ends may have to be left out."""
    for length in range(len(rows), max(LEAST_ROWS - 1, len(rows) - 13), -1):
        for first in range(min(len(rows) - length, 4) + 1):
            block = rows[first : first + length]
            if len(block[0]) < 2 or len(block[-1]) < 2:
                continue
            found = _block(block, rules)
            if found is not None:
                return found, first + length
    return None, 0


def _block(rows: Sequence[list[Piece]], rules: Sequence[Segment]) -> _Block | None:
    height = statistics.median(p.height for row in rows for p in row)
    edges = _column_edges(rows, height)
    columns = len(edges) - 1
    ruled = bool(_rules_around(rows, rules, height))
    if not 2 <= columns <= MOST_COLUMNS or (columns == 2 and not ruled and not _is_list_of_figures(rows)):
        return None
    cells = []
    for number, row in enumerate(rows):
        row_cells = _cells_of(row, edges, number)
        if row_cells is None:
            return None
        cells.append(row_cells)
    filled = [cell for row_cells in cells for cell in row_cells if cell.pieces]
    if not _looks_like_a_table(rows, filled, columns, height, ruled=ruled):
        return None
    return _Block(tuple(rows), tuple(edges), tuple(cells), height)


def _is_list_of_figures(rows: Sequence[Sequence[Piece]]) -> bool:
    """Tell whether two columns are names and figures: without rules, other pairs are the lines of a form."""
    last = [row[-1].text for row in rows[1:]]
    figures = sum(text[:1].isdigit() and text[-1:] in FIGURE_ENDS for text in last)
    return len(rows) >= LEAST_ROWS_OF_PAIRS and figures >= 0.8 * len(last)


def _finished(block: _Block, above: Sequence[Piece] | None, rules: Sequence[Segment]) -> OpenGrid:
    """Return the grid of a block, with the heading over several columns above it and out to the ends of its rules."""
    rows: list[Sequence[Piece]] = list(block.rows)
    cells, edges = list(block.cells), list(block.edges)
    if above is not None:
        spanning = _spanning(above, block)
        if spanning:
            rows.insert(0, above)
            cells.insert(0, spanning)
    around = _rules_around(rows, rules, block.height)
    if around:
        edges[0] = min(edges[0], *(rule.start for rule in around))
        edges[-1] = max(edges[-1], *(rule.end for rule in around))
    numbered = [
        OpenCell(number, cell.column, cell.column_span, cell.pieces) for number, row in enumerate(cells) for cell in row
    ]
    headings = 2 if any(cell.column_span > 1 for cell in cells[0]) and len(cells) > 2 else 1
    return OpenGrid(tuple(edges), tuple(_row_edges(rows, block.height)), tuple(numbered), headings)


def _spanning(row: Sequence[Piece], block: _Block) -> list[OpenCell] | None:
    """Return the cells of the row above a block if each of its runs stands over a gap between columns."""
    step = block.rows[1][0].y - block.rows[0][0].y
    if not 0.5 * block.height < _middle(block.rows[0]) - _middle(row) <= max(1.35 * step, 1.8 * block.height):
        return None
    columns = len(block.edges) - 1
    spans: dict[int, tuple[int, Piece]] = {}
    for piece in row:
        inner = min(range(1, columns), key=lambda n: abs(block.edges[n] - piece.x))
        narrower = min(block.edges[inner] - block.edges[inner - 1], block.edges[inner + 1] - block.edges[inner])
        off = abs((block.edges[inner - 1] + block.edges[inner + 1]) / 2 - piece.x)
        if piece.right - piece.left > 2 * narrower or off > 0.9 * block.height or inner - 1 in spans or inner in spans:
            return None
        spans[inner - 1] = (2, piece)
    cells: list[OpenCell] = []
    column = 0
    while column < columns:
        over = spans.get(column)
        span = over[0] if over else 1
        cells.append(OpenCell(0, column, span, (over[1],) if over else ()))
        column += span
    return cells


def _column_edges(rows: Sequence[list[Piece]], height: float) -> list[float]:
    """Return the edges of the columns: the middles of the gaps that all rows (but a heading) leave free."""
    spared = max(1, round(0.12 * len(rows))) if len(rows) >= 4 else 0
    left = min(p.left for row in rows for p in row)
    right = max(p.right for row in rows for p in row)
    step = max(height / 12, 1.0)
    count = int((right - left) / step) + 1
    cover = [0] * count
    for row in rows:
        taken = [False] * count
        for piece in row:
            inset = 0.12 * piece.height
            first, last = int((piece.left + inset - left) / step), int((piece.right - inset - left) / step)
            for place in range(max(first, 0), min(last + 1, count)):
                taken[place] = True
        for place, is_taken in enumerate(taken):
            cover[place] += is_taken
    edges = [left - 0.5 * height]
    for is_free, places in itertools.groupby(range(count), key=lambda place: cover[place] <= spared):
        gap = list(places)
        wide = len(gap) * step >= GUTTER * height
        if is_free and wide and gap[0] > 0 and gap[-1] < count - 1 and _is_gutter(gap, cover):
            edges.append(left + (gap[0] + gap[-1] + 1) / 2 * step)
    edges.append(right + 0.5 * height)
    return edges


def _is_gutter(gap: Sequence[int], cover: Sequence[int]) -> bool:
    return sum(cover[place] == 0 for place in gap) >= 0.3 * len(gap) or max(cover[place] for place in gap) <= 1


def _cells_of(row: Sequence[Piece], edges: Sequence[float], number: int) -> list[OpenCell] | None:
    """Return the cells of one row, or None where a run lies over columns below the heading."""
    columns = len(edges) - 1
    inside: dict[int, list[Piece]] = {}
    spans: dict[int, int] = {}
    for piece in row:
        slack = 0.6 * piece.height
        first = max((n for n in range(columns) if edges[n] <= piece.left + slack), default=0)
        last = min((n for n in range(columns) if edges[n + 1] >= piece.right - slack), default=columns - 1)
        middle = next((n for n in range(columns) if edges[n] <= piece.x < edges[n + 1]), first)
        if last > first and piece.right - piece.left < 1.2 * (edges[middle + 1] - edges[middle]) and number > 1:
            first = last = middle
        if last < first:
            first = last = middle
        if last > first and number > 1:
            return None
        if any(spans.get(n, 0) for n in range(first, last + 1) if n != first):
            return None
        inside.setdefault(first, []).append(piece)
        spans[first] = max(spans.get(first, 1), last - first + 1)
    cells: list[OpenCell] = []
    column = 0
    while column < columns:
        span = spans.get(column, 1)
        cells.append(OpenCell(number, column, span, tuple(inside.get(column, ()))))
        column += span
    return cells


def _row_edges(rows: Sequence[Sequence[Piece]], height: float) -> list[float]:
    middles = [_middle(row) for row in rows]
    steps = [later - before for before, later in itertools.pairwise(middles)]
    half = min(statistics.median(steps) / 2, height)
    between = [(before + later) / 2 for before, later in itertools.pairwise(middles)]
    return [middles[0] - half, *between, middles[-1] + half]


def _rules_around(rows: Sequence[Sequence[Piece]], rules: Sequence[Segment], height: float) -> list[Segment]:
    """Return the long rules right above and below the rows, as in a table of three rules; none if one is missing."""
    left, right = min(row[0].left for row in rows), max(row[-1].right for row in rows)
    top, bottom = min(p.top for p in rows[0]), max(p.bottom for p in rows[-1])
    above, below = [], []
    for rule in rules:
        y = rule.at((rule.start + rule.end) / 2)
        if min(rule.end, right) - max(rule.start, left) > 0.85 * (right - left):
            above += [rule] if top - 1.6 * height <= y <= top + 0.4 * height else []
            below += [rule] if bottom - 0.4 * height <= y <= bottom + 1.6 * height else []
    return above + below if above and below else []


def _looks_like_a_table(
    rows: Sequence[list[Piece]], filled: Sequence[OpenCell], columns: int, height: float, *, ruled: bool
) -> bool:
    if len(filled) < LEAST_FILLED * len(rows) * columns:
        return False
    middles = [_middle(row) for row in rows]
    steps = [later - before for before, later in itertools.pairwise(middles)]
    if max(steps) > UNEVEN_PITCH * max(min(steps), 0.8 * height):
        return False
    texts = ["".join(piece.text for piece in cell.pieces) for cell in filled]
    if sum(any(sign in text for sign in COLONS) for text in texts) > 0.2 * len(texts):
        return False
    if sum(text.startswith(CHECK_BOXES) for text in texts) > 0.2 * len(texts):
        return False
    if sum(len(text) > LONG_TEXT for text in texts) > (0.5 if columns > 2 else 0.2) * len(texts):
        return False
    aligned = sum(
        _is_aligned([cell for cell in filled if cell.column == n and cell.column_span == 1], height)
        for n in range(columns)
    )
    return aligned >= (0.5 if ruled else LEAST_ALIGNED) * columns


def _is_aligned(cells: Sequence[OpenCell], height: float) -> bool:
    """Tell whether most texts of a column begin, end or are centred at one place."""
    if len(cells) < 2:
        return False
    for edge in (
        [min(p.left for p in cell.pieces) for cell in cells],
        [max(p.right for p in cell.pieces) for cell in cells],
        [(min(p.left for p in cell.pieces) + max(p.right for p in cell.pieces)) / 2 for cell in cells],
    ):
        middle = statistics.median(edge)
        if sum(abs(place - middle) <= 0.5 * height for place in edge) >= 0.75 * len(edge):
            return True
    return False
