"""The tree of fonds: fonds, categories and years, files, items, each opened when it is asked for."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lantai.catalogue import selectors, services
from lantai.catalogue.forms import FondsForm
from lantai.catalogue.models import Fonds
from lantai.catalogue.pages.asking import carried_out, reader_of, status_of
from lantai.identity.selectors import require, scopes
from lantai.kernel.errors import NotPermittedError, gettext_noop


def fonds_tree(request: HttpRequest) -> HttpResponse:
    """`/desk/fonds/`: the fonds that one may know of, counting what one may see; htmx gets only the rows."""
    actor = reader_of(request)
    page = selectors.fonds_list(actor, cursor=request.GET.get("cursor", ""))
    shown = {"page": page, "may_add": bool(scopes(actor, "archivist"))}
    return render(request, "catalogue/fonds_rows.html" if _is_fragment(request) else "catalogue/fonds_tree.html", shown)


def fonds(request: HttpRequest, reference: str) -> HttpResponse:
    """`/desk/fonds/<number or id>/`: one fonds: what it is, its tree; who arranges it is shown what its codes lack."""
    actor = reader_of(request)
    row = selectors.fonds_row(actor, selectors.fonds_for(actor, reference))
    may_arrange = any(row.fonds.archives.path.startswith(path) for path in scopes(actor, "archivist"))
    shown = {
        "row": row,
        "fonds": row.fonds,
        "groups": selectors.groups(actor, row.fonds),
        "may_arrange": may_arrange,
    }
    return render(request, "catalogue/fonds.html", shown)


def codes(request: HttpRequest, fonds_id: UUID) -> HttpResponse:
    """`/desk/fonds/<id>/codes/`: gaps and doubles of a fonds' codes, for who arranges it; htmx asks when the page is there."""
    actor = reader_of(request)
    found = selectors.fonds_for(actor, fonds_id)
    require(actor, "archivist", found.archives.path)
    return render(request, "catalogue/code_report.html", {"report": selectors.code_gaps(actor, found)})


def groups(request: HttpRequest, fonds_id: UUID) -> HttpResponse:
    """`/desk/fonds/<id>/groups/`: the categories and years of a fonds, for htmx."""
    actor = reader_of(request)
    found = selectors.fonds_for(actor, fonds_id)
    return render(request, "catalogue/group_rows.html", {"fonds": found, "groups": selectors.groups(actor, found)})


def records(request: HttpRequest, fonds_id: UUID) -> HttpResponse:
    """`/desk/fonds/<id>/records/?category=&year=`: a page of what stands at the top of a fonds, for htmx."""
    actor, asked = reader_of(request), request.GET
    found: Fonds = selectors.fonds_for(actor, fonds_id)
    year = asked.get("year", "")
    page = selectors.children(
        actor,
        fonds=found,
        category_code=asked.get("category", ""),
        year=int(year) if year.isdecimal() else None,
        without_year=year == "none",
        cursor=asked.get("cursor", ""),
    )
    return render(request, "catalogue/record_rows.html", {"page": page, "more": _more(request, page.next_cursor)})


def children(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """`/desk/records/<id>/children/`: a page of what stands directly below a record, for htmx."""
    actor = reader_of(request)
    parent = selectors.record_for(actor, record_id)
    page = selectors.children(actor, parent=parent, cursor=request.GET.get("cursor", ""))
    return render(request, "catalogue/record_rows.html", {"page": page, "more": _more(request, page.next_cursor)})


def create_fonds(request: HttpRequest) -> HttpResponse:
    """`/desk/fonds/new/`: a new fonds, for who arranges an archives."""
    actor = reader_of(request)
    archives = selectors.archives_to_arrange(actor)
    if not archives:
        raise NotPermittedError("catalogue.no_archives", gettext_noop("Only an archivist of an archives makes fonds."))
    form = FondsForm(request.POST or None, archives=archives)
    if request.method == "POST" and carried_out(form, lambda: services.create_fonds(actor=actor, **form.particulars())):
        messages.success(request, _("The fonds is made."))
        return redirect("catalogue:fonds_tree")
    return render(request, "catalogue/fonds_form.html", {"form": form}, status=status_of(form))


def _is_fragment(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _more(request: HttpRequest, cursor: str) -> str:
    """Return the address of the next page of the same list, or nothing."""
    if not cursor:
        return ""
    asked = request.GET.copy()
    asked["cursor"] = cursor
    return f"{request.path}?{asked.urlencode()}"
