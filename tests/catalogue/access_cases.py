"""One table of who may see what, read by the tests of all three forms of the access decision: Python, SQL, index.

A small fixed world: two cities, each with an archives; in the first also an archive room and two departments, one with
a section below it. `READERS` are people in it, `RECORDS` the classes of record, `CASES` says for each record who sees it
and why; whoever is not named does not. `viewing_filter_of(reader)` is the decision under test.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

from lantai.catalogue.rules.access import ViewGrant, viewing_filter
from lantai.kernel.actors import ANONYMOUS, Actor, RoleAt, system_actor
from lantai.kernel.filters import Filter

TODAY = date(2026, 11, 21)
_SPACE = UUID("5b0f7a52-6a5e-4d0c-9f56-1f0c3f8a1e77")


def id_of(name: str) -> UUID:
    """Return the id that stands for `name` in every test."""
    return uuid5(_SPACE, name)


UNITS: Mapping[str, str] = {
    "city": "/city000001/",
    "archives": "/city000001/archives01/",
    "authority": "/city000001/author0001/",
    "bureau": "/city000001/bureau0001/",
    "section": "/city000001/bureau0001/section001/",
    "bureau2": "/city000001/bureau0001x/",
    "office": "/city000001/office0001/",
    "room": "/city000001/office0001/room000001/",
    "far city": "/city000002/",
    "far archives": "/city000002/archives02/",
}
"""Units by name with their paths; "bureau2" shares the letters of the bureau's path without lying below it."""

ARCHIVES_BELOW: Mapping[str, list[UUID]] = {
    path: [id_of(name) for name in ("archives", "room", "far archives") if UNITS[name].startswith(path)]
    for path in UNITS.values()
}


def _person(name: str, level: int = 0, **roles: str) -> Actor:
    held = tuple(RoleAt(role.rstrip("0123456789"), id_of(unit), UNITS[unit]) for role, unit in roles.items())
    return Actor(kind="account", name=name, id=id_of(name), roles=held, level=level, sitting="sitting")


