"""People accept, mend and refuse; a rule fills only what is empty and sure."""

from datetime import date

import pytest

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import RecordRevision
from lantai.catalogue.services import edit_record, quarantine_record
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from lantai.recognition import selectors, services
from lantai.recognition.models import Suggestion
from tests.factories.catalogue import (
    SYSTEM,
    Place,
    make_actor,
    make_archivist,
    make_place,
    make_record,
)
from tests.factories.recognition import make_suggestion

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def test_accepting_writes_the_description(place: Place) -> None:
    record = make_record(place.fonds)
    actor = make_archivist(place)
    for field, value in (
        ("dated_on", "2019-03-05"),
        ("author", "云州市人民政府"),
        ("people", "李明"),
        ("people", "王芳"),
    ):
        suggestion = make_suggestion(record, field, value)
        assert (
            services.decide_suggestion(actor=actor, suggestion_id=suggestion.id, decision="accept").state == "accepted"
        )
    record.refresh_from_db()
    assert (record.dated_on, record.author) == (date(2019, 3, 5), "云州市人民政府")
    assert record.metadata["personal_name"] == "李明；王芳"
    assert RecordRevision.objects.filter(record=record, actor_name=actor.name).count() == 4
    entry = LedgerEntry.objects.filter(verb="recognition.decide_suggestion").latest("at")
    assert "王芳" not in bytes(entry.body).decode()


def test_mending_writes_the_mended_value(place: Place) -> None:
    record = make_record(place.fonds)
    suggestion = make_suggestion(record, "document_number", "云政发〔2019〕12号")
    services.decide_suggestion(
        actor=make_archivist(place), suggestion_id=suggestion.id, decision="mend", value=" 云政发〔2019〕13号 "
    )
    record.refresh_from_db()
    suggestion.refresh_from_db()
    assert record.document_number == suggestion.decided_value == "云政发〔2019〕13号"
    assert suggestion.value == "云政发〔2019〕12号"


def test_refusing_changes_nothing(place: Place) -> None:
    record = make_record(place.fonds)
    suggestion = make_suggestion(record, "author", "某局")
    services.decide_suggestion(actor=make_archivist(place), suggestion_id=suggestion.id, decision="refuse")
    record.refresh_from_db()
    assert (record.author, record.version) == ("", 1)


@pytest.mark.parametrize("decision", ["accept", "mend", "refuse"])
def test_a_decision_stands(place: Place, decision: str) -> None:
    suggestion = make_suggestion(make_record(place.fonds), "author", "某局")
    actor = make_archivist(place)
    services.decide_suggestion(actor=actor, suggestion_id=suggestion.id, decision=decision, value="x")
    with pytest.raises(ConflictError):
        services.decide_suggestion(actor=actor, suggestion_id=suggestion.id, decision="accept")


def test_wrong_decisions_and_values_are_refused_and_leave_no_trace(place: Place) -> None:
    record = make_record(place.fonds)
    suggestion = make_suggestion(record, "dated_on", "2019-03-05")
    actor = make_archivist(place)
    for decision, value in (("mend", " "), ("mend", "去年春天"), ("perhaps", "")):
        with pytest.raises(InvalidError):
            services.decide_suggestion(actor=actor, suggestion_id=suggestion.id, decision=decision, value=value)
    suggestion.refresh_from_db()
    assert suggestion.state == "waiting"


def test_others_may_not_decide(place: Place) -> None:
    suggestion = make_suggestion(make_record(place.fonds), "author", "某局")
    with pytest.raises(NotPermittedError):
        services.decide_suggestion(
            actor=make_actor(place.archives, level=20, reviewer=place.archives),
            suggestion_id=suggestion.id,
            decision="accept",
        )
    other = make_place("Z200")
    with pytest.raises(NotFoundError):
        services.decide_suggestion(actor=make_archivist(other), suggestion_id=suggestion.id, decision="accept")


