"""The review on the screen: who may come, what is shown, how a decision is answered."""

from datetime import timedelta

import pytest
from django.test import Client

from lantai.identity.models import Account
from lantai.identity.selectors import actor_for
from lantai.kernel import clock
from lantai.recognition import selectors
from lantai.recognition.models import Suggestion
from lantai.recognition.rules.findings import Finding
from lantai.recognition.services import record_findings
from tests.factories.catalogue import Place, make_account, make_place, make_record
from tests.factories.recognition import READER, make_suggestion

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def archivist(place: Place) -> Client:
    return signed_in(make_account(place.archives, level=20, archivist=place.archives))


def test_strangers_are_sent_to_sign_in(place: Place) -> None:
    assert Client().get("/desk/review/").status_code == 302
    assert signed_in(make_account(place.bureau, applicant=place.bureau)).get("/desk/review/").status_code == 403


def test_the_queue_teaches_when_it_is_empty(place: Place) -> None:
    page = archivist(place).get("/desk/review/").content.decode()
    assert 'class="empty' in page
    assert "<table" not in page.split("<main")[1].split("</main")[0]


def test_the_queue_lists_records_the_least_sure_first(place: Place) -> None:
    make_suggestion(make_record(place.fonds, "关于甲的通知"), "author", "甲局", 0.8)
    make_suggestion(make_record(place.fonds, "关于乙的通知"), "author", "乙局", 0.3)
    page = archivist(place).get("/desk/review/").content.decode()
    assert page.index("关于乙的通知") < page.index("关于甲的通知")


def test_a_record_is_shown_with_its_values_and_places(place: Place) -> None:
    record = make_record(place.fonds)
    suggestion = make_suggestion(record, "author", "甲<局>", 0.3)
    page = archivist(place).get(f"/desk/review/{record.id}/").content.decode()
    assert "甲&lt;局&gt;" in page
    assert 'data-box="310,390,940,492"' in page
    assert f'data-page="{suggestion.page_id}"' in page
    assert 'data-size="1240,1754"' in page
    assert 'style="' not in page


def test_records_of_others_are_not_there(place: Place) -> None:
    other = make_place("Z200")
    record = make_record(other.fonds)
    suggestion = make_suggestion(record, "author", "甲局")
    client = archivist(place)
    assert client.get(f"/desk/review/{record.id}/").status_code == 404
    address = f"/desk/review/suggestions/{suggestion.id}/decide/"
    assert client.post(address, {"decision": "accept", "value": "甲局", "suggested": "甲局"}).status_code == 404


def test_htmx_gets_the_line_as_it_stands_now(place: Place) -> None:
    record = make_record(place.fonds)
    suggestion = make_suggestion(record, "author", "甲局")
    address = f"/desk/review/suggestions/{suggestion.id}/decide/"
    form = {"decision": "accept", "value": "乙局", "suggested": "甲局"}
    answer = archivist(place).post(address, form, headers={"HX-Request": "true"}).content.decode()
    assert 'data-decided="mended"' in answer
    assert "乙局" in answer
    assert 'hx-swap-oob="true"' in answer
    record.refresh_from_db()
    assert record.author == "乙局"


