"""The register of defects 问题档案: open ones and closed ones, a new one for a fonds, how one was closed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lantai.catalogue import selectors, services
from lantai.catalogue.forms import CloseDefectForm, FondsDefectForm
from lantai.catalogue.pages.asking import carried_out, reader_of, status_of
from lantai.identity.selectors import actor_for_login, require, scopes

READERS = ("archivist", "liaison", "handler", "reviewer", "approver")


def defects(request: HttpRequest) -> HttpResponse:
    """`/desk/defects/`: the register, newest first; `?state=closed` shows those closed."""
    actor, asked = reader_of(request), request.GET
    require(actor, READERS)
    closed = asked.get("state") == "closed"
    page = selectors.defects(
        actor, closed=closed, fonds_code=asked.get("fonds", "").strip(), cursor=asked.get("cursor", "")
    )
    shown = {
        "page": page,
        "closed": closed,
        "fonds_code": asked.get("fonds", ""),
        "may_close": bool(scopes(actor, "archivist")),
    }
    return render(request, "catalogue/defects.html", shown)


def report_fonds_defect(request: HttpRequest) -> HttpResponse:
    """`/desk/defects/new/`: a defect of a fonds, such as a record that is missing."""
    actor = reader_of(request)
    require(actor, ("archivist", "liaison"))
    form = FondsDefectForm(request.POST or None, initial={"fonds": request.GET.get("fonds", "")})

    def act() -> None:
        cleaned = form.cleaned_data
        services.report_defect(
            actor=actor,
            fonds_id=selectors.fonds_for(actor, cleaned["fonds"]).id,
            kind=cleaned["kind"],
            description=cleaned["description"],
            owner_id=actor_for_login(cleaned["login"]).id if cleaned["login"] else None,
        )

    if request.method == "POST" and carried_out(form, act):
        messages.success(request, _("The defect is in the register."))
        return redirect("catalogue:defects")
    return render(request, "catalogue/defect_form.html", {"form": form}, status=status_of(form))


def close_defect(request: HttpRequest, defect_id: UUID) -> HttpResponse:
    """`/desk/defects/<id>/close/`: what was done about it."""
    actor = reader_of(request)
    require(actor, "archivist")
    defect = selectors.defect_for(actor, defect_id)
    form = CloseDefectForm(request.POST or None)

    def act() -> None:
        services.close_defect(actor=actor, defect_id=defect.id, outcome=form.cleaned_data["outcome"])

    if request.method == "POST" and carried_out(form, act):
        messages.success(request, _("The defect is settled."))
        return redirect("catalogue:defects")
    return render(request, "catalogue/close_defect.html", {"form": form, "defect": defect}, status=status_of(form))
