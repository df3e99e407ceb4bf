"""Editing keeps what was there, moving carries what is inherited, and nobody overwrites another's work."""

from datetime import date, timedelta
from typing import Any

import pytest

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import OpeningReview, Record, RecordRevision
from lantai.catalogue.selectors import history, may_view, record_for, visible_records
from lantai.catalogue.services import (
    assign_reference_codes,
    decide_opening,
    edit_record,
    follow_units,
    grant_view,
    move_record,
    quarantine_record,
    release_record,
    revoke_view,
)
from lantai.identity.models import Unit
from lantai.identity.selectors import actor_for
from lantai.kernel.actors import ANONYMOUS
from lantai.kernel.clock import today
from lantai.kernel.errors import ArchiveError, ConflictError, InvalidError, NotFoundError, NotPermittedError
from tests.factories.catalogue import SYSTEM, make_account, make_actor, make_archivist, make_place, make_record

pytestmark = pytest.mark.django_db


def test_an_edit_keeps_what_was_there_and_the_ledger_only_digests() -> None:
    place = make_place()
    record = make_record(place.fonds, "关于张三同志的批复")
    edited = edit_record(
        actor=make_archivist(place),
        record_id=record.id,
        version=1,
        changes={
            "title": "关于李四同志的批复",
            "dated_on": date(2011, 5, 4),
            "author": "",
            "metadata": {"keyword": "人事"},
        },
    )
    assert (edited.version, edited.title) == (2, "关于李四同志的批复")
    revision = history(edited).items[0]
    assert revision.changes == {
        "title": ["关于张三同志的批复", "关于李四同志的批复"],
        "dated_on": [None, "2011-05-04"],
        "metadata": [{}, {"keyword": "人事"}],
    }
    entry = LedgerEntry.objects.get(verb="catalogue.edit_record")
    body = bytes(entry.body).decode()
    assert "title" in body
    assert "张三" not in body
    assert "李四" not in body


def test_the_second_of_two_editors_is_told() -> None:
    place = make_place()
    record, archivist = make_record(place.fonds), make_archivist(place)
    edit_record(actor=archivist, record_id=record.id, version=1, changes={"title": "一"})
    with pytest.raises(ConflictError, match="while you were editing"):
        edit_record(actor=archivist, record_id=record.id, version=1, changes={"title": "二"})
    assert Record.objects.get(id=record.id).title == "一"


def test_an_edit_that_changes_nothing_leaves_no_trace() -> None:
    place = make_place()
    record = make_record(place.fonds)
    edit_record(actor=make_archivist(place), record_id=record.id, version=1, changes={"title": f" {record.title} "})
    assert RecordRevision.objects.count() == 0
    assert Record.objects.get(id=record.id).version == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"retention": "D99"},
        {"category_code": "QQ"},
        {"opening": "open"},
        {"reference_code": "Z109-WS·2011·Y-0009"},
        {"access_level": 30},
        {"year": 3000},
        {"metadata": {"document_type": "通知", "security_classification": "绝密"}},
        {"metadata": {"precedence": "x" * 500}},
        {"metadata": {"document_aggregation_type": "三件"}},
    ],
)
def test_a_value_that_cannot_be_right_is_refused(changes: dict[str, Any]) -> None:
    place = make_place()
    record = make_record(place.fonds)
    with pytest.raises(InvalidError):
        edit_record(actor=make_archivist(place), record_id=record.id, version=1, changes=changes)


def test_who_may_not_edit_is_told_or_sees_nothing() -> None:
    place = make_place()
    record = make_record(place.fonds, access_level=10)
    cases: list[tuple[Any, type[ArchiveError]]] = [
        (make_actor(place.bureau, level=10, liaison=place.bureau), NotPermittedError),
        (make_actor(place.archives, level=20, reviewer=place.archives), NotPermittedError),
        (make_actor(place.archives, level=0, archivist=place.archives), NotFoundError),
        (make_actor(place.city, sysadmin=place.city), NotFoundError),
        (ANONYMOUS, NotFoundError),
    ]
    for actor, kind in cases:
        with pytest.raises(kind):
            edit_record(actor=actor, record_id=record.id, version=1, changes={"title": "改"})


