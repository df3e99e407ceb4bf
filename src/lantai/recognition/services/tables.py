"""Keep the tables that reading found, join those that go on overleaf, and take what people make of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Page
from lantai.catalogue.selectors import page_for
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, NotFoundError, gettext_noop
from lantai.recognition.models import PageTable, TableVersion
from lantai.recognition.rules.layout import Box
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.rules.tables.editing import edited
from lantai.recognition.rules.tables.joining import begins_page, continues, ends_page
from lantai.recognition.rules.tables.shapes import Table, as_json, from_json
from lantai.recognition.selectors.review import REVIEWERS
from lantai.recognition.selectors.tables import machine_table, present_table

SAME_PLACE = 0.5


def keep_tables(actor: Actor, page: Page, read: PageRead) -> None:
    """Keep the tables of a page that was read; no act of its own: reading calls it.

    A table that a person has edited stays as it was left; only what the machine reads at its place is renewed.
    """
    rows = list(PageTable.objects.filter(page=page))
    edited_rows = [row for row in rows if row.versions.exists()]
    PageTable.objects.filter(page=page).exclude(id__in=[row.id for row in edited_rows]).delete()
    fresh = []
    for number, table in enumerate(read.tables, 1):
        known = next((row for row in edited_rows if _overlap(_box(row), table.box_px) >= SAME_PLACE), None)
        row = known or PageTable(record_id=page.record_id, page=page)
        if known is not None:
            edited_rows.remove(known)
        row.number, row.kind, row.structure = number, table.kind, as_json(_clean(table))
        row.confidence = min(max(table.confidence, 0.0), 1.0)
        row.begins_page, row.ends_page = begins_page(table, read.layout), ends_page(table, read.layout)
        row.engine, row.found_at = read.engine, now()
        fresh.append((row, known is None))
    for number, row in enumerate(edited_rows, len(read.tables) + 1):
        row.number = number
        row.save(update_fields=["number"])
    for row, is_new in fresh:
        row.save(force_insert=is_new)


def join_tables(actor: Actor, record_id: UUID) -> None:
    """Tell which tables of a record go on overleaf, now that all its pages are read; reading calls it."""
    rows = list(PageTable.objects.filter(record_id=record_id).select_related("page").order_by("page__number", "number"))
    before: PageTable | None = None
    links: dict[UUID, UUID | None] = {}
    for row in rows:
        links[row.id] = before.id if before is not None and _goes_on(before, row) else None
        before = row
    changed = [row for row in rows if row.continues_id != links[row.id]]
    # Two steps: what one table gives up another may take.
    PageTable.objects.filter(id__in=[row.id for row in changed]).update(continues=None)
    for row in changed:
        row.continues_id = links[row.id]
    PageTable.objects.bulk_update(changed, ["continues"])


@transaction.atomic
def edit_table(*, actor: Actor, table_id: UUID, version: int, steps: Sequence[Mapping[str, Any]]) -> TableVersion:
    """Change a table by `steps` (see rules.tables.editing) and keep that as its next version, beside the machine's.

    `version` is the one that was changed (0 is the machine's). Raises NotFoundError for what the actor may not see,
    ConflictError if there is a later version, InvalidError for a step that cannot be done.
    """
    row = _locked(actor, table_id, version)
    table = edited(present_table(row).table, steps)
    return _keep_version(actor, row, version + 1, table, [str(step.get("act")) for step in steps])


@transaction.atomic
def restore_table(*, actor: Actor, table_id: UUID, version: int, to: int) -> TableVersion:
    """Make an earlier version (0: the machine's) the next one; nothing is lost. Raises as `edit_table` does."""
    row = _locked(actor, table_id, version)
    if to == 0:
        table = machine_table(row)
    else:
        found = row.versions.filter(number=to).first()
        if found is None:
            raise _gone()
        table = from_json(found.structure)
    return _keep_version(actor, row, version + 1, table, [f"restore.{to}"])


def _locked(actor: Actor, table_id: UUID, version: int) -> PageTable:
    row = (
        PageTable.objects.select_for_update(of=("self",))
        .select_related("page__record__archives")
        .filter(id=table_id, continues=None)
        .first()
    )
    if row is None:
        raise _gone()
    page = page_for(actor, row.page_id)
    require(actor, REVIEWERS, page.record.archives.path)
    if (row.versions.order_by("-number").values_list("number", flat=True).first() or 0) != version:
        raise ConflictError(
            "recognition.table_changed",
            gettext_noop("Somebody has changed this table meanwhile. Load the page again to see it as it is now."),
        )
    return row


def _keep_version(actor: Actor, row: PageTable, number: int, table: Table, acts: Sequence[str]) -> TableVersion:
    version = TableVersion.objects.create(
        table=row,
        number=number,
        structure=as_json(table),
        acts=list(acts),
        made_by=(actor.on_behalf_of or actor.name)[:120],
        made_by_account=actor.id,
        made_at=now(),
    )
    record_act(
        actor=actor,
        verb="recognition.edit_table",
        target_kind="record",
        target_id=row.record_id,
        facts={"table": row.id, "page": row.page_id, "version": number, "acts": sorted(set(acts)), "steps": len(acts)},
    )
    return version


def _gone() -> NotFoundError:
    return NotFoundError("recognition.table", gettext_noop("This table is no longer there. Load the record again."))


def _goes_on(before: PageTable, row: PageTable) -> bool:
    if row.page.number != before.page.number + 1 or not (before.ends_page and row.begins_page):
        return False
    return continues(from_json(before.structure), from_json(row.structure), _width(before), _width(row))


def _width(row: PageTable) -> int:
    return max(row.page.width_px or 0, 1)


def _clean(table: Table) -> Table:
    """Return `table` without what the database cannot keep."""
    return replace(table, cells=tuple(replace(cell, text=cell.text.replace("\x00", "")) for cell in table.cells))


def _box(row: PageTable) -> Box:
    left, top, right, bottom = row.structure["box_px"]
    return left, top, right, bottom


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    both = max(wide, 0) * max(high, 0)
    areas = sum((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return both / max(areas - both, 1)
