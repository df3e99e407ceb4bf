"""The catalogue's API from outside: the same rights as the pages, the same answer for hidden and absent."""

import json
from typing import Any

import pytest
from django.test import Client

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import Record
from lantai.catalogue.services import PartDescription, RecordDescription, create_records, relate_records
from lantai.kernel.ids import new_id
from tests.factories.catalogue import A4, SYSTEM, Place, make_computer_file, make_place, make_record
from tests.factories.identity import make_account, signed_in

pytestmark = pytest.mark.django_db


def client_of(place: Place, role: str = "archivist", **values: Any) -> Client:
    return signed_in(
        make_account(unit=place.city, role=role, at=values.pop("at", place.archives), level=values.pop("level", 20))
    )


def test_an_open_record_is_given_to_everybody_whole() -> None:
    place = make_place()
    file = make_record(place.fonds, "案卷", level="file", opening="open", coded=True)
    part = PartDescription(make_computer_file(place.archives.id).id, "1.tif", "image/tiff", pages=[A4(), A4()])
    described = RecordDescription(
        level="item",
        category_code="WS",
        title="关于绿化的通知",
        year=2011,
        parent_id=file.id,
        parts=[part],
        metadata={"keyword": "绿化"},
    )
    record = create_records(actor=SYSTEM, fonds_id=place.fonds.id, descriptions=[described], issue_codes=True)[0]
    answer = Client().get("/api/v1/records/Z109-WS·2011·Y-001-001")
    assert answer.status_code == 200
    given = answer.json()
    assert (given["id"], given["title"], given["page_count"], given["metadata"]) == (
        str(record.id),
        "关于绿化的通知",
        2,
        {"keyword": "绿化"},
    )
    assert given["fonds"]["code"] == "Z109"
    assert [above["reference_code"] for above in given["above"]] == ["Z109-WS·2011·Y-001"]
    assert [(p["name"], p["media_type"]) for p in given["parts"]] == [("1.tif", "image/tiff")]
    assert Client().get(f"/api/v1/records/{record.id}").json() == given
    assert LedgerEntry.objects.filter(verb="audit.record_reading").count() == 0


def test_hidden_and_absent_answer_alike() -> None:
    place = make_place()
    record = make_record(place.fonds, coded=True)
    for reader in (
        Client(),
        client_of(place, "applicant", at=place.city),
        client_of(place, "auditor", at=place.city, level=0),
    ):
        hidden, absent = reader.get(f"/api/v1/records/{record.id}"), reader.get(f"/api/v1/records/{new_id()}")
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert hidden.json()["code"] == absent.json()["code"]
        assert hidden.json()["message"].replace(str(record.id), "") == absent.json()["message"].replace(
            absent.request["PATH_INFO"].rsplit("/", 1)[1], ""
        )
        coded = (
            reader.get(f"/api/v1/records/{record.reference_code}"),
            reader.get("/api/v1/records/Z109-WS·2011·Y-9999"),
        )
        assert [answer.status_code for answer in coded] == [404, 404]
    assert Client().get("/api/v1/fonds/Z109").status_code == 404
    assert Client().get("/api/v1/fonds/Z998").status_code == 404
    assert Client().get("/api/v1/fonds/Z109/records").status_code == 404


def test_reading_what_is_not_open_is_written_down_once_in_a_sitting() -> None:
    place = make_place()
    record = make_record(place.fonds, coded=True)
    reader = client_of(place)
    for _ in range(3):
        assert reader.get(f"/api/v1/records/{record.reference_code}").status_code == 200
    assert LedgerEntry.objects.filter(verb="audit.record_reading", target_id=record.id).count() == 1


def test_a_relation_is_shown_to_who_sees_both_ends() -> None:
    place = make_place()
    here, there = make_record(place.fonds, opening="open"), make_record(place.fonds, access_level=10)
    relate_records(actor=SYSTEM, source_id=there.id, target_id=here.id, kind="replies_to")
    assert Client().get(f"/api/v1/records/{here.id}").json()["relations"] == []
    seen = client_of(place).get(f"/api/v1/records/{here.id}").json()["relations"]
    assert [(r["id"], r["kind"], r["outward"]) for r in seen] == [(str(there.id), "replies_to", False)]


def test_fonds_and_their_records_come_in_pages_counting_what_is_seen() -> None:
    place = make_place()
    for n in range(5):
        make_record(place.fonds, opening="open" if n % 2 == 0 else "restricted", coded=True)
    for reader, count in ((Client(), 3), (client_of(place), 5)):
        fonds = reader.get("/api/v1/fonds").json()["items"]
        assert [(row["code"], row["items"]) for row in fonds] == [("Z109", count)]
        assert reader.get("/api/v1/fonds/Z109").json()["items"] == count
        codes: list[str] = []
        cursor = ""
        while True:
            page = reader.get("/api/v1/fonds/Z109/records", {"limit": "2", "cursor": cursor}).json()
            codes += [line["reference_code"] for line in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert len(codes) == count
        assert codes == sorted(codes)
    assert Client().get("/api/v1/fonds", {"cursor": "damaged"}).status_code == 400


def change(client: Client, record: Record, **wanted: Any) -> Any:
    return client.patch(f"/api/v1/records/{record.id}", json.dumps(wanted), content_type="application/json")


def test_a_description_is_changed_by_who_may() -> None:
    place = make_place()
    record = make_record(place.fonds)
    archivist = client_of(place)
    done = change(archivist, record, version=1, title="改", dated_on="2011-05-01", document_number=None)
    assert done.status_code == 200
    assert (done.json()["title"], done.json()["dated_on"], done.json()["version"]) == ("改", "2011-05-01", 2)
    assert change(archivist, record, version=1, title="再改").status_code == 409
    assert change(archivist, record, version=2, title="").status_code == 400
    assert change(archivist, record, version=2, opening="open").status_code == 422
    assert change(client_of(place, "liaison", at=place.bureau), record, version=2, title="x").status_code == 403
    assert change(client_of(place, "applicant", at=place.city), record, version=2, title="x").status_code == 404
    assert change(Client(), record, version=2, title="x").status_code == 401
    assert Record.objects.get(id=record.id).title == "改"


def test_a_change_needs_the_token_that_another_site_does_not_have() -> None:
    place = make_place()
    record = make_record(place.fonds)
    account = make_account(unit=place.city, role="archivist", at=place.archives, level=20)
    careful = Client(enforce_csrf_checks=True)
    plain = signed_in(account)
    careful.cookies = plain.cookies
    assert change(careful, record, version=1, title="偷改").status_code == 403
    assert Record.objects.get(id=record.id).title != "偷改"
