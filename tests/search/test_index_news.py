"""The index follows the ledger: what committed acts changed is found, what was undone is not."""

import shutil
import threading
from typing import Any

import pytest
from django.db import transaction

from lantai.audit import selectors as audit
from lantai.audit.services import record_act, record_reading, seal
from lantai.catalogue.models import Record
from lantai.kernel.actors import ANONYMOUS
from lantai.search.adapters.tantivy_engine import TantivyWriter
from lantai.search.models import IndexCursor
from lantai.search.rules.news import touched_records
from lantai.search.selectors import engine, generations, index_state, search
from lantai.search.services import close_index, follow_news, index_news, wait_until_indexed
from lantai.search.services import news as news_module
from tests.factories.catalogue import SYSTEM, make_archivist, make_place, make_record
from tests.factories.search import id_of
from tests.search.conftest import Carry

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sealer"])


def _change(record: Record, **values: Any) -> None:
    """Change a record as an act of the catalogue does: row and ledger entry in one transaction."""
    with transaction.atomic():
        Record.objects.filter(id=record.id).update(**values)
        record_act(actor=SYSTEM, verb="catalogue.edit_record", target_kind="record", target_id=record.id)


def test_a_new_record_is_found_by_title_code_and_year(carry_news: Carry) -> None:
    place = make_place()
    record = make_record(place.fonds, "关于老旧小区改造的通知", coded=True, document_number="兰政办发〔2021〕15号")
    carry_news()
    reader = make_archivist(place)
    for text in ("小区改造", "老舊小區", record.reference_code or "", "兰政办发2021 15号", "2011"):
        assert [hit.record_id for hit in search(reader, text, fresh=True).hits] == [record.id], text
    assert search(reader, "征地补偿", fresh=True).total == 0


def test_a_change_replaces_what_was_indexed(carry_news: Carry) -> None:
    place = make_place()
    reader = make_archivist(place)
    record = make_record(place.fonds, "旧的题名")
    carry_news()
    _change(record, title="新的题名")
    carry_news()
    assert search(reader, "旧的题名", fresh=True).total == 0
    assert search(reader, "新的题名", fresh=True).total == 1


def test_an_act_that_was_undone_is_not_found(carry_news: Carry) -> None:
    place = make_place()
    reader = make_archivist(place)
    with transaction.atomic():
        make_record(place.fonds, "没有留下的记录")
        transaction.set_rollback(True)
    carry_news()
    assert search(reader, "没有留下", fresh=True).total == 0


def test_what_is_quarantined_leaves_the_index_and_comes_back_when_released(carry_news: Carry) -> None:
    place = make_place()
    reader = make_archivist(place)
    record = make_record(place.fonds, "待查的文件")
    carry_news()
    _change(record, quarantined=True)
    carry_news()
    answering = engine(fresh=True)
    assert answering is not None
    assert answering.size() == 0
    _change(record, quarantined=False)
    carry_news()
    assert search(reader, "待查的文件", fresh=True).total == 1


def test_rights_are_those_of_the_reader(carry_news: Carry) -> None:
    place, other = make_place(), make_place("Z200")
    record = make_record(place.fonds, "内部通报")
    carry_news()
    assert search(make_archivist(place), "内部通报", fresh=True).total == 1
    assert search(make_archivist(other), "内部通报", fresh=True).total == 0
    assert search(ANONYMOUS, "内部通报", fresh=True).total == 0
    _change(record, opening="open")
    carry_news()
    found = search(ANONYMOUS, "内部通报", with_facets=True, fresh=True)
    assert found.total == 1
    assert {facet.field: [(v.value, v.count) for v in facet.values] for facet in found.facets}["opening"] == [
        ("open", 1)
    ]


def test_a_right_withdrawn_before_the_index_knows_shows_no_row(carry_news: Carry) -> None:
    place = make_place()
    record = make_record(place.fonds, "公开的通知", opening="open")
    carry_news()
    Record.objects.filter(id=record.id).update(opening="restricted")
    assert search(ANONYMOUS, "公开的通知", fresh=True).hits == []


