"""Write tables as an xlsx workbook: one sheet each, cells merged as on the page, numbers only where they are safe."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lantai.recognition.rules.tables.shapes import Cell, Table
from lantai.recognition.rules.tables.values import sheet_value

NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31
NARROWEST, WIDEST = 6, 60
_LINE = Side(style="thin")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


@dataclass(frozen=True, slots=True)
class NamedTable:
    """A table and the name of its sheet."""

    name: str
    table: Table


def workbook_of(tables: Sequence[NamedTable]) -> bytes:
    """Return an xlsx workbook with one sheet for each of `tables` (at least one)."""
    book = Workbook()
    book.remove(book.worksheets[0])
    names: set[str] = set()
    for named in tables:
        sheet = book.create_sheet(_sheet_name(named.name, names))
        _fill(sheet, named.table)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheet_name(wanted: str, taken: set[str]) -> str:
    clean = NOT_IN_NAMES.sub(" ", wanted).strip()[:LONGEST_NAME] or "Table"
    name, count = clean, 1
    while name.lower() in taken:
        count += 1
        name = f"{clean[: LONGEST_NAME - len(str(count)) - 1]} {count}"
    taken.add(name.lower())
    return name


def _fill(sheet: Worksheet, table: Table) -> None:
    headings = _headings(table)
    # In a form the label stands to the left.
    labels = {(cell.row, cell.last_column + 1): cell.text for cell in table.cells}
    for cell in table.cells:
        target = sheet.cell(cell.row + 1, cell.column + 1)
        assert isinstance(target, SheetCell)
        heading = labels.get((cell.row, cell.column), "")
        if cell.row >= table.heading_rows:
            heading += headings.get(cell.column, "")
        _write(target, cell, heading, bold=cell.row < table.heading_rows)
        if cell.is_merged:
            sheet.merge_cells(
                start_row=cell.row + 1,
                start_column=cell.column + 1,
                end_row=cell.last_row + 1,
                end_column=cell.last_column + 1,
            )
    for column in range(table.columns):
        sheet.column_dimensions[get_column_letter(column + 1)].width = _width(table, column)
    if table.heading_rows < table.rows:
        sheet.freeze_panes = f"A{table.heading_rows + 1}"


def _headings(table: Table) -> dict[int, str]:
    """Return what stands above each column: all its heading rows together."""
    found: dict[int, str] = {}
    for cell in table.cells:
        if cell.row < table.heading_rows:
            for column in range(cell.column, cell.last_column + 1):
                found[column] = found.get(column, "") + cell.text
    return found


def _write(target: SheetCell, cell: Cell, heading: str, *, bold: bool) -> None:
    worth = sheet_value(cell.text, heading)
    if isinstance(worth.value, str):
        # As a string whatever it begins with: "=" is not to become a formula.
        target.value = worth.value or None
        if worth.value:
            target.data_type = "s"
    else:
        target.value = worth.value
    target.number_format = worth.format
    numeric = not isinstance(worth.value, str)
    target.alignment = Alignment(horizontal="right" if numeric else None, vertical="center", wrap_text=True)
    target.border = _BORDER
    target.font = Font(bold=bold)


def _width(table: Table, column: int) -> float:
    longest = max(
        (
            _columns_of(line)
            for cell in table.cells
            if cell.column == column and cell.column_span == 1
            for line in cell.text.split("\n")
        ),
        default=0,
    )
    return min(max(longest + 2, NARROWEST), WIDEST)


def _columns_of(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
