"""Reading a catalogue's rows: which column is which, what each value must be, and what is wrong with it by row and column."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from lantai.kernel.errors import gettext_noop
from lantai.language.rules import normal

COLUMNS: dict[str, tuple[str, ...]] = {
    "reference_code": ("档号", "参考代码", "reference code", "archival code"),
    "title": ("题名", "标题", "文件题名", "title"),
    "author": ("责任者", "作者", "author"),
    "document_number": ("文件编号", "文号", "发文字号", "document number"),
    "dated_on": ("日期", "成文日期", "文件日期", "形成日期", "date"),
    "year": ("年度", "year"),
    "retention": ("保管期限", "期限", "retention", "retention period"),
    "organisation": ("机构或问题", "机构", "问题", "organisation", "organization"),
    "category_code": ("门类", "档案门类", "类别", "category"),
    "access_level": ("访问级别", "密级", "密级/访问级别", "access level"),
    "opening": ("开放状态", "开放标识", "opening"),
    "page_count": ("页数", "pages", "page count"),
    "file": ("文件", "文件路径", "原文", "电子文件名", "挂接文件", "file", "path"),
}
RETENTION = {
    **dict.fromkeys(("永久", "y", "permanent"), "Y"),
    **dict.fromkeys(("30年", "定期30年", "d30", "长期"), "D30"),
    **dict.fromkeys(("10年", "定期10年", "d10", "短期"), "D10"),
}
OPENING = {"未审核": "not_reviewed", "开放": "open", "控制": "restricted", "延期开放": "deferred",
           "not reviewed": "not_reviewed", "open": "open", "restricted": "restricted", "deferred": "deferred"}  # fmt: skip
LEVELS = {
    "公开": 0,
    "public": 0,
    "0": 0,
    "内部": 10,
    "限制": 10,
    "internal": 10,
    "10": 10,
    "敏感": 20,
    "sensitive": 20,
    "20": 20,
}
SECRET = re.compile(r"^(秘密|机密|绝密)")
SAID_BEFORE = gettext_noop("The same value stands in an earlier row. Keep one of the two.")
_DATE = re.compile(r"^(\d{4})\D?(\d{1,2})\D?(\d{1,2})日?$")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in one cell; `row` counts from 1 as the spreadsheet does, `column` is its heading."""

    row: int
    column: str
    value: str
    message: str


@dataclass(slots=True)
class CatalogueRow:
    """One row: where it stands, the file it names, and what it says of it."""

    row: int
    file: str
    values: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    secret_mark: str = ""


def columns_of(heading: Sequence[object]) -> dict[int, str]:
    """Return which column index holds which field; unknown headings keep their own name behind `metadata:`."""
    known = {normal(name): field_name for field_name, names in COLUMNS.items() for name in names}
    found: dict[int, str] = {}
    for index, cell in enumerate(heading):
        text = str(cell or "").strip()
        if text:
            found[index] = known.get(normal(text), f"metadata:{text}")
    return found


def read_rows(rows: Iterable[Sequence[object]]) -> tuple[list[CatalogueRow], list[Fault]]:
    """Return the rows that name a file, and every fault found; the first row is the heading.

    A faulty value is left out of its row and told as a Fault; a row without a file, or a doubled one, is a Fault.
    """
    source = iter(rows)
    heading = next(source, ())
    columns = columns_of(heading)
    faults = _heading_faults(columns)
    found: list[CatalogueRow] = []
    seen: dict[str, dict[str, int]] = {"file": {}, "reference_code": {}}
    for number, cells in enumerate(source, start=2):
        if not any(str(c).strip() for c in cells if c is not None):
            continue
        row = _read_row(number, cells, columns, heading, faults)
        if not row.file:
            faults.append(
                Fault(number, "文件", "", gettext_noop("The row names no file. Write the file's path in it."))
            )
            continue
        if _is_double(row, seen, faults):
            continue
        found.append(row)
    return found, faults


def unlikely_name(row: CatalogueRow) -> Fault:
    """Return the fault of a row whose file name leads out of the catalogue's folder or cannot be a name."""
    words = gettext_noop("No file below the catalogue can have this name. Correct it.")
    return Fault(row.row, COLUMNS["file"][0], row.file, words)


def doubled_file(row: CatalogueRow) -> Fault:
    """Return the fault of a row that names a file that another row names already."""
    return Fault(row.row, COLUMNS["file"][0], row.file, SAID_BEFORE)


def _heading_faults(columns: dict[int, str]) -> list[Fault]:
    present = set(columns.values())
    return [
        Fault(1, COLUMNS[need][0], "", gettext_noop("The column is missing. Add it to the first row."))
        for need in ("file", "title")
        if need not in present
    ]


def _is_double(row: CatalogueRow, seen: dict[str, dict[str, int]], faults: list[Fault]) -> bool:
    for name, value in (("file", row.file), ("reference_code", str(row.values.get("reference_code", "")))):
        if value and value in seen[name]:
            faults.append(Fault(row.row, COLUMNS[name][0], value, SAID_BEFORE))
            return True
    seen["file"][row.file] = row.row
    if code := row.values.get("reference_code"):
        seen["reference_code"][code] = row.row
    return False


def _read_row(
    number: int, cells: Sequence[object], columns: dict[int, str], heading: Sequence[object], faults: list[Fault]
) -> CatalogueRow:
    row = CatalogueRow(number, "")
    for index, name in columns.items():
        cell = cells[index] if index < len(cells) else None
        text = _text(cell)
        if not text:
            continue
        if name.startswith("metadata:"):
            row.metadata[name.removeprefix("metadata:")] = text
        elif name == "file":
            row.file = text.replace("\\", "/").strip("/")
        elif name == "access_level" and SECRET.match(text):
            row.secret_mark = text
        else:
            value = _value(name, cell, text)
            if value is None:
                faults.append(Fault(number, str(heading[index]), text, EXPECTED[name]))
            else:
                row.values[name] = value
    return row


EXPECTED = {
    "dated_on": gettext_noop("This is no date. Write it as 20240131 or 2024-01-31."),
    "year": gettext_noop("This is no year. Write four digits."),
    "retention": gettext_noop("This is no retention period. Write 永久, 30年 or 10年."),
    "opening": gettext_noop("This is no opening state. Write 未审核, 开放, 控制 or 延期开放."),
    "access_level": gettext_noop("This is no access level. Write 公开, 内部 or 敏感."),
    "page_count": gettext_noop("This is no number of pages."),
}


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y%m%d")
    return str(cell if cell is not None else "").strip()


def _value(name: str, cell: object, text: str) -> Any:
    """Return the checked value of a known column, or None when it cannot be right."""
    match name:
        case "dated_on":
            return _date(text)
        case "year":
            return int(text) if re.fullmatch(r"(1[89]|20)\d\d", text) else None
        case "page_count":
            return int(text) if text.isdigit() else None
        case "retention":
            return RETENTION.get(text.lower()) or (text.upper() if re.fullmatch(r"[dD]\d{1,2}", text) else None)
        case "opening":
            return OPENING.get(text.lower())
        case "access_level":
            return LEVELS.get(text.lower())
        case _:
            return text


def _date(text: str) -> str | None:
    found = _DATE.match(text)
    if not found:
        return None
    try:
        return date(*map(int, found.groups())).isoformat()
    except ValueError:
        return None
