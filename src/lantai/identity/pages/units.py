"""The tree of units: look, add, describe, move, close."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.identity import services
from lantai.identity.forms import MoveUnitForm, UnitForm
from lantai.identity.models import Unit
from lantai.identity.pages.acting import actor_of, carried_out, done_or_told, status_of
from lantai.identity.rules.roles import Role
from lantai.identity.selectors import (
    KEEPERS,
    ancestors_of,
    archives_of,
    children_of,
    find_unit,
    require,
    unit_for,
)
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotFoundError


def units(request: HttpRequest) -> HttpResponse:
    """`/manage/units/`: the tree from the top; `?find=` goes to the unit with that code or name."""
    actor = actor_of(request)
    require(actor, KEEPERS)
    text = request.GET.get("find", "").strip()
    if text:
        try:
            return redirect("identity:unit", unit_id=find_unit(actor, text).id)
        except NotFoundError:
            messages.warning(request, _("No open unit has the code or name “%(text)s”.") % {"text": text})
    page = children_of(actor, None, cursor=request.GET.get("cursor", ""))
    inner = children_of(actor, page.items[0]) if len(page.items) == 1 else None
    return render(request, "identity/units.html", {"page": page, "inner": inner, "text": text})


def children(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """`/manage/units/<id>/children/`: one page of the units below, as a part of the tree."""
    actor = actor_of(request)
    require(actor, KEEPERS)
    unit = unit_for(actor, unit_id)
    page = children_of(actor, unit, cursor=request.GET.get("cursor", ""))
    return render(request, "identity/tree.html", {"page": page, "parent": unit})


def unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """`/manage/units/<id>/`: what is known of a unit, and what is below it."""
    actor = actor_of(request)
    require(actor, KEEPERS)
    found = unit_for(actor, unit_id)
    shown = {
        "unit": found,
        "above": ancestors_of(found),
        "archives": archives_of(found),
        "page": children_of(actor, found, cursor=request.GET.get("cursor", "")),
        "may_change": actor.holds(Role.SYSADMIN, found.path) and found.closed_at is None,
    }
    return render(request, "identity/unit.html", shown)


def create_unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """`/manage/units/<id>/add/`: a new unit below this one."""
    actor, parent = _changing(request, unit_id)
    form = UnitForm(request.POST or None)

    def act() -> None:
        made = services.create_unit(actor=actor, parent_id=parent.id, **form.particulars())
        messages.success(request, _("%(name)s is in the tree.") % {"name": made.name_zh})

    if request.method == "POST" and carried_out(form, act):
        return redirect("identity:unit", unit_id=parent.id)
    shown = {"form": form, "unit": parent, "is_new": True}
    return render(request, "identity/unit_form.html", shown, status=status_of(form))


def edit_unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """`/manage/units/<id>/edit/`: other names, codes, end or archives."""
    actor, found = _changing(request, unit_id)
    form = UnitForm(request.POST or None, unit=found)
    if request.method == "POST" and carried_out(
        form, lambda: services.edit_unit(actor=actor, unit_id=found.id, **form.particulars())
    ):
        messages.success(request, _("Saved."))
        return redirect("identity:unit", unit_id=found.id)
    shown = {"form": form, "unit": found, "is_new": False}
    return render(request, "identity/unit_form.html", shown, status=status_of(form))


def move_unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """`/manage/units/<id>/move/`: under another unit, with all that is below."""
    actor, found = _changing(request, unit_id)
    form = MoveUnitForm(request.POST or None, actor=actor)

    def act() -> None:
        services.move_unit(actor=actor, unit_id=found.id, parent_id=form.cleaned_data["parent"].id)

    if request.method == "POST" and carried_out(form, act):
        messages.success(request, _("Moved. Roles held above the new place reach it now."))
        return redirect("identity:unit", unit_id=found.id)
    return render(request, "identity/move_unit.html", {"form": form, "unit": found}, status=status_of(form))


@require_POST
def close_unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """`/manage/units/<id>/close/`: the unit ends; what it left stays."""
    actor = actor_of(request)
    done_or_told(request, lambda: services.close_unit(actor=actor, unit_id=unit_id), _("The unit is closed."))
    return redirect("identity:unit", unit_id=unit_id)


def _changing(request: HttpRequest, unit_id: UUID) -> tuple[Actor, Unit]:
    actor = actor_of(request)
    require(actor, KEEPERS)
    found = unit_for(actor, unit_id)
    require(actor, Role.SYSADMIN, found.path)
    return actor, found
