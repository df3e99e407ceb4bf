"""The catalogue of one fonds as a spreadsheet 目录.xlsx, which names the file of every item."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import xlsxwriter

NAME = "目录.xlsx"

COLUMNS = (
    "档号",
    "题名",
    "责任者",
    "文件编号",
    "日期",
    "年度",
    "保管期限",
    "机构或问题",
    "门类",
    "访问级别",
    "开放状态",
    "页数",
    "文件",
)
_WIDTHS = (34, 60, 30, 26, 12, 8, 10, 14, 8, 10, 12, 8, 40)

Row: TypeAlias = tuple[str | int, ...]


def write_catalogue(path: Path, rows: Sequence[Row]) -> None:
    """Write rows in the order of `COLUMNS`; the same rows make the same bytes."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"title": "归档文件目录", "created": datetime(2024, 1, 2, tzinfo=UTC)})
        page = book.add_worksheet("目录")
        head = book.add_format({"bold": True, "border": 1, "align": "center", "bg_color": "#E8EEF4"})
        cell = book.add_format({"border": 1})
        for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            page.set_column(column, column, width)
            page.write_string(0, column, name, head)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(number, column, value, cell)
                else:
                    page.write_string(number, column, value, cell)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
