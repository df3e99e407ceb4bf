"""Which records an act of the ledger may have changed, as far as the index is concerned."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

UNCHANGING = frozenset({"audit.record_reading"})
"""Acts that name a record but change nothing that is indexed."""


def touched_records(verb: str, target_kind: str, target_id: UUID | None, facts: Mapping[str, Any]) -> set[UUID]:
    """Return the records that an act touched: its target, and those its facts name as `record` or `records`."""
    if verb in UNCHANGING:
        return set()
    found = {target_id} if target_kind == "record" and target_id else set()
    named = facts.get("records", ())
    for value in (facts.get("record"), *(named if isinstance(named, Iterable) and not isinstance(named, str) else ())):
        try:
            found.add(UUID(str(value)))
        except ValueError:
            continue
    return found
