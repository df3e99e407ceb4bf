"""Make records with their parts and pages: one by one, or a hundred thousand in a batch with few statements."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from lantai.audit.services import Act, record_acts
from lantai.catalogue.models import Category, Fonds, Page, Record, RecordPart, RetentionPeriod
from lantai.catalogue.rules.metadata import check_held_values, is_state_secret
from lantai.catalogue.rules.records import (
    PageSize,
    PartDescription,
    RecordDescription,
    check_place,
    check_texts,
    check_values,
    path_below,
)
from lantai.catalogue.selectors.fonds import fonds_to_work_on
from lantai.catalogue.services import coding
from lantai.catalogue.services.inheriting import opening_below
from lantai.catalogue.services.permits import permit_adding, permit_arranging
from lantai.identity.selectors import unit_of
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import InvalidError, NotFoundError, gettext_noop
from lantai.kernel.ids import new_id

BATCH = 2000


def create_record(
    *,
    actor: Actor,
    fonds_id: UUID,
    level: str,
    category_code: str,
    title: str,
    parent_id: UUID | None = None,
    year: int | None = None,
    retention: str = "Y",
    organisation: str = "",
    dated_on: date | None = None,
    author: str = "",
    document_number: str = "",
    access_level: int | None = None,
    opening: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Record:
    """Make one record, without a reference code yet. Raises as `create_records`."""
    description = RecordDescription(
        level=level,
        category_code=category_code,
        title=title,
        parent_id=parent_id,
        year=year,
        retention=retention,
        organisation=organisation,
        dated_on=dated_on,
        author=author,
        document_number=document_number,
        access_level=access_level,
        opening=opening,
        metadata=metadata or {},
    )
    return create_records(actor=actor, fonds_id=fonds_id, descriptions=[description])[0]


@transaction.atomic
def create_records(
    *, actor: Actor, fonds_id: UUID, descriptions: Sequence[RecordDescription], issue_codes: bool = False
) -> list[Record]:
    """Make records with their parts and pages in one transaction, and return them in the order of `descriptions`.

    With `issue_codes` each gets its reference code at once, numbered in this order. A description whose `record_id` is
    there already is taken as made by an earlier run: the stored record is returned and nothing is added. Parents stand
    before their children. Raises InvalidError with what is wrong, NotFoundError for an unknown fonds or parent.
    """
    fonds = fonds_to_work_on(fonds_id)
    permit_adding(actor, fonds)
    if any(d.opening not in (None, "not_reviewed") for d in descriptions):
        permit_arranging(actor, fonds)  # whoever merely hands records over does not open or close them
    made = _already_made(descriptions)
    rows = _Rows(fonds, descriptions)
    fresh = [(rows.record(d), d) for d in descriptions if d.record_id not in made]
    foreign = [(record, d.reference_code) for record, d in fresh if d.reference_code]
    if foreign:
        coding.take_codes(fonds, foreign)
    if issue_codes:
        coding.give_codes(fonds, [record for record, d in fresh if not d.reference_code], rows.parents)
    parts = [_part_rows(record, wish, order) for record, d in fresh for order, wish in enumerate(d.parts, start=1)]
    Record.objects.bulk_create([record for record, _ in fresh], batch_size=BATCH)
    _insert_parts([part for part, _ in parts], [page for _, pages in parts for page in pages])
    acts = [Act("catalogue.create_record", "record", record.id, _facts(record, d)) for record, d in fresh]
    record_acts(actor=actor, acts=acts)
    in_order = iter(record for record, _ in fresh)
    return [made[d.record_id] if d.record_id in made else next(in_order) for d in descriptions]


@transaction.atomic
def add_part(
    *,
    actor: Actor,
    record_id: UUID,
    computer_file_id: UUID,
    name: str,
    media_type: str,
    role: str = "main",
    pages: Sequence[PageSize] = (),
    technical: Mapping[str, Any] | None = None,
) -> RecordPart:
    """Add a computer file and its pages at the end of a record; the same file of the same name is added once.

    Raises NotFoundError for an unknown record.
    """
    part = PartDescription(computer_file_id, name, media_type, role, pages, technical or {})
    return add_parts(actor=actor, parts=[(record_id, part)])[0]


@transaction.atomic
def add_parts(*, actor: Actor, parts: Sequence[tuple[UUID, PartDescription]]) -> list[RecordPart]:
    """Add computer files to records of one or several fonds, in their order, with few statements.

    Returns the parts in the order given; a file that is already there under its name is returned, not doubled.
    """
    wanted = sorted({record_id for record_id, _ in parts})
    records = Record.objects.select_for_update(of=("self",)).select_related("fonds__archives", "fonds__owner_unit")
    held = {record.id: record for record in records.filter(id__in=wanted).order_by("id")}
    if len(held) < len(wanted):
        raise NotFoundError("catalogue.record_gone", gettext_noop("The record that the file belongs to is not there."))
    for fonds in {record.fonds_id: record.fonds for record in held.values()}.values():
        permit_adding(actor, fonds)
    existing: dict[UUID, list[RecordPart]] = {record_id: [] for record_id in wanted}
    for row in RecordPart.objects.filter(record_id__in=wanted).order_by("record_id", "order"):
        existing[row.record_id].append(row)
    answers: list[RecordPart] = []
    fresh: list[RecordPart] = []
    pages: list[Page] = []
    for record_id, wish in parts:
        there = existing[record_id]
        same = [p for p in there if (p.computer_file_id, p.name) == (wish.computer_file_id, wish.name[-400:])]
        if same:
            answers.append(same[0])
            continue
        row, its_pages = _part_rows(held[record_id], wish, order=there[-1].order + 1 if there else 1)
        there.append(row)
        fresh.append(row)
        answers.append(row)
        pages.extend(its_pages)
    _insert_parts(fresh, pages)
    touched = {row.record_id for row in fresh}
    Record.objects.bulk_update([held[i] for i in touched], ["page_count", "updated_at"], batch_size=BATCH)
    record_acts(actor=actor, acts=[_part_act(row, pages) for row in fresh])
    return answers


def _part_act(row: RecordPart, pages: list[Page]) -> Act:
    count = sum(page.part_id == row.id for page in pages) if len(pages) < BATCH else 0
    facts = {"part": row.id, "computer_file": row.computer_file_id, "role": row.role, "pages": count}
    return Act("catalogue.add_part", "record", row.record_id, facts)


def _already_made(descriptions: Sequence[RecordDescription]) -> dict[UUID | None, Record]:
    chosen = [d.record_id for d in descriptions if d.record_id]
    return {record.id: record for record in Record.objects.filter(id__in=chosen)} if chosen else {}


class _Rows:
    """Turns the descriptions of one batch into rows, with what they share read once."""

    def __init__(self, fonds: Fonds, descriptions: Sequence[RecordDescription]) -> None:
        self.fonds = fonds
        self.moment: datetime = now()
        codes = {d.category_code for d in descriptions}
        self.categories = {c.code: c for c in Category.objects.filter(code__in=codes).select_related("metadata_scheme")}
        self.retentions = set(RetentionPeriod.objects.values_list("code", flat=True))
        self.parents = _parents(fonds, {d.parent_id for d in descriptions if d.parent_id})
        self.units = {fonds.owner_unit_id: fonds.owner_unit.path}

    def record(self, d: RecordDescription) -> Record:
        """Return the row for `d`. Raises InvalidError, or NotFoundError for a parent that is not there."""
        check_texts({name: getattr(d, name) for name in ("title", "author", "document_number", "organisation")})
        check_values({"year": d.year, "opening": d.opening, "access_level": d.access_level})
        parent = self._parent(d)
        check_place(d.level, parent.level if parent else None, parent.path if parent else "/")
        if d.retention not in self.retentions:
            raise InvalidError(
                "catalogue.retention",
                gettext_noop(
                    "“%(retention)s” is not in the retention schedule. Use Y, D30 or D10, or add the period first."
                ),
                retention=d.retention,
            )
        category = self.categories.get(d.category_code)
        if category is None:
            raise InvalidError(
                "catalogue.category",
                gettext_noop("There is no category “%(category)s”. Use one that is set up, such as WS."),
                category=d.category_code,
            )
        check_held_values(d.metadata)
        record = Record(
            id=d.record_id or new_id(),
            archives_id=self.fonds.archives_id,
            fonds=self.fonds,
            parent=parent,
            level=d.level,
            category=category,
            title=d.title.strip(),
            author=d.author,
            document_number=d.document_number,
            dated_on=d.dated_on,
            year=d.year,
            retention=d.retention,
            organisation=d.organisation,
            catalogue_number=d.catalogue_number,
            metadata=dict(d.metadata),
            quarantined=d.quarantined or is_state_secret(d.metadata),
            created_at=self.moment,
            updated_at=self.moment,
        )
        record.path = path_below(parent.path if parent else "/", record.id)
        self._set_access(record, d, parent)
        if d.level != "item":
            self.parents[record.id] = record
        return record

    def _parent(self, d: RecordDescription) -> Record | None:
        if d.parent_id is None:
            return None
        parent = self.parents.get(d.parent_id)
        if parent is None:
            raise NotFoundError(
                "catalogue.parent",
                gettext_noop("The file that “%(title)s” belongs to is not there. Make the file first."),
                title=d.title,
            )
        return parent

    def _set_access(self, record: Record, d: RecordDescription, parent: Record | None) -> None:
        record.access_level_inherited = d.access_level is None and parent is not None
        record.access_level = d.access_level if d.access_level is not None else parent.access_level if parent else 0
        record.opening_inherited = d.opening is None and parent is not None
        record.opening = d.opening or (opening_below(parent) if parent else "not_reviewed")
        record.unit_inherited = d.unit_id is None
        record.unit_id = d.unit_id or (parent.unit_id if parent else self.fonds.owner_unit_id)
        if record.unit_id not in self.units:
            self.units[record.unit_id] = parent.unit_path if parent and not d.unit_id else unit_of(record.unit_id).path
        record.unit_path = self.units[record.unit_id]
        if parent is not None and parent.quarantined and not record.quarantined:
            record.quarantined = record.quarantine_inherited = True


def _parents(fonds: Fonds, ids: set[UUID]) -> dict[UUID, Record]:
    """Return the parents, held so that none of them is moved until the new children are in."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM catalogue_record WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [list(ids)])
    return {record.id: record for record in Record.objects.filter(id__in=ids, fonds=fonds)}


