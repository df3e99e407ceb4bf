"""The tables of a record: the list, one table beside its picture, the changes made to it, and workbooks to take away."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from lantai.audit.services import record_reading
from lantai.catalogue.models import Page, Record
from lantai.catalogue.selectors import record_for
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop
from lantai.recognition.pages.asking import reader_of
from lantai.recognition.rules.tables.shapes import Cell
from lantai.recognition.selectors.pages import turn_of
from lantai.recognition.selectors.tables import PresentTable, may_edit_tables, table_for, tables_of, workbook
from lantai.recognition.services.tables import edit_table, restore_table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARGIN_PX = 24
CROP_WIDTH_PX = 1400
LOOK_CLOSER = 0.85
LONGEST_BODY = 400_000


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of the screen; `doubt` where its text is not sure."""

    cell: Cell
    doubt: bool
    heading: bool


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """The part of a page on which a table stands: what to ask of the picture service, and its place on the page."""

    page: Page
    part: int
    region: tuple[int, int, int, int]

    @property
    def address(self) -> str:
        left, top, right, bottom = self.region
        wide = right - left
        size = f"{CROP_WIDTH_PX}," if wide > CROP_WIDTH_PX else "max"
        return f"/iiif/image/{self.page.pk}/{left},{top},{wide},{bottom - top}/{size}/0/default.jpg"

    @property
    def width_px(self) -> int:
        return self.region[2] - self.region[0]

    @property
    def height_px(self) -> int:
        return self.region[3] - self.region[1]

    @property
    def box(self) -> str:
        return ",".join(str(value) for value in self.region)


@require_GET
@login_required
def record_tables(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """`/desk/records/<id>/tables/`: the tables of a record, the first (or `?table=`) beside its picture."""
    actor = reader_of(request)
    record = _read_record(actor, record_id)
    tables = tables_of(actor, record.id)
    wanted = request.GET.get("table", "")
    present = next((table for table in tables if str(table.row.id) == wanted), tables[0] if tables else None)
    context: dict[str, Any] = {"record": record, "tables": tables, "present": present}
    if present is not None:
        context |= _shown(actor, record, present)
    return render(request, "recognition/tables.html", context)


@require_POST
@login_required
def change_table(request: HttpRequest, table_id: UUID) -> HttpResponse:
    """Do `steps` to a version of a table, or make version `to` the present one; answer with the grid as it is now."""
    actor = reader_of(request)
    present = table_for(actor, table_id)
    try:
        asked = _asked(request)
        if "to" in asked:
            restore_table(actor=actor, table_id=table_id, version=asked["version"], to=asked["to"])
        else:
            edit_table(actor=actor, table_id=table_id, version=asked["version"], steps=asked["steps"])
    except (InvalidError, ConflictError) as error:
        status = 409 if isinstance(error, ConflictError) else 400
        return JsonResponse({"fault": gettext(error.message) % error.facts}, status=status)
    record = record_for(actor, present.row.record_id)
    present = table_for(actor, table_id)
    return render(request, "recognition/table_grid.html", {"present": present, **_shown(actor, record, present)})


@require_GET
@login_required
def table_sheet(request: HttpRequest, table_id: UUID) -> HttpResponse:
    """Give one table as a workbook."""
    actor = reader_of(request)
    present = table_for(actor, table_id)
    record = _read_record(actor, present.row.record_id)
    return _workbook([present], f"{_code(record)}_{present.name}")


@require_GET
@login_required
def record_sheets(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Give all tables of a record as one workbook, a sheet each."""
    actor = reader_of(request)
    record = _read_record(actor, record_id)
    tables = tables_of(actor, record.id)
    if not tables:
        raise NotFoundError("recognition.no_tables", gettext_noop("No table was found on the pages of this record."))
    return _workbook(tables, f"{_code(record)}_tables")


def _read_record(actor: Actor, record_id: UUID) -> Record:
    """Return a record the actor may see; reading one that is not open is written down."""
    record = record_for(actor, record_id)
    if record.opening != "open" or record.access_level:
        record_reading(actor=actor, record_id=record.id)
    return record


def _shown(actor: Actor, record: Record, present: PresentTable) -> dict[str, Any]:
    table = present.table
    rows: list[list[ShownCell]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        doubt = bool(cell.text) and cell.confidence < LOOK_CLOSER
        rows[cell.row].append(ShownCell(cell, doubt, cell.row < table.heading_rows))
    return {
        "rows": rows,
        "columns": range(1, table.columns + 1),
        "doubts": sum(shown.doubt for row in rows for shown in row),
        "pictures": _pictures(present),
        "may_edit": may_edit_tables(actor, record.archives.path),
    }


def _pictures(present: PresentTable) -> list[ShownPicture]:
    shown = []
    for part, page in enumerate(present.pages):
        boxes = [cell.box_px for cell in present.table.cells if cell.page == part and any(cell.box_px)]
        if boxes:
            width, height = page.width_px or 0, page.height_px or 0
            if turn_of(page.id) in (90, 270):
                width, height = height, width
            region = (
                max(min(b[0] for b in boxes) - MARGIN_PX, 0),
                max(min(b[1] for b in boxes) - MARGIN_PX, 0),
                min(max(b[2] for b in boxes) + MARGIN_PX, width or 1 << 16),
                min(max(b[3] for b in boxes) + MARGIN_PX, height or 1 << 16),
            )
            shown.append(ShownPicture(page, part, region))
    return shown


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Return what was sent: {"version", "steps"} or {"version", "to"}. Raises InvalidError for anything else."""
    try:
        asked = json.loads(request.body[:LONGEST_BODY])
        version, steps, to = asked["version"], asked.get("steps"), asked.get("to")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unclear() from error
    if type(version) is not int:
        raise _unclear()
    if type(to) is int:
        return {"version": version, "to": to}
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise _unclear()
    return {"version": version, "steps": steps}


def _unclear() -> InvalidError:
    return InvalidError(
        "recognition.table_request", gettext_noop("This change was not understood. Load the page again.")
    )


def _workbook(tables: Sequence[PresentTable], name: str) -> HttpResponse:
    answer = HttpResponse(workbook(tables), content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _code(record: Record) -> str:
    return record.reference_code or str(record.id)
