"""The record page: what it shows to whom, what it writes down, what stands in its tabs."""

import json
from typing import Any

import pytest
from django.test import Client
from tests.factories.catalogue import SYSTEM, Place, make_account, make_archivist, make_part, make_record
from tests.web.conftest import MakeRead

from lantai.audit.models import LedgerEntry
from lantai.audit.services import seal
from lantai.catalogue.services import add_part, edit_record, quarantine_record


def signed_in(place: Place, role: str = "archivist", level: int = 20) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_account(place.archives, level=level, **{role: place.archives}))
    return client


def with_pages(place: Place, pages: int = 3, **values: Any) -> Any:
    record = make_record(place.fonds, "关于城市规划的通知", coded=True, **values)
    part = make_part(place.archives.id, pages)
    add_part(
        actor=SYSTEM,
        record_id=record.id,
        computer_file_id=part.computer_file_id,
        name=part.name,
        media_type=part.media_type,
        pages=part.pages,
    )
    return record


def readings_of(record: Any) -> int:
    return LedgerEntry.objects.filter(verb="audit.record_reading", target_id=record.id).count()


def test_it_opens_by_id_and_by_code_at_the_page_asked_for(place: Place) -> None:
    record = with_pages(place)
    client = signed_in(place)
    for reference in (str(record.id), record.reference_code):
        page = client.get(f"/desk/records/{reference}/?page=2").content.decode()
        assert record.title in page
        assert record.reference_code in page
        assert 'data-page="2"' in page
        assert page.count("data-page-id=") == 3


def test_reading_what_is_not_open_is_written_down_once_a_sitting(place: Place) -> None:
    closed, opened = with_pages(place), with_pages(place, opening="open")
    client = signed_in(place)
    for record in (closed, closed, opened):
        assert client.get(f"/desk/records/{record.id}/").status_code == 200
    assert readings_of(closed) == 1
    assert readings_of(opened) == 0


def test_a_hidden_record_answers_as_one_that_is_not_there(place: Place) -> None:
    record = make_record(place.fonds, access_level=20)
    for role, level in (("archivist", 10), ("applicant", 20)):
        client = signed_in(place, role, level)
        hidden = client.get(f"/desk/records/{record.id}/")
        absent = client.get("/desk/records/01a20015-0000-7000-8000-000000000000/")
        assert hidden.status_code == absent.status_code == 404
        assert record.title not in hidden.content.decode()


def test_nobody_signed_in_is_sent_to_sign_in(place: Place) -> None:
    answer = Client().get(f"/desk/records/{make_record(place.fonds).id}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_of_a_quarantined_record_no_page_is_shown(place: Place) -> None:
    record = with_pages(place)
    quarantine_record(actor=SYSTEM, record_id=record.id, reason="secret_page")
    page = signed_in(place, "secadmin").get(f"/desk/records/{record.id}/").content.decode()
    assert "This record is in quarantine" in page
    assert "data-page-id=" not in page
    assert signed_in(place, "secadmin").get(f"/records/{record.id}/pages/1/lines.json").status_code == 404


@pytest.mark.parametrize(("role", "may"), [("archivist", True), ("handler", False)])
def test_who_may_edit_gets_the_button(place: Place, role: str, *, may: bool) -> None:
    record = with_pages(place)
    page = signed_in(place, role).get(f"/desk/records/{record.id}/").content.decode()
    assert (f"/desk/records/{record.id}/describe/" in page) is may


def test_history_names_who_changed_what(place: Place) -> None:
    record = with_pages(place)
    actor = make_archivist(place)
    edit_record(actor=actor, record_id=record.id, version=record.version, changes={"author": "市住建局办公室"})
    page = signed_in(place).get(f"/desk/records/{record.id}/tab/history/").content.decode()
    assert "edited the description" in page
    assert actor.name in page
    assert "<ins>市住建局办公室</ins>" in page


def test_copies_name_every_store(place: Place) -> None:
    page = signed_in(place).get(f"/desk/records/{with_pages(place).id}/tab/copies/").content.decode()
    assert "store-a" in page
    assert "store-b" in page


@pytest.mark.django_db(transaction=True, databases=["default", "sealer"])
def test_proof_shows_the_root_that_is_signed(place: Place) -> None:
    record = with_pages(place)
    client = signed_in(place)
    while seal():
        pass
    page = client.get(f"/desk/records/{record.id}/tab/proof/").content.decode()
    assert "Proven in the signed ledger" in page
    assert "— " in page  # the signature line of the note
    assert client.get(f"/desk/records/{record.id}/tab/proof/?entry=nonsense").status_code == 404


def test_a_tab_there_is_not_is_not_found(place: Place) -> None:
    assert signed_in(place).get(f"/desk/records/{with_pages(place).id}/tab/secrets/").status_code == 404


def test_one_more_page_costs_no_more_queries(place: Place, django_assert_max_num_queries: Any) -> None:
    few, many = with_pages(place, 2), with_pages(place, 40)
    client = signed_in(place)
    client.get(f"/desk/records/{few.id}/")
    for record in (few, many):
        client.get(f"/desk/records/{record.id}/")
        with django_assert_max_num_queries(27):
            client.get(f"/desk/records/{record.id}/")


@pytest.mark.slow
def test_words_are_marked_in_their_place_and_across_lines(place: Place, make_read: MakeRead) -> None:
    record = make_read(opening="open")
    lines = json.loads(Client().get(f"/records/{record.id}/pages/1/lines.json?q=电子档案管理").content)["lines"]
    marked = [(line["text"][start:end], line["box_px"]) for line in lines for start, end in line["marks"]]
    assert [text for text, _ in marked] == ["电子档案", "管理"]
    (left, top, right, bottom) = marked[0][1]
    assert left < 320
    assert right > 900
    assert 370 < top < bottom < 450


@pytest.mark.slow
def test_pages_with_the_words_are_named(place: Place, make_read: MakeRead) -> None:
    record = make_read()
    page = signed_in(place).get(f"/desk/records/{record.id}/?q=抄送").content.decode()
    assert page.count('data-hit="true"') == 1
    assert page.index('data-hit="false"') < page.index('data-hit="true"')
