"""Keep the state of each page that was read, and look at the whole record once its last page is. Reading calls these."""

from uuid import UUID

from lantai.catalogue.models import Page, Record
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.recognition.models import PageCondition, PageReading, PageText, ReadingState
from lantai.recognition.rules.condition import findings_of
from lantai.recognition.rules.findings import Finding
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.rules.record_pages import (
    PrintedNumber,
    SeenPage,
    doubled_pages,
    missing_pages,
    printed_number,
)
from lantai.recognition.selectors.limits import limits_for
from lantai.recognition.services.findings import record_findings

MOST_COMPARED = 1500


def keep_condition(actor: Actor, page: Page, read: PageRead) -> None:
    """Keep what was measured on a page and what of it breaks the limits of its archives."""
    seen = read.condition
    if seen is None:
        return
    measured = seen.as_json()
    printed = printed_number(read.layout)
    if printed is not None:
        measured["printed"] = [printed.number, printed.total, printed.plain]
    PageCondition.objects.update_or_create(
        page=page,
        defaults={
            "record_id": page.record_id,
            "measured": measured,
            "picture_print": seen.picture_print,
            "looked_at": now(),
        },
    )
    findings = findings_of(seen, limits_for(page.record))
    record_findings(actor=actor, record_id=page.record_id, page_id=page.id, findings=findings, prefix="quality.")


def check_record(actor: Actor, record_id: UUID) -> None:
    """Find doubled and missing pages of a record, and pages that could not be opened at all."""
    record = Record.objects.select_related("fonds").get(id=record_id)
    rows = list(Page.objects.filter(record=record).exclude(part__role="derived").order_by("number"))
    _tell_failed(actor, record_id)
    seen = _seen(record_id, rows[:MOST_COMPARED])
    doubled = dict(doubled_pages(seen, limits_for(record)))
    for page in rows[:MOST_COMPARED]:
        own = [doubled[page.number]] if page.number in doubled else []
        if own or page.findings.filter(code="quality.doubled").exists():
            record_findings(actor=actor, record_id=record_id, page_id=page.id, findings=own, prefix="quality.doubled")
    stated = str(record.metadata.get("total_number_of_pages") or "")
    missing = missing_pages(seen, int(stated) if stated.isdigit() else 0)
    record_findings(actor=actor, record_id=record_id, page_id=None, findings=missing, prefix="quality.")


def _tell_failed(actor: Actor, record_id: UUID) -> None:
    for reading in PageReading.objects.filter(record_id=record_id, state=ReadingState.FAILED):
        finding = Finding("quality.failed", {"fault": reading.fault})
        record_findings(
            actor=actor, record_id=record_id, page_id=reading.page_id, findings=[finding], prefix="quality."
        )


def _seen(record_id: UUID, pages: list[Page]) -> list[SeenPage]:
    texts = dict(PageText.objects.filter(record_id=record_id).values_list("page_id", "text"))
    conditions = {c.page_id: c for c in PageCondition.objects.filter(record_id=record_id)}
    return [_seen_page(page, texts.get(page.id, ""), conditions.get(page.id)) for page in pages]


def _seen_page(page: Page, text: str, condition: PageCondition | None) -> SeenPage:
    if condition is None:
        return SeenPage(page.number, text)
    printed = condition.measured.get("printed")
    number = PrintedNumber(printed[0], printed[1], plain=printed[2]) if printed else None
    return SeenPage(page.number, text, condition.picture_print, number)
