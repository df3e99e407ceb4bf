"""The record page of the desk: pages and description, four tabs, the words of a page."""

from dataclasses import asdict
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lantai.audit.services import record_reading
from lantai.catalogue import selectors as catalogue
from lantai.catalogue.models import Record
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotFoundError, gettext_noop
from lantai.recognition.selectors.seals import marks_card
from lantai.recognition.selectors.tables import table_count
from lantai.viewing.selectors import is_open
from lantai.web.selectors import records
from lantai.web.selectors.files import files_view

TABS = ("relations", "copies", "history", "proof")


@login_required
def record(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a record; reading one that is not open is written down."""
    actor, asked = _actor(request), request.GET
    page = int(asked["page"]) if asked.get("page", "").isdecimal() else 1
    view = records.record_view(actor, reference, query=asked.get("q", "").strip(), page=page)
    _note_reading(actor, view.record)
    if view.masked:
        return render(request, "web/open_record.html", {"view": view, "search_text": ""})
    tab = asked.get("tab", TABS[0])
    shown = {"view": view, "record": view.record, "acts": catalogue.acts_on(actor, view.record)}
    shown["files"] = files_view(actor, view.record)
    shown["marks"] = marks_card(actor, view.record)
    shown["table_count"] = 0 if view.record.quarantined else table_count(view.record.id)
    return render(request, "web/record.html", {**shown, **_tab(actor, view.record, tab, asked.get("entry", ""))})


@login_required
def record_tab(request: HttpRequest, reference: str, tab: str) -> HttpResponse:
    """Show one tab of a record, for htmx."""
    actor = _actor(request)
    found = catalogue.record_for(actor, reference)
    context = {"record": found, **_tab(actor, found, tab, request.GET.get("entry", ""))}
    return render(request, "web/record_tab.html", context)


def page_lines(request: HttpRequest, reference: str, number: int) -> JsonResponse:
    """Answer the words of a page with their places, those of `q` marked; open to whoever may see the record."""
    actor = _actor(request)
    page = records.marked_page(actor, reference, number, request.GET.get("q", "").strip())
    answer = JsonResponse(asdict(page))
    answer["Cache-Control"] = "private, no-store"
    return answer


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _note_reading(actor: Actor, found: Record) -> None:
    if not is_open(found) and not found.quarantined:
        record_reading(actor=actor, record_id=found.id)


def _tab(actor: Actor, found: Record, tab: str, entry: str) -> dict[str, object]:
    """Return what a tab shows. Raises NotFoundError for a tab there is not."""
    if tab not in TABS:
        raise NotFoundError("web.tab", gettext_noop("The record has no such tab."))
    shown: dict[str, object] = {"tab": tab, "tabs": TABS}
    if tab == "relations":
        return {**shown, "relations": records.relations_of(actor, found)}
    if tab == "copies":
        return {**shown, "parts": records.kept_parts(found), "manifests": records.manifests_of(found)}
    if tab == "history":
        return {**shown, "entries": records.history_of(found), "revisions": records.revisions_of(found)}
    return {**shown, "proven": records.proof_for(found, _entry_id(entry))}


def _entry_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFoundError("web.entry", gettext_noop("The ledger has no such entry about this record.")) from error
