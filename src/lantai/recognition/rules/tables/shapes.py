"""What a table is: a grid of rows and columns with cells that may span several, their text and their places.

Boxes are (left, top, right, bottom) in pixels of the upright page, as those of the page's layout.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lantai.recognition.rules.layout import Box

MOST_TABLES = 40
MOST_CELLS = 4000
RULED, OPEN = "ruled", "open"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its first row and column (from 0), how many of each it covers, what it says and how surely.

    `confidence` is that of the text (1.0 for an empty cell). `page` counts the pages of a table that goes on overleaf,
    from 0.
    """

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    text: str = ""
    confidence: float = 1.0
    box_px: Box = (0, 0, 0, 0)
    page: int = 0

    @property
    def last_row(self) -> int:
        return self.row + self.row_span - 1

    @property
    def last_column(self) -> int:
        return self.column + self.column_span - 1

    @property
    def is_merged(self) -> bool:
        return self.row_span > 1 or self.column_span > 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `cells` cover its `rows` x `columns` places once each, in order of row and column.

    `kind` says what parts the cells: "ruled" lines or "open" white space. `heading_rows` stand at its top and may be
    repeated overleaf.
    """

    box_px: Box
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    kind: str = RULED
    heading_rows: int = 1

    @property
    def confidence(self) -> float:
        """Mean confidence of the characters read; 1.0 for a table without text."""
        total = sum(len(cell.text) for cell in self.cells)
        return sum(cell.confidence * len(cell.text) for cell in self.cells) / total if total else 1.0

    def cell_at(self, row: int, column: int) -> Cell | None:
        """Return the cell that covers a place, or None beyond the table."""
        for cell in self.cells:
            if cell.row <= row <= cell.last_row and cell.column <= column <= cell.last_column:
                return cell
        return None


def in_order(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return `cells` by row, then by column."""
    return tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))


def scaled_table(table: Table, across: float, down: float) -> Table:
    """Return `table` in the pixels of a page that is wider and higher by these factors."""
    if across == down == 1:
        return table
    return placed_table(table, lambda box: _scaled(box, across, down))


def placed_table(table: Table, place: Callable[[Box], Box]) -> Table:
    """Return `table` with each of its boxes where `place` says."""
    cells = tuple(replace(cell, box_px=place(cell.box_px)) for cell in table.cells)
    return replace(table, box_px=place(table.box_px), cells=cells)


def _scaled(box: Box, across: float, down: float) -> Box:
    return round(box[0] * across), round(box[1] * down), round(box[2] * across), round(box[3] * down)


def as_json(table: Table) -> dict[str, Any]:
    """Return `table` as plain values for keeping and for exchange; `from_json` makes it again."""
    return {
        "kind": table.kind,
        "rows": table.rows,
        "columns": table.columns,
        "heading_rows": table.heading_rows,
        "box_px": list(table.box_px),
        "cells": [_cell_json(cell) for cell in table.cells],
    }


def _cell_json(cell: Cell) -> dict[str, Any]:
    row: dict[str, Any] = {"row": cell.row, "column": cell.column, "text": cell.text}
    if cell.is_merged:
        row |= {"row_span": cell.row_span, "column_span": cell.column_span}
    if cell.page:
        row["page"] = cell.page
    return row | {"confidence": round(cell.confidence, 4), "box_px": list(cell.box_px)}


def from_json(values: Mapping[str, Any]) -> Table:
    """Return the table that `as_json` wrote down."""
    cells = [
        Cell(
            row=cell["row"],
            column=cell["column"],
            row_span=cell.get("row_span", 1),
            column_span=cell.get("column_span", 1),
            text=cell["text"],
            confidence=cell["confidence"],
            box_px=_box(cell["box_px"]),
            page=cell.get("page", 0),
        )
        for cell in values["cells"]
    ]
    return Table(
        box_px=_box(values["box_px"]),
        rows=values["rows"],
        columns=values["columns"],
        cells=tuple(cells),
        kind=values["kind"],
        heading_rows=values["heading_rows"],
    )


def _box(values: Sequence[int]) -> Box:
    return values[0], values[1], values[2], values[3]
