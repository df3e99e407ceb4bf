"""The pages of quality control: records with findings, one record's pages, the list to scan again, the limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantai.catalogue.models import Fonds, Record
from lantai.catalogue.selectors import record_for
from lantai.identity.models import Unit
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, InvalidError
from lantai.recognition.models import PageFinding
from lantai.recognition.pages.asking import reader_of, uuid_in
from lantai.recognition.rules.condition import LIMITS
from lantai.recognition.rules.findings import MEASURED_WORDS, check_of
from lantai.recognition.selectors import findings as found
from lantai.recognition.selectors import limits as limit_selectors
from lantai.recognition.selectors.review import REVIEWERS
from lantai.recognition.services.findings import decide_findings, reopen_finding
from lantai.recognition.services.limits import set_quality_limits

GRAVE, MIDDLING = 70, 40
PAGES_SHOWN = 60


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding in the reader's words."""

    finding: PageFinding
    label: str
    sentence: str
    tone: str


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A card of the review: a page, or the record itself where `found.page` is None."""

    found: found.FoundPage
    open: Sequence[ShownFinding]
    decided: Sequence[ShownFinding]


@dataclass(frozen=True, slots=True)
class Facet:
    code: str
    label: str
    tone: str
    count: int
    current: bool


@require_GET
@login_required
def quality_queue(request: HttpRequest) -> HttpResponse:
    """`/desk/quality/`: the records with findings that wait, the gravest first; `?code=` keeps one kind."""
    actor = reader_of(request)
    require(actor, REVIEWERS)
    code = request.GET.get("code", "")
    queue = found.quality_queue(actor, code=code, cursor=request.GET.get("cursor", ""))
    rows = [
        (
            row,
            [(gettext(check_of(name).label), _tone(check_of(name).weight), count) for name, count in row.codes.items()],
        )
        for row in queue.items
    ]
    context = {
        "rows": rows,
        "queue": queue,
        "code": code,
        "facets": [
            Facet(name, gettext(check_of(name).label), _tone(weight), count, name == code)
            for name, count, weight in found.finding_facets(actor)
        ],
        "waiting": found.open_findings_count(actor),
        "rescans": found.rescan_count(actor),
        "query": urlencode({"code": code}) if code else "",
    }
    return render(request, "recognition/quality.html", context)


@require_GET
@login_required
def next_quality_record(request: HttpRequest) -> HttpResponse:
    """Go to the record with the gravest finding, or back to the queue when nothing waits."""
    code, after = request.GET.get("code", ""), request.GET.get("after", "")
    record_id = found.next_quality_record(reader_of(request), after=uuid_in(after), code=code)
    query = f"?{urlencode({'code': code})}" if code else ""
    if record_id is None:
        return HttpResponseRedirect(reverse("recognition:quality_queue"))
    return HttpResponseRedirect(reverse("recognition:quality_record", args=[record_id]) + query)


@require_GET
@login_required
def quality_record(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """`/desk/quality/<record>/`: the pages of a record with what was found on them."""
    actor = reader_of(request)
    record = record_for(actor, record_id)
    require(actor, REVIEWERS, record.archives.path)
    pages = found.found_pages(record.id)
    waiting = [finding.id for page in pages for finding in page.open]
    code = request.GET.get("code", "")
    context = {
        "record": record,
        "pages": [shown_page(page) for page in pages[:PAGES_SHOWN]],
        "more": max(len(pages) - PAGES_SHOWN, 0),
        "first": next((page.page for page in pages if page.page), None),
        "all_waiting": waiting,
        "query": urlencode({"code": code} if code else {}),
        "today": found.findings_decided_today(actor),
    }
    return render(request, "recognition/quality_record.html", context)


@require_POST
@login_required
def decide_quality(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Take one decision on findings; answer htmx with the card as it stands now, a plain form by going back."""
    actor = reader_of(request)
    fault = ""
    try:
        decide_findings(
            actor=actor,
            record_id=record_id,
            finding_ids=_uuids(request.POST),
            decision=request.POST.get("decision", ""),
            note=request.POST.get("note", ""),
        )
    except (ConflictError, InvalidError) as error:
        fault = gettext(error.message) % error.facts
    return _answer(request, record_for(actor, record_id), request.POST.get("page", ""), fault)


