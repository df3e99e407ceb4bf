"""Quality control on the screen: who may come, what is shown, how decisions and limits are answered."""

import re

import pytest
from django.test import Client

from lantai.catalogue.models import Page, Record
from lantai.identity.models import Account
from lantai.recognition.models import PageFinding, QualityLimit
from lantai.recognition.rules.findings import CHECKS, MEASURED_WORDS, Finding
from lantai.recognition.services.findings import record_findings
from tests.factories.catalogue import Place, make_account, make_place, make_record
from tests.factories.recognition import READER, make_pages, make_pdf

pytestmark = pytest.mark.django_db
ADDRESSES = ("/desk/quality/", "/desk/quality/rescan/", "/desk/quality/limits/")


@pytest.fixture
def place() -> Place:
    return make_place()


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def archivist(place: Place) -> Client:
    return signed_in(make_account(place.archives, level=20, archivist=place.archives))


def make_found(place: Place, title: str = "关于甲的通知", *findings: Finding) -> Record:
    record = make_record(place.fonds, title)
    make_pages(record, make_pdf(pages=2), "x.pdf", 2)
    page = Page.objects.filter(record=record).first()
    assert page
    chosen = findings or (Finding("quality.cut", {"sides": ["left", "top"]}),)
    record_findings(actor=READER, record_id=record.id, page_id=page.id, findings=chosen, prefix="quality.")
    return record


@pytest.mark.parametrize("address", ADDRESSES)
def test_strangers_are_kept_out(place: Place, address: str) -> None:
    assert Client().get(address).status_code == 302
    assert signed_in(make_account(place.bureau, applicant=place.bureau)).get(address).status_code == 403


@pytest.mark.parametrize("address", ADDRESSES[:2])
def test_empty_pages_teach_the_next_step(place: Place, address: str) -> None:
    assert 'class="empty' in archivist(place).get(address).content.decode()


def test_the_queue_names_what_was_found(place: Place) -> None:
    record = make_found(place)
    page = archivist(place).get("/desk/quality/").content.decode()
    assert record.title in page
    assert "?code=quality.cut" in page
    assert record.title not in archivist(place).get("/desk/quality/?code=quality.blank").content.decode()


def test_the_record_shows_what_was_measured_in_words(place: Place) -> None:
    record = make_found(place)
    client = archivist(place)
    client.cookies["django_language"] = "en"
    page = client.get(f"/desk/quality/{record.id}/").content.decode()
    assert "Text runs off the picture at the left, top" in page
    assert 'style="' not in page
    assert client.get("/desk/quality/next/")["Location"] == f"/desk/quality/{record.id}/"
    assert client.get(f"/desk/quality/next/?after={record.id}")["Location"] == "/desk/quality/"


def test_a_decision_comes_back_as_the_card_now_is(place: Place) -> None:
    record = make_found(place)
    finding = PageFinding.objects.get(record=record)
    client = archivist(place)
    form = {"finding": str(finding.id), "decision": "rescan", "page": str(finding.page_id), "note": "重扫"}
    address = f"/desk/quality/{record.id}/decide/"
    card = client.post(address, form, headers={"HX-Request": "true"}).content.decode()
    assert "data-open" not in card
    assert "重扫" in card
    again = client.post(address, form, headers={"HX-Request": "true"}).content.decode()
    assert 'role="alert"' in again
    listed = client.get("/desk/quality/rescan/").content.decode()
    assert record.title in listed
    assert "重扫" in listed
    undone = client.post(f"/desk/quality/findings/{finding.id}/reopen/")
    assert (undone.status_code, undone["Location"]) == (302, f"/desk/quality/{record.id}/")
    assert PageFinding.objects.get(id=finding.id).state == "open"


def test_records_of_others_are_not_there(place: Place) -> None:
    record = make_found(make_place("Z200"))
    finding = PageFinding.objects.get(record=record)
    client = archivist(place)
    assert client.get(f"/desk/quality/{record.id}/").status_code == 404
    form = {"finding": str(finding.id), "decision": "dismiss", "page": ""}
    assert client.post(f"/desk/quality/{record.id}/decide/", form).status_code == 404
    assert client.post(f"/desk/quality/findings/{finding.id}/reopen/").status_code == 404


def test_limits_are_set_and_faults_come_back_beside_the_field(place: Place) -> None:
    client = archivist(place)
    page = client.get("/desk/quality/limits/")
    assert 'name="most_skew"' in page.content.decode()
    answer = client.post("/desk/quality/limits/", {"most_skew": "abc"})
    assert (answer.status_code, QualityLimit.objects.count()) == (422, 0)
    assert client.post("/desk/quality/limits/", {"most_skew": "99"}).status_code == 422
    assert client.post("/desk/quality/limits/", {"most_skew": "1.5"}).status_code == 302
    assert QualityLimit.objects.get().value == 1.5
    client.post("/desk/quality/limits/", {"most_skew": "1"})
    assert not QualityLimit.objects.exists()


def test_the_queue_takes_the_same_number_of_queries_for_any_length(
    place: Place, django_assert_max_num_queries: object
) -> None:
    for number in range(4):
        make_found(place, f"第{number}份", Finding("quality.blank", {"ink": 0.0}), Finding("quality.skew", {}))
    client = archivist(place)
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        client.get("/desk/quality/")


def test_every_check_says_what_it_measured() -> None:
    for code, check in CHECKS.items():
        assert check.label, code
        assert 0 <= check.weight <= 100
        assert "%" not in re.sub(r"%\(\w+\)s|%%", "", check.shown), code
    assert all(MEASURED_WORDS.values())
