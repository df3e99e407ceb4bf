"""Checking one field over many records, what agreement people reach, and the thresholds learnt from it."""

from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import expect

from lantai.kernel.clock import now
from lantai.kernel.errors import NotPermittedError
from lantai.kernel.ids import new_id
from lantai.recognition import selectors, services
from lantai.recognition.models import FieldThreshold, FormTemplate, Suggestion
from lantai.recognition.rules.agreement import NEVER, bounds_of, threshold_of
from tests.browser.fixtures import Opener
from tests.factories.catalogue import Place, make_account, make_actor, make_archivist, make_place, make_record
from tests.factories.recognition import READER, make_suggestion

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def client_of(place: Place) -> Client:
    client = Client()
    client.force_login(make_account(place.archives, level=20, archivist=place.archives))
    return client


def told(*lines: tuple[Suggestion, str, str]) -> dict[str, object]:
    """Return what the page posts for (suggestion, decision, value) lines."""
    form: dict[str, object] = {"suggestion": [str(suggestion.id) for suggestion, _, _ in lines]}
    for suggestion, decision, value in lines:
        form[f"decision-{suggestion.id}"] = decision
        form[f"value-{suggestion.id}"] = value
        form[f"suggested-{suggestion.id}"] = suggestion.value
    return form


def test_bounds_narrow_with_the_count() -> None:
    assert bounds_of(0, 0) == (0.0, 1.0)
    low, high = bounds_of(97, 100)
    assert 0.91 < low < 0.97 < high < 1
    assert bounds_of(970, 1000)[0] > low


def test_a_threshold_is_only_learnt_where_it_is_proven() -> None:
    assert threshold_of([(0.9, True)] * 99) is None
    sure = [(0.95, True)] * 300
    doubtful = [(0.7, n % 2 == 0) for n in range(100)]
    learnt = threshold_of(sure + doubtful)
    assert learnt is not None
    assert (learnt.threshold, learnt.decided, learnt.right) == (0.95, 300, 300)
    never = threshold_of(doubtful)
    assert never is not None
    assert never.threshold == NEVER


def test_several_lines_are_decided_at_once_and_the_rest_left(place: Place) -> None:
    rows = [make_suggestion(make_record(place.fonds, f"第{n}份"), "author", f"{n}局", 0.3 + n / 10) for n in range(4)]
    form = told(
        (rows[0], "accept", "0局"), (rows[1], "accept", "乙局"), (rows[2], "refuse", "2局"), (rows[3], "leave", "3局")
    )
    answer = client_of(place).post("/desk/review/strips/?field=author", form)
    assert answer.status_code == 302
    states = [Suggestion.objects.get(id=row.id).state for row in rows]
    assert states == ["accepted", "mended", "refused", "waiting"]
    rows[1].record.refresh_from_db()
    assert rows[1].record.author == "乙局"


def test_a_wrong_line_is_shown_again_with_its_reason_and_the_others_are_kept(place: Place) -> None:
    good = make_suggestion(make_record(place.fonds), "dated_on", "2019-03-05", 0.4)
    wrong = make_suggestion(make_record(place.fonds), "dated_on", "2019-04-06", 0.5)
    answer = client_of(place).post(
        "/desk/review/strips/?field=dated_on", told((good, "accept", "2019-03-05"), (wrong, "accept", "去年"))
    )
    assert answer.status_code == 422
    assert "去年" in answer.content.decode()
    assert Suggestion.objects.get(id=good.id).state == "accepted"
    assert Suggestion.objects.get(id=wrong.id).state == "waiting"


def test_only_values_of_the_own_archives_are_shown_or_decided(place: Place) -> None:
    other = make_place("Z200")
    theirs = make_suggestion(make_record(other.fonds, "别馆的通知"), "author", "别局", 0.2)
    client = client_of(place)
    assert "别局" not in client.get("/desk/review/strips/?field=author").content.decode()
    client.post("/desk/review/strips/?field=author", told((theirs, "accept", "别局")))
    assert Suggestion.objects.get(id=theirs.id).state == "waiting"


