"""Look for the tables of one page: its rules by their ink, its open columns by its text, what stands in each cell."""

import math
from collections import defaultdict
from collections.abc import Sequence

from lantai.recognition.adapters.imaging import Image, turned
from lantai.recognition.adapters.tables.rereading import CellText, read_again
from lantai.recognition.adapters.tables.rules_on_page import LevelPage, level_page, rules_of
from lantai.recognition.rules.layout import Box, PageLayout
from lantai.recognition.rules.tables.open import OpenGrid, open_grids
from lantai.recognition.rules.tables.pieces import Glyph, Piece, cut_at_gaps, joined_pieces, parted, piece_of
from lantai.recognition.rules.tables.ruled import Grid, Print, Span, grids_of
from lantai.recognition.rules.tables.shapes import MOST_CELLS, MOST_TABLES, OPEN, RULED, Cell, Table, in_order
from lantai.recognition.rules.tables.strokes import without_strokes

Corner = tuple[float, float]
Contents = dict[tuple[int, Span], list[Piece]]
MOST_SKEW = 15.0


def look_for_tables(image: Image, layout: PageLayout, *, reread: bool = True) -> tuple[Table, ...]:
    """Return the tables of the page `image` ((h, w, 3) uint8 RGB, as it was given to be read) from the top down.

    `layout` is its reading, in pixels of the page turned upright; so are the boxes of the tables. What a border cuts
    out of a run of text is read again on its own, as is ink in cells without text; `reread=False` leaves that out, for
    pages whose text is known. Raises UnavailableError if no engine is installed and something is to be read again.
    """
    skew = _skew(layout)
    upright = turned(image, layout.turn_degrees)
    page = level_page(upright, skew)
    pieces = _pieces(layout, page, skew, upright.shape[1] / max(layout.width_px, 1))
    levels, uprights = rules_of(page)
    levels, uprights = without_strokes(levels, uprights, [(p.left, p.top, p.right, p.bottom) for p in pieces])
    grids = [grid for grid in grids_of(levels, uprights, Print(page.ink)) if len(grid.spans) <= MOST_CELLS]
    contents, free = _sorted_in(grids, pieces)
    texts = _texts(upright, page, grids, contents, reread=reread)
    places = _Places(page, layout)
    tables = [_ruled_table(number, grid, texts, places) for number, grid in enumerate(grids)]
    loose = [part for piece in free for part in cut_at_gaps(piece)]
    tables += [_open_table(grid, places) for grid in open_grids(loose, levels)]
    tables.sort(key=lambda table: (table.box_px[1], table.box_px[0]))
    return tuple(tables[:MOST_TABLES])


def _skew(layout: PageLayout) -> float:
    skew = (layout.angle_degrees + layout.turn_degrees + 180) % 360 - 180
    return skew if abs(skew) <= MOST_SKEW else 0.0


def _pieces(layout: PageLayout, page: LevelPage, skew: float, enlarged: float) -> list[Piece]:
    """Return the runs of the layout on the level page; `enlarged` is the picture's width over the layout's."""
    slant = math.tan(math.radians(skew))

    def to_level(x: float, y: float) -> Corner:
        return page.level(x * enlarged, y * enlarged)

    found = (piece_of(line, index, to_level, page.scale * enlarged, slant) for index, line in enumerate(layout.lines))
    return [piece for piece in found if piece is not None]


def _sorted_in(grids: Sequence[Grid], pieces: Sequence[Piece]) -> tuple[Contents, list[Piece]]:
    """Return what lies in each cell, cut at the borders, and what lies in none."""
    contents: Contents = defaultdict(list)
    free: list[Piece] = []
    # A table may stand in a cell of another one: the inner one has the text.
    inner_first = sorted(enumerate(grids), key=lambda pair: _area(pair[1]))

    def place_of(glyph: Glyph) -> tuple[int, Span] | None:
        for number, grid in inner_first:
            span = grid.span_at(glyph.x, glyph.y)
            if span is not None:
                return number, span
        return None

    for piece in pieces:
        for place, part in parted(piece, place_of):
            if isinstance(place, tuple):
                contents[place].append(part)
            else:
                free.append(part)
    return contents, free


def _area(grid: Grid) -> float:
    high = grid.levels[-1].middle - grid.levels[0].middle
    return high * (grid.uprights[-1].middle - grid.uprights[0].middle)


def _texts(
    image: Image, page: LevelPage, grids: Sequence[Grid], contents: Contents, *, reread: bool
) -> dict[tuple[int, Span], CellText]:
    texts = {place: joined_pieces(pieces) for place, pieces in contents.items()}
    if reread:
        texts |= read_again(image, page, grids, contents)
    return texts


class _Places:
    """Boxes of the level page in pixels of the layout."""

    def __init__(self, page: LevelPage, layout: PageLayout) -> None:
        self._page = page
        self._size = layout.width_px, layout.height_px
        corner = page.page_size
        self._across, self._down = layout.width_px / corner[0], layout.height_px / corner[1]

    def box(self, corners: Sequence[Corner]) -> Box:
        """Return the upright box around `corners`, kept inside the page."""
        points = [self._page.page(x, y) for x, y in corners]
        xs, ys = [x * self._across for x, _ in points], [y * self._down for _, y in points]
        width, height = self._size
        return (
            min(max(round(min(xs)), 0), width),
            min(max(round(min(ys)), 0), height),
            min(max(round(max(xs)), 0), width),
            min(max(round(max(ys)), 0), height),
        )


def _ruled_table(number: int, grid: Grid, texts: dict[tuple[int, Span], CellText], places: _Places) -> Table:
    cells = []
    for span in grid.spans:
        text, confidence = texts.get((number, span), ("", 1.0))
        box = places.box(grid.corners(span))
        size = span.bottom - span.top, span.right - span.left
        cells.append(Cell(span.top, span.left, *size, text, min(confidence, 1.0), box))
    outline = places.box(grid.corners(Span(0, 0, grid.rows, grid.columns)))
    return Table(outline, grid.rows, grid.columns, in_order(cells), RULED, _ruled_headings(grid))


def _ruled_headings(grid: Grid) -> int:
    """Return how many rows the cells of the first row reach down: two for a heading in two steps."""
    deepest = max(span.bottom for span in grid.spans if span.top == 0)
    return deepest if deepest < grid.rows and deepest <= 3 else 1


def _open_table(grid: OpenGrid, places: _Places) -> Table:
    cells = []
    for cell in grid.cells:
        text, confidence = joined_pieces(cell.pieces)
        left, right = grid.columns[cell.column], grid.columns[cell.column + cell.column_span]
        top, bottom = grid.rows[cell.row], grid.rows[cell.row + 1]
        box = places.box([(left, top), (right, top), (right, bottom), (left, bottom)])
        cells.append(
            Cell(cell.row, cell.column, 1, cell.column_span, text.replace("\n", " "), min(confidence, 1.0), box)
        )
    left, right, top, bottom = grid.columns[0], grid.columns[-1], grid.rows[0], grid.rows[-1]
    outline = places.box([(left, top), (right, top), (right, bottom), (left, bottom)])
    rows, columns = len(grid.rows) - 1, len(grid.columns) - 1
    return Table(outline, rows, columns, in_order(cells), OPEN, grid.heading_rows)
