"""The opening review: what is due, one record beside its pages with their masks, the opinion; words and rules."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from lantai.catalogue.models import Page, Record, Redaction
from lantai.catalogue.selectors import checked_pages, page_for, pages_of, redactions_of
from lantai.catalogue.services import decide_redaction as hide_or_keep
from lantai.kernel.errors import ArchiveError, ConflictError, InvalidError, gettext_noop
from lantai.recognition import selectors
from lantai.recognition.adapters.opening_list import text_sheet
from lantai.recognition.models import OpeningProposalRow
from lantai.recognition.pages.asking import reader_of, uuid_in
from lantai.recognition.rules.personal import CLASS_WORDS
from lantai.recognition.rules.personal.opening import BASES, OUTCOME_WORDS
from lantai.recognition.selectors import opening
from lantai.recognition.services import opening as review
from lantai.recognition.services import personal

PICTURE_WIDTH_PX = 1600
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DECISIONS = (*OUTCOME_WORDS.items(), ("deferred", gettext_noop("Deferred")))


@dataclass(frozen=True, slots=True)
class MaskedPageView:
    """A page of the review: its masks, the size of its upright picture, whether a person has checked it."""

    page: Page
    width_px: int
    height_px: int
    masks: list[tuple[Redaction, str]]
    checked: bool

    @property
    def picture_size(self) -> str:
        """The size to ask of the picture service, which does not enlarge."""
        return f"{PICTURE_WIDTH_PX}," if self.width_px > PICTURE_WIDTH_PX else "max"

    @property
    def waiting(self) -> int:
        return sum(mask.state == Redaction.State.PROPOSED for mask, _ in self.masks)


@require_GET
@login_required
def opening_list(request: HttpRequest) -> HttpResponse:
    """Show what is due for review, with the machine's proposals."""
    actor = reader_of(request)
    state = _state(request)
    rows = opening.due_page(actor, state=state, cursor=request.GET.get("cursor", ""))
    context = {
        "rows": [(due, _reasons(due.proposal)) for due in rows.items],
        "state": state,
        "states": _states(state),
        "counts": opening.opening_counts(actor),
        "archives": opening.reviewed_archives(actor),
        "next": f"?state={state}&cursor={rows.next_cursor}" if rows.next_cursor else "",
    }
    return render(request, "recognition/personal_list.html", context)


