"""Masked copies: what of a record or page is shown to whoever may see no more than its masked copy.

Everything else in the catalogue gives whole records to who may view them and nothing to others; only what begins here
may be shown in masked form, and nothing here gives a hidden word away.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from lantai.catalogue.models import CheckedPage, Page, Record, Redaction
from lantai.catalogue.rules.access import record_facts
from lantai.catalogue.rules.masking import masked_values
from lantai.catalogue.selectors.viewing import (
    compile_filter,
    finding_filter,
    masked_filter,
    may_view,
    page_for,
    record_for,
    visible_records,
)
from lantai.kernel import filters
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotFoundError

Box = tuple[int, int, int, int]
DESCRIBED = ("title", "author", "document_number", "organisation")


@dataclass(frozen=True, slots=True)
class SeenRecord:
    """A record as its reader sees it. A `masked` one has its description masked and must never be stored."""

    record: Record
    masked: bool


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page as its reader sees it; `masks` are the places hidden, in pixels of the upright page, None for the whole."""

    page: Page
    masks: tuple[Box, ...] | None

    @property
    def masked(self) -> bool:
        return self.masks is not None


def seen_record(actor: Actor, reference: str | UUID) -> SeenRecord:
    """Return a record whole where `actor` may view it, else its masked copy where that may be seen.

    Raises NotFoundError alike for what is not there and what may not be seen.
    """
    try:
        return SeenRecord(record_for(actor, reference), masked=False)
    except NotFoundError:
        found = record_for(actor, reference, within=masked_filter(actor))
        return SeenRecord(masked_records([found])[0], masked=True)


def seen_page(actor: Actor, page_id: UUID) -> SeenPage:
    """Return a page whole where `actor` may view it, else with its masks where its masked copy may be seen.

    A page that nobody has checked is in no masked copy. Raises NotFoundError.
    """
    try:
        return SeenPage(page_for(actor, page_id), None)
    except NotFoundError:
        page = Page.objects.select_related("record", "record__fonds", "part").filter(id=page_id).first()
        if page is None or not filters.matches(masked_filter(actor), record_facts(page.record)):
            raise
        if not CheckedPage.objects.filter(page=page).exists():
            raise
        return SeenPage(page, masks_of(page.id))


def masks_of(page_id: UUID) -> tuple[Box, ...]:
    """Return the places that are hidden on a page, in pixels of the upright page."""
    rows = Redaction.objects.filter(page_id=page_id, state=Redaction.State.CONFIRMED).order_by(
        "top_px", "left_px", "id"
    )
    return tuple(row.box_px for row in rows)


def hidden_texts(record_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return for each record the texts that its masks hide; for whoever makes masked texts."""
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = Redaction.objects.filter(record_id__in=record_ids, state=Redaction.State.CONFIRMED).exclude(hidden_text="")
    for record_id, text in rows.values_list("record_id", "hidden_text"):
        found[record_id].append(text)
    return found


def masked_records(records: Iterable[Record]) -> list[Record]:
    """Return these rows with their description masked and without further metadata; they must not be stored."""
    rows = list(records)
    hidden = hidden_texts([row.id for row in rows])
    for row in rows:
        for name, value in masked_values(
            {name: getattr(row, name) for name in DESCRIBED}, hidden.get(row.id, [])
        ).items():
            setattr(row, name, value)
        row.metadata = {}
    return rows


def as_seen(actor: Actor, records: Iterable[Record]) -> list[tuple[Record, bool]]:
    """Return (row, masked) of records that `actor` may find: whole where they may be viewed, else masked."""
    rows = list(records)
    whole = set(visible_records(actor).filter(id__in=[row.id for row in rows]).values_list("id", flat=True))
    masked = {row.id: row for row in masked_records(row for row in rows if row.id not in whole)}
    return [(masked.get(row.id, row), row.id in masked) for row in rows]


def masked_texts(record_ids: Collection[UUID]) -> dict[UUID, list[tuple[int, UUID, str]]]:
    """Return for each record (page number, page id, masked text) of its checked pages, in order."""
    found: dict[UUID, list[tuple[int, UUID, str]]] = defaultdict(list)
    rows = CheckedPage.objects.filter(record_id__in=record_ids).order_by("record_id", "page__number")
    for record_id, number, page_id, text in rows.values_list("record_id", "page__number", "page_id", "masked_text"):
        found[record_id].append((number, page_id, text))
    return found


def findable_records(actor: Actor) -> QuerySet[Record]:
    """Return the records that a search by `actor` may find, those seen in a masked copy only too (see `as_seen`)."""
    return Record.objects.filter(compile_filter(finding_filter(actor)))


def checked_pages(record_id: UUID) -> QuerySet[CheckedPage]:
    """Return the pages of a record that are in its masked copy; for whoever was given the record."""
    return CheckedPage.objects.filter(record_id=record_id).select_related("page__part").order_by("page__number")


def redactions_of(record_id: UUID) -> QuerySet[Redaction]:
    """Return the places of a record to be hidden, decided ones too; for whoever was given the whole record."""
    return (
        Redaction.objects.filter(record_id=record_id)
        .select_related("page")
        .order_by("page__number", "top_px", "left_px", "id")
    )


def redaction_for(actor: Actor, redaction_id: UUID) -> Redaction | None:
    """Return a redaction of a record that `actor` may view whole, or None."""
    row = Redaction.objects.select_related("page__part", "record__archives").filter(id=redaction_id).first()
    return row if row and may_view(actor, row.record) else None
