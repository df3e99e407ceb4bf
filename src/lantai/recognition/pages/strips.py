"""Checking one field over many records: each value beside the strip of page that it was read from."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from lantai.catalogue.models import Page
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError
from lantai.recognition import selectors, services
from lantai.recognition.models import Suggestion
from lantai.recognition.rules.fields import FIELD_WORDS
from lantai.recognition.selectors.review import REVIEWERS

AIR_OF_HEIGHT, STRIP_WIDTH_PX = 0.6, 900
DECISIONS = ("accept", "refuse")


@dataclass(frozen=True, slots=True)
class Strip:
    """One line of the list: the suggestion, the address of its strip of page, what was typed and why it was refused."""

    suggestion: Suggestion
    picture: str
    percent: int
    typed: str
    decision: str = "leave"
    fault: str = ""


@require_http_methods(["GET", "POST"])
@login_required
def review_strips(request: HttpRequest) -> HttpResponse:
    """Show the waiting values of one field twenty at a time; take the decisions on those that were looked at."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, REVIEWERS)
    fields = selectors.waiting_by_field(actor)
    field = request.GET.get("field", "") or (fields[0][0] if fields else "")
    faults: dict[UUID, str] = {}
    if request.method == "POST":
        count, faults = _decide(actor, request.POST)
        if count:
            words = ngettext("%(count)s value decided.", "%(count)s values decided.", count)
            messages.success(request, words % {"count": count})
        if not faults:
            return redirect(f"{reverse('recognition:review_strips')}?field={field}")
    found = selectors.strips(actor, field, cursor=request.GET.get("after", ""))
    shown = {
        "strips": [_strip(suggestion, request.POST, faults) for suggestion in found.items],
        "fields": [(name, gettext(FIELD_WORDS.get(name, name)), count) for name, count in fields],
        "field": field,
        "next_cursor": found.next_cursor,
        "today": selectors.decided_today(actor),
        "waiting": selectors.waiting_count(actor),
    }
    return render(request, "recognition/strips.html", shown, status=422 if faults else 200)


def _decide(actor: Actor, told: QueryDict) -> tuple[int, dict[UUID, str]]:
    """Carry out what was decided line by line; return (how many, why others could not be). Lines left alone stay."""
    count = 0
    faults: dict[UUID, str] = {}
    for word in told.getlist("suggestion"):
        decision = told.get(f"decision-{word}", "leave")
        if decision not in DECISIONS:
            continue
        value, suggested = told.get(f"value-{word}", "").strip(), told.get(f"suggested-{word}", "").strip()
        meant = "mend" if decision == "accept" and value != suggested else decision
        try:
            services.decide_suggestion(actor=actor, suggestion_id=UUID(word), decision=meant, value=value)
            count += 1
        except (InvalidError, ConflictError, NotFoundError) as error:
            faults[UUID(word)] = gettext(error.message) % error.facts
    return count, faults


def _strip(suggestion: Suggestion, told: QueryDict, faults: dict[UUID, str]) -> Strip:
    return Strip(
        suggestion=suggestion,
        picture=_picture(suggestion, suggestion.page) if suggestion.page else "",
        percent=round(100 * suggestion.confidence),
        typed=told.get(f"value-{suggestion.id}", suggestion.value),
        decision=told.get(f"decision-{suggestion.id}", "leave"),
        fault=faults.get(suggestion.id, ""),
    )


def _picture(suggestion: Suggestion, page: Page) -> str:
    """Return the address of the strip around the place of a value: the line with some air, not wider than the page."""
    left, top, right, bottom = suggestion.box_px
    on_its_side = selectors.turn_of(page.id) in (90, 270)
    width, height = (page.height_px, page.width_px) if on_its_side else (page.width_px, page.height_px)
    air = round(AIR_OF_HEIGHT * max(bottom - top, 20))
    left, top = max(left - 2 * air, 0), max(top - air, 0)
    right, bottom = min(right + 2 * air, width), min(bottom + air, height)
    if right <= left or bottom <= top:
        return ""
    size = f"{STRIP_WIDTH_PX}," if right - left > STRIP_WIDTH_PX else "max"
    return f"/iiif/image/{page.id}/{left},{top},{right - left},{bottom - top}/{size}/0/default.jpg"