def test_lists_go_on_after_twenty_of_equal_sureness(place: Place) -> None:
    rows = {make_suggestion(make_record(place.fonds, f"第{n}份"), "author", f"{n}局", 0.5).id for n in range(23)}
    actor = make_archivist(place)
    first = selectors.strips(actor, "author")
    second = selectors.strips(actor, "author", cursor=first.next_cursor)
    assert (len(first.items), len(second.items), second.next_cursor) == (20, 3, "")
    assert {row.id for row in (*first.items, *second.items)} == rows


def test_agreement_is_counted_by_every_side_for_the_own_archives(place: Place) -> None:
    actor = make_archivist(place)
    for n, (decision, value) in enumerate([("accept", ""), ("accept", ""), ("mend", "云州市教育局"), ("refuse", "")]):
        row = make_suggestion(make_record(place.fonds, f"第{n}份"), "author", "云州市教育厅", 0.6, origin="official/1")
        services.decide_suggestion(actor=actor, suggestion_id=row.id, decision=decision, value=value)
    [found] = selectors.agreements(actor, "field")
    assert (found.name, found.accepted, found.mended, found.refused) == ("author", 2, 1, 1)
    assert found.error_rate == pytest.approx(1 / 18)
    assert [one.name for one in selectors.agreements(actor, "origin")] == ["official/1"]
    assert not selectors.agreements(make_archivist(make_place("Z300")), "field")
    page = client_of(place)
    for side in selectors.SIDES:
        assert page.get(f"/desk/review/agreement/?by={side}").status_code == 200


def test_form_templates_are_called_by_their_names(place: Place) -> None:
    actor = make_archivist(place)
    template = FormTemplate.objects.create(
        archives=place.archives, name="入职登记表", width_px=10, height_px=10, edited_by="x", edited_at=now()
    )
    origins = [f"template:{template.id}", f"template:{new_id()}", "form/1"]
    for n, origin in enumerate(origins):
        row = make_suggestion(make_record(place.fonds, f"第{n}份"), "author", f"{n}局", origin=origin)
        services.decide_suggestion(actor=actor, suggestion_id=row.id, decision="accept")
    assert selectors.origin_names(actor, origins) == {origins[0]: "入职登记表 1"}
    assert not selectors.origin_names(make_archivist(make_place("Z300")), origins)
    page = client_of(place).get("/desk/review/agreement/?by=origin").content.decode()
    assert "入职登记表 1" in page
    assert str(template.id) not in page


def test_a_learnt_threshold_decides_what_fills_itself(place: Place) -> None:
    account = make_account(place.archives, level=20, archivist=place.archives)
    record = make_record(place.fonds)
    for n in range(140):
        make_suggestion(
            record, "author", f"第{n}局", 0.8, state="accepted", decided_at=now(), decided_by_account=account.id
        )
    with pytest.raises(NotPermittedError):
        services.learn_thresholds(actor=make_actor(place.archives, archivist=place.archives))
    assert services.learn_thresholds(actor=READER) == 1
    assert FieldThreshold.objects.get().threshold == 0.8
    fresh = make_record(place.fonds, "另一份")
    make_suggestion(fresh, "author", "云州市教育局", 0.81)
    assert services.apply_suggestions(actor=READER, record_id=fresh.id) == 1
    fresh.refresh_from_db()
    assert fresh.author == "云州市教育局"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_strips_are_decided_under_the_keys(open_page: Opener, tmp_path: Path, size: str) -> None:
    place = make_place()
    account = make_account(place.archives, level=20, archivist=place.archives)
    rows = [
        make_suggestion(make_record(place.fonds, f"第{n}份"), "author", f"云州市{n}局", 0.3 + n / 10) for n in range(4)
    ]
    shown = open_page(size=size, account=account)
    page = shown.go("/desk/review/strips/?field=author")
    assert page.locator("textarea:focus").input_value() == "云州市0局"
    shown.assert_accessible()
    shown.assert_fits()
    shown.shoot(tmp_path / f"strips-{size}.png")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+z")
    assert page.locator("[data-decision=accept]").count() == 0
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("云州市教育局")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Backspace")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".strip")).to_have_count(1)
    assert [Suggestion.objects.get(id=row.id).state for row in rows] == ["accepted", "mended", "refused", "waiting"]
    page = shown.go("/desk/review/agreement/")
    shown.assert_accessible()
    shown.assert_fits()
    shown.shoot(tmp_path / f"agreement-{size}.png")
    shown.assert_no_refusals()
