"""Grants: by the security administrator, never to oneself, inherited down the tree, exclusive for administrators."""

import threading
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, connection, transaction
from tests.factories import identity as make
from tests.identity.conftest import City

from lantai.audit.models import LedgerEntry
from lantai.identity import selectors, services
from lantai.identity.models import AccessLevel, RoleGrant
from lantai.kernel import clock
from lantai.kernel.errors import ArchiveError, ConflictError, InvalidError, NotFoundError, NotPermittedError

ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")


def test_a_role_reaches_everything_below_and_nothing_beside(city: City) -> None:
    person = make.make_account(unit=city.east)
    services.grant_role(
        actor=make.actor_of(city.secadmin), account_id=person.id, role="archivist", unit_id=city.east.id
    )
    actor = make.actor_of(person)
    selectors.require(actor, "archivist", city.bureau.path)
    selectors.require(actor, ("reviewer", "archivist"), city.east.path)
    for role, path in (("archivist", city.west.path), ("archivist", city.top.path), ("approver", city.bureau.path)):
        with pytest.raises(NotPermittedError):
            selectors.require(actor, role, path)
    assert selectors.scopes(actor) == (city.east.path,)
    assert {unit.id for unit in selectors.units_for(actor)} == {city.east.id, city.archives.id, city.bureau.id}


@pytest.mark.parametrize("who", ["sysadmin", "auditor", "archivist", "applicant"])
def test_nobody_but_the_security_administrator_grants(city: City, who: str) -> None:
    person = make.make_account(unit=city.east)
    actor = make.actor_of(getattr(city, who))
    with pytest.raises(NotPermittedError):
        services.grant_role(actor=actor, account_id=person.id, role="reviewer", unit_id=city.east.id)
    with pytest.raises(NotPermittedError):
        services.set_level(actor=actor, account_id=person.id, level=10)
    with pytest.raises(NotPermittedError):
        services.name_level(actor=actor, level=10, name_zh="内部", name_en="Inside")


def test_a_security_administrator_stays_in_the_own_district_and_off_the_own_account(city: City) -> None:
    east = make.make_account(unit=city.east, role="secadmin")
    actor = make.actor_of(east)
    stranger = make.make_account(unit=city.west)
    neighbour = make.make_account(unit=city.bureau)
    for account, unit in ((stranger, city.east), (neighbour, city.west), (neighbour, city.top), (east, city.east)):
        with pytest.raises(NotPermittedError):
            services.grant_role(actor=actor, account_id=account.id, role="reviewer", unit_id=unit.id)
    with pytest.raises(NotPermittedError):
        services.set_level(actor=actor, account_id=east.id, level=10)
    with pytest.raises(NotPermittedError):
        services.withdraw_role(actor=actor, grant_id=RoleGrant.objects.get(account=east).id)


@pytest.mark.parametrize(("first", "second"), list(permutations((*ADMINISTRATORS, "archivist"), 2)))
def test_the_three_administrators_exclude_each_other_and_all_work(city: City, first: str, second: str) -> None:
    person = make.make_account(unit=city.east)
    actor = make.actor_of(city.secadmin)
    services.grant_role(actor=actor, account_id=person.id, role=first, unit_id=city.east.id)
    with pytest.raises(ConflictError) as refused:
        services.grant_role(actor=actor, account_id=person.id, role=second, unit_id=city.bureau.id)
    assert refused.value.code == "identity.roles_exclude"
    assert make.roles_of(person.id) == {first}


