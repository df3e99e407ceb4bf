"""Tables that go on overleaf: which table continues another, and the one table that they make."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lantai.recognition.rules.layout import Line, PageLayout
from lantai.recognition.rules.tables.shapes import Cell, Table, in_order

EDGE_SLACK = 0.02
SIDE_SLACK = 0.05
SAME_HEADING = 0.85
MARGIN = 0.08
"""Within this share of the page's height at its head and foot, lines are page numbers and running titles."""
PAGE_NUMBER = re.compile(r"[\s\d—–\-·•.第页共/()（）]*")
CONTINUED = re.compile(r"[（(]?续(?:表|上页|上表)?[\s\d一二三四五六七八九十]*[)）]?")


@dataclass(frozen=True, slots=True)
class PageTables:
    """One page and the tables found on it, from the top down."""

    layout: PageLayout
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class JoinedTable:
    """A table and the (page, table) places, counted from 0, of the parts it was made of."""

    table: Table
    parts: tuple[tuple[int, int], ...]


def joined_tables(pages: Sequence[PageTables]) -> list[JoinedTable]:
    """Return the tables of consecutive pages, those that go on overleaf made one."""
    chains: list[list[tuple[int, int]]] = []
    for number, page in enumerate(pages):
        for place, table in enumerate(page.tables):
            before = pages[number - 1] if number and place == 0 else None
            if before is not None and before.tables and _goes_on(before, table, page.layout):
                chains[-1].append((number, place))
            else:
                chains.append([(number, place)])
    return [JoinedTable(joined([pages[p].tables[t] for p, t in chain]), tuple(chain)) for chain in chains]


def _goes_on(before: PageTables, table: Table, layout: PageLayout) -> bool:
    last = before.tables[-1]
    if not (ends_page(last, before.layout) and begins_page(table, layout)):
        return False
    return continues(last, table, before.layout.width_px, layout.width_px)


def ends_page(table: Table, layout: PageLayout) -> bool:
    """Tell whether nothing but page numbers and running titles stands below `table`."""
    below = [line for line in layout.lines if line.box_px[1] >= table.box_px[3] - 4]
    return all(_is_margin(line, layout) for line in below)


def begins_page(table: Table, layout: PageLayout) -> bool:
    """Tell whether nothing but page numbers, running titles and "continued" stands above `table`."""
    above = [line for line in layout.lines if line.box_px[3] <= table.box_px[1] + 4]
    return all(_is_margin(line, layout) or CONTINUED.fullmatch(line.text.strip()) for line in above)


def _is_margin(line: Line, layout: PageLayout) -> bool:
    if PAGE_NUMBER.fullmatch(line.text):
        return True
    edge = MARGIN * layout.height_px
    return line.box_px[3] < edge or line.box_px[1] > layout.height_px - edge


def continues(before: Table, after: Table, before_width_px: int, after_width_px: int) -> bool:
    """Tell whether `after` has the columns of `before`: as many, as wide, at the same place of the page."""
    if before.columns != after.columns or before.columns < 2 or before.kind != after.kind:
        return False
    first, second = _edges(before, before_width_px), _edges(after, after_width_px)
    if any(abs(a - b) > SIDE_SLACK for a, b in zip(first, second, strict=True)):
        return False
    wide_first, wide_second = first[-1] - first[0], second[-1] - second[0]
    if min(wide_first, wide_second) <= 0:
        return False
    shares = zip(first, second, strict=True)
    return all(abs((a - first[0]) / wide_first - (b - second[0]) / wide_second) <= EDGE_SLACK for a, b in shares)


def _edges(table: Table, width_px: int) -> list[float]:
    """Return where the columns begin, and the last ends, as shares of the page's width."""
    edges: list[float] = []
    for column in range(table.columns):
        starts = sorted(cell.box_px[0] for cell in table.cells if cell.column == column)
        edges.append(starts[len(starts) // 2] / width_px if starts else (edges[-1] if edges else 0.0))
    return [*edges, table.box_px[2] / width_px]


def joined(parts: Sequence[Table]) -> Table:
    """Return the table that `parts` make, one page each, without headings repeated overleaf."""
    whole = parts[0]
    if len(parts) == 1:
        return whole
    cells, rows = list(whole.cells), whole.rows
    for page, part in enumerate(parts[1:], 1):
        dropped = whole.heading_rows if _repeats_heading(whole, part) else 0
        shift = rows - dropped
        cells.extend(replace(cell, row=cell.row + shift, page=page) for cell in part.cells if cell.row >= dropped)
        rows += part.rows - dropped
    return replace(whole, rows=rows, cells=in_order(cells))


def _repeats_heading(whole: Table, part: Table) -> bool:
    count = whole.heading_rows
    if count >= min(whole.rows, part.rows):
        return False
    first, second = _heading(whole.cells, count), _heading(part.cells, count)
    if not first or any(cell.row < count <= cell.last_row for cell in part.cells):
        return False
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio() >= SAME_HEADING


def _heading(cells: Sequence[Cell], rows: int) -> str:
    return "\t".join("".join(cell.text.split()) for cell in cells if cell.row < rows)
