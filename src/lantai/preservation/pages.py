"""The page of the stores: are they there, how much room they have, what the checks found."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lantai.identity.rules.roles import Role
from lantai.kernel.actors import ANONYMOUS, Actor
from lantai.preservation import selectors, services


def _actor_of(request: HttpRequest) -> Actor:
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


@require_safe
def keeping(request: HttpRequest) -> HttpResponse:
    """`/manage/keeping/`: the stores in force, the last fixity checks, and what they found."""
    actor = _actor_of(request)
    shown = {"overview": selectors.keeping_for(actor), "may_ask": actor.holds(Role.SYSADMIN)}
    return render(request, "preservation/keeping.html", shown)


@require_POST
def ask_for_check(request: HttpRequest) -> HttpResponse:
    """Ask for a check of everything and go back to the page."""
    services.ask_for_check(actor=_actor_of(request))
    messages.success(request, _("A check of every copy has been asked for. It begins as soon as a worker is free."))
    return redirect("preservation:keeping")