@pytest.mark.parametrize(("first", "second"), list(permutations(ADMINISTRATORS, 2)))
def test_the_database_itself_keeps_the_administrators_apart(city: City, first: str, second: str) -> None:
    person = make.make_account(unit=city.east, role=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_grant(person, second, city.west)


def test_a_withdrawn_or_ended_post_makes_way(city: City) -> None:
    actor = make.actor_of(city.secadmin)
    person = make.make_account(unit=city.east)
    until = clock.today() + timedelta(days=30)
    services.grant_role(actor=actor, account_id=person.id, role="auditor", unit_id=city.east.id, until=until)
    with clock.held_at(clock.now() + timedelta(days=32)):
        services.grant_role(actor=actor, account_id=person.id, role="archivist", unit_id=city.east.id)
        assert [held.role for held in make.actor_of(person).roles] == ["archivist"]


def test_a_grant_counts_through_its_last_day(city: City) -> None:
    person = make.make_account(unit=city.east, role="archivist", until=clock.today())
    assert make.actor_of(person).holds("archivist")
    with clock.held_at(clock.now() + timedelta(days=1)):
        assert not make.actor_of(person).holds("archivist")


def test_a_role_ends_with_its_unit(city: City) -> None:
    office = make.make_unit("普查办", "temporary", city.east, until=clock.today())
    person = make.make_account(unit=city.east, role="handler", at=office)
    assert make.actor_of(person).holds("handler")
    with clock.held_at(clock.now() + timedelta(days=1)):
        assert not make.actor_of(person).holds("handler")


@pytest.mark.parametrize(
    ("role", "days", "error"),
    [("emperor", None, InvalidError), ("handler", -1, InvalidError), ("archivist", None, ConflictError)],
)
def test_grants_that_make_no_sense_are_refused(
    city: City, role: str, days: int | None, error: type[ArchiveError]
) -> None:
    until = clock.today() + timedelta(days=days) if days else None
    with pytest.raises(error):
        services.grant_role(
            actor=make.actor_of(city.secadmin),
            account_id=city.archivist.id,
            role=role,
            unit_id=city.archives.id,
            until=until,
        )


def test_a_changed_right_ends_the_sittings(city: City) -> None:
    actor = make.actor_of(city.secadmin)
    grant = RoleGrant.objects.get(account=city.archivist)

    acts = (
        lambda: services.grant_role(
            actor=actor, account_id=city.archivist.id, role="reviewer", unit_id=city.archives.id
        ),
        lambda: services.set_level(actor=actor, account_id=city.archivist.id, level=10),
        lambda: services.withdraw_role(actor=actor, grant_id=grant.id),
    )
    for act in acts:
        browser = make.signed_in(city.archivist)
        assert browser.get("/account/").status_code == 200
        act()
        assert browser.get("/account/").status_code != 200


def test_a_withdrawn_grant_is_gone(city: City) -> None:
    actor = make.actor_of(city.secadmin)
    grant = RoleGrant.objects.get(account=city.archivist)
    services.withdraw_role(actor=actor, grant_id=grant.id)
    assert make.actor_of(city.archivist).roles == ()
    with pytest.raises(NotFoundError):
        services.withdraw_role(actor=actor, grant_id=grant.id)


def test_the_last_security_administrator_stays(city: City) -> None:
    grant = RoleGrant.objects.get(account=city.secadmin)
    with pytest.raises(ConflictError):
        services.withdraw_role(actor=make.SYSTEM, grant_id=grant.id)
    make.make_account(unit=city.top, role="secadmin")
    services.withdraw_role(actor=make.SYSTEM, grant_id=grant.id)


def test_a_level_is_set_named_and_kept_from_administrators(city: City) -> None:
    actor = make.actor_of(city.secadmin)
    services.set_level(actor=actor, account_id=city.applicant.id, level=10)
    assert make.actor_of(city.applicant).level == 10
    with pytest.raises(NotFoundError):
        services.set_level(actor=actor, account_id=city.applicant.id, level=11)
    with pytest.raises(ConflictError):
        services.set_level(actor=actor, account_id=city.auditor.id, level=10)
    services.name_level(actor=actor, level=10, name_zh="馆内", name_en="In house")
    services.install_defaults(actor=make.SYSTEM)
    assert AccessLevel.objects.get(level=10).name_zh == "馆内"


def test_an_administrators_grant_takes_the_level_away(city: City) -> None:
    person = make.make_account(unit=city.east, level=20)
    services.grant_role(actor=make.actor_of(city.secadmin), account_id=person.id, role="auditor", unit_id=city.east.id)
    assert make.actor_of(person).level == 0


def test_a_grant_stands_in_the_ledger_by_ids(city: City) -> None:
    person = make.make_account("li.si", unit=city.east, name="李四")
    services.grant_role(actor=make.actor_of(city.secadmin), account_id=person.id, role="handler", unit_id=city.east.id)
    entry = LedgerEntry.objects.get(verb="identity.grant_role", target_id=person.id)
    body = bytes(entry.body).decode()
    assert "handler" in body
    assert "李四" not in body
    assert "li.si" not in body
    assert entry.actor_id == city.secadmin.id


def test_holders_are_found_above_a_place(city: City) -> None:
    assert list(selectors.holders_of("secadmin", city.bureau.path)) == [city.secadmin]
    assert list(selectors.holders_of("archivist", city.bureau.path)) == []


def test_an_actor_costs_one_query(city: City, django_assert_num_queries: object) -> None:
    make.make_grant(city.archivist, "reviewer", city.east)
    with django_assert_num_queries(1):  # type: ignore[operator]
        actor = selectors.actor_for(city.archivist, sitting="the-session-key")
    assert len(actor.roles) == 2
    assert "the-session-key" not in actor.sitting


@pytest.mark.django_db(transaction=True)
def test_two_hands_at_once_cannot_join_two_posts() -> None:
    make.with_levels()
    top = make.make_unit("砚州市", "city")
    hands = [make.actor_of(make.make_account(unit=top, role="secadmin")) for _ in range(2)]
    people = [make.make_account(unit=top) for _ in range(6)]
    start = threading.Barrier(2)
    refused: list[str] = []

    def grant(hand: int, role: str) -> None:
        try:
            for person in people:
                start.wait()
                try:
                    services.grant_role(actor=hands[hand], account_id=person.id, role=role, unit_id=top.id)
                except ConflictError as error:
                    refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=grant, args=(n, role)) for n, role in enumerate(("sysadmin", "archivist"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["identity.roles_exclude"] * len(people)
    assert all(len(make.roles_of(person.id)) == 1 for person in people)
