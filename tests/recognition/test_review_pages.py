"""The review on the screen: who may come, what is shown, how a decision is answered."""

import pytest
from django.test import Client

from lantai.identity.models import Account
from tests.factories.catalogue import Place, make_account, make_place, make_record
from tests.factories.recognition import make_suggestion

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


def test_next_goes_on_and_ends_at_the_queue(place: Place) -> None:
    client = archivist(place)
    assert client.get("/desk/review/next/")["Location"] == "/desk/review/"
    record = make_record(place.fonds)
    make_suggestion(record, "author", "甲局")
    assert client.get("/desk/review/next/?after=nonsense")["Location"] == f"/desk/review/{record.id}/"
    assert client.get(f"/desk/review/next/?after={record.id}")["Location"] == "/desk/review/"
