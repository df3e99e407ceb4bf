"""Findings about pages and records: kept as the machine makes them, decided by people."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from lantai.audit.services import record_act
from lantai.catalogue.selectors import record_for
from lantai.catalogue.services import report_defect
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError, gettext_noop
from lantai.recognition.models import FindingState, PageFinding
from lantai.recognition.rules.findings import Finding, check_of, weight_of
from lantai.recognition.selectors.review import REVIEWERS

DECISIONS = {
    "rescan": FindingState.RESCAN,
    "accept": FindingState.ACCEPTED,
    "dismiss": FindingState.DISMISSED,
}
LONGEST_NOTE = 500
MISSING = ("quality.missing_pages", "quality.page_count")


@transaction.atomic
def record_findings(
    *, actor: Actor, record_id: UUID, page_id: UUID | None, findings: Sequence[Finding], prefix: str
) -> int:
    """Replace the open findings of a page (None: of the record itself) whose codes begin with `prefix`; return how many.

    What a person has decided stays decided: a finding of the same code is not raised again on that page. The act in the
    ledger is that of the reading which calls this. Raises NotPermittedError for anybody but the system.
    """
    if not actor.is_system:
        raise NotPermittedError(
            "recognition.system_finds", gettext_noop("Findings are made by the system while it reads pages.")
        )
    of_page = Q(page_id=page_id) if page_id else Q(page=None)
    rows = PageFinding.objects.filter(of_page, record_id=record_id, code__startswith=prefix)
    rows.filter(state=FindingState.OPEN).delete()
    decided = set(rows.values_list("code", flat=True))
    fresh = {finding.code: finding for finding in findings if finding.code not in decided}
    PageFinding.objects.bulk_create(
        PageFinding(
            record_id=record_id,
            page_id=page_id,
            code=finding.code,
            weight=weight_of(finding.code),
            measured=dict(finding.measured),
            found_at=now(),
        )
        for finding in fresh.values()
    )
    return len(fresh)


@transaction.atomic
def decide_findings(
    *, actor: Actor, record_id: UUID, finding_ids: Sequence[UUID], decision: str, note: str = ""
) -> list[PageFinding]:
    """Decide on open findings of one record: "rescan" the pages, "accept" them as the original is, or "dismiss" them.

    Pages to scan again are also entered in the register of defects, in one entry. Raises NotFoundError for what the
    actor may not see, ConflictError where one was decided already, InvalidError for an unknown decision.
    """
    record = record_for(actor, record_id)
    require(actor, REVIEWERS, record.archives.path)
    state = _state(decision, note)
    rows = list(
        PageFinding.objects.select_for_update(of=("self",))
        .select_related("page")
        .filter(record=record, id__in=finding_ids)
        .order_by("page__number", "-weight", "code")
    )
    if len(rows) != len(set(finding_ids)) or not rows:
        raise NotFoundError(
            "recognition.finding", gettext_noop("This finding is no longer there. Load the page again.")
        )
    if any(row.state != FindingState.OPEN for row in rows):
        raise ConflictError(
            "recognition.finding_decided",
            gettext_noop("Somebody has decided on this finding already. Load the page again."),
        )
    moment = now()
    for row in rows:
        row.state, row.note, row.decided_at = state, note.strip(), moment
        row.decided_by, row.decided_by_account = actor.on_behalf_of or actor.name, actor.id
    PageFinding.objects.bulk_update(rows, ["state", "note", "decided_at", "decided_by", "decided_by_account"])
    record_act(
        actor=actor,
        verb="recognition.decide_findings",
        target_kind="record",
        target_id=record.id,
        facts={
            "decision": decision,
            "findings": [row.id for row in rows],
            "codes": sorted({row.code for row in rows}),
            "pages": sorted({row.page.number for row in rows if row.page}),
        },
    )
    if state == FindingState.RESCAN:
        kind = "missing_pages" if all(row.code in MISSING for row in rows) else "unreadable"
        report_defect(actor=actor, record_id=record.id, kind=kind, description=_described(rows))
    return rows


@transaction.atomic
def reopen_finding(*, actor: Actor, finding_id: UUID) -> PageFinding:
    """Take a decision back, so that the finding waits again. Raises NotFoundError, ConflictError if it is open."""
    row = PageFinding.objects.select_for_update(of=("self",)).filter(id=finding_id).first()
    if row is None:
        raise NotFoundError(
            "recognition.finding", gettext_noop("This finding is no longer there. Load the page again.")
        )
    record = record_for(actor, row.record_id)
    require(actor, REVIEWERS, record.archives.path)
    if row.state == FindingState.OPEN:
        raise ConflictError("recognition.finding_open", gettext_noop("This finding waits for a decision already."))
    before, row.state, row.note, row.decided_at = row.state, FindingState.OPEN, "", None
    row.decided_by, row.decided_by_account = "", None
    row.save(update_fields=["state", "note", "decided_at", "decided_by", "decided_by_account"])
    record_act(
        actor=actor,
        verb="recognition.reopen_finding",
        target_kind="record",
        target_id=record.id,
        facts={"finding": row.id, "code": row.code, "before": before},
    )
    return row


def _state(decision: str, note: str) -> FindingState:
    if decision not in DECISIONS:
        raise InvalidError(
            "recognition.finding_decision",
            gettext_noop("A page is scanned again, kept as the original is, or good enough."),
        )
    if len(note) > LONGEST_NOTE:
        raise InvalidError("recognition.finding_note", gettext_noop("The note is longer than 500 characters."))
    return DECISIONS[decision]


def _described(rows: Sequence[PageFinding]) -> str:
    """Return what the register of defects says: each page once, with the names of what is wrong with it."""
    pages: dict[int, list[str]] = {}
    for row in rows:
        pages.setdefault(row.page.number if row.page else 0, []).append(gettext(check_of(row.code).label))
    named = [
        (gettext("Page %(page)s") % {"page": number} if number else gettext("The whole record"), labels)
        for number, labels in pages.items()
    ]
    lines = [f"{place}: {', '.join(dict.fromkeys(labels))}" for place, labels in named]
    return (gettext("Scan again.") + " " + "; ".join(lines))[:1000]