def test_taking_the_same_news_again_changes_nothing(carry_news: Carry) -> None:
    place = make_place()
    for n in range(5):
        make_record(place.fonds, f"通知之{n}")
    first = carry_news()
    assert first == audit.head() > 0
    assert index_news() == 0
    close_index()
    current = generations().current()
    assert current is not None
    writer = TantivyWriter(current.folder)
    writer.commit(0)
    writer.close()
    assert carry_news() == first
    answering = engine(fresh=True)
    assert answering is not None
    assert answering.size() == 5


def test_news_comes_in_portions(carry_news: Carry) -> None:
    place = make_place()
    for n in range(4):
        make_record(place.fonds, f"通知之{n}")
    seal()
    head = audit.head()
    moved = [index_news(limit=3)]
    while moved[-1]:
        moved.append(index_news(limit=3))
    assert sum(moved) == head
    assert max(moved) == 3
    cursor = IndexCursor.objects.get()
    assert (cursor.position, cursor.items) == (head, 4)
    state = index_state()
    assert (state.behind, state.items, state.fits) == (0, 4, True)


def test_while_another_process_writes_its_work_is_waited_for(
    carry_news: Carry, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_place()
    carry_news()
    close_index()
    make_record(place.fonds, "别人写入的")
    seal()
    current = generations().current()
    assert current is not None
    other = TantivyWriter(current.folder)
    monkeypatch.setattr(news_module, "BUSY_SECONDS", 0.2)
    assert index_news() == 0
    monkeypatch.setattr(news_module, "BUSY_SECONDS", 30.0)
    timer = threading.Timer(0.3, lambda: other.commit(audit.head()))
    timer.start()
    assert index_news() > 0
    timer.join()
    other.close()


def test_following_sees_what_is_committed_meanwhile(carry_news: Carry) -> None:
    place = make_place()
    reader = make_archivist(place)
    stop = threading.Event()
    follower = threading.Thread(target=follow_news, args=(stop,))
    follower.start()
    try:
        make_record(place.fonds, "刚刚收到的文件")
        seal()
        assert wait_until_indexed(audit.head(), timeout_seconds=30)
        assert search(reader, "刚刚收到", fresh=True).total == 1
    finally:
        stop.set()
        follower.join()


def test_an_index_of_another_version_is_built_anew(carry_news: Carry) -> None:
    place = make_place()
    make_record(place.fonds, "版本更替")
    carry_news()
    close_index()
    current = generations().current()
    assert current is not None
    (current.folder / "about.json").write_text('{"schema": 0}')
    assert not index_state().fits
    carry_news()
    assert index_state().fits
    assert search(make_archivist(place), "版本更替", fresh=True).total == 1


def test_reading_a_record_is_no_news_of_it(carry_news: Carry) -> None:
    place = make_place()
    record = make_record(place.fonds)
    carry_news()
    record_reading(actor=make_archivist(place), record_id=record.id)
    seal()
    [entry] = audit.entries_after(audit.head() - 1, limit=10)
    assert touched_records(entry.verb, entry.target_kind, entry.target_id, entry.facts) == set()


def test_facts_may_name_records() -> None:
    one, two, three = id_of("1"), id_of("2"), id_of("3")
    facts = {"record": str(one), "records": [str(two), "no id", 7], "other": str(three)}
    assert touched_records("catalogue.move_record", "page", three, facts) == {one, two}
    assert touched_records("catalogue.move_record", "record", three, {}) == {three}


def test_an_index_whose_folder_is_gone_is_built_anew(carry_news: Carry) -> None:
    place = make_place()
    make_record(place.fonds, "索引丢失")
    carry_news()
    close_index()
    current = generations().current()
    assert current is not None
    shutil.rmtree(current.folder)
    carry_news()
    assert search(make_archivist(place), "索引丢失", fresh=True).total == 1
