"""Several suggestions are decided in one act, what says no more than another follows it, and a decision is taken back."""

from datetime import date

import pytest

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import RecordRevision
from lantai.catalogue.services import edit_record
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from lantai.recognition import services
from lantai.recognition.models import Suggestion
from lantai.recognition.rules.filling import written
from lantai.recognition.rules.following import shown_alone
from lantai.recognition.services import Decision
from tests.factories.catalogue import SYSTEM, Place, make_actor, make_archivist, make_place, make_record
from tests.factories.recognition import make_suggestion

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def states(*rows: Suggestion) -> list[str]:
    return [Suggestion.objects.get(id=row.id).state for row in rows]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2020年10月20日", "2020-10-20"),
        ("2020.3.5", "2020-03-05"),
        ("20200305", "2020-03-05"),
        ("二〇二〇年三月五日", "2020-03-05"),
        ("2020年3月", "2020年3月"),
        ("2020年3月5日至2021年3月5日", "2020年3月5日至2021年3月5日"),
    ],
)
def test_days_are_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert written("born_on", typed) == kept
    assert written("title", typed) == typed


def test_a_day_may_be_typed_in_any_spelling(place: Place) -> None:
    record = make_record(place.fonds)
    row = make_suggestion(record, "dated_on", "2019-03-05")
    services.decide_suggestion(
        actor=make_archivist(place), suggestion_id=row.id, decision="mend", value="二〇一九年三月六日"
    )
    record.refresh_from_db()
    row.refresh_from_db()
    assert (record.dated_on, row.decided_value) == (date(2019, 3, 6), "2019-03-06")


def test_a_category_may_be_called_by_its_name(place: Place) -> None:
    record = make_record(place.fonds)
    row = make_suggestion(record, "retention", "D30")
    services.decide_suggestion(actor=make_archivist(place), suggestion_id=row.id, decision="mend", value="永久")
    record.refresh_from_db()
    assert record.retention == "Y"


def test_the_same_name_is_not_asked_twice(place: Place) -> None:
    record = make_record(place.fonds)
    name = make_suggestion(record, "husband", "李朋")
    person = make_suggestion(record, "people", "李朋")
    other = make_suggestion(record, "people", "王芳")
    leading, followers = shown_alone([person, name, other])
    assert (leading, followers) == ([name, other], {0: [person]})
    services.decide_suggestion(actor=make_archivist(place), suggestion_id=name.id, decision="mend", value="李明")
    record.refresh_from_db()
    assert states(name, person, other) == ["mended", "mended", "waiting"]
    assert record.metadata["personal_name"] == "李明"
    assert RecordRevision.objects.filter(record=record).count() == 1


def test_the_same_words_cannot_be_two_things(place: Place) -> None:
    record = make_record(place.fonds, year=None)
    born, day = make_suggestion(record, "born_on", "1997-05-18"), make_suggestion(record, "dated_on", "1997-05-18")
    year = make_suggestion(record, "year", "1997", reasons=["1997-05-18"])
    elsewhere = make_suggestion(record, "established_on", "1997-05-18", top_px=900, bottom_px=940)
    actor = make_archivist(place)
    services.decide_suggestion(actor=actor, suggestion_id=born.id, decision="accept")
    assert states(born, day, year, elsewhere) == ["accepted", "refused", "refused", "waiting"]
    services.take_back_decision(actor=actor)
    assert states(born, day, year, elsewhere) == ["waiting"] * 4


def test_a_refused_name_may_still_be_one_elsewhere(place: Place) -> None:
    record = make_record(place.fonds)
    name, person = make_suggestion(record, "husband", "李明"), make_suggestion(record, "people", "李明")
    services.decide_suggestion(actor=make_archivist(place), suggestion_id=name.id, decision="refuse")
    assert states(name, person) == ["refused", "waiting"]


@pytest.mark.parametrize(
    ("decision", "value", "year", "state"),
    [("accept", "", 1997, "accepted"), ("mend", "2020-10-20", 2020, "mended"), ("refuse", "", None, "refused")],
)
def test_the_year_follows_its_day(place: Place, decision: str, value: str, year: int | None, state: str) -> None:
    record = make_record(place.fonds, year=None)
    day = make_suggestion(record, "dated_on", "1997-05-18")
    resting = make_suggestion(record, "year", "1997", reasons=["1997-05-18"])
    actor = make_archivist(place)
    services.decide_suggestion(actor=actor, suggestion_id=day.id, decision=decision, value=value)
    record.refresh_from_db()
    assert (record.year, states(resting)) == (year, [state])
    services.take_back_decision(actor=actor)
    record.refresh_from_db()
    assert (record.year, record.dated_on, states(day, resting)) == (None, None, ["waiting", "waiting"])


