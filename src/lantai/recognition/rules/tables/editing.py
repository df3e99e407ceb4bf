"""What a person may do to a table: write, merge, split, add and take out rows and columns. The whole stays covered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lantai.kernel.errors import InvalidError, gettext_noop
from lantai.recognition.rules.layout import union
from lantai.recognition.rules.tables.shapes import MOST_CELLS, Cell, Table, in_order

LONGEST_TEXT = 4000
MOST_STEPS = 200


def edited(table: Table, steps: Sequence[Mapping[str, Any]]) -> Table:
    """Return `table` after `steps`, each {"act": …, "row": …, "column": …} with what the act needs.

    Raises InvalidError for an act or a place that is not there, and where the table would become empty or too large.
    """
    if not 0 < len(steps) <= MOST_STEPS:
        raise _invalid()
    for step in steps:
        act = ACTS.get(str(step.get("act")))
        if act is None:
            raise _invalid()
        table = act(table, step)
        if len(table.cells) > MOST_CELLS:
            raise InvalidError(
                "recognition.table_size",
                gettext_noop("A table holds at most %(most)s cells. Divide it into two records' tables."),
                most=MOST_CELLS,
            )
    return table


def _set_text(table: Table, step: Mapping[str, Any]) -> Table:
    target = _cell(table, step)
    text = str(step.get("text", "")).replace("\r\n", "\n").replace("\x00", "").strip()[:LONGEST_TEXT]
    # What a person wrote is sure.
    return _with(table, [replace(c, text=text, confidence=1.0) if c == target else c for c in table.cells])


def _merge(table: Table, step: Mapping[str, Any]) -> Table:
    """Make one cell of all between two corners; cells that reach out of that block widen it."""
    top, left = _number(step, "row"), _number(step, "column")
    bottom, right = _number(step, "last_row"), _number(step, "last_column")
    top, bottom, left, right = min(top, bottom), max(top, bottom), min(left, right), max(left, right)
    if not (0 <= top <= bottom < table.rows and 0 <= left <= right < table.columns):
        raise _invalid()
    while True:
        inside = [
            c
            for c in table.cells
            if c.row <= bottom and c.last_row >= top and c.column <= right and c.last_column >= left
        ]
        block = (
            min(c.row for c in inside),
            max(c.last_row for c in inside),
            min(c.column for c in inside),
            max(c.last_column for c in inside),
        )
        if block == (top, bottom, left, right):
            break
        top, bottom, left, right = block
    texts = [c.text for c in in_order(inside) if c.text]
    merged = Cell(
        top, left, bottom - top + 1, right - left + 1,
        "\n".join(texts)[:LONGEST_TEXT],
        min((c.confidence for c in inside if c.text), default=1.0),
        union([c.box_px for c in inside if c.page == inside[0].page]),
        inside[0].page,
    )  # fmt: skip
    return _with(table, [*(c for c in table.cells if c not in inside), merged])


def _split(table: Table, step: Mapping[str, Any]) -> Table:
    """Divide a merged cell into its places; the text stays in the first."""
    target = _cell(table, step)
    if not target.is_merged:
        raise InvalidError(
            "recognition.table_split",
            gettext_noop("Only a cell that was merged can be split. Add a row or a column instead."),
        )
    left, top, right, bottom = target.box_px
    wide, high = (right - left) / target.column_span, (bottom - top) / target.row_span
    parts = [
        replace(
            target,
            row=target.row + down,
            column=target.column + over,
            row_span=1,
            column_span=1,
            text=target.text if down == over == 0 else "",
            box_px=(
                round(left + over * wide), round(top + down * high),
                round(left + (over + 1) * wide), round(top + (down + 1) * high),
            ),
        )
        for down in range(target.row_span)
        for over in range(target.column_span)
    ]  # fmt: skip
    return _with(table, [*(c for c in table.cells if c != target), *parts])


def _add_row(table: Table, step: Mapping[str, Any]) -> Table:
    """Put an empty row before `row` (or behind the last one); cells that span that place grow."""
    at = _number(step, "row")
    if not 0 <= at <= table.rows:
        raise _invalid()
    cells, taken = [], set[int]()
    for cell in table.cells:
        if cell.row < at <= cell.last_row:
            taken |= set(range(cell.column, cell.last_column + 1))
            cells.append(replace(cell, row_span=cell.row_span + 1))
        else:
            cells.append(replace(cell, row=cell.row + 1) if cell.row >= at else cell)
    page = max((c.page for c in table.cells if c.row < at), default=0)
    cells += [
        Cell(at, column, box_px=_place(table, at, column), page=page)
        for column in range(table.columns)
        if column not in taken
    ]
    return _with(replace(table, rows=table.rows + 1), cells)


def _add_column(table: Table, step: Mapping[str, Any]) -> Table:
    """Put an empty column before `column` (or behind the last one); cells that span that place grow."""
    at = _number(step, "column")
    if not 0 <= at <= table.columns:
        raise _invalid()
    cells, taken = [], set[int]()
    for cell in table.cells:
        if cell.column < at <= cell.last_column:
            taken |= set(range(cell.row, cell.last_row + 1))
            cells.append(replace(cell, column_span=cell.column_span + 1))
        else:
            cells.append(replace(cell, column=cell.column + 1) if cell.column >= at else cell)
    pages = {row: cell.page for cell in table.cells for row in range(cell.row, cell.last_row + 1)}
    cells += [
        Cell(row, at, box_px=_place(table, row, at), page=pages.get(row, 0))
        for row in range(table.rows)
        if row not in taken
    ]
    return _with(replace(table, columns=table.columns + 1), cells)


def _delete_row(table: Table, step: Mapping[str, Any]) -> Table:
    at = _number(step, "row")
    if not 0 <= at < table.rows or table.rows == 1:
        raise _last()
    cells = []
    for cell in table.cells:
        if cell.row <= at <= cell.last_row:
            if cell.row_span > 1:
                cells.append(replace(cell, row_span=cell.row_span - 1))
        else:
            cells.append(replace(cell, row=cell.row - 1) if cell.row > at else cell)
    heading = max(1, table.heading_rows - (at < table.heading_rows))
    return _with(replace(table, rows=table.rows - 1, heading_rows=heading), cells)


def _delete_column(table: Table, step: Mapping[str, Any]) -> Table:
    at = _number(step, "column")
    if not 0 <= at < table.columns or table.columns == 1:
        raise _last()
    cells = []
    for cell in table.cells:
        if cell.column <= at <= cell.last_column:
            if cell.column_span > 1:
                cells.append(replace(cell, column_span=cell.column_span - 1))
        else:
            cells.append(replace(cell, column=cell.column - 1) if cell.column > at else cell)
    return _with(replace(table, columns=table.columns - 1), cells)


ACTS: dict[str, Callable[[Table, Mapping[str, Any]], Table]] = {
    "set_text": _set_text,
    "merge": _merge,
    "split": _split,
    "add_row": _add_row,
    "add_column": _add_column,
    "delete_row": _delete_row,
    "delete_column": _delete_column,
}


def _with(table: Table, cells: Sequence[Cell]) -> Table:
    return replace(table, cells=in_order(cells))


def _cell(table: Table, step: Mapping[str, Any]) -> Cell:
    cell = table.cell_at(_number(step, "row"), _number(step, "column"))
    if cell is None:
        raise _invalid()
    return cell


def _place(table: Table, row: int, column: int) -> tuple[int, int, int, int]:
    """Return the box of the nearest cell, for a new one that stands nowhere on the picture."""
    near = table.cell_at(min(row, table.rows - 1), min(column, table.columns - 1))
    return near.box_px if near else table.box_px


def _number(step: Mapping[str, Any], name: str) -> int:
    value = step.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _invalid()
    return value


def _invalid() -> InvalidError:
    return InvalidError(
        "recognition.table_step",
        gettext_noop("The table has no such place, or nothing of the kind can be done there. Load the page again."),
    )


def _last() -> InvalidError:
    return InvalidError(
        "recognition.table_last", gettext_noop("This is the last row or column of the table and stays.")
    )
