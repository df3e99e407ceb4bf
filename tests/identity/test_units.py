"""Units: made, described, moved and closed by the system administrator alone, with roles following the paths."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.factories import identity as make
from tests.identity.conftest import City

from lantai.audit.models import LedgerEntry
from lantai.identity import selectors, services
from lantai.identity.models import Unit
from lantai.identity.rules.tree import path_of
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from lantai.kernel.ids import new_id

CODE = "91350100M000100Y43"


def test_a_unit_is_made_below_another(city: City) -> None:
    actor = make.actor_of(city.sysadmin)
    made = services.create_unit(
        actor=actor, parent_id=city.east.id, kind="enterprise", name_zh="松风公司", uscc="91350100 m000100y43"
    )
    assert made.path == path_of(made.id, city.east.path)
    assert made.uscc == CODE
    entry = LedgerEntry.objects.get(verb="identity.create_unit", target_id=made.id)
    assert "松风" not in bytes(entry.body).decode()


@pytest.mark.parametrize("who", ["secadmin", "auditor", "archivist", "applicant"])
def test_nobody_but_the_system_administrator_makes_units(city: City, who: str) -> None:
    actor = make.actor_of(getattr(city, who))
    with pytest.raises(NotPermittedError):
        services.create_unit(actor=actor, parent_id=city.top.id, kind="department", name_zh="新局")


def test_a_system_administrator_stays_in_the_own_district(city: City) -> None:
    actor = make.make_actor("sysadmin", city.east)
    services.create_unit(actor=actor, parent_id=city.bureau.id, kind="archive_room", name_zh="档案室")
    with pytest.raises(NotPermittedError):
        services.create_unit(actor=actor, parent_id=city.west.id, kind="department", name_zh="新局")
    with pytest.raises(NotPermittedError):
        services.create_unit(actor=actor, parent_id=None, kind="city", name_zh="新市")


def test_an_open_code_is_held_once_and_a_closed_one_may_return(city: City) -> None:
    actor = make.actor_of(city.sysadmin)

    def make_one() -> Unit:
        return services.create_unit(
            actor=actor, parent_id=city.east.id, kind="enterprise", name_zh="松风公司", uscc=CODE
        )

    first = make_one()
    with pytest.raises(ConflictError) as refused:
        make_one()
    assert refused.value.code == "identity.uscc_in_use"
    services.close_unit(actor=actor, unit_id=first.id)
    assert make_one().uscc == CODE


def test_the_database_itself_refuses_impossible_units(city: City) -> None:
    for values in (
        {"kind": "enterprise"},
        {"kind": "temporary"},
        {"kind": "department", "until": date(2030, 1, 1)},
        {"kind": "enterprise", "uscc": "91350100M000100YI3"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make.make_unit(parent=city.east, **values)


def test_an_edit_needs_the_present_version(city: City) -> None:
    actor = make.actor_of(city.sysadmin)
    edited = services.edit_unit(
        actor=actor, unit_id=city.bureau.id, version=1, name_zh="松烟区民政局", name_en="Civil Affairs"
    )
    assert (edited.name_en, edited.version) == ("Civil Affairs", 2)
    with pytest.raises(ConflictError):
        services.edit_unit(actor=actor, unit_id=city.bureau.id, version=1, name_zh="别名")
    with pytest.raises(InvalidError):
        services.edit_unit(
            actor=actor, unit_id=city.bureau.id, version=2, name_zh="松烟区民政局", archives_id=city.west.id
        )


def test_a_move_takes_everything_below_along(city: City) -> None:
    room = make.make_unit("档案室", "archive_room", city.bureau)
    east_archivist = make.make_account(unit=city.east, role="archivist")
    west_archivist = make.make_account(unit=city.west, role="archivist")
    assert make.actor_of(east_archivist).holds("archivist", room.path)

    services.move_unit(actor=make.actor_of(city.sysadmin), unit_id=city.bureau.id, parent_id=city.west.id)

    bureau, room = (Unit.objects.get(id=unit.id) for unit in (city.bureau, room))
    assert bureau.path == path_of(bureau.id, city.west.path)
    assert room.path == path_of(room.id, bureau.path)
    assert bureau.parent_id == city.west.id
    assert not make.actor_of(east_archivist).holds("archivist", room.path)
    assert make.actor_of(west_archivist).holds("archivist", room.path)
    assert Unit.objects.get(id=city.archives.id).path == city.archives.path


def test_a_unit_does_not_move_into_itself_or_to_a_foreign_place(city: City) -> None:
    with pytest.raises(ConflictError):
        services.move_unit(actor=make.actor_of(city.sysadmin), unit_id=city.east.id, parent_id=city.bureau.id)
    with pytest.raises(NotPermittedError):
        services.move_unit(actor=make.make_actor("sysadmin", city.east), unit_id=city.bureau.id, parent_id=city.west.id)


def test_a_move_does_not_make_the_tree_too_deep(city: City) -> None:
    chain = [city.west]
    for _ in range(6):
        chain.append(make.make_unit(parent=chain[-1]))
    actor = make.actor_of(city.sysadmin)
    with pytest.raises(ConflictError) as refused:
        services.move_unit(
            actor=actor, unit_id=chain[1].id, parent_id=make.make_unit(parent=make.make_unit(parent=city.bureau)).id
        )
    assert refused.value.code == "identity.tree_depth"


def test_a_unit_closes_when_nothing_lives_there(city: City) -> None:
    actor = make.actor_of(city.sysadmin)
    with pytest.raises(ConflictError) as units_left:
        services.close_unit(actor=actor, unit_id=city.east.id)
    with pytest.raises(ConflictError) as people_left:
        services.close_unit(actor=actor, unit_id=city.bureau.id)
    services.close_unit(actor=actor, unit_id=city.west.id)
    assert [units_left.value.code, people_left.value.code] == ["identity.unit_has_units", "identity.unit_has_accounts"]
    with pytest.raises(ConflictError):
        services.create_unit(actor=actor, parent_id=city.west.id, kind="department", name_zh="新局")


def test_the_nearest_archives_takes_the_records(city: City) -> None:
    room = make.make_unit("档案室", "archive_room", city.bureau)
    city_archives = make.make_unit("砚州市档案馆", "archives", city.top)
    west_office = make.make_unit("笺湖区办公室", "department", city.west)
    assert selectors.archives_of(room) == city.archives
    assert selectors.archives_of(city.archives) == city.archives
    assert selectors.archives_of(west_office) == city_archives
    services.edit_unit(
        actor=make.SYSTEM, unit_id=city.bureau.id, version=1, name_zh="松烟区民政局", archives_id=city_archives.id
    )
    assert selectors.archives_of(Unit.objects.get(id=room.id)) == city_archives


def test_nobody_takes_the_records_where_there_are_no_archives(db: None) -> None:
    assert selectors.archives_of(make.make_unit()) is None


def test_children_come_by_pages_in_the_order_of_their_codes(city: City) -> None:
    for number in range(7):
        make.make_unit(parent=city.west, code=f"W-{number}")
    actor = make.actor_of(city.sysadmin)
    seen: list[str] = []
    cursor = ""
    while True:
        page = selectors.children_of(actor, city.west, cursor=cursor, size=3)
        seen += [unit.code for unit in page.items]
        cursor = page.next_cursor
        if not cursor:
            break
    assert seen == [f"W-{number}" for number in range(7)]


def test_the_tree_begins_where_the_administrator_begins(city: City) -> None:
    actor = make.make_actor("sysadmin", city.east)
    assert [unit.id for unit in selectors.children_of(actor, None).items] == [city.east.id]
    with pytest.raises(NotFoundError):
        selectors.unit_for(actor, city.west.id)
    assert selectors.children_of(make.actor_of(city.archivist), None).items == []


def test_a_unit_is_found_by_code_or_name_within_reach(city: City) -> None:
    actor = make.make_actor("secadmin", city.east)
    assert selectors.find_unit(actor, "E-MZJ 松烟区民政局") == city.bureau
    assert selectors.find_unit(actor, "松烟区民政局") == city.bureau
    with pytest.raises(NotFoundError):
        selectors.find_unit(actor, "W")
    assert selectors.unit_by_code("W") == city.west
    with pytest.raises(NotFoundError):
        selectors.unit_of(new_id())
