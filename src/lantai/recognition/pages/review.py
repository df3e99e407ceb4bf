"""The review of what was recognised: the queue, one record beside its page, and the decision on one field."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from lantai.catalogue.models import Page, Record
from lantai.catalogue.selectors import record_for
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, InvalidError
from lantai.recognition import selectors, services
from lantai.recognition.models import Suggestion, SuggestionState
from lantai.recognition.rules.filling import present_value
from lantai.recognition.selectors.review import REVIEWERS

CLOSE_LOOK, SURE = 0.6, 0.9
PICTURE_WIDTH_PX = 1600


@dataclass(frozen=True, slots=True)
class ShownSuggestion:
    """One line of the review: the suggestion, what the record says now, how doubtful it looks."""

    suggestion: Suggestion
    present: str
    percent: int
    doubt: str
    applied: bool
    fault: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page of the review; its size is that of the upright picture."""

    page: Page
    width_px: int
    height_px: int

    @property
    def picture_size(self) -> str:
        """The size to ask of the picture service, which does not enlarge."""
        return f"{PICTURE_WIDTH_PX}," if self.width_px > PICTURE_WIDTH_PX else "max"


@require_GET
@login_required
def review_queue(request: HttpRequest) -> HttpResponse:
    """Show the records with suggestions waiting, the least sure first."""
    actor = _actor(request)
    require(actor, REVIEWERS)
    queue, total = selectors.review_queue(actor)
    context = {
        "queue": queue,
        "total": total,
        "waiting": selectors.waiting_count(actor),
        "today": selectors.decided_today(actor),
    }
    return render(request, "recognition/queue.html", context)


@require_GET
@login_required
def next_record(request: HttpRequest) -> HttpResponse:
    """Go to the record with the least sure suggestion, or back to the queue when nothing waits."""
    after = request.GET.get("after", "")
    record_id = selectors.next_record(_actor(request), after=_uuid(after))
    if record_id is None:
        return HttpResponseRedirect(reverse("recognition:review_queue"))
    return HttpResponseRedirect(reverse("recognition:review_record", args=[record_id]))


@require_GET
@login_required
def review_record(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Show the suggestions of a record beside the picture of the page they stand on."""
    actor = _actor(request)
    record = record_for(actor, record_id)
    require(actor, REVIEWERS, record.archives.path)
    suggestions = [_shown(record, suggestion) for suggestion in selectors.suggestions_of(record.id)]
    pages = _pages(record, suggestions)
    context = {
        "record": record,
        "suggestions": suggestions,
        "pages": pages,
        "first_page": _first_page(suggestions, pages),
        "waiting": selectors.waiting_count(actor),
        "today": selectors.decided_today(actor),
    }
    return render(request, "recognition/review.html", context)


@require_POST
@login_required
def decide_suggestion(request: HttpRequest, suggestion_id: UUID) -> HttpResponse:
    """Take one decision; answer htmx with the line as it stands now, a plain form by going back to the record."""
    actor = _actor(request)
    value = request.POST.get("value", "")
    decision = request.POST.get("decision", "")
    fault = ""
    try:
        suggestion = services.decide_suggestion(
            actor=actor, suggestion_id=suggestion_id, decision=_meant(decision, request), value=value
        )
    except (InvalidError, ConflictError) as error:
        suggestion = selectors.suggestion_for(actor, suggestion_id)
        fault = gettext(error.message) % error.facts
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(reverse("recognition:review_record", args=[suggestion.record_id]))
    record = record_for(actor, suggestion.record_id)
    context = {
        "record": record,
        "shown": _shown(record, suggestion, fault=fault, typed=value if fault else ""),
        "decided": suggestion.state not in selectors.OPEN,
        "today": selectors.decided_today(actor),
        "waiting": selectors.waiting_count(actor),
    }
    return render(request, "recognition/decided.html", context)


def _meant(decision: str, request: HttpRequest) -> str:
    """Return "mend" where a value was accepted after it had been edited."""
    value, suggested = request.POST.get("value", "").strip(), request.POST.get("suggested", "").strip()
    return "mend" if decision == "accept" and value != suggested else decision


def _shown(record: Record, suggestion: Suggestion, fault: str = "", typed: str = "") -> ShownSuggestion:
    return ShownSuggestion(
        suggestion=suggestion,
        present=present_value(record, suggestion.field),
        percent=round(100 * suggestion.confidence),
        doubt="red" if suggestion.confidence < CLOSE_LOOK else "amber" if suggestion.confidence < SURE else "celadon",
        applied=suggestion.state == SuggestionState.APPLIED,
        fault=fault,
        typed=typed or suggestion.decided_value or suggestion.value,
    )


def _pages(record: Record, suggestions: list[ShownSuggestion]) -> list[ShownPage]:
    """Return the pages that suggestions stand on, in order; the first page where there are none."""
    found = {page.id: page for shown in suggestions if (page := shown.suggestion.page) is not None}
    pages = sorted(found.values(), key=lambda page: page.number) or list(record.pages.order_by("number")[:1])
    return [_shown_page(page) for page in pages]


def _first_page(suggestions: list[ShownSuggestion], pages: list[ShownPage]) -> Page | None:
    placed = (shown.suggestion.page for shown in suggestions if shown.suggestion.page is not None)
    return next(placed, pages[0].page if pages else None)


def _shown_page(page: Page) -> ShownPage:
    on_its_side = selectors.turn_of(page.id) in (90, 270)
    width, height = (page.height_px, page.width_px) if on_its_side else (page.width_px, page.height_px)
    return ShownPage(page, width, height)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
