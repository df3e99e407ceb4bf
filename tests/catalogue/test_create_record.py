"""Records come into being complete, once, and in few statements."""

from typing import Any

import pytest

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import Page, Record
from lantai.catalogue.services import (
    PartDescription,
    RecordDescription,
    add_part,
    create_record,
    create_records,
    install_defaults,
)
from lantai.kernel.errors import ArchiveError, ConflictError, InvalidError, NotFoundError, NotPermittedError
from lantai.kernel.ids import new_id
from tests.factories.catalogue import (
    A4,
    SYSTEM,
    make_actor,
    make_archivist,
    make_computer_file,
    make_part,
    make_place,
    make_record,
)

pytestmark = pytest.mark.django_db


def item(**values: Any) -> RecordDescription:
    usual: dict[str, Any] = {"level": "item", "category_code": "WS", "title": "关于防汛工作的通知", "year": 2011}
    return RecordDescription(**(usual | values))


def test_a_batch_comes_with_its_parts_pages_and_codes() -> None:
    place = make_place()
    described = [
        item(organisation="办公室", parts=[make_part(place.archives.id, 3), make_part(place.archives.id, 2)])
        for _ in range(2)
    ]
    made = create_records(
        actor=make_archivist(place), fonds_id=place.fonds.id, descriptions=described, issue_codes=True
    )
    assert [r.reference_code for r in made] == ["Z109-WS·2011·Y·办公室-0001", "Z109-WS·2011·Y·办公室-0002"]
    first = Record.objects.get(id=made[0].id)
    assert first.page_count == 5
    assert list(first.pages.values_list("number", "part__order", "part_page")) == [
        (1, 1, 1),
        (2, 1, 2),
        (3, 1, 3),
        (4, 2, 1),
        (5, 2, 2),
    ]
    assert LedgerEntry.objects.filter(verb="catalogue.create_record", target_kind="record").count() == 2


def test_a_job_that_runs_twice_makes_a_record_once() -> None:
    place = make_place()
    described = [item(record_id=new_id(), parts=[make_part(place.archives.id)]) for _ in range(2)]
    first = create_records(actor=SYSTEM, fonds_id=place.fonds.id, descriptions=described[:1], issue_codes=True)
    again = create_records(actor=SYSTEM, fonds_id=place.fonds.id, descriptions=described, issue_codes=True)
    assert again[0].id == first[0].id
    assert [r.reference_code for r in again] == ["Z109-WS·2011·Y-0001", "Z109-WS·2011·Y-0002"]
    assert (Record.objects.count(), Page.objects.count()) == (2, 2)


def test_what_a_child_does_not_say_it_takes_from_its_file() -> None:
    place = make_place()
    file = make_record(place.fonds, level="file", access_level=10, opening="restricted")
    plain = make_record(place.fonds, parent_id=file.id)
    own = make_record(place.fonds, parent_id=file.id, access_level=0, opening="open")
    assert (plain.access_level, plain.opening, plain.path) == (10, "restricted", f"{file.path}{plain.id.hex}/")
    assert (plain.access_level_inherited, own.access_level_inherited) == (True, False)
    assert (own.access_level, own.opening) == (0, "open")
    assert plain.unit_path == place.bureau.path


def test_a_file_and_its_items_come_in_one_batch() -> None:
    place = make_place()
    file_id = new_id()
    described = [item(level="file", title="案卷", record_id=file_id), item(parent_id=file_id), item(parent_id=file_id)]
    made = create_records(actor=SYSTEM, fonds_id=place.fonds.id, descriptions=described, issue_codes=True)
    assert [r.reference_code for r in made] == [
        "Z109-WS·2011·Y-001",
        "Z109-WS·2011·Y-001-001",
        "Z109-WS·2011·Y-001-002",
    ]


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"title": "  "}, InvalidError),
        ({"title": "长" * 1001}, InvalidError),
        ({"retention": "D99"}, InvalidError),
        ({"category_code": "QQ"}, InvalidError),
        ({"level": "volume"}, InvalidError),
        ({"opening": "public"}, InvalidError),
        ({"access_level": -1}, InvalidError),
        ({"year": 11}, InvalidError),
        ({"metadata": {"keyword": {"a": 1}}}, InvalidError),
        ({"parent_id": new_id()}, NotFoundError),
        ({"reference_code": "乱写"}, InvalidError),
    ],
)
def test_a_description_that_cannot_be_right_makes_nothing(wrong: dict[str, Any], kind: type[ArchiveError]) -> None:
    place = make_place()
    with pytest.raises(kind):
        create_records(actor=SYSTEM, fonds_id=place.fonds.id, descriptions=[item(), item(**wrong)])
    assert Record.objects.count() == 0


