"""The review of what was recognised: the queue, one record beside its page, and the decisions on its fields."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from lantai.catalogue.selectors import record_for
from lantai.identity.selectors import require
from lantai.kernel.errors import ArchiveError, ConflictError, InvalidError, NotFoundError
from lantai.recognition import selectors, services
from lantai.recognition.pages.asking import reader_of, uuid_in
from lantai.recognition.pages.reviewed import (
    ShownSet,
    counted,
    first_page,
    laid_out,
    related,
    shown_pages,
    shown_suggestion,
    told_decisions,
)
from lantai.recognition.selectors.review import REVIEWERS

# The session's list of records that were left with something waiting.
LEFT, MOST_LEFT = "review_left", 500


@require_GET
@login_required
def review_queue(request: HttpRequest) -> HttpResponse:
    """Show the records with suggestions waiting, the least sure first."""
    actor = reader_of(request)
    require(actor, REVIEWERS)
    queue, total = selectors.review_queue(actor)
    return render(request, "recognition/queue.html", {"queue": queue, "total": total, **counted(actor)})


@require_GET
@login_required
def next_record(request: HttpRequest) -> HttpResponse:
    """Go to the record with the least sure suggestion, or back to the queue when nothing waits.

    Records that were left in this sitting come again only when all others are through.
    """
    after = uuid_in(request.GET.get("after", ""))
    left = request.session.get(LEFT, []) if after else []
    if after and str(after) not in left:
        left = [*left, str(after)][-MOST_LEFT:]
    record_id = selectors.next_record(reader_of(request), after=after, without=[UUID(one) for one in left])
    if record_id is None and after:
        left = [str(after)]
        record_id = selectors.next_record(reader_of(request), after=after)
    request.session[LEFT] = left
    if record_id is None:
        return HttpResponseRedirect(reverse("recognition:review_queue"))
    return HttpResponseRedirect(reverse("recognition:review_record", args=[record_id]))


@require_GET
@login_required
def review_record(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Show the suggestions of a record beside the picture of the page they stand on."""
    actor = reader_of(request)
    record = record_for(actor, record_id)
    require(actor, REVIEWERS, record.archives.path)
    suggestions = selectors.suggestions_of(record.id)
    layout = laid_out(record, suggestions)
    pages = shown_pages(record, suggestions)
    context = {
        "record": record,
        "layout": layout,
        "pages": pages,
        "first_page": first_page(layout, pages),
        "begin_at": request.GET.get("at", ""),
        "related": related(actor, record),
        **counted(actor),
    }
    return render(request, "recognition/review.html", context)


@require_POST
@login_required
def decide_suggestion(request: HttpRequest, suggestion_id: UUID) -> HttpResponse:
    """Take one decision; answer htmx with the line as it stands now, a plain form by going back to the record."""
    actor = reader_of(request)
    value = request.POST.get("value", "")
    decision = request.POST.get("decision", "")
    fault = ""
    try:
        suggestion = services.decide_suggestion(
            actor=actor, suggestion_id=suggestion_id, decision=_meant(decision, request), value=value
        )
    except (InvalidError, ConflictError) as error:
        suggestion = selectors.suggestion_for(actor, suggestion_id)
        fault = _words(error)
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(reverse("recognition:review_record", args=[suggestion.record_id]))
    record = record_for(actor, suggestion.record_id)
    decided = suggestion.state not in selectors.OPEN
    freed = selectors.freed_by(suggestion) if suggestion.state == "refused" else []
    context = {
        "record": record,
        "shown": shown_suggestion(record, suggestion, fault=fault, typed=value if fault else ""),
        "decided": decided,
        "freed": [shown_suggestion(record, one) for one in freed],
        **counted(actor),
    }
    return render(request, "recognition/decided.html", context)


@require_POST
@login_required
def decide_together(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Take the decisions on a set of values in one act; answer htmx with the lines, a plain form by going back."""
    actor = reader_of(request)
    record = record_for(actor, record_id)
    fault = ""
    decisions = told_decisions(request.POST)
    try:
        services.decide_suggestions(actor=actor, record_id=record_id, decisions=decisions)
    except (InvalidError, ConflictError, NotFoundError) as error:
        fault = _words(error)
    if request.headers.get("HX-Request") != "true":
        if fault:
            messages.error(request, fault)
        return HttpResponseRedirect(reverse("recognition:review_record", args=[record_id]))
    record = record_for(actor, record_id)  # as it is now
    rows = selectors.suggestions_named(record_id, [one.suggestion_id for one in decisions])
    shown = [
        shown_suggestion(record, row, typed=request.POST.get(f"value-{row.id}", "") if fault else "") for row in rows
    ]
    waiting = [one for one in shown if one.suggestion.state in selectors.OPEN]
    context = {
        "record": record,
        "decided": [one for one in shown if one not in waiting],
        "group": ShownSet(rows[0].field, rows[0].field_label, waiting, fault) if waiting else None,
        **counted(actor),
    }
    return render(request, "recognition/decided_set.html", context)


@require_POST
@login_required
def refuse_the_rest(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Refuse whatever still waits on a record, then go on to the next."""
    try:
        rows = services.refuse_the_rest(actor=reader_of(request), record_id=record_id)
        words = ngettext("%(count)s value refused.", "%(count)s values refused.", len(rows))
        messages.success(request, words % {"count": len(rows)})
    except ConflictError as error:
        messages.error(request, _words(error))
    return HttpResponseRedirect(f"{reverse('recognition:next_record')}?after={record_id}")


@require_POST
@login_required
def take_back(request: HttpRequest) -> HttpResponse:
    """Take one's own last decision back and go to where it can be taken anew."""
    try:
        rows = services.take_back_decision(actor=reader_of(request))
    except ConflictError as error:
        messages.error(request, _words(error))
        here = uuid_in(request.POST.get("here", ""))
        address = reverse("recognition:review_record", args=[here]) if here else reverse("recognition:review_queue")
        return HttpResponseRedirect(address)
    words = ngettext("%(count)s decision taken back.", "%(count)s decisions taken back.", len(rows))
    messages.success(request, words % {"count": len(rows)})
    return HttpResponseRedirect(f"{reverse('recognition:review_record', args=[rows[0].record_id])}?at={rows[-1].id}")


def _meant(decision: str, request: HttpRequest) -> str:
    """Return "mend" where a value was accepted after it had been edited."""
    value, suggested = request.POST.get("value", "").strip(), request.POST.get("suggested", "").strip()
    return "mend" if decision == "accept" and value != suggested else decision


def _words(error: ArchiveError) -> str:
    return gettext(error.message) % error.facts