def test_a_value_that_cannot_be_right_comes_back_with_the_reason(place: Place) -> None:
    suggestion = make_suggestion(make_record(place.fonds), "dated_on", "2019-03-05")
    address = f"/desk/review/suggestions/{suggestion.id}/decide/"
    form = {"decision": "accept", "value": "去年", "suggested": "2019-03-05"}
    answer = archivist(place).post(address, form, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert ">去年</textarea>" in page


def test_a_plain_form_goes_back_to_the_record(place: Place) -> None:
    record = make_record(place.fonds)
    suggestion = make_suggestion(record, "author", "甲局")
    address = f"/desk/review/suggestions/{suggestion.id}/decide/"
    answer = archivist(place).post(address, {"decision": "refuse", "value": "甲局", "suggested": "甲局"})
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/review/{record.id}/")


def together(*lines: tuple[Suggestion, str, str]) -> dict[str, object]:
    """Return what the page posts for a set of (suggestion, decision, value)."""
    form: dict[str, object] = {"suggestion": [str(row.id) for row, _, _ in lines]}
    for row, decision, value in lines:
        form |= {f"decision-{row.id}": decision, f"value-{row.id}": value, f"suggested-{row.id}": row.value}
    return form


def test_a_set_answers_with_its_lines_or_with_the_reason(place: Place) -> None:
    record = make_record(place.fonds)
    rows = [make_suggestion(record, "people", name) for name in ("李明", "王芳", "电话")]
    client, address = archivist(place), f"/desk/review/{record.id}/together/"
    empty = together((rows[0], "accept", "李明"), (rows[1], "accept", " "), (rows[2], "refuse", "电话"))
    answer = client.post(address, empty, headers={"HX-Request": "true"}).content.decode()
    assert 'role="alert"' in answer
    assert "data-decided" not in answer
    right = together((rows[0], "accept", "李明"), (rows[1], "accept", "王芳"), (rows[2], "refuse", "电话"))
    answer = client.post(address, right, headers={"HX-Request": "true"}).content.decode()
    assert answer.count('data-decided="accepted"') == 2
    assert answer.count('data-decided="refused"') == 1
    other = make_place("Z200")
    theirs = make_suggestion(make_record(other.fonds), "people", "李明")
    assert (
        client.post(f"/desk/review/{theirs.record_id}/together/", together((theirs, "accept", "李明"))).status_code
        == 404
    )


def test_the_rest_is_refused_and_taken_back(place: Place) -> None:
    record = make_record(place.fonds)
    rows = [make_suggestion(record, "organisations", f"{n}局") for n in range(3)]
    client = archivist(place)
    answer = client.post(f"/desk/review/{record.id}/refuse-the-rest/")
    assert answer["Location"] == f"/desk/review/next/?after={record.id}"
    assert set(Suggestion.objects.values_list("state", flat=True)) == {"refused"}
    back = client.post("/desk/review/take-back/", {"here": str(record.id)})
    assert back["Location"].startswith(f"/desk/review/{record.id}/?at=")
    assert set(Suggestion.objects.values_list("state", flat=True)) == {"waiting"}
    assert client.post("/desk/review/take-back/", {"here": str(record.id)})["Location"] == f"/desk/review/{record.id}/"
    assert len(rows) == 3


def test_what_else_is_to_be_seen_stands_beside_the_values(place: Place) -> None:
    record = make_record(place.fonds)
    row = make_suggestion(record, "retention", "D30", alternatives=[{"value": "Y", "confidence": 0.2}])
    missing = [Finding("seal.missing", {"places": 1})]
    record_findings(actor=READER, record_id=record.id, page_id=row.page_id, findings=missing, prefix="seal.")
    page = archivist(place).get(f"/desk/review/{record.id}/").content.decode()
    assert f"/desk/quality/{record.id}/decide/" in page
    assert "Y 永久" in page
    assert 'data-guess="Y"' in page


def test_records_left_come_again_when_the_others_are_through(place: Place) -> None:
    rows = [make_suggestion(make_record(place.fonds, f"第{n}份"), "author", f"{n}局", 0.3 + n / 10) for n in range(3)]
    client, ids = archivist(place), [row.record_id for row in rows]
    begin = client.get("/desk/review/next/")["Location"]
    way = [begin, *(client.get(f"/desk/review/next/?after={ids[n]}")["Location"] for n in (0, 1, 2, 0))]
    assert way == [f"/desk/review/{ids[n]}/" for n in (0, 1, 2, 0, 1)]


def test_the_pace_is_that_of_the_present_sitting(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    account, moment = make_account(place.archives, level=20, archivist=place.archives), clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    record = make_record(place.fonds)
    times = [moment - timedelta(hours=1)] + [moment - timedelta(seconds=10 * n) for n in range(13)]
    for n, time in enumerate(times):
        make_suggestion(record, "people", f"{n}", state="accepted", decided_at=time, decided_by_account=account.id)
    pace = selectors.pace_of(actor_for(account))
    assert pace == selectors.Pace(decided=12, minutes=2, an_hour=360)
    monkeypatch.setattr(clock, "now", lambda: moment + timedelta(minutes=6))
    assert selectors.pace_of(actor_for(account)) is None


def test_next_goes_on_and_ends_at_the_queue(place: Place) -> None:
    client = archivist(place)
    assert client.get("/desk/review/next/")["Location"] == "/desk/review/"
    record = make_record(place.fonds)
    make_suggestion(record, "author", "甲局")
    assert client.get("/desk/review/next/?after=nonsense")["Location"] == f"/desk/review/{record.id}/"
    assert client.get(f"/desk/review/next/?after={record.id}")["Location"] == "/desk/review/"
