"""The access decision says the same in Python and in SQL, and says what the table says."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lantai.catalogue.models import Category, Fonds, Record
from lantai.catalogue.rules.access import ViewGrant, record_facts, viewing_filter
from lantai.catalogue.selectors import compile_filter, visible_records
from lantai.catalogue.selectors.viewing import viewing_filter as resolved_filter
from lantai.catalogue.services import install_defaults
from lantai.identity.models import Unit
from lantai.kernel import filters
from lantai.kernel.actors import Actor, RoleAt
from lantai.kernel.clock import held_at, now
from lantai.kernel.filters import Filter, matches
from tests.catalogue.access_cases import (
    ARCHIVES_BELOW,
    CASES,
    GRANTS,
    READERS,
    TODAY,
    UNITS,
    CaseRecord,
    id_of,
    viewing_filter_of,
)
from tests.factories.catalogue import SYSTEM, make_account, make_grant, make_place, make_record


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.record.name)
def test_python_says_what_the_table_says(case: object) -> None:
    facts = record_facts(case.record)  # type: ignore[attr-defined]
    seen = {reader for reader in READERS if matches(viewing_filter_of(reader), facts)}
    assert seen == case.sees, case.reason  # type: ignore[attr-defined]


def make_world(records: list[CaseRecord]) -> None:
    """Put the small world of the table into the database, with the ids that the table uses."""
    install_defaults(actor=SYSTEM)
    for name, path in UNITS.items():
        kind = "archives" if "archives" in name else "archive_room" if name == "room" else "department"
        Unit.objects.create(id=id_of(name), path=path, kind=kind, name_zh=name)
    category, moment = Category.objects.get(code="WS"), now()
    kept = {name: Fonds.objects.create(archives_id=id_of(name), code="Z001", name_zh=name, owner_unit_id=id_of("bureau"), created_at=moment)
            for name in ("archives", "room", "far archives")}  # fmt: skip
    Record.objects.bulk_create(
        Record(
            id=r.id, fonds=kept[r.archives], archives_id=r.archives_id, path=f"/{r.id.hex}/", level="item", category=category, title=r.name,
            opening=r.opening, access_level=r.access_level, unit_id=id_of(r.unit), unit_path=r.unit_path, quarantined=r.quarantined,
            created_at=moment, updated_at=moment,
        )
        for r in records
    )  # fmt: skip


@pytest.mark.django_db
def test_sql_says_what_the_table_says() -> None:
    make_world([case.record for case in CASES])
    for reader in READERS:
        seen = set(Record.objects.filter(compile_filter(viewing_filter_of(reader))).values_list("title", flat=True))
        assert seen == {case.record.name for case in CASES if reader in case.sees}, reader


@pytest.mark.django_db
def test_roles_and_grants_in_the_database_lead_to_the_same_answer() -> None:
    """The selector finds out by itself which archives a role reaches and which grants are in force."""
    make_world([case.record for case in CASES])
    home = Unit.objects.get(id=id_of("city"))
    with held_at(now().replace(year=TODAY.year, month=TODAY.month, day=TODAY.day, hour=4)):
        for reader, actor in READERS.items():
            who = actor
            if actor.kind == "account":
                account = make_account(home)
                who = Actor(kind="account", name=reader, id=account.id, roles=actor.roles, level=actor.level)
                for grant in GRANTS.get(reader, ()):
                    make_grant(grant.record_id, account, grant.until_on)
            seen = set(visible_records(who).values_list("title", flat=True))
            assert seen == {case.record.name for case in CASES if reader in case.sees}, reader


@pytest.mark.django_db
def test_a_revoked_grant_opens_nothing() -> None:
    place = make_place()
    record = make_record(place.fonds, opening="restricted")
    account = make_account(place.city)
    grant = make_grant(record.id, account, TODAY + timedelta(days=9))
    reader = Actor(kind="account", name="reader", id=account.id)
    with held_at(now().replace(year=TODAY.year, month=TODAY.month, day=TODAY.day)):
        assert visible_records(reader).count() == 1
        grant.revoked_at = now()
        grant.save()
        assert visible_records(reader).count() == 0


# Python and SQL agree on whatever readers, records and conditions there may be, not only on those of the table.

units = st.sampled_from(sorted(UNITS))
openings = st.sampled_from(["not_reviewed", "open", "restricted", "deferred"])
levels = st.sampled_from([0, 1, 10, 20])
records = st.builds(
    CaseRecord,
    name=st.uuids().map(str),
    opening=openings,
    access_level=levels,
    archives=st.sampled_from(["archives", "room", "far archives"]),
    unit=units,
    quarantined=st.booleans(),
)
roles = st.builds(
    lambda role, unit: RoleAt(role, id_of(unit), UNITS[unit]),
    st.sampled_from(["applicant", "archivist", "approver", "liaison", "supervisor", "sysadmin", "secadmin", "auditor"]),
    units,
)
readers = st.builds(
    lambda held, level, kind: Actor(kind=kind, name="reader", id=id_of("reader"), roles=tuple(held), level=level),
    st.lists(roles, max_size=4),
    levels,
    st.sampled_from(["account", "system", "anonymous"]),
)
leaves: st.SearchStrategy[Filter] = st.one_of(
    st.builds(filters.Is, st.just("quarantined"), st.booleans()),
    st.builds(filters.Is, st.just("opening"), openings),
    st.builds(filters.AtMost, st.just("access_level"), levels),
    st.builds(filters.StartsWith, st.just("unit_path"), st.sampled_from([*UNITS.values(), "/city", "/", "/%", "_"])),
    st.builds(lambda names: filters.IsOneOf("archives", frozenset(id_of(n).hex for n in names)), st.sets(units)),
)
conditions: st.SearchStrategy[Filter] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda parts: filters.All(tuple(parts)), st.lists(inner, max_size=3)),
        st.builds(lambda parts: filters.AnyOf(tuple(parts)), st.lists(inner, max_size=3)),
        st.builds(filters.Not, inner),
    ),
    max_leaves=8,
)


@pytest.mark.django_db
def test_python_and_sql_agree_on_everything() -> None:
    stock: list[CaseRecord] = []

    @settings(max_examples=1, database=None, deadline=None)
    @given(st.lists(records, min_size=150, max_size=150, unique_by=lambda r: r.name))
    def draw(drawn: list[CaseRecord]) -> None:
        stock[:] = drawn

    draw()
    mixed = [
        CaseRecord(f"{n}", ("open", "not_reviewed", "restricted", "deferred")[n % 4], (0, 10, 20)[n % 3],
                   ("archives", "room", "far archives")[n // 12 % 3], sorted(UNITS)[n % len(UNITS)], n % 7 == 0)
        for n in range(300)
    ]  # fmt: skip
    world = [*stock, *mixed]
    make_world(world)

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(readers, conditions, st.lists(st.sampled_from(world), max_size=3), st.integers(-1, 1))
    @example(READERS["archivist"], filters.EVERYTHING, [], 0)
    @example(READERS["archivist"], filters.AnyOf((filters.EVERYTHING, filters.NOTHING)), [], 0)
    @example(READERS["archivist"], filters.Not(filters.NOTHING), [], 0)
    def agree(reader: Actor, condition: Filter, granted: list[CaseRecord], days: int) -> None:
        grants = [ViewGrant(r.id, TODAY + timedelta(days=days)) for r in granted]
        whole = filters.all_of(viewing_filter(reader, TODAY, grants, ARCHIVES_BELOW), condition)
        in_python = {r.id for r in world if matches(whole, record_facts(r))}
        in_sql = set(Record.objects.filter(compile_filter(whole)).values_list("id", flat=True))
        assert in_sql == in_python
        only = {r.id for r in world if matches(condition, record_facts(r))}
        assert set(Record.objects.filter(compile_filter(condition)).values_list("id", flat=True)) == only

    agree()


@pytest.mark.django_db
def test_the_selector_asks_at_most_two_questions(django_assert_max_num_queries: object) -> None:
    place = make_place()
    make_record(place.fonds)
    reader = Actor(
        kind="account",
        name="reader",
        id=id_of("reader"),
        roles=(RoleAt("archivist", place.city.id, place.city.path),),
        level=20,
    )
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        resolved_filter(reader)
    assert visible_records(reader).count() == 1