@require_POST
@login_required
def reopen_quality(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """Take a decision back."""
    actor = reader_of(request)
    fault = ""
    try:
        finding = reopen_finding(actor=actor, finding_id=finding_id)
    except ConflictError as error:
        fault = gettext(error.message) % error.facts
        finding = found.finding_for(actor, finding_id)
    return _answer(request, record_for(actor, finding.record_id), str(finding.page_id or ""), fault)


@require_GET
@login_required
def rescan_list(request: HttpRequest) -> HttpResponse:
    """`/desk/quality/rescan/`: the pages to scan again, as a list to print."""
    actor = reader_of(request)
    require(actor, REVIEWERS)
    listed = found.pages_to_rescan(actor, cursor=request.GET.get("cursor", ""))
    grouped: dict[UUID, tuple[Record, dict[int, list[ShownFinding]]]] = {}
    for finding in listed.items:
        _, pages = grouped.setdefault(finding.record_id, (finding.record, {}))
        pages.setdefault(finding.page.number if finding.page else 0, []).append(_shown(finding))
    records = [(record, sorted(pages.items())) for record, pages in grouped.values()]
    context = {"records": records, "listed": listed, "total": found.rescan_count(actor)}
    return render(request, "recognition/quality_rescan.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def quality_limits(request: HttpRequest) -> HttpResponse:
    """`/desk/quality/limits/`: the limits of an archives, or of one of its fonds."""
    actor = reader_of(request)
    require(actor, REVIEWERS)
    choices = limit_selectors.archives_with_limits(actor)
    archives = next((unit for unit in choices if str(unit.id) == request.GET.get("archives")), None) or (
        choices[0] if choices else None
    )
    fonds_choices = limit_selectors.fonds_with_limits(actor, archives) if archives else []
    fonds = next((one for one in fonds_choices if one.code == request.GET.get("fonds")), None)
    faults: dict[str, str] = {}
    if request.method == "POST" and archives is not None:
        faults = _set_limits(actor, archives, fonds, request.POST)
        if not faults:
            messages.success(request, gettext("The limits hold for pages that are read from now on."))
            return redirect(request.get_full_path())
    rows = limit_selectors.limits_shown(archives, fonds) if archives else []
    context = {
        "choices": choices,
        "archives": archives,
        "fonds_choices": fonds_choices,
        "fonds": fonds,
        "rows": [
            (
                row,
                gettext(row.limit.label),
                gettext(row.limit.unit),
                request.POST.get(row.name, "") if faults else f"{row.value:g}",
                faults.get(row.name, ""),
            )
            for row in rows
        ],
    }
    return render(request, "recognition/quality_limits.html", context, status=422 if faults else 200)


def _set_limits(actor: Actor, archives: Unit, fonds: Fonds | None, sent: QueryDict) -> dict[str, str]:
    """Set the limits sent; return the faults by limit. A value as it holds otherwise is taken as the usual one."""
    values: dict[str, float | None] = {}
    faults: dict[str, str] = {}
    for row in limit_selectors.limits_shown(archives, fonds):
        text = sent.get(row.name, "").strip()
        try:
            value = float(text) if text else row.otherwise
        except ValueError:
            faults[row.name] = gettext("This is no number.")
            continue
        if not 0 <= value <= LIMITS[row.name].most:
            faults[row.name] = gettext("Give a number from 0 to %(most)s.") % {"most": f"{LIMITS[row.name].most:g}"}
        values[row.name] = None if value == row.otherwise else value
    if not faults:
        set_quality_limits(actor=actor, archives=archives, fonds=fonds, values=values)
    return faults


def _answer(request: HttpRequest, record: Record, page_id: str, fault: str) -> HttpResponse:
    if request.headers.get("HX-Request") != "true" or page_id == "all":
        if fault:
            messages.error(request, fault)
        return HttpResponseRedirect(reverse("recognition:quality_record", args=[record.id]))
    card = next((p for p in found.found_pages(record.id) if str(p.page.id if p.page else "") == page_id), None)
    context = {"record": record, "shown": shown_page(card) if card else None, "fault": fault}
    return render(request, "recognition/quality_card.html", context)


def shown_page(page: found.FoundPage) -> ShownPage:
    """Return a page with its findings in the words of the reader."""
    return ShownPage(page, [_shown(finding) for finding in page.open], [_shown(finding) for finding in page.decided])


def _shown(finding: PageFinding) -> ShownFinding:
    check = check_of(finding.code)
    measured = {name: _worded(value) for name, value in finding.measured.items()}
    try:
        sentence = gettext(check.shown) % measured if check.shown else ""
    except (KeyError, ValueError):
        sentence = ""
    return ShownFinding(finding, gettext(check.label), sentence, _tone(finding.weight))


def _worded(value: object) -> str:
    if isinstance(value, list):
        return pgettext("between the parts of a list", ", ").join(_worded(one) for one in value)
    if isinstance(value, float):
        return number_format(f"{value:g}")
    word = MEASURED_WORDS.get(str(value))
    return gettext(word) if word else str(value)


def _tone(weight: int) -> str:
    return "red" if weight >= GRAVE else "amber" if weight >= MIDDLING else "ink"


def _uuids(sent: QueryDict) -> list[UUID]:
    return [one for text in sent.getlist("finding") if (one := uuid_in(text)) is not None]
