"""Roles and access levels of an account, and the levels' names: the security administrator's pages."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.identity import services
from lantai.identity.forms import GrantForm, LevelForm, LevelNameForm
from lantai.identity.pages.acting import actor_of, carried_out, done_or_told, status_of
from lantai.identity.rules.roles import Role
from lantai.identity.selectors import KEEPERS, access_levels, account_for, grants_of, require
from lantai.kernel import clock


def grants(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """`/manage/accounts/<id>/grants/`: what the account may do where; a new role is granted here."""
    actor = actor_of(request)
    require(actor, KEEPERS)
    found = account_for(actor, account_id)
    require(actor, Role.SECADMIN, found.unit.path)
    form = GrantForm(request.POST or None, actor=actor)

    def act() -> None:
        values = form.cleaned_data
        services.grant_role(
            actor=actor, account_id=found.id, role=values["role"], unit_id=values["unit"].id, until=values["until"]
        )

    if request.method == "POST" and carried_out(form, act):
        messages.success(request, _("The role is granted. It counts from the next sign-in."))
        return redirect("identity:grants", account_id=found.id)
    shown = {
        "account": found,
        "grants": grants_of(found),
        "form": form,
        "level_form": LevelForm(initial={"level": found.level}, english=_reads_english()),
        "is_mine": found.id == actor.id,
        "today": clock.today(),
    }
    return render(request, "identity/grants.html", shown, status=status_of(form))


@require_POST
def withdraw_role(request: HttpRequest, account_id: UUID, grant_id: UUID) -> HttpResponse:
    """`/manage/accounts/<id>/grants/<grant>/withdraw/`: the role ends now."""
    actor = actor_of(request)
    done = _("The role is withdrawn and the account's sittings have ended.")
    done_or_told(request, lambda: services.withdraw_role(actor=actor, grant_id=grant_id), done)
    return redirect("identity:grants", account_id=account_id)


@require_POST
def set_level(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """`/manage/accounts/<id>/level/`: how sensitive the records may be that the account sees."""
    actor = actor_of(request)
    require(actor, Role.SECADMIN)
    form = LevelForm(request.POST, english=_reads_english())
    if form.is_valid():
        level = form.cleaned_data["level"]
        done = _("The access level is set.")
        done_or_told(request, lambda: services.set_level(actor=actor, account_id=account_id, level=level), done)
    return redirect("identity:grants", account_id=account_id)


def levels(request: HttpRequest) -> HttpResponse:
    """`/manage/levels/`: the access levels and their names."""
    require(actor_of(request), Role.SECADMIN)
    return render(request, "identity/levels.html", {"rows": [(row, _name_form(row.level)) for row in access_levels()]})


@require_POST
def name_level(request: HttpRequest, level: int) -> HttpResponse:
    """`/manage/levels/<level>/`: other names for a level."""
    actor = actor_of(request)
    require(actor, Role.SECADMIN)
    form = LevelNameForm(request.POST, prefix=str(level))
    if carried_out(form, lambda: services.name_level(actor=actor, level=level, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("identity:levels")
    rows = [(row, form if row.level == level else _name_form(row.level)) for row in access_levels()]
    return render(request, "identity/levels.html", {"rows": rows}, status=status_of(form))


def _name_form(level: int) -> LevelNameForm:
    row = next(row for row in access_levels() if row.level == level)
    return LevelNameForm(initial={"name_zh": row.name_zh, "name_en": row.name_en}, prefix=str(level))


def _reads_english() -> bool:
    return (get_language() or "").startswith("en")
