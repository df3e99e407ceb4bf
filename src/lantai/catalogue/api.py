"""The catalogue's API: records and fonds, with the same rights as the pages."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from ninja.security import django_auth
from pydantic import Field

from lantai.catalogue import selectors, services
from lantai.catalogue.schemas import FondsOut, FondsPage, RecordChanges, RecordOut, RecordPage
from lantai.kernel.actors import Actor

router = Router()

Cursor = Annotated[str, Field(description="`next_cursor` of the page before; empty for the first page")]
Limit = Annotated[int, Field(ge=1, le=200)]


@router.get("/records/{reference}", response=RecordOut, url_name="record", summary="One record, by code or id")
def show_record(request: HttpRequest, reference: str) -> dict[str, Any]:
    """Reading a record that is not open is written down. A hidden record answers like one that does not exist."""
    actor = _actor(request)
    return selectors.record_view(actor, services.read_record(actor=actor, reference=reference))


@router.patch("/records/{reference}", response=RecordOut, auth=django_auth, summary="Change fields of a description")
def edit_record(request: HttpRequest, reference: str, wanted: RecordChanges) -> dict[str, Any]:
    """Answers 409 when somebody changed the record since `version`, 400 with the reason when a value cannot be right."""
    actor = _actor(request)
    found = selectors.record_for(actor, reference)
    services.edit_record(actor=actor, record_id=found.id, version=wanted.version, changes=wanted.changes())
    return selectors.record_view(actor, selectors.record_for(actor, found.id))


@router.get("/fonds", response=FondsPage, url_name="fonds_list", summary="The fonds that the caller may know of")
def list_fonds(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """In the order of their numbers, counting what the caller may see."""
    page = selectors.fonds_list(_actor(request), cursor=cursor, size=limit)
    return {"items": [_fonds(row) for row in page.items], "next_cursor": page.next_cursor}


@router.get("/fonds/{code}", response=FondsOut, url_name="fonds", summary="One fonds, by number or id")
def show_fonds(request: HttpRequest, code: str) -> dict[str, Any]:
    """A hidden fonds answers like one that does not exist."""
    actor = _actor(request)
    return _fonds(selectors.fonds_row(actor, selectors.fonds_for(actor, code)))


@router.get("/fonds/{code}/records", response=RecordPage, url_name="fonds_records", summary="The records of a fonds")
def list_records(request: HttpRequest, code: str, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """Every level, in the order of the reference codes, those without one first."""
    actor = _actor(request)
    page = selectors.records_of(actor, selectors.fonds_for(actor, code), cursor=cursor, size=limit)
    return {"items": [selectors.record_line(record) for record in page.items], "next_cursor": page.next_cursor}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _fonds(row: selectors.FondsRow) -> dict[str, Any]:
    fonds = row.fonds
    archives = {"id": str(fonds.archives_id), "name_zh": fonds.archives.name_zh, "name_en": fonds.archives.name_en}
    names = {"code": fonds.code, "name_zh": fonds.name_zh, "name_en": fonds.name_en}
    return names | {"archives": archives, "files": row.files, "items": row.items}