def test_a_file_edited_carries_its_level_to_what_inherits() -> None:
    place = make_place()
    archivist = make_archivist(place)
    file = make_record(place.fonds, level="file")
    inner = make_record(place.fonds, level="item", parent_id=file.id)
    own = make_record(place.fonds, parent_id=file.id, access_level=0)
    edit_record(actor=archivist, record_id=file.id, version=1, changes={"access_level": 20, "unit_id": place.office.id})
    inner.refresh_from_db()
    own.refresh_from_db()
    assert (inner.access_level, inner.unit_path) == (20, place.office.path)
    assert (own.access_level, own.unit_path) == (0, place.office.path)
    assert LedgerEntry.objects.filter(verb="catalogue.inherit", target_id=inner.id).exists()
    edit_record(actor=archivist, record_id=own.id, version=1, changes={"access_level": None})
    assert Record.objects.get(id=own.id).access_level == 20


def test_a_move_recomputes_paths_and_what_is_inherited() -> None:
    place = make_place()
    archivist = make_archivist(place)
    series = make_record(place.fonds, level="series", access_level=10)
    file = make_record(place.fonds, level="file", access_level=0)
    item = make_record(place.fonds, parent_id=file.id)
    free = make_record(place.fonds, level="file")
    moved = move_record(actor=archivist, record_id=free.id, version=1, parent_id=series.id)
    assert moved.path == f"{series.path}{free.id.hex}/"
    assert moved.access_level == 0, "a level of its own stays"
    edit_record(actor=archivist, record_id=file.id, version=1, changes={"access_level": 20})
    item.refresh_from_db()
    assert item.access_level == 20
    move_record(actor=archivist, record_id=item.id, version=item.version, parent_id=free.id)
    item.refresh_from_db()
    assert (item.access_level, item.path) == (0, f"{series.path}{free.id.hex}/{item.id.hex}/")
    move_record(actor=archivist, record_id=free.id, version=2, parent_id=None)
    item.refresh_from_db()
    assert item.path == f"/{free.id.hex}/{item.id.hex}/"


def test_a_move_that_cannot_be_is_refused() -> None:
    place, other = make_place(), make_place("Z110")
    archivist = make_archivist(place)
    outer = make_record(place.fonds, level="series")
    inner = make_record(place.fonds, level="series", parent_id=outer.id)
    item = make_record(place.fonds)
    for record, parent in ((outer, inner), (outer, outer), (inner, item)):
        with pytest.raises(InvalidError):
            move_record(actor=archivist, record_id=record.id, version=1, parent_id=parent.id)
    with pytest.raises(NotFoundError):
        move_record(actor=archivist, record_id=item.id, version=1, parent_id=make_record(other.fonds, level="file").id)


def test_an_item_whose_code_names_its_file_stays_in_it() -> None:
    place = make_place()
    file, elsewhere = make_record(place.fonds, level="file"), make_record(place.fonds, level="file")
    item = make_record(place.fonds, parent_id=file.id)
    assign_reference_codes(actor=SYSTEM, record_ids=[file.id, item.id])
    with pytest.raises(ConflictError, match="names the file"):
        move_record(actor=make_archivist(place), record_id=item.id, version=1, parent_id=elsewhere.id)


def test_opening_is_decided_by_people_with_a_basis_and_reaches_what_inherits() -> None:
    place = make_place()
    reviewer = make_actor(place.archives, level=20, reviewer=place.archives)
    file = make_record(place.fonds, level="file")
    item = make_record(place.fonds, parent_id=file.id)
    with pytest.raises(NotPermittedError):
        decide_opening(actor=SYSTEM, record_id=file.id, version=1, outcome="open", basis="第二十七条")
    with pytest.raises(InvalidError, match="basis"):
        decide_opening(actor=reviewer, record_id=file.id, version=1, outcome="open", basis=" ")
    with pytest.raises(InvalidError, match="next review"):
        decide_opening(actor=reviewer, record_id=file.id, version=1, outcome="deferred", basis="第二十八条")
    assert not may_view(ANONYMOUS, item)
    decide_opening(actor=reviewer, record_id=file.id, version=1, outcome="open", basis="档案法第二十七条")
    assert set(visible_records(ANONYMOUS).values_list("id", flat=True)) == {file.id, item.id}
    assert OpeningReview.objects.get().outcome == "open"
    sensitive = make_record(place.fonds, access_level=20)
    with pytest.raises(InvalidError, match="not public"):
        decide_opening(actor=reviewer, record_id=sensitive.id, version=1, outcome="open", basis="x")


