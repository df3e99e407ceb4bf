"""The two first pages: the public's, and the desk's."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantai.kernel import clock
from lantai.web.selectors import desk, public


def home(request: HttpRequest) -> HttpResponse:
    """Show the public its first page."""
    return render(
        request,
        "web/home.html",
        {
            "contacts": public.contacts(),
            "notices": public.notices(),
            "numbers": public.open_numbers(),
            "newest": public.newest_open(),
        },
    )


@login_required
def desk_home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader, what runs and what changed."""
    actor = request.actor  # type: ignore[attr-defined]
    shown = {
        "tasks": desk.waiting_for(actor),
        "running": desk.running_for(actor),
        "changes": desk.changes_for(actor),
        "today": clock.today(),
        "may_take_in": desk.may_take_in(actor),
    }
    return render(request, "web/desk.html", shown)


@login_required
def desk_running(request: HttpRequest) -> HttpResponse:
    """Show the running batches anew; the desk asks every few seconds."""
    return render(request, "web/running.html", {"running": desk.running_for(request.actor)})  # type: ignore[attr-defined]
