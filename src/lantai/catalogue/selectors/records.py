"""One record and all that belongs to it, as much as the asker may see: its way, parts, relations, history, defects."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from lantai.catalogue.models import (
    Category,
    Defect,
    Grant,
    MetadataScheme,
    Page,
    Record,
    RecordPart,
    RecordRevision,
    Relation,
)
from lantai.catalogue.rules import metadata
from lantai.catalogue.rules.findings import Finding
from lantai.catalogue.rules.records import ids_on
from lantai.catalogue.selectors.viewing import visible_records
from lantai.identity.selectors import below, scopes
from lantai.kernel.actors import Actor
from lantai.kernel.clock import today
from lantai.kernel.errors import NotFoundError, gettext_noop
from lantai.kernel.paging import Slice, decode_cursor, encode_cursor

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RelatedRecord:
    """The other end of a relation; `outward` tells that the relation is read from the record asked about."""

    relation: Relation
    record: Record
    outward: bool


def breadcrumbs(actor: Actor, record: Record) -> list[Record]:
    """Return the records above `record` that `actor` may see, from the top down."""
    above = ids_on(record.path)[:-1]
    return list(visible_records(actor).filter(id__in=above).order_by("path")) if above else []


def parts_of(record: Record) -> list[RecordPart]:
    """Return the parts of a record that the asker was given; of a quarantined one, none."""
    return [] if record.quarantined else list(record.parts.all())


def pages_of(record_id: UUID) -> QuerySet[Page]:
    """Return the pages of a record in their order, parts beside them; for whoever was given the record.

    The pages of a quarantined record are shown to nobody (see `page_for`): leave them out there.
    """
    return Page.objects.filter(record_id=record_id).select_related("part").order_by("number")


def may_edit(actor: Actor, record: Record) -> bool:
    """Tell whether `actor`, who sees `record`, may edit its description."""
    return not record.quarantined and any(record.archives.path.startswith(path) for path in scopes(actor, "archivist"))


def relations_of(actor: Actor, record: Record) -> list[RelatedRecord]:
    """Return the relations of `record` whose other end `actor` may see, oldest first."""
    rows = Relation.objects.filter(Q(source=record) | Q(target=record)).order_by("id")
    ends = {row: row.target_id if row.source_id == record.id else row.source_id for row in rows}
    seen = visible_records(actor).select_related("category").in_bulk(list(ends.values())) if ends else {}
    return [RelatedRecord(row, seen[end], row.source_id == record.id) for row, end in ends.items() if end in seen]


def history(record: Record, *, cursor: str = "", size: int = PAGE_SIZE) -> Slice[RecordRevision]:
    """Return a page of the changes of a record that the asker was given, newest first."""
    rows = record.revisions.order_by("-version")
    if cursor:
        (version,) = decode_cursor(cursor, 1)
        rows = rows.filter(version__lt=version)
    found = list(rows[: size + 1])
    return Slice(found[:size], encode_cursor(found[size - 1].version) if len(found) > size else "")


def grants_of(record: Record) -> list[Grant]:
    """Return the rights to view a record that are in force today; for whoever may grant them."""
    return list(
        record.grants.filter(until_on__gte=today(), revoked_at=None).select_related("account").order_by("until_on")
    )


def defects_for(actor: Actor) -> QuerySet[Defect]:
    """Return the defects that `actor` may know of: of records that the actor may see, and of fonds kept or created there."""
    kept = below(scopes(actor, "archivist"), "fonds__archives__path") | below(
        scopes(actor, "liaison"), "fonds__owner_unit__path"
    )
    of_records = Q(record__in=visible_records(actor).order_by().values("id"))
    return Defect.objects.filter(kept, Q(record=None) | of_records)


def defects(
    actor: Actor,
    *,
    record: Record | None = None,
    fonds_code: str = "",
    closed: bool = False,
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> Slice[Defect]:
    """Return a page of the register of defects, newest first: open ones, or those closed."""
    rows = (
        defects_for(actor)
        .filter(closed_at__isnull=not closed)
        .select_related("record", "fonds", "owner")
        .order_by("-id")
    )
    if record:
        rows = rows.filter(record=record)
    if fonds_code:
        rows = rows.filter(fonds__code=fonds_code)
    if cursor:
        (last_id,) = decode_cursor(cursor, 1)
        rows = rows.filter(id__lt=UUID(last_id))
    found = list(rows[: size + 1])
    return Slice(found[:size], encode_cursor(str(found[size - 1].id)) if len(found) > size else "")


def defect_for(actor: Actor, defect_id: UUID) -> Defect:
    """Return a defect that `actor` may know of. Raises NotFoundError."""
    found = defects_for(actor).select_related("record", "fonds", "owner").filter(id=defect_id).first()
    if found is None:
        raise NotFoundError("catalogue.defect", gettext_noop("There is no such defect in the register. Load it again."))
    return found


def acts_on(actor: Actor, record: Record) -> list[str]:
    """Return the names of the acts that `actor`, who sees `record`, may do on it, the usual ones first."""
    held = {
        role for role in ROLES_OF_ACTS if any(record.archives.path.startswith(path) for path in scopes(actor, role))
    }
    if record.quarantined:
        return ["release_record"] if "secadmin" in held else []
    liaison = any(record.fonds.owner_unit.path.startswith(path) for path in scopes(actor, "liaison"))
    acts = [act for act, roles in ACTS.items() if held & roles]
    return [*acts, "report_defect"] if liaison and "report_defect" not in acts else acts


ACTS = {
    "edit_record": {"archivist"},
    "decide_opening": {"archivist", "reviewer", "approver"},
    "move_record": {"archivist"},
    "grant_view": {"archivist", "approver"},
    "report_defect": {"archivist"},
}
"""Acts on a record, by the roles that may do them at its archives."""
ROLES_OF_ACTS = ("archivist", "reviewer", "approver", "secadmin")


def quarantined_records(actor: Actor) -> QuerySet[Record]:
    """Return the quarantined records whose description `actor` may see, newest first."""
    return visible_records(actor).filter(quarantined=True).select_related("fonds", "category").order_by("-id")


def quarantined_count(actor: Actor) -> int:
    """Return how many quarantined records wait for `actor`'s decision; nothing for who does not decide."""
    return visible_records(actor).filter(quarantined=True).count() if scopes(actor, "secadmin") else 0


