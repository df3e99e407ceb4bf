"""A list as a workbook: texts only, so that nothing in it is taken for a formula."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter


def text_sheet(name: str, heads: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a workbook with one sheet: `heads` in its first row, `widths` of its columns in characters."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    book.close()
    return out.getvalue()
