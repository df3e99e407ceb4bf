"""Accounts: the list, new ones, their names and units, first passwords, deactivation."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lantai.identity import services
from lantai.identity.forms import AccountForm
from lantai.identity.models import Account
from lantai.identity.pages.acting import actor_of, carried_out, done_or_told, status_of
from lantai.identity.rules.roles import Role
from lantai.identity.rules.sign_in import new_password
from lantai.identity.selectors import KEEPERS, access_levels, account_for, account_list, grants_of, require
from lantai.kernel import clock
from lantai.kernel.actors import Actor


def accounts(request: HttpRequest) -> HttpResponse:
    """`/manage/accounts/`: the accounts of one's units, by login; `?q=` searches login, name, staff code and unit."""
    actor = actor_of(request)
    require(actor, KEEPERS)
    text = request.GET.get("q", "").strip()
    page = account_list(actor, text=text, cursor=request.GET.get("cursor", ""))
    shown = {"page": page, "text": text, "may_add": actor.holds(Role.SYSADMIN)}
    return render(request, "identity/accounts.html", shown)


def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """`/manage/accounts/<id>/`: one account, its roles and what can be done with it."""
    actor = actor_of(request)
    require(actor, KEEPERS)
    found = account_for(actor, account_id)
    shown = {
        "account": found,
        "grants": grants_of(found),
        "level": next((row for row in access_levels() if row.level == found.level), None),
        "is_mine": found.id == actor.id,
        "may_change": actor.holds(Role.SYSADMIN, found.unit.path),
        "may_grant": actor.holds(Role.SECADMIN, found.unit.path),
        "today": clock.today(),
    }
    return render(request, "identity/account.html", shown)


@never_cache
def create_account(request: HttpRequest) -> HttpResponse:
    """`/manage/accounts/add/`: a new account; its first password is shown once."""
    actor = actor_of(request)
    require(actor, Role.SYSADMIN)
    form = AccountForm(request.POST or None, actor=actor)
    password = new_password()
    made: list[Account] = []

    def act() -> None:
        made.append(services.create_account(actor=actor, password=password, **form.particulars()))

    if request.method == "POST" and carried_out(form, act):
        return _first_password(request, made[0], password)
    return render(request, "identity/account_form.html", {"form": form}, status=status_of(form))


def edit_account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """`/manage/accounts/<id>/edit/`: another name, unit or staff code."""
    actor, found = _changing(request, account_id)
    form = AccountForm(request.POST or None, actor=actor, account=found)
    if request.method == "POST" and carried_out(
        form, lambda: services.edit_account(actor=actor, account_id=found.id, **form.particulars())
    ):
        messages.success(request, _("Saved."))
        return redirect("identity:manage_account", account_id=found.id)
    return render(request, "identity/account_form.html", {"form": form, "account": found}, status=status_of(form))


@require_POST
def deactivate_account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """`/manage/accounts/<id>/deactivate/`: nobody signs in with it any more, from this moment."""
    actor = actor_of(request)
    done = _("The account is deactivated; its sittings have ended and its roles are withdrawn.")
    done_or_told(request, lambda: services.deactivate_account(actor=actor, account_id=account_id), done)
    return redirect("identity:manage_account", account_id=account_id)


@require_POST
@never_cache
def reactivate_account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """`/manage/accounts/<id>/reactivate/`: open it again, with a first password and no roles."""
    return _with_first_password(request, account_id, services.reactivate_account)


@require_POST
@never_cache
def reset_password(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """`/manage/accounts/<id>/reset/`: a first password again, shown once."""
    return _with_first_password(request, account_id, services.reset_password)


def _with_first_password(request: HttpRequest, account_id: UUID, act: Callable[..., Account]) -> HttpResponse:
    password = new_password()
    changed = act(actor=actor_of(request), account_id=account_id, password=password)
    return _first_password(request, changed, password)


def _first_password(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    return render(request, "identity/first_password.html", {"account": account, "password": password})


def _changing(request: HttpRequest, account_id: UUID) -> tuple[Actor, Account]:
    actor = actor_of(request)
    require(actor, KEEPERS)
    found = account_for(actor, account_id)
    require(actor, Role.SYSADMIN, found.unit.path)
    return actor, found