def _part_rows(record: Record, wish: PartDescription, order: int) -> tuple[RecordPart, list[Page]]:
    """Return the rows of one part, counting its pages on `record`. A derived copy has no pages of its own."""
    if wish.role == "derived" and wish.pages:
        raise InvalidError(
            "catalogue.derived_pages", gettext_noop("A derived copy adds no pages to the record; add it without pages.")
        )
    part = RecordPart(
        record=record,
        computer_file_id=wish.computer_file_id,
        role=wish.role,
        order=order,
        name=wish.name[-400:],
        media_type=wish.media_type,
        technical=dict(wish.technical),
    )
    pages = [
        Page(
            record=record,
            part=part,
            number=record.page_count + part_page,
            part_page=part_page,
            width_px=size.width_px,
            height_px=size.height_px,
            dpi=round(size.dpi) if size.dpi else None,
        )
        for part_page, size in enumerate(wish.pages, start=1)
    ]
    record.page_count += len(pages)
    record.updated_at = now()
    return part, pages


def _insert_parts(parts: list[RecordPart], pages: list[Page]) -> None:
    RecordPart.objects.bulk_create(parts, batch_size=BATCH)
    Page.objects.bulk_create(pages, batch_size=BATCH)


def _facts(record: Record, d: RecordDescription) -> dict[str, Any]:
    facts: dict[str, Any] = {"fonds": record.fonds_id, "level": record.level, "parts": len(d.parts)}
    if record.quarantined:
        facts["quarantined"] = True
    if record.reference_code:
        facts["code"] = coding.ledger_code(record.reference_code)
    return facts