def open_defects_count(actor: Actor) -> int:
    """Return how many open defects `actor` has to see to: those owned by the actor and those nobody owns yet."""
    return defects_for(actor).filter(Q(owner_id=actor.id) | Q(owner=None), closed_at=None).count()


def scheme_elements(category: Category) -> tuple[metadata.Element, ...]:
    """Return the elements of the category's metadata scheme; those of DA/T 46-2009 where it has none."""
    scheme = MetadataScheme.objects.filter(categories=category).first()
    return metadata.elements_from(scheme.elements if scheme else metadata.dat46_data())


def described_values(record: Record) -> dict[str, Any]:
    """Return all values of a description by element name: those kept as columns, and the record's metadata.

    The record's fonds, archives and category must be at hand (as from `record_for`).
    """
    in_file = record.level == "item"
    values = {
        "aggregation_level": "文件" if in_file else "案卷",
        "archives_name": record.archives.name_zh,
        "fonds_name": record.fonds.name_zh,
        "fonds_constituting_unit_name": record.fonds.name_zh,
        "electronic_record_code": str(record.id),
        "archival_code": record.reference_code or "",
        "fonds_identifier": record.fonds.code,
        "catalogue_number": record.catalogue_number,
        "year": str(record.year or ""),
        "retention_period": RETENTION_NAMES.get(record.retention, record.retention),
        "organizational_structure_or_function": record.organisation,
        "category_code": record.category.code,
        "archives_item_number": str(record.code_number) if in_file and record.code_number else "",
        "title": record.title,
        "document_number": record.document_number,
        "author": record.author,
        "date": record.dated_on.isoformat() if record.dated_on else "",
        "total_number_of_pages": str(record.page_count or ""),
    }
    return {name: value for name, value in {**record.metadata, **values}.items() if value not in ("", None)}