def test_a_grant_opens_until_its_day_and_can_be_taken_back() -> None:
    place = make_place()
    record = make_record(place.fonds, opening="restricted", access_level=20)
    account = make_account(place.city)
    approver = make_actor(place.archives, level=20, approver=place.archives)
    reader = actor_for(account)
    with pytest.raises(NotFoundError):
        record_for(reader, record.id)
    for until in (today() - timedelta(days=1), today() + timedelta(days=400)):
        with pytest.raises(InvalidError):
            grant_view(actor=approver, record_id=record.id, account_id=account.id, until_on=until, reason="查房产")
    with pytest.raises(NotPermittedError):
        grant_view(actor=make_actor(place.archives, level=20, reviewer=place.archives), record_id=record.id,
                   account_id=account.id, until_on=today(), reason="查房产")  # fmt: skip
    grant = grant_view(actor=approver, record_id=record.id, account_id=account.id, until_on=today(), reason="查房产")
    assert record_for(reader, record.id).id == record.id
    revoke_view(actor=approver, grant_id=grant.id)
    with pytest.raises(NotFoundError):
        record_for(reader, record.id)


def test_quarantine_hides_with_all_below_until_the_security_administrator_decides() -> None:
    place = make_place()
    archivist, secadmin = make_archivist(place), make_actor(place.city, secadmin=place.city)
    file = make_record(place.fonds, level="file", opening="open")
    item = make_record(place.fonds, parent_id=file.id)
    quarantine_record(actor=SYSTEM, record_id=file.id, reason="secrecy_mark")
    for actor in (archivist, ANONYMOUS):
        assert not visible_records(actor).exists()
    assert visible_records(secadmin).count() == 2
    with pytest.raises(ConflictError):
        release_record(actor=secadmin, record_id=item.id, basis="误报")
    release_record(actor=secadmin, record_id=file.id, basis="误报，原件已解密")
    assert visible_records(ANONYMOUS).count() == 2
    quarantine_record(actor=archivist, record_id=item.id, reason="by_hand")
    with pytest.raises(NotFoundError):
        release_record(actor=archivist, record_id=item.id, basis="x")
    with pytest.raises(ConflictError):
        edit_record(
            actor=SYSTEM, record_id=item.id, version=Record.objects.get(id=item.id).version, changes={"title": "改"}
        )


def test_releasing_a_file_leaves_what_was_quarantined_on_its_own_account() -> None:
    place = make_place()
    secadmin = make_actor(place.city, secadmin=place.city)
    file = make_record(place.fonds, level="file", opening="open")
    own, plain = make_record(place.fonds, parent_id=file.id), make_record(place.fonds, parent_id=file.id)
    quarantine_record(actor=SYSTEM, record_id=own.id, reason="secrecy_mark")
    quarantine_record(actor=SYSTEM, record_id=file.id, reason="secrecy_mark")
    release_record(actor=secadmin, record_id=file.id, basis="误报")
    assert set(visible_records(ANONYMOUS).values_list("id", flat=True)) == {file.id, plain.id}
    assert LedgerEntry.objects.filter(verb="catalogue.inherit", target_id=plain.id).count() == 2, (
        "the index hears of both turns"
    )
    release_record(actor=secadmin, record_id=own.id, basis="误报")
    assert visible_records(ANONYMOUS).count() == 3


def test_records_follow_a_unit_that_was_moved() -> None:
    place = make_place()
    record = make_record(place.fonds)
    Unit.objects.filter(id=place.bureau.id).update(path=f"{place.office.path}{place.bureau.id.hex[-10:]}/")
    assert not visible_records(make_actor(place.office, liaison=place.office)).exists()
    assert follow_units(actor=SYSTEM) == 1
    assert follow_units(actor=SYSTEM) == 0
    assert list(visible_records(make_actor(place.office, liaison=place.office))) == [record]
