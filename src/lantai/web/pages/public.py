"""The open archives, for anybody: search, fonds, records, and the signed state of the ledger."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantai.audit import selectors as audit
from lantai.catalogue import selectors as catalogue
from lantai.kernel.actors import ANONYMOUS
from lantai.search.rules.filters import SearchFilters
from lantai.search.selectors import search
from lantai.web.selectors import records
from lantai.web.selectors.files import files_view

PAGE_SIZE = 20


def open_archives(request: HttpRequest) -> HttpResponse:
    """Answer a search over what anybody may see, whoever asks."""
    text, number = request.GET.get("q", "").strip(), _page_number(request)
    code = request.GET.get("fonds", "")
    fonds = catalogue.fonds_for(ANONYMOUS, code) if code else None
    chosen = SearchFilters(fonds=(fonds.id.hex,)) if fonds else SearchFilters()
    found = search(ANONYMOUS, text, filters=chosen, page_number=number, page_size=PAGE_SIZE)
    asked = {"q": text, **({"fonds": code} if code else {})}
    more = number * PAGE_SIZE < found.total
    shown = {
        "search_text": text,
        "fonds": fonds,
        "hits": found.hits,
        "total": found.total,
        "previous": f"?{urlencode({**asked, 'p': number - 1})}" if number > 1 else "",
        "next": f"?{urlencode({**asked, 'p': number + 1})}" if more else "",
    }
    return render(request, "web/open.html", shown)


def open_fonds(request: HttpRequest) -> HttpResponse:
    """List the fonds that hold something open."""
    rows = catalogue.fonds_list(ANONYMOUS, cursor=request.GET.get("cursor", ""))
    next_page = f"?cursor={rows.next_cursor}" if rows.next_cursor else ""
    return render(request, "web/open_fonds.html", {"rows": rows.items, "next": next_page})


def open_record(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one open record with its pages."""
    shown = records.record_view(
        ANONYMOUS, reference, query=request.GET.get("q", ""), page=_page_number(request, "page")
    )
    actor = request.actor  # type: ignore[attr-defined]
    sees_whole = shown.masked and catalogue.may_view(actor, shown.record)
    context: dict[str, object] = {"view": shown, "search_text": shown.query, "sees_whole": sees_whole}
    if not shown.masked:
        context["files"] = files_view(ANONYMOUS, shown.record)
    return render(request, "web/open_record.html", context)


def open_ledger(request: HttpRequest) -> HttpResponse:
    """Show the signed state of the ledger and the key to check it with."""
    return render(
        request, "web/open_ledger.html", {"checkpoint": audit.latest_checkpoint(), "key": audit.verifier_key()}
    )


def _page_number(request: HttpRequest, name: str = "p") -> int:
    asked = request.GET.get(name, "1")
    return int(asked) if asked.isdecimal() and len(asked) < 6 and int(asked) else 1
