"""What was found wrong with pages: the queue of records, one record's pages, what is to be scanned again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from lantai.catalogue.models import Page, Record
from lantai.catalogue.selectors import record_for, visible_records
from lantai.identity.selectors import below, scopes
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotFoundError, gettext_noop
from lantai.kernel.paging import Slice, decode_cursor, encode_cursor
from lantai.recognition.models import FindingState, PageFinding
from lantai.recognition.selectors.review import REVIEWERS

PAGE_SIZE = 30
LIST_LENGTH = 200


@dataclass(frozen=True, slots=True)
class QualityRecord:
    """A record in the queue: how grave its gravest finding is, how many pages are concerned, what was found."""

    record: Record
    worst: int
    pages: int
    codes: dict[str, int]
    first_page_id: UUID | None


@dataclass(slots=True)
class FoundPage:
    """A page of the record with its findings, gravest first; `page` None stands for the record itself."""

    page: Page | None
    findings: list[PageFinding] = field(default_factory=list)

    @property
    def open(self) -> list[PageFinding]:
        return [finding for finding in self.findings if finding.state == FindingState.OPEN]

    @property
    def decided(self) -> list[PageFinding]:
        return [finding for finding in self.findings if finding.state != FindingState.OPEN]


def _mine(actor: Actor) -> QuerySet[PageFinding]:
    """Return the findings of records that `actor` may see and decides on."""
    records = visible_records(actor).filter(
        below(scopes(actor, *REVIEWERS), "archives__path"), quarantined=False, id=OuterRef("record_id")
    )
    return PageFinding.objects.filter(Exists(records))


def open_findings_count(actor: Actor) -> int:
    """Return how many findings wait for `actor`."""
    return _mine(actor).filter(state=FindingState.OPEN).count() if scopes(actor, *REVIEWERS) else 0


def finding_facets(actor: Actor) -> list[tuple[str, int, int]]:
    """Return (code, how many records, weight) of the findings that wait, the gravest first."""
    rows = _mine(actor).filter(state=FindingState.OPEN).values("code", "weight")
    counted = rows.annotate(records=Count("record_id", distinct=True)).order_by("-weight", "code")
    return [(row["code"], row["records"], row["weight"]) for row in counted]


def quality_queue(actor: Actor, *, code: str = "", cursor: str = "", size: int = PAGE_SIZE) -> Slice[QualityRecord]:
    """Return a page of the records with findings waiting, the gravest first; `code` keeps one kind of finding."""
    waiting = _mine(actor).filter(state=FindingState.OPEN)
    rows = waiting.filter(code=code) if code else waiting
    ranked = rows.values("record_id").annotate(worst=Max("weight")).order_by("-worst", "record_id")
    if cursor:
        worst, last = decode_cursor(cursor, 2)
        ranked = ranked.filter(Q(worst__lt=worst) | Q(worst=worst, record_id__gt=UUID(last)))
    found = list(ranked[: size + 1])
    shown = found[:size]
    ids = [row["record_id"] for row in shown]
    records = Record.objects.select_related("fonds").in_bulk(ids)
    codes: dict[UUID, dict[str, int]] = {}
    pages: dict[UUID, set[UUID | None]] = {}
    for record_id, page_id, name in (
        waiting.filter(record_id__in=ids).order_by("-weight", "code").values_list("record_id", "page_id", "code")
    ):
        own = codes.setdefault(record_id, {})
        own[name] = own.get(name, 0) + 1
        pages.setdefault(record_id, set()).add(page_id)
    firsts = _first_pages(ids)
    queue = [
        QualityRecord(records[i], row["worst"], len(pages[i]), codes[i], firsts.get(i))
        for row in shown
        if (i := row["record_id"]) in records
    ]
    more = len(found) > size
    return Slice(queue, encode_cursor(shown[-1]["worst"], str(shown[-1]["record_id"])) if more else "")


def _first_pages(record_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return, for each record, the first page that something was found on, else its first page."""
    firsts = dict(Page.objects.filter(record_id__in=record_ids, number=1).values_list("record_id", "id"))
    rows = PageFinding.objects.filter(record_id__in=record_ids, state=FindingState.OPEN, page__isnull=False)
    return firsts | dict(rows.order_by("-page__number").values_list("record_id", "page_id"))


def next_quality_record(actor: Actor, after: UUID | None = None, code: str = "") -> UUID | None:
    """Return the record with the gravest finding waiting, another one than `after` where there is one."""
    rows = _mine(actor).filter(state=FindingState.OPEN)
    rows = rows.filter(code=code) if code else rows
    ranked = rows.values("record_id").annotate(worst=Max("weight")).order_by("-worst", "record_id")
    found: UUID | None = (
        (ranked.exclude(record_id=after) if after else ranked).values_list("record_id", flat=True).first()
    )
    return found


def found_pages(record_id: UUID) -> list[FoundPage]:
    """Return the record itself and its pages that have findings, each with them; what waits stands before what is decided.

    The caller has decided that the reader may see the record.
    """
    rows = PageFinding.objects.filter(record_id=record_id).select_related("page")
    found: dict[UUID | None, FoundPage] = {}
    for finding in rows.order_by("page__number", "-weight", "code"):
        found.setdefault(finding.page_id, FoundPage(finding.page)).findings.append(finding)
    return sorted(found.values(), key=lambda f: (not f.open, f.page is not None, f.page.number if f.page else 0))


def finding_for(actor: Actor, finding_id: UUID) -> PageFinding:
    """Return a finding about a record that `actor` may see. Raises NotFoundError for any other."""
    finding = PageFinding.objects.select_related("page").filter(id=finding_id).first()
    if finding is None:
        raise NotFoundError(
            "recognition.finding", gettext_noop("This finding is no longer there. Load the page again.")
        )
    record_for(actor, finding.record_id)
    return finding


def pages_to_rescan(actor: Actor, *, cursor: str = "", size: int = LIST_LENGTH) -> Slice[PageFinding]:
    """Return a page of the findings whose pages are to be scanned again, record by record."""
    rows = _mine(actor).filter(state=FindingState.RESCAN).select_related("page", "record__fonds")
    rows = rows.order_by("record_id", "id")
    if cursor:
        record_id, last = (UUID(part) for part in decode_cursor(cursor, 2))
        rows = rows.filter(Q(record_id__gt=record_id) | Q(record_id=record_id, id__gt=last))
    found = list(rows[: size + 1])
    shown = found[:size]
    more = len(found) > size
    return Slice(shown, encode_cursor(str(shown[-1].record_id), str(shown[-1].id)) if more else "")


def rescan_count(actor: Actor) -> int:
    """Return how many pages are to be scanned again, as far as `actor` decides on them."""
    rows = _mine(actor).filter(state=FindingState.RESCAN).values("record_id", "page_id").distinct()
    return rows.count() if scopes(actor, *REVIEWERS) else 0


def findings_decided_today(actor: Actor) -> int:
    """Return on how many findings `actor` has decided since the day began in China."""
    begin = datetime.combine(clock.today(), time.min, clock.CHINA)
    if not actor.id:
        return 0
    return PageFinding.objects.filter(decided_by_account=actor.id, decided_at__gte=begin).count()
