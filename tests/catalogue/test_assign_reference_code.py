"""Codes are given out once, without gaps or doubles, and never change."""

import threading
from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from lantai.catalogue.models import Record
from lantai.catalogue.rules import codes
from lantai.catalogue.selectors import code_gaps
from lantai.catalogue.services import (
    RecordDescription,
    assign_reference_code,
    assign_reference_codes,
    check_foreign_codes,
    choose_code_template,
    create_records,
    edit_record,
    publish_code_template,
    take_over_codes,
)
from lantai.kernel.errors import ConflictError, InvalidError, NotPermittedError
from tests.factories.catalogue import SYSTEM, make_actor, make_archivist, make_place, make_record


@pytest.mark.django_db
def test_items_of_a_year_are_numbered_in_order() -> None:
    place = make_place()
    made = [make_record(place.fonds, coded=True, organisation="BGS") for _ in range(3)]
    other = make_record(place.fonds, coded=True, year=2012)
    assert [r.reference_code for r in made] == [f"Z109-WS·2011·Y·BGS-000{n}" for n in (1, 2, 3)]
    assert other.reference_code == "Z109-WS·2012·Y-0001"


@pytest.mark.django_db
def test_a_fonds_may_follow_the_older_standard_and_a_category_its_own() -> None:
    place = make_place()
    choose_code_template(actor=SYSTEM, fonds_id=place.fonds.id, template_code="dat22-2015")
    choose_code_template(actor=SYSTEM, fonds_id=place.fonds.id, template_code="dat13-2022", category_codes=["ZP"])
    assert make_record(place.fonds, coded=True, organisation="BGS").reference_code == "Z109-WS·2011-Y-BGS-0001"
    assert make_record(place.fonds, coded=True, category_code="ZP").reference_code == "Z109-ZP·2011·Y-0001"


@pytest.mark.django_db
def test_a_new_version_of_a_template_leaves_issued_codes() -> None:
    place = make_place()
    before = make_record(place.fonds, coded=True)
    wide = {**codes.DAT13_2022, "item": (*codes.DAT13_2022["item"][:-1], codes.CodePart("item", "-", 6))}
    made = publish_code_template(actor=SYSTEM, code="dat13-2022", name_zh="宽", name_en="wide", forms=wide)
    choose_code_template(actor=SYSTEM, fonds_id=place.fonds.id, template_code="dat13-2022")
    assert made.version == 2
    assert make_record(place.fonds, coded=True).reference_code == "Z109-WS·2011·Y-000002"
    before.refresh_from_db()
    assert before.reference_code == "Z109-WS·2011·Y-0001"


@pytest.mark.django_db
def test_items_in_a_file_bear_the_files_code() -> None:
    place = make_place()
    file = make_record(place.fonds, level="file")
    items = [make_record(place.fonds, parent_id=file.id) for _ in range(2)]
    with pytest.raises(InvalidError, match="Issue the file's code first"):
        assign_reference_code(actor=SYSTEM, record_id=items[0].id)
    assert assign_reference_codes(actor=SYSTEM, record_ids=[items[1].id, items[0].id, file.id]) == 3
    assert Record.objects.get(id=file.id).reference_code == "Z109-WS·2011·Y-001"
    assert Record.objects.get(id=items[1].id).reference_code == "Z109-WS·2011·Y-001-001"


@pytest.mark.django_db
def test_issuing_again_changes_nothing() -> None:
    place = make_place()
    record = make_record(place.fonds, coded=True)
    assert assign_reference_codes(actor=SYSTEM, record_ids=[record.id]) == 0
    assert assign_reference_code(actor=SYSTEM, record_id=record.id).reference_code == "Z109-WS·2011·Y-0001"