RETENTION_NAMES = {"Y": "永久", "D30": "30年", "D10": "10年", "C": "长期", "D": "短期"}
"""How DA/T 46-2009 writes the values of the retention schedule."""


def metadata_findings(record: Record) -> list[Finding]:
    """Return what is wrong or missing in a record's description under its category's scheme."""
    level = "item" if record.level == "item" else "file"
    elements = scheme_elements(record.category)
    known = {element.name for element in elements}
    values = {
        name: value for name, value in described_values(record).items() if name in known or name in record.metadata
    }
    return metadata.check_metadata(elements, values, level=level, today=today())


_OUT_OF_STEP = """
SELECT u.id, u.path FROM identity_unit u
WHERE EXISTS (SELECT 1 FROM catalogue_record r WHERE r.unit_id = u.id AND r.unit_path < u.path)
   OR EXISTS (SELECT 1 FROM catalogue_record r WHERE r.unit_id = u.id AND r.unit_path > u.path)
"""


def units_out_of_step() -> Sequence[tuple[UUID, str]]:
    """Return the units, with their present paths, whose records still have another path: two index probes for each."""
    with connection.cursor() as cursor:
        cursor.execute(_OUT_OF_STEP)
        return [(unit_id, path) for unit_id, path in cursor.fetchall()]


def record_view(actor: Actor, record: Record) -> dict[str, Any]:
    """Return a record as the API, the command line and exports give it; only what `actor` may see stands in it.

    The record comes from `record_for` or `read_record`, so that its fonds, archives, category and unit are at hand.
    """
    above = breadcrumbs(actor, record)
    return {
        "id": str(record.id),
        "reference_code": record.reference_code,
        "level": record.level,
        "title": record.title,
        "archives": {"id": str(record.archives_id), "name_zh": record.archives.name_zh, "name_en": record.archives.name_en},
        "fonds": {"code": record.fonds.code, "name_zh": record.fonds.name_zh, "name_en": record.fonds.name_en},
        "category": {"code": record.category.code, "name_zh": record.category.name_zh, "name_en": record.category.name_en},
        "unit": {"id": str(record.unit_id), "name_zh": record.unit.name_zh, "name_en": record.unit.name_en},
        "above": [{"id": str(r.id), "reference_code": r.reference_code, "title": r.title, "level": r.level} for r in above],
        "author": record.author,
        "document_number": record.document_number,
        "dated_on": record.dated_on.isoformat() if record.dated_on else None,
        "year": record.year,
        "retention": record.retention,
        "organisation": record.organisation,
        "catalogue_number": record.catalogue_number,
        "opening": record.opening,
        "access_level": record.access_level,
        "quarantined": record.quarantined,
        "page_count": record.page_count,
        "metadata": record.metadata,
        "parts": [_part_view(part) for part in parts_of(record)],
        "relations": [
            {"kind": r.relation.kind, "outward": r.outward, "id": str(r.record.id), "reference_code": r.record.reference_code,
             "title": r.record.title, "note": r.relation.note}
            for r in relations_of(actor, record)
        ],
        "version": record.version,
        "created_at": record.created_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
    }  # fmt: skip


def _part_view(part: RecordPart) -> dict[str, Any]:
    return {
        "id": str(part.id),
        "computer_file_id": str(part.computer_file_id),
        "role": part.role,
        "order": part.order,
        "name": part.name,
        "media_type": part.media_type,
        "technical": part.technical,
    }


def record_line(record: Record) -> dict[str, Any]:
    """Return a record as it stands in a list of the API."""
    return {
        "id": str(record.id),
        "reference_code": record.reference_code,
        "level": record.level,
        "title": record.title,
        "category": record.category.code,
        "year": record.year,
        "dated_on": record.dated_on.isoformat() if record.dated_on else None,
        "opening": record.opening,
        "access_level": record.access_level,
        "page_count": record.page_count,
        "children": getattr(record, "child_count", 0),
    }
