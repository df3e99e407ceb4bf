"""A rebuild makes the same index anew while searches and news go on."""

import pytest
from django.db import connection

from lantai.audit import selectors as audit
from lantai.audit.services import seal
from lantai.catalogue.models import Record
from lantai.kernel.errors import ConflictError, UnavailableError
from lantai.search.selectors import engine, generations, search
from lantai.search.services import rebuild_index
from lantai.search.services import rebuilding as rebuilding_module
from tests.factories.catalogue import SYSTEM, make_archivist, make_place, make_record
from tests.search.conftest import Carry

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sealer"])


def test_the_new_index_holds_what_the_catalogue_does(carry_news: Carry) -> None:
    place = make_place()
    for n in range(7):
        make_record(place.fonds, f"通知之{n}")
    hidden = make_record(place.fonds, "隔离的")
    Record.objects.filter(id=hidden.id).update(quarantined=True)
    steps: list[tuple[int, int]] = []
    done = rebuild_index(actor=SYSTEM, progress=lambda at, of: steps.append((at, of)))
    assert done.items == 7
    assert steps[-1] == (7, 7)
    assert search(make_archivist(place), "通知", fresh=True).total == 7
    seal()
    assert audit.entries_after(audit.head() - 1, limit=1)[0].verb == "search.rebuild_index"


def test_searches_go_on_and_what_happens_meanwhile_is_in_it(carry_news: Carry) -> None:
    place = make_place()
    reader = make_archivist(place)
    make_record(place.fonds, "原有的文件")
    carry_news()
    before = generations().current()

    def meanwhile(done: int, total: int) -> None:
        if done > 1:
            return
        assert search(reader, "原有的文件", fresh=True).total == 1
        make_record(place.fonds, "其间收到的文件")
        Record.objects.filter(title="原有的文件").update(title="改过的文件")
        carry_news()
        assert search(reader, "其间收到的文件", fresh=True).total == 1

    assert rebuild_index(actor=SYSTEM, progress=meanwhile).items == 2
    after = generations().current()
    assert before is not None
    assert after is not None
    assert after.number == before.number + 1
    make_record(place.fonds, "以后收到的文件")
    carry_news()
    for text in ("其间收到的文件", "以后收到的文件"):
        assert search(reader, text, fresh=True).total == 1


def test_only_one_rebuild_runs(carry_news: Carry, django_db_blocker: object) -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [rebuilding_module.REBUILD_LOCK])
        with pytest.raises(ConflictError):
            rebuild_index(actor=SYSTEM)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [rebuilding_module.REBUILD_LOCK])
    other.close()
    assert rebuild_index(actor=SYSTEM).items == 0


def test_an_incomplete_index_never_answers(carry_news: Carry, monkeypatch: pytest.MonkeyPatch) -> None:
    place = make_place()
    for n in range(3):
        make_record(place.fonds, f"通知之{n}")
    carry_news()
    before = generations().current()
    monkeypatch.setattr(rebuilding_module, "indexed_records", lambda ids: [])
    with pytest.raises(UnavailableError):
        rebuild_index(actor=SYSTEM)
    assert generations().current() == before
    assert len(list(generations().root.glob("gen-*"))) == 1
    answering = engine(fresh=True)
    assert answering is not None
    assert answering.size() == 3