READERS: Mapping[str, Actor] = {
    reader.name: reader
    for reader in (
        ANONYMOUS,
        _person("applicant", applicant="city"),
        _person("high level, no role", level=20),
        _person("applicant with grant", applicant="city"),
        _person("applicant with grant of yesterday", applicant="city"),
        _person("archivist", level=20, archivist="archives"),
        _person("archivist of level 10", level=10, archivist="archives"),
        _person("archivist of level 0", level=0, archivist="archives"),
        _person("archivist of the city", level=20, archivist="city"),
        _person("archivist of the room", level=20, archivist="room"),
        _person("archivist far away", level=20, archivist="far archives"),
        _person("handler", level=20, handler="archives"),
        _person("reviewer", level=20, reviewer="archives"),
        _person("approver", level=20, approver="archives"),
        _person("liaison of the bureau", level=10, liaison="bureau"),
        _person("liaison of the section", level=20, liaison="section"),
        _person("liaison of two", level=20, liaison1="section", liaison2="bureau2"),
        _person("supervisor", level=20, supervisor="authority"),
        _person("sysadmin", sysadmin="city"),
        _person("secadmin", secadmin="city"),
        _person("secadmin far away", secadmin="far city"),
        _person("auditor", auditor="city"),
        system_actor("indexer"),
    )
}
EVERYBODY = frozenset(READERS)
SYSTEM = frozenset({"indexer"})
STAFF20 = SYSTEM | {"archivist", "archivist of the city", "handler", "reviewer", "approver"}
STAFF10 = STAFF20 | {"archivist of level 10"}
STAFF0 = STAFF10 | {"archivist of level 0"}
BUREAU10 = frozenset({"liaison of the bureau"})
SECTION = frozenset({"liaison of the section", "liaison of two"})


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A record of the small world; it has what `record_facts` asks for."""

    name: str
    opening: str = "not_reviewed"
    access_level: int = 0
    archives: str = "archives"
    unit: str = "bureau"
    quarantined: bool = False

    @property
    def id(self) -> UUID:
        return id_of(self.name)

    @property
    def archives_id(self) -> UUID:
        return id_of(self.archives)

    @property
    def unit_path(self) -> str:
        return UNITS[self.unit]


@dataclass(frozen=True, slots=True)
class Case:
    """A record, exactly who sees it, and why."""

    record: CaseRecord
    sees: frozenset[str]
    reason: str


CASES = (
    Case(CaseRecord("open", "open"), EVERYBODY, "open records of access level 0 are everybody's, signed in or not"),
    Case(CaseRecord("open far away", "open", archives="far archives", unit="far city"), EVERYBODY,
         "being open knows no border between archives"),
    Case(CaseRecord("open but internal", "open", 10), STAFF10 | BUREAU10,
         "what is not public by level is not the public's, even when it was opened"),
    Case(CaseRecord("not reviewed"), STAFF0 | BUREAU10, "what nobody has reviewed is for staff and its own unit"),
    Case(CaseRecord("restricted", "restricted"), STAFF0 | BUREAU10, "control is against the public, not against the keepers"),
    Case(CaseRecord("deferred", "deferred"), STAFF0 | BUREAU10, "a deferred opening is none yet"),
    Case(CaseRecord("internal", "not_reviewed", 10), STAFF10 | BUREAU10, "staff and liaisons see up to their level, it included"),
    Case(CaseRecord("sensitive", "not_reviewed", 20), STAFF20, "a level above one's own hides the record from staff and liaison alike"),
    Case(CaseRecord("of the section", "not_reviewed", unit="section"), STAFF0 | BUREAU10 | SECTION,
         "a liaison sees what units below its own created"),
    Case(CaseRecord("of the office", "not_reviewed", unit="office"), STAFF0, "a liaison sees nothing of another unit"),
    Case(CaseRecord("of the unit of like letters", "not_reviewed", unit="bureau2"), STAFF0 | {"liaison of two"},
         "a path that merely begins with the same letters is another unit"),
    Case(CaseRecord("in the room", "not_reviewed", archives="room", unit="office"),
         SYSTEM | {"archivist of the room", "archivist of the city"}, "an archive room's records are its own until transferred"),
    Case(CaseRecord("far away", "not_reviewed", archives="far archives", unit="far city"), SYSTEM | {"archivist far away"},
         "a role reaches no other archives"),
    Case(CaseRecord("granted", "restricted", 20), STAFF20 | {"applicant with grant"},
         "a grant opens one record whatever its level, until its day is over"),
    Case(CaseRecord("beside the granted", "restricted", 20), STAFF20, "a grant opens nothing beside its record"),
    Case(CaseRecord("quarantined", "not_reviewed", quarantined=True), SYSTEM | {"secadmin"},
         "quarantine hides from everybody but the security administrator of the place"),
    Case(CaseRecord("quarantined and open", "open", quarantined=True), SYSTEM | {"secadmin"}, "quarantine beats opening"),
    Case(CaseRecord("quarantined and granted", "open", quarantined=True), SYSTEM | {"secadmin"}, "quarantine beats a grant"),
    Case(CaseRecord("quarantined far away", archives="far archives", unit="far city", quarantined=True),
         SYSTEM | {"secadmin far away"}, "security administrators decide at home only"),
)  # fmt: skip

_GRANTED = (id_of("granted"), id_of("quarantined and granted"))
GRANTS: Mapping[str, list[ViewGrant]] = {
    "applicant with grant": [ViewGrant(record_id, TODAY) for record_id in _GRANTED],
    "applicant with grant of yesterday": [ViewGrant(record_id, TODAY - timedelta(days=1)) for record_id in _GRANTED],
}


def viewing_filter_of(reader: str) -> Filter:
    """Return the decision under test for one of `READERS`, on `TODAY`."""
    return viewing_filter(READERS[reader], TODAY, GRANTS.get(reader, ()), ARCHIVES_BELOW)
