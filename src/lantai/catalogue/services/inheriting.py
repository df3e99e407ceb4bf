"""Carry what a record has down to the records below that inherit it: access level, opening, unit, quarantine, path."""

from uuid import UUID

from lantai.audit.services import Act, record_acts
from lantai.catalogue.models import Opening, Record
from lantai.catalogue.rules.records import path_below
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now

CARRIED = ("path", "access_level", "opening", "unit_id", "unit_path", "quarantined", "quarantine_inherited")
BATCH = 2000


def carry_down(*, actor: Actor, record: Record, old_path: str | None = None) -> int:
    """Recompute what stands below `record` and inherits from it; return how many records changed.

    `old_path` is where the subtree lay before a move. A quarantined record quarantines everything below it, and its
    release lets go what was quarantined for its sake alone. One ledger
    entry for each record changed, so that whoever follows the ledger sees it.
    """
    below = Record.objects.select_for_update().filter(path__startswith=old_path or record.path).exclude(id=record.id)
    above: dict[UUID, Record] = {record.id: record}
    changed: list[Record] = []
    for child in below.order_by("path").defer("metadata"):
        parent = above[child.parent_id]  # type: ignore[index]  # whatever lies below has a parent
        before = [getattr(child, name) for name in CARRIED]
        inherit(child, parent)
        child.path = path_below(parent.path, child.id)
        above[child.id] = child
        if before != [getattr(child, name) for name in CARRIED]:
            child.updated_at = now()
            changed.append(child)
    fields = [
        "path",
        "access_level",
        "opening",
        "unit",
        "unit_path",
        "quarantined",
        "quarantine_inherited",
        "updated_at",
    ]
    Record.objects.bulk_update(changed, fields, batch_size=BATCH)
    record_acts(
        actor=actor, acts=[Act("catalogue.inherit", "record", child.id, {"above": record.id}) for child in changed]
    )
    return len(changed)


def opening_below(parent: Record) -> str:
    """Return the opening state that records below inherit. A masked copy is of one record, so what is below waits."""
    return Opening.NOT_REVIEWED if parent.opening == Opening.MASKED else parent.opening


def inherit(child: Record, parent: Record) -> None:
    """Set on `child` what it inherits from `parent` (not stored here)."""
    if child.access_level_inherited:
        child.access_level = parent.access_level
    if child.opening_inherited:
        child.opening = opening_below(parent)
    if child.unit_inherited:
        child.unit_id, child.unit_path = parent.unit_id, parent.unit_path
    if not child.quarantined or child.quarantine_inherited:
        child.quarantined = child.quarantine_inherited = parent.quarantined
