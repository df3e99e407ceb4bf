"""The access decision, once: a neutral filter on six facts of a record, which SQL and the search index compile.

The facts: `record` and `archives` (ids as 32 hexadecimal digits), `unit_path`, `opening`, `access_level`, `quarantined`.
Source: Archives Law of 2020, articles 27 to 30 (opening); separation of the three administrators (三员分立).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from lantai.kernel.actors import Actor
from lantai.kernel.filters import EVERYTHING, AtMost, Filter, Is, IsOneOf, StartsWith, all_of, any_of

STAFF = frozenset({"archivist", "handler", "reviewer", "approver"})
"""These see what their archives holds, up to their access level, whatever its opening state."""
LIAISON = "liaison"
"""Sees what its own unit created, up to its access level."""
SECURITY = "secadmin"
"""Sees the description of what is quarantined, to decide on it, and otherwise no more than the public does."""

FIELDS = ("record", "archives", "unit_path", "opening", "access_level", "quarantined")


class Viewable(Protocol):
    """What the decision must know of a record; a row of the catalogue has it."""

    @property
    def id(self) -> UUID: ...
    @property
    def archives_id(self) -> UUID: ...
    @property
    def unit_path(self) -> str: ...
    @property
    def opening(self) -> str: ...
    @property
    def access_level(self) -> int: ...
    @property
    def quarantined(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class ViewGrant:
    """The right to view one record, up to and on a day; `masked` gives its masked copy only."""

    record_id: UUID
    until_on: date
    masked: bool = False


def record_facts(record: Viewable) -> dict[str, object]:
    """Return the facts of `record` that a viewing filter asks for."""
    return {
        "record": record.id.hex,
        "archives": record.archives_id.hex,
        "unit_path": record.unit_path,
        "opening": str(record.opening),
        "access_level": record.access_level,
        "quarantined": record.quarantined,
    }


def viewing_filter(
    actor: Actor,
    today: date,
    grants: Iterable[ViewGrant] = (),
    archives_below: Mapping[str, Iterable[UUID]] | None = None,
) -> Filter:
    """Return the condition on a record under which `actor` may view it today.

    `grants` are the actor's own. `archives_below` tells, for the path of a unit at which the actor holds a role, the
    archives that stand at or below it; without it a role reaches the archives it is held at only.

    Everybody sees open records of access level 0. Staff see their archives, liaisons their unit, both up to their level.
    A grant opens one record whatever its level. What is quarantined nobody sees but the security administrator.
    Supervisors, the audit administrator and the system administrator see what the public sees: supervision works on
    counts, and whoever needs a record asks for a grant, which leaves a trace. Who may see a masked copy only may not view
    the record: see `masked_filter`.
    """
    if actor.is_system:
        return EVERYTHING
    ways: list[Filter] = [all_of(Is("opening", "open"), AtMost("access_level", 0))]
    held = _archives_at(actor, STAFF, archives_below)
    if held:
        ways.append(all_of(IsOneOf("archives", held), AtMost("access_level", actor.level)))
    paths = _outermost(role.unit_path for role in actor.roles if role.role == LIAISON)
    ways.extend(all_of(StartsWith("unit_path", path), AtMost("access_level", actor.level)) for path in paths)
    granted = frozenset(grant.record_id.hex for grant in grants if grant.until_on >= today and not grant.masked)
    if granted:
        ways.append(IsOneOf("record", frozenset(granted)))
    whole = all_of(Is("quarantined", False), any_of(*ways))
    guarded = _archives_at(actor, {SECURITY}, archives_below)
    return any_of(whole, all_of(Is("quarantined", True), IsOneOf("archives", guarded))) if guarded else whole


def masked_filter(today: date, grants: Iterable[ViewGrant] = ()) -> Filter:
    """Return the condition on a record under which the holder of `grants` may see its masked copy today.

    Everybody sees the masked copies of what is open in that form and of access level 0.
    """
    ways: list[Filter] = [all_of(Is("opening", "masked"), AtMost("access_level", 0))]
    granted = frozenset(grant.record_id.hex for grant in grants if grant.until_on >= today and grant.masked)
    if granted:
        ways.append(IsOneOf("record", frozenset(granted)))
    return all_of(Is("quarantined", False), any_of(*ways))


def _archives_at(
    actor: Actor, roles: Iterable[str], archives_below: Mapping[str, Iterable[UUID]] | None
) -> frozenset[str | int | bool]:
    found: set[str | int | bool] = set()
    for role in actor.roles:
        if role.role in roles:
            below = (archives_below or {}).get(role.unit_path, ())
            found.update(unit.hex for unit in (role.unit_id, *below))
    return frozenset(found)


def _outermost(paths: Iterable[str]) -> list[str]:
    """Return `paths` without those that lie below another of them."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(above) for above in kept):
            kept.append(path)
    return kept