def test_several_are_decided_in_one_act(place: Place) -> None:
    record = make_record(place.fonds)
    rows = [make_suggestion(record, "people", name) for name in ("李明", "王方", "电话")]
    actor = make_archivist(place)
    decisions = [
        Decision(rows[0].id, "accept"), Decision(rows[1].id, "mend", "王芳"), Decision(rows[2].id, "refuse"),
    ]  # fmt: skip
    services.decide_suggestions(actor=actor, record_id=record.id, decisions=decisions)
    record.refresh_from_db()
    assert record.metadata["personal_name"] == "李明；王芳"
    assert states(*rows) == ["accepted", "mended", "refused"]
    assert RecordRevision.objects.filter(record=record).count() == 1
    [entry] = LedgerEntry.objects.filter(verb="recognition.decide_suggestions")
    assert "王芳" not in bytes(entry.body).decode()
    services.take_back_decision(actor=actor)
    record.refresh_from_db()
    assert "personal_name" not in record.metadata
    assert states(*rows) == ["waiting"] * 3


def test_all_or_none_of_one_record(place: Place) -> None:
    record = make_record(place.fonds)
    good, bad = make_suggestion(record, "people", "李明"), make_suggestion(record, "dated_on", "2019-03-05")
    foreign = make_suggestion(make_record(place.fonds, "第二份"), "people", "王芳")
    actor = make_archivist(place)
    for other, fault in (
        (Decision(bad.id, "mend", "去年"), InvalidError),
        (Decision(foreign.id, "accept"), NotFoundError),
    ):
        with pytest.raises(fault):
            services.decide_suggestions(
                actor=actor, record_id=record.id, decisions=[Decision(good.id, "accept"), other]
            )
    assert states(good, bad, foreign) == ["waiting"] * 3


def test_the_rest_is_refused_in_one_act_but_for_what_a_rule_filled_in(place: Place) -> None:
    record = make_record(place.fonds)
    filled = make_suggestion(record, "document_number", "云政发〔2019〕12号", 0.97)
    services.apply_suggestions(actor=SYSTEM, record_id=record.id)
    rest = [make_suggestion(record, "organisations", f"{n}局") for n in range(3)]
    actor = make_archivist(place)
    with pytest.raises(NotFoundError):
        services.refuse_the_rest(actor=make_archivist(make_place("Z200")), record_id=record.id)
    with pytest.raises(NotPermittedError):
        services.refuse_the_rest(
            actor=make_actor(place.archives, level=20, reviewer=place.archives), record_id=record.id
        )
    assert len(services.refuse_the_rest(actor=actor, record_id=record.id)) == 3
    assert states(filled, *rest) == ["applied", "refused", "refused", "refused"]
    with pytest.raises(ConflictError):
        services.refuse_the_rest(actor=actor, record_id=record.id)
    services.take_back_decision(actor=actor)
    assert states(*rest) == ["waiting"] * 3


def test_decisions_are_taken_back_one_after_another(place: Place) -> None:
    record = make_record(place.fonds, author="市档案局")
    author, title = make_suggestion(record, "author", "甲局"), make_suggestion(record, "title", "关于甲的通知")
    actor, before = make_archivist(place), record.title
    for row in (author, title):
        services.decide_suggestion(actor=actor, suggestion_id=row.id, decision="accept")
    assert services.take_back_decision(actor=actor) == [title]
    assert services.take_back_decision(actor=actor) == [author]
    record.refresh_from_db()
    assert (record.author, record.title, states(author, title)) == ("市档案局", before, ["waiting", "waiting"])
    assert LedgerEntry.objects.filter(verb="recognition.take_back_decision").count() == 2
    with pytest.raises(ConflictError):
        services.take_back_decision(actor=actor)


def test_what_a_rule_filled_in_is_filled_in_again(place: Place) -> None:
    record = make_record(place.fonds)
    row = make_suggestion(record, "document_number", "云政发〔2019〕12号", 0.97)
    services.apply_suggestions(actor=SYSTEM, record_id=record.id)
    actor = make_archivist(place)
    services.decide_suggestion(actor=actor, suggestion_id=row.id, decision="refuse")
    services.take_back_decision(actor=actor)
    record.refresh_from_db()
    assert (record.document_number, states(row)) == ("云政发〔2019〕12号", ["applied"])


def test_what_was_changed_since_and_what_others_decided_stays(place: Place) -> None:
    record = make_record(place.fonds)
    row = make_suggestion(record, "author", "甲局")
    actor = make_archivist(place)
    services.decide_suggestion(actor=actor, suggestion_id=row.id, decision="accept")
    record.refresh_from_db()
    with pytest.raises(ConflictError):
        services.take_back_decision(actor=make_archivist(place))
    edit_record(actor=make_archivist(place), record_id=record.id, version=record.version, changes={"author": "乙局"})
    with pytest.raises(ConflictError):
        services.take_back_decision(actor=actor)
    record.refresh_from_db()
    assert (record.author, states(row)) == ("乙局", ["accepted"])