@require_GET
@login_required
def opening_export(request: HttpRequest) -> HttpResponse:
    """Answer the list of what is due as a workbook."""
    actor = reader_of(request)
    rows = opening.exported_rows(actor, _state(request))
    review.note_export(actor=actor, records=len(rows))
    answer = HttpResponse(_sheet(rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="opening-review.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@login_required
def prepare_openings(request: HttpRequest) -> HttpResponse:
    """Have what is due looked through by the machine."""
    count = review.prepare_openings(actor=reader_of(request))
    words = ngettext("%(count)s record is being looked through.", "%(count)s records are being looked through.", count)
    messages.success(request, words % {"count": count})
    return HttpResponseRedirect(reverse("recognition:opening_list"))


@require_GET
@login_required
def next_opening(request: HttpRequest) -> HttpResponse:
    """Go to the next record due, or back to the list when nothing is."""
    actor, state = reader_of(request), _state(request)
    record_id = opening.next_due(actor, uuid_in(request.GET.get("after", "")), state)
    if record_id is None:
        return HttpResponseRedirect(reverse("recognition:opening_list"))
    return HttpResponseRedirect(reverse("recognition:opening_record", args=[record_id]) + f"?state={state}")


@require_GET
@login_required
def opening_record(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Show a record beside its pages: the machine's proposal, the masks, the opinion to give."""
    actor = reader_of(request)
    due = opening.review_record(actor, record_id)
    if due.proposal is None and due.record.page_count:
        personal.find_personal(actor=actor, record_id=record_id)
        due = opening.review_record(actor, record_id)
    return _record_page(request, due)


@require_POST
@login_required
def find_again(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Have the record looked through again, after its words or its reading changed."""
    actor = reader_of(request)
    opening.review_record(actor, record_id)
    personal.find_personal(actor=actor, record_id=record_id)
    return HttpResponseRedirect(reverse("recognition:opening_record", args=[record_id]))


@require_POST
@login_required
def give_opinion(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Take an opinion; go on to the next record, or show why it cannot stand."""
    actor, form = reader_of(request), request.POST
    due = opening.review_record(actor, record_id)
    try:
        opinion = review.give_opinion(
            actor=actor,
            record_id=record_id,
            version=int(form.get("version", "0") or 0),
            outcome=form.get("outcome", ""),
            basis=form.get("basis", ""),
            reason=form.get("reason", ""),
            next_review_on=_day(form.get("next_review_on", "")),
        )
    except (InvalidError, ConflictError) as error:
        return _record_page(request, due, fault=_told(error))
    settled = gettext("The decision is entered.")
    messages.success(
        request, settled if opinion.settled else gettext("The first opinion is kept. Another person decides.")
    )
    query = f"?after={record_id}&state={_state(request)}"
    return HttpResponseRedirect(reverse("recognition:next_opening") + query)


@require_POST
@login_required
def decide_mask(request: HttpRequest, redaction_id: UUID) -> HttpResponse:
    """Hide a place or leave it readable; answer with the masks as they are now."""
    row = hide_or_keep(actor=reader_of(request), redaction_id=redaction_id, hide=request.POST.get("hide") == "yes")
    return _masks(request, row.page)


@require_POST
@login_required
def draw_mask(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Hide a place that was drawn on the picture."""
    actor, form = reader_of(request), request.POST
    fault = ""
    try:
        left, top, right, bottom = (int(form.get(name, "0")) for name in ("left", "top", "right", "bottom"))
        personal.draw_redaction(
            actor=actor, page_id=page_id, box_px=(left, top, right, bottom), kind=form.get("kind", "")[:24]
        )
    except ValueError:
        fault = gettext("The place drawn could not be read. Draw it again.")
    except InvalidError as error:
        fault = _told(error)
    return _masks(request, page_for(actor, page_id), fault)


@require_POST
@login_required
def check_masks(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Enter that the masks of a page are complete; with `hide` all that waits on it is hidden first."""
    actor = reader_of(request)
    page = page_for(actor, page_id)
    fault = ""
    try:
        personal.check_page(actor=actor, page_id=page_id, hide_waiting=request.POST.get("hide") == "all")
    except ConflictError as error:
        fault = _told(error)
    return _masks(request, page, fault)


def _sheet(rows: list[opening.DueRecord]) -> bytes:
    """Return the list as a workbook: the machine's result and the first opinion apart, room for the second."""
    heads = (
        gettext("Reference code"),
        gettext("Title"),
        gettext("Year"),
        gettext("Machine’s proposal"),
        gettext("What the machine counted"),
        gettext("First opinion"),
        gettext("Reason"),
        gettext("Legal basis"),
        gettext("By"),
        gettext("Second opinion"),
    )
    widths = (24, 50, 8, 16, 40, 16, 30, 40, 14, 16)
    return text_sheet(gettext("Opening review"), heads, widths, (_cells(due) for due in rows))


def _cells(due: opening.DueRecord) -> list[str]:
    record, first = due.record, due.first
    words = dict(DECISIONS)
    machine = gettext(words[due.proposal.outcome]) if due.proposal else ""
    counted = "，".join(f"{reason} {number}" for reason, number in _reasons(due.proposal))
    said = [gettext(words[first.outcome]), first.reason, first.basis, first.given_by] if first else [""] * 4
    return [record.reference_code or "", record.title, str(record.year or ""), machine, counted, *said, ""]


def _masks(request: HttpRequest, page: Page, fault: str = "") -> HttpResponse:
    """Answer htmx with the masks of the record, a plain form by going back to it."""
    record_id = page.record_id
    if request.headers.get("HX-Request") != "true":
        if fault:
            messages.error(request, fault)
        return HttpResponseRedirect(reverse("recognition:opening_record", args=[record_id]))
    due = opening.review_record(reader_of(request), record_id)
    context = {"record": due.record, "pages": _pages(due.record), "fault": fault, "changed": page.id}
    return render(request, "recognition/personal_masks.html", context)


def _record_page(request: HttpRequest, due: opening.DueRecord, fault: str = "") -> HttpResponse:
    record = due.record
    own_first = bool(due.first and due.first.given_by_account_id == reader_of(request).id)
    proposed = due.proposal.outcome if due.proposal else ""
    asked = request.POST
    context = {
        "record": record,
        "proposal": due.proposal,
        "proposed_words": gettext(OUTCOME_WORDS[proposed]) if proposed else "",
        "reasons": _reasons(due.proposal),
        "places": _places(due.proposal),
        "first": due.first,
        "own_first": own_first,
        "two_persons": opening.rule_of(record.archives_id).two_persons,
        "pages": _pages(record),
        "bases": [gettext(words) for words in BASES],
        "outcomes": _outcomes(asked.get("outcome", "")),
        "typed": asked,
        "fault": fault,
        "state": _state(request),
    }
    return render(request, "recognition/personal_record.html", context, status=422 if fault else 200)


def _outcomes(chosen: str) -> list[tuple[str, str, bool, int]]:
    return [(code, gettext(text), code == chosen, number) for number, (code, text) in enumerate(DECISIONS, 1)]


def _pages(record: Record) -> list[MaskedPageView]:
    masks: dict[UUID, list[tuple[Redaction, str]]] = {}
    for row in redactions_of(record.id):
        masks.setdefault(row.page_id, []).append((row, _mask_words(row)))
    checked = set(checked_pages(record.id).values_list("page_id", flat=True))
    return [
        MaskedPageView(page, *selectors.upright_size(page), masks.get(page.id, []), page.id in checked)
        for page in pages_of(record.id)
    ]


def _reasons(proposal: OpeningProposalRow | None) -> list[tuple[str, int]]:
    """Return what the machine counted, the most first: classes of personal data, then words."""
    if proposal is None:
        return []
    counts = sorted(proposal.counts.items(), key=lambda pair: -pair[1])
    listed = sorted(proposal.words.items(), key=lambda pair: -pair[1])
    return [(gettext(CLASS_WORDS.get(kind, kind)), number) for kind, number in counts] + [
        (f"“{word}”", number) for word, number in listed
    ]


def _mask_words(mask: Redaction) -> str:
    return gettext(CLASS_WORDS[mask.kind]) if mask.kind in CLASS_WORDS else gettext("Drawn place")


def _places(proposal: OpeningProposalRow | None) -> list[dict[str, object]]:
    """Return the places of listed words, their boxes as one text for the page's script."""
    places = proposal.places if proposal else []
    return [{**place, "boxes_words": ";".join(",".join(map(str, box)) for box in place["boxes"])} for place in places]


def _states(chosen: str) -> list[tuple[str, str, bool]]:
    words = {
        "all": gettext("All due"),
        "unprepared": gettext("Not looked through"),
        "open": gettext("Proposed: open"),
        "masked": gettext("Proposed: masked copy"),
        "restricted": gettext("Proposed: restrict"),
        "second": gettext("Second review"),
    }
    return [(code, text, code == chosen) for code, text in words.items()]


def _state(request: HttpRequest) -> str:
    asked = request.POST.get("state") or request.GET.get("state", "all")
    return asked if asked in opening.STATES else "all"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _told(error: ArchiveError) -> str:
    return gettext(error.message) % error.facts if error.facts else gettext(error.message)
