"""The tables of a record as they stand now: what the machine read, or what a person left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lantai.catalogue.models import Page
from lantai.catalogue.selectors import page_for, record_for
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotFoundError, NotPermittedError, gettext_noop
from lantai.recognition.adapters.tables.sheets import NamedTable, workbook_of
from lantai.recognition.models import PageTable, TableVersion
from lantai.recognition.rules.tables.joining import joined
from lantai.recognition.rules.tables.shapes import Table, as_json, from_json
from lantai.recognition.selectors.review import REVIEWERS

MOST_LISTED = 400


@dataclass(frozen=True, slots=True)
class PresentTable:
    """A table as it stands now, whole over its pages. `version` is None for the machine's own."""

    row: PageTable
    table: Table
    pages: tuple[Page, ...]
    version: TableVersion | None = None

    @property
    def number(self) -> int:
        """The version's number; 0 for the machine's own."""
        return self.version.number if self.version else 0

    @property
    def percent(self) -> int:
        """How sure the machine is of the text, in percent."""
        return int(100 * self.row.confidence)

    @property
    def name(self) -> str:
        """Page and number, as sheets and files are named."""
        first, last = self.pages[0].number, self.pages[-1].number
        return f"{first}-{last}_{self.row.number}" if last > first else f"{first}_{self.row.number}"


def tables_of(actor: Actor, record_id: UUID) -> list[PresentTable]:
    """Return the tables of a record in the order of its pages; none where `actor` may not see the pages.

    Raises NotFoundError for a record that the actor may not see.
    """
    record = record_for(actor, record_id)
    first = Page.objects.filter(record=record).order_by("number").first()
    if first is None:
        return []
    page_for(actor, first.id)
    return present_tables(record.id)


def present_tables(record_id: UUID) -> list[PresentTable]:
    """Return the tables of a record. The caller has decided that the reader may see its pages."""
    rows = list(
        PageTable.objects.filter(record_id=record_id)
        .select_related("page")
        .order_by("page__number", "number")[:MOST_LISTED]
    )
    latest = _latest([row.id for row in rows])
    after = {row.continues_id: row for row in rows if row.continues_id}
    return [_present(row, _chain(row, after), latest.get(row.id)) for row in rows if row.continues_id is None]


def table_count(record_id: UUID) -> int:
    """Return how many tables a record has. The caller has decided that the reader may see it."""
    return PageTable.objects.filter(record_id=record_id, continues=None).count()


def workbook(tables: Sequence[PresentTable]) -> bytes:
    """Return an xlsx workbook with a sheet for each of `tables` (at least one)."""
    return workbook_of([NamedTable(table.name, table.table) for table in tables])


def described(table: PresentTable) -> dict[str, Any]:
    """Return a table as plain values for exchange: where it stands, who left it so, its cells."""
    version = table.version
    return {
        "pages": [page.number for page in table.pages],
        "number": table.row.number,
        "version": table.number,
        "read_by": table.row.engine,
        "edited_by": version.made_by if version else None,
        "edited_at": version.made_at.isoformat() if version else None,
        **as_json(table.table),
    }


def table_for(actor: Actor, table_id: UUID) -> PresentTable:
    """Return a table of a page that `actor` may see. Raises NotFoundError for any other."""
    row = PageTable.objects.select_related("page__record__archives").filter(id=table_id, continues=None).first()
    if row is None:
        raise NotFoundError("recognition.table", gettext_noop("This table is no longer there. Load the record again."))
    page_for(actor, row.page_id)
    return present_table(row)


def present_table(row: PageTable) -> PresentTable:
    """Return the table that begins with `row` as it stands now."""
    return _present(row, _parts(row), row.versions.order_by("-number").first())


def machine_table(row: PageTable) -> Table:
    """Return the table that begins with `row` as the machine read it, whole over its pages."""
    return joined([from_json(part.structure) for part in _parts(row)])


def may_edit_tables(actor: Actor, archives_path: str) -> bool:
    """Tell whether `actor` may change tables of records of these archives."""
    try:
        require(actor, REVIEWERS, archives_path)
    except NotPermittedError:
        return False
    return True


def _present(row: PageTable, parts: Sequence[PageTable], version: TableVersion | None) -> PresentTable:
    table = from_json(version.structure) if version else joined([from_json(part.structure) for part in parts])
    return PresentTable(row, table, tuple(part.page for part in parts), version)


def _latest(ids: Sequence[UUID]) -> dict[UUID, TableVersion]:
    rows = TableVersion.objects.filter(table_id__in=ids).order_by("table_id", "-number").distinct("table_id")
    return {row.table_id: row for row in rows}


def _chain(row: PageTable, after: dict[UUID, PageTable]) -> list[PageTable]:
    chain = [row]
    while chain[-1].id in after:
        chain.append(after[chain[-1].id])
    return chain


def _parts(row: PageTable) -> list[PageTable]:
    parts = [row]
    while len(parts) < MOST_LISTED:
        following = PageTable.objects.select_related("page").filter(continues=parts[-1]).first()
        if following is None:
            break
        parts.append(following)
    return parts