def test_sure_values_fill_empty_fields_and_say_so(place: Place) -> None:
    record = make_record(place.fonds, author="市档案局")
    sure = make_suggestion(record, "document_number", "云政发〔2019〕12号", 0.97)
    unsure = make_suggestion(record, "dated_on", "2019-03-05", 0.7)
    taken = make_suggestion(record, "author", "云州市人民政府", 0.99)
    several = make_suggestion(record, "people", "李明", 0.99)
    assert services.apply_suggestions(actor=SYSTEM, record_id=record.id) == 1
    assert services.apply_suggestions(actor=SYSTEM, record_id=record.id) == 0
    record.refresh_from_db()
    assert (record.document_number, record.dated_on, record.author) == ("云政发〔2019〕12号", None, "市档案局")
    states = {s.id: s.state for s in Suggestion.objects.all()}
    assert [states[s.id] for s in (sure, unsure, taken, several)] == ["applied", "waiting", "waiting", "waiting"]
    assert LedgerEntry.objects.filter(verb="recognition.apply_suggestions").count() == 1


def test_a_title_that_is_only_a_file_name_counts_as_empty(place: Place) -> None:
    named, real = make_record(place.fonds, "001"), make_record(place.fonds, "关于城市规划的通知")
    for record in (named, real):
        make_suggestion(record, "title", "云州市人民政府关于档案工作的通知", 0.97)
        services.apply_suggestions(actor=SYSTEM, record_id=record.id)
        record.refresh_from_db()
    assert (named.title, real.title) == ("云州市人民政府关于档案工作的通知", "关于城市规划的通知")


def test_what_a_rule_filled_in_can_be_taken_out_or_mended(place: Place) -> None:
    record = make_record(place.fonds)
    number = make_suggestion(record, "document_number", "云政发〔2019〕12号", 0.97)
    author = make_suggestion(record, "author", "云州市", 0.97)
    services.apply_suggestions(actor=SYSTEM, record_id=record.id)
    actor = make_archivist(place)
    services.decide_suggestion(actor=actor, suggestion_id=number.id, decision="refuse")
    services.decide_suggestion(actor=actor, suggestion_id=author.id, decision="mend", value="云州市人民政府")
    record.refresh_from_db()
    assert (record.document_number, record.author) == ("", "云州市人民政府")


def test_quarantined_records_are_left_alone(place: Place) -> None:
    record = make_record(place.fonds)
    make_suggestion(record, "document_number", "云政发〔2019〕12号", 0.97)
    quarantine_record(actor=SYSTEM, record_id=record.id, reason="test")
    assert services.apply_suggestions(actor=SYSTEM, record_id=record.id) == 0
    assert selectors.waiting_count(make_archivist(place)) == 0


def test_the_queue_has_the_worst_first_and_only_ones_own(place: Place) -> None:
    actor, other = make_archivist(place), make_archivist(make_place("Z200"))
    good, bad = make_record(place.fonds, "好"), make_record(place.fonds, "坏")
    make_suggestion(good, "author", "甲局", 0.8)
    make_suggestion(bad, "author", "乙局", 0.3)
    make_suggestion(bad, "people", "李明", 0.9)
    queue, total = selectors.review_queue(actor)
    assert [(q.record, q.waiting, q.worst_percent) for q in queue] == [(bad, 2, 30), (good, 1, 80)]
    assert total == 2
    assert selectors.waiting_count(actor) == 3
    assert selectors.next_record(actor) == bad.id
    assert selectors.next_record(actor, after=bad.id) == good.id
    assert selectors.review_queue(other) == ([], 0)
    assert selectors.waiting_count(other) == 0


def test_the_day_is_counted(place: Place) -> None:
    actor = make_archivist(place)
    assert selectors.decided_today(actor) == 0
    suggestion = make_suggestion(make_record(place.fonds), "author", "甲局")
    services.decide_suggestion(actor=actor, suggestion_id=suggestion.id, decision="accept")
    assert selectors.decided_today(actor) == 1
    assert selectors.decided_today(make_archivist(place)) == 0


def test_an_edit_by_others_meanwhile_is_not_lost(place: Place) -> None:
    record = make_record(place.fonds)
    suggestion = make_suggestion(record, "author", "甲局")
    edit_record(
        actor=make_archivist(place), record_id=record.id, version=1, changes={"document_number": "甲〔2020〕1号"}
    )
    services.decide_suggestion(actor=make_archivist(place), suggestion_id=suggestion.id, decision="accept")
    record.refresh_from_db()
    assert (record.author, record.document_number) == ("甲局", "甲〔2020〕1号")
