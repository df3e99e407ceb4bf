"""Checking one field over many records: each value beside the strip of page that it was read from."""

from collections.abc import Mapping
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
from lantai.recognition.pages.reviewed import DECISIONS, counted
from lantai.recognition.rules.fields import FIELD_WORDS
from lantai.recognition.selectors.choices import names_of
from lantai.recognition.selectors.review import REVIEWERS

AIR_OF_HEIGHT, STRIP_WIDTH_PX = 0.6, 900
# What a value is called stands to its left: without that nobody can tell one date from another.
LABEL_OF_HEIGHT, LINE_PX = 6, 60
# Values that stand in several lines are shown higher, long ones in a field of two lines.
TALL_SHARE, LONG_CHARACTERS = 0.35, 30


@dataclass(frozen=True, slots=True)
class Strip:
    """One line of the list: the suggestion, the address of its strip of page, what was typed and why it was refused."""

    suggestion: Suggestion
    picture: str
    percent: int
    typed: str
    decision: str = "leave"
    fault: str = ""
    named: str = ""
    tall: bool = False

    @property
    def rows(self) -> int:
        """How many lines the value needs."""
        return min(1 + len(self.typed) // LONG_CHARACTERS, 4)


@require_http_methods(["GET", "POST"])
@login_required
def review_strips(request: HttpRequest) -> HttpResponse:
    """Show the waiting values of one field twenty at a time; take the decisions on those that were looked at."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, REVIEWERS)
    fields = selectors.waiting_by_field(actor)
    field = _chosen(request.GET.get("field", ""), fields)
    faults: dict[UUID, str] = {}
    if request.method == "POST":
        count, faults = _decide(actor, request.POST)
        if count:
            words = ngettext("%(count)s value decided.", "%(count)s values decided.", count)
            messages.success(request, words % {"count": count})
        if not faults:
            return redirect(f"{reverse('recognition:review_strips')}?field={field}")
    found = selectors.strips(actor, field, cursor=request.GET.get("after", ""))
    called = names_of(field)
    shown = {
        "strips": [_strip(suggestion, request.POST, faults, called) for suggestion in found.items],
        "choices": [
            ("leave", gettext("Leave it")),
            ("accept", gettext("Accept value")),
            ("refuse", gettext("Refuse value")),
        ],
        "fields": [(name, gettext(FIELD_WORDS.get(name, name)), count) for name, count in fields],
        "field": field,
        "next_cursor": found.next_cursor,
        **counted(actor),
    }
    return render(request, "recognition/strips.html", shown, status=422 if faults else 200)


def _chosen(wanted: str, fields: list[tuple[str, int]]) -> str:
    """Return the field asked for while anything waits in it, else the one in which the most waits."""
    names = [name for name, _ in fields]
    return wanted if wanted in names or not names else names[0]


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


def _strip(suggestion: Suggestion, told: QueryDict, faults: dict[UUID, str], called: Mapping[str, str]) -> Strip:
    return Strip(
        suggestion=suggestion,
        picture=_picture(suggestion, suggestion.page) if suggestion.page else "",
        percent=round(100 * suggestion.confidence),
        typed=told.get(f"value-{suggestion.id}", suggestion.value),
        decision=told.get(f"decision-{suggestion.id}", "leave"),
        fault=faults.get(suggestion.id, ""),
        named=called.get(suggestion.value, ""),
        tall=_is_tall(suggestion),
    )


def _is_tall(suggestion: Suggestion) -> bool:
    left, top, right, bottom = suggestion.box_px
    return bottom - top > LINE_PX and bottom - top > TALL_SHARE * (right - left)


def _picture(suggestion: Suggestion, page: Page) -> str:
    """Return the address of the strip around the place of a value: the line with some air, not wider than the page."""
    left, top, right, bottom = suggestion.box_px
    width, height = selectors.upright_size(page)
    line = min(max(bottom - top, 20), LINE_PX)
    air = round(AIR_OF_HEIGHT * line)
    left, top = max(left - LABEL_OF_HEIGHT * line, 0), max(top - air, 0)
    right, bottom = min(right + 3 * air, width), min(bottom + air, height)
    if right <= left or bottom <= top:
        return ""
    size = f"{STRIP_WIDTH_PX}," if right - left > STRIP_WIDTH_PX else "max"
    return f"/iiif/image/{page.id}/{left},{top},{right - left},{bottom - top}/{size}/0/default.jpg"