def test_an_item_holds_nothing_and_a_file_no_series() -> None:
    place = make_place()
    of_item, of_file = make_record(place.fonds), make_record(place.fonds, level="file")
    with pytest.raises(InvalidError, match="wider unit"):
        make_record(place.fonds, parent_id=of_item.id)
    with pytest.raises(InvalidError, match="wider unit"):
        make_record(place.fonds, parent_id=of_file.id, level="series")


def test_a_code_used_twice_is_refused() -> None:
    place = make_place()
    twice = [item(reference_code="Z109-WS·2011·Y-0001"), item(reference_code="Z109-WS·2011·Y-0001")]
    with pytest.raises(ConflictError, match="used twice"):
        create_records(actor=SYSTEM, fonds_id=place.fonds.id, descriptions=twice)


def test_a_state_secret_goes_into_quarantine_with_all_below_it() -> None:
    place = make_place()
    file = make_record(place.fonds, level="file", metadata={"security_classification": "机密★20年"})
    child = make_record(place.fonds, parent_id=file.id)
    assert file.quarantined
    assert child.quarantined


def test_the_liaison_adds_to_its_own_fonds_only() -> None:
    place, other = make_place(), make_place("Z110")
    liaison = make_actor(place.bureau, liaison=place.bureau)
    make = {"level": "item", "category_code": "WS", "title": "通知"}
    assert create_record(actor=liaison, fonds_id=place.fonds.id, **make).title == "通知"  # type: ignore[arg-type]
    with pytest.raises(NotPermittedError):
        create_record(actor=liaison, fonds_id=place.fonds.id, opening="open", **make)  # type: ignore[arg-type]
    for actor, fonds in (
        (liaison, other.fonds),
        (make_actor(place.bureau), place.fonds),
        (make_actor(place.city, secadmin=place.city), place.fonds),
    ):
        with pytest.raises(NotPermittedError):
            create_record(actor=actor, fonds_id=fonds.id, **make)  # type: ignore[arg-type]


def test_parts_are_added_behind_what_is_there_and_once_only() -> None:
    place = make_place()
    record = make_record(place.fonds)
    file = make_computer_file(place.archives.id)
    first = add_part(
        actor=SYSTEM,
        record_id=record.id,
        computer_file_id=file.id,
        name="a.tif",
        media_type="image/tiff",
        pages=[A4(), A4()],
    )
    again = add_part(
        actor=SYSTEM,
        record_id=record.id,
        computer_file_id=file.id,
        name="a.tif",
        media_type="image/tiff",
        pages=[A4(), A4()],
    )
    other = add_part(
        actor=SYSTEM, record_id=record.id, computer_file_id=file.id, name="b.tif", media_type="image/tiff", pages=[A4()]
    )
    derived = add_part(
        actor=SYSTEM,
        record_id=record.id,
        computer_file_id=file.id,
        name="c.pdf",
        media_type="application/pdf",
        role="derived",
    )
    assert again.id == first.id
    assert [other.order, derived.order] == [2, 3]
    record.refresh_from_db()
    assert (record.page_count, record.version) == (3, 1)
    part = PartDescription(file.id, "d.pdf", role="derived", pages=[A4()])
    with pytest.raises(InvalidError, match="derived"):
        create_records(actor=SYSTEM, fonds_id=place.fonds.id, descriptions=[item(parts=[part])])


def test_defaults_are_installed_once() -> None:
    assert install_defaults(actor=SYSTEM) == 16 + 5 + 3 + 2 + 1
    assert install_defaults(actor=SYSTEM) == 0