@pytest.mark.django_db
def test_the_database_refuses_to_change_an_issued_code_or_lose_its_record() -> None:
    place = make_place()
    record = make_record(place.fonds, coded=True)
    for attempt in (
        lambda: Record.objects.filter(id=record.id).update(reference_code="Z109-WS·2011·Y-0009"),
        lambda: Record.objects.filter(id=record.id).update(reference_code=None),
        lambda: Record.objects.filter(id=record.id).update(archives=place.bureau),
        lambda: Record.objects.filter(id=record.id).update(code_number=9),
        lambda: record.delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    uncoded = make_record(place.fonds)
    uncoded.delete()


@pytest.mark.django_db
def test_editing_what_a_code_was_made_of_leaves_the_code() -> None:
    place = make_place()
    record = make_record(place.fonds, coded=True)
    edited = edit_record(
        actor=make_archivist(place), record_id=record.id, version=1, changes={"retention": "D30", "year": 2012}
    )
    assert (edited.retention, edited.reference_code) == ("D30", "Z109-WS·2011·Y-0001")


@pytest.mark.django_db
def test_only_who_arranges_here_issues_codes() -> None:
    place = make_place()
    record = make_record(place.fonds)
    for actor in (make_actor(place.office, archivist=place.office), make_actor(place.bureau, liaison=place.bureau)):
        with pytest.raises(NotPermittedError):
            assign_reference_code(actor=actor, record_id=record.id)
    assert assign_reference_code(actor=make_archivist(place), record_id=record.id).reference_code


@pytest.mark.django_db
def test_two_archives_may_use_one_code() -> None:
    first, second = make_place(), make_place()
    assert make_record(first.fonds, coded=True).reference_code == make_record(second.fonds, coded=True).reference_code


@pytest.mark.django_db
def test_codes_of_an_older_system_are_taken_over_and_numbering_goes_on_behind_them() -> None:
    place = make_place()
    records = [make_record(place.fonds) for _ in range(3)]
    foreign = {records[0].id: "z109-ws•2011·y-0007", records[1].id: "Z109-001-002-003"}
    assert take_over_codes(actor=SYSTEM, fonds_id=place.fonds.id, foreign=foreign) == 2
    assert take_over_codes(actor=SYSTEM, fonds_id=place.fonds.id, foreign=foreign) == 0
    assert Record.objects.get(id=records[0].id).reference_code == "Z109-WS·2011·Y-0007"
    assert assign_reference_code(actor=SYSTEM, record_id=records[2].id).reference_code == "Z109-WS·2011·Y-0008"
    with pytest.raises(ConflictError, match="never changes"):
        take_over_codes(actor=SYSTEM, fonds_id=place.fonds.id, foreign={records[0].id: "Z109-WS·2011·Y-0010"})
    with pytest.raises(ConflictError, match="used twice"):
        take_over_codes(
            actor=SYSTEM, fonds_id=place.fonds.id, foreign={make_record(place.fonds).id: "Z109-WS·2011·Y-0007"}
        )


@pytest.mark.django_db
def test_foreign_codes_are_checked_before_they_are_taken() -> None:
    place = make_place()
    wrong = check_foreign_codes(
        fonds_id=place.fonds.id, foreign=["Z109-WS·2011·Y-0001", "Z999-WS·2011·Y-0001", "2011第3号"]
    )
    assert set(wrong) == {"Z999-WS·2011·Y-0001", "2011第3号"}
    with pytest.raises(InvalidError):
        take_over_codes(actor=SYSTEM, fonds_id=place.fonds.id, foreign={make_record(place.fonds).id: "2011第3号"})


@pytest.mark.django_db
def test_gaps_and_doubles_are_reported() -> None:
    place = make_place()
    codes_taken = ["Z109-WS·2011·Y-0003", "Z109-WS·2011·Y-0004", "Z109-WS·2011·Y-007", "Z109-WS·2011·Y-0007"]
    create_records(
        actor=SYSTEM,
        fonds_id=place.fonds.id,
        descriptions=[
            RecordDescription(level="item", category_code="WS", title="旧档", year=2011, reference_code=code)
            for code in codes_taken
        ],
    )
    make_record(place.fonds)
    report = code_gaps(SYSTEM, place.fonds)
    assert [(gap.first, gap.last, gap.missing) for gap in report.gaps] == [(1, 2, 2), (5, 6, 2)]
    assert [(double.number, double.codes) for double in report.doubles] == [
        (7, ("Z109-WS·2011·Y-0007", "Z109-WS·2011·Y-007"))
    ]
    assert report.uncoded == 1
    make_record(place.fonds, access_level=20)
    assert code_gaps(make_archivist(place, level=10), place.fonds).uncoded == 1, "what is hidden is not counted"
    assert code_gaps(SYSTEM, place.fonds).uncoded == 2


@pytest.mark.django_db(transaction=True)
def test_many_hands_at_once_get_each_number_once() -> None:
    place = make_place()
    records = [make_record(place.fonds, organisation=("A", "B")[n % 2]) for n in range(48)]
    start, failures = threading.Barrier(6), []

    def issue(mine: list[Record]) -> None:
        try:
            start.wait()
            for pair in range(0, len(mine), 2):
                assign_reference_codes(actor=SYSTEM, record_ids=[r.id for r in mine[pair : pair + 2]])
        except Exception as error:  # noqa: BLE001 - handed to the test's own thread
            failures.append(error)
        finally:
            connection.close()

    hands = [threading.Thread(target=issue, args=(records[n::6],)) for n in range(6)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert failures == []
    numbers = Counter(Record.objects.values_list("code_prefix", "code_number"))
    assert set(numbers.values()) == {1}
    assert sorted(n for prefix, n in numbers if prefix.endswith("A-")) == list(range(1, 25))
    assert code_gaps(SYSTEM, place.fonds).gaps == ()


@pytest.mark.django_db(transaction=True)
def test_a_number_taken_by_an_act_that_failed_comes_back() -> None:
    place = make_place()
    record = make_record(place.fonds)
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 - the act must have happened before it fails
        assign_reference_code(actor=SYSTEM, record_id=record.id)
        raise RuntimeError
    assert assign_reference_code(actor=SYSTEM, record_id=record.id).reference_code == "Z109-WS·2011·Y-0001"


@pytest.mark.django_db
def test_a_batch_is_coded_in_a_constant_number_of_statements() -> None:
    place = make_place()
    make_record(place.fonds, coded=True)

    def questions(size: int) -> int:
        described = [
            RecordDescription(level="item", category_code="WS", title=f"通知{n}", year=2020) for n in range(size)
        ]
        with CaptureQueriesContext(connection) as asked:
            create_records(actor=SYSTEM, fonds_id=place.fonds.id, descriptions=described, issue_codes=True)
        return len(asked)

    assert questions(3) == questions(1500) <= 10
    assert Record.objects.filter(reference_code="Z109-WS·2020·Y-1503").exists()
