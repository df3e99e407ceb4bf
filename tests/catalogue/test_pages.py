"""The catalogue's pages from outside: who gets in, what is counted, what a form does."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantai.catalogue.models import Defect, Fonds, Grant, OpeningReview, Record
from lantai.catalogue.services import quarantine_record, report_defect
from lantai.identity.models import Account, Unit
from lantai.kernel.clock import today
from tests.factories.catalogue import SYSTEM, Place, make_place, make_record
from tests.factories.identity import make_account, signed_in

pytestmark = pytest.mark.django_db


def browser(place: Place, role: str, at: Unit | None = None, *, level: int = 20) -> Client:
    """Return a browser in which somebody with `role` at `at` (the archives) has signed in."""
    return signed_in(account(place, role, at, level=level))


def account(place: Place, role: str, at: Unit | None = None, *, level: int = 20) -> Account:
    return make_account(unit=place.city, role=role, at=at or place.archives, level=level)


def address(name: str, **values: Any) -> str:
    return reverse(f"catalogue:{name}", kwargs=values)


def test_nobody_works_at_the_desk_without_signing_in() -> None:
    place = make_place()
    record = make_record(place.fonds, opening="open")
    for path in (
        address("fonds_tree"), address("fonds", reference="Z109"), address("create_fonds"), address("defects"),
        address("groups", fonds_id=place.fonds.id), address("records", fonds_id=place.fonds.id),
        address("children", record_id=record.id), address("edit_record", record_id=record.id),
        address("decide_opening", record_id=record.id), address("move_record", record_id=record.id),
        address("grant_view", record_id=record.id), address("report_defect", record_id=record.id),
        address("release_record", record_id=record.id), address("record_acts", record_id=record.id),
        address("report_fonds_defect"),
    ):  # fmt: skip
        answer = Client().get(path)
        assert answer.status_code == 302, path
        assert answer.headers["Location"].startswith("/sign-in/"), path


def test_the_tree_counts_what_each_reader_may_see() -> None:
    place, hidden = make_place(), make_place("Z777")
    make_record(place.fonds, "公开的通知", opening="open", coded=True)
    make_record(place.fonds, "内部的通知", access_level=10, coded=True)
    make_record(hidden.fonds, "别处的通知")
    staff, public = browser(place, "archivist"), browser(place, "applicant", place.city)
    for reader, count, titles in ((staff, "2 items", 2), (public, "1 item", 1)):
        page = reader.get(address("fonds_tree"), headers={"accept-language": "en"}).content.decode()
        assert count in " ".join(page.split())
        assert "Z777" not in page
        rows = reader.get(address("records", fonds_id=place.fonds.id) + "?category=WS&year=2011").content.decode()
        assert rows.count('href="/desk/records/') == titles
        assert ("内部的通知" in rows) == (titles == 2)
        groups = reader.get(address("groups", fonds_id=place.fonds.id)).content.decode()
        assert "2011" in groups
    assert staff.get(address("codes", fonds_id=place.fonds.id)).status_code == 200
    assert public.get(address("codes", fonds_id=place.fonds.id)).status_code == 403
    assert public.get(address("fonds", reference="Z777")).status_code == 404
    assert public.get(address("fonds", reference="Z778")).status_code == 404


def test_the_tree_opens_files_down_to_items() -> None:
    place = make_place()
    file = make_record(place.fonds, "案卷一", level="file", coded=True)
    make_record(place.fonds, "卷内一", parent_id=file.id)
    make_record(place.fonds, "卷内秘", parent_id=file.id, access_level=20)
    reader = browser(place, "archivist", level=10)
    rows = reader.get(address("records", fonds_id=place.fonds.id) + "?category=WS&year=2011").content.decode()
    assert address("children", record_id=file.id) in rows
    assert "卷内" not in rows
    below = reader.get(address("children", record_id=file.id)).content.decode()
    assert "卷内一" in below
    assert "卷内秘" not in below
    assert browser(place, "applicant", place.city).get(address("children", record_id=file.id)).status_code == 404


def test_a_long_list_comes_in_pages_and_nothing_twice() -> None:
    place = make_place()
    for n in range(103):
        make_record(place.fonds, f"第{n:03d}号", coded=n % 2 == 0)
    reader, path, seen = (
        browser(place, "archivist"),
        address("records", fonds_id=place.fonds.id) + "?category=WS&year=2011",
        [],
    )
    while path:
        rows = reader.get(path).content.decode()
        seen += [piece[:4] for piece in rows.split(">第")[1:]]
        path = rows.split('hx-get="')[-1].split('"')[0].replace("&amp;", "&") if "cursor=" in rows else ""
    assert len(seen) == 103
    assert len(set(seen)) == 103


@pytest.mark.parametrize("rows", [2, 30])
def test_list_pages_ask_the_same_number_of_questions_however_long(
    rows: int, django_assert_max_num_queries: Any
) -> None:
    place = make_place()
    for n in range(rows):
        record = make_record(place.fonds, level="file", coded=True)
        make_record(place.fonds, parent_id=record.id)
        report_defect(actor=SYSTEM, record_id=record.id, kind="other", description=f"缺{n}")
    reader = browser(place, "archivist")
    reader.get(address("fonds_tree"))
    for path, most in (
        (address("fonds_tree"), 12),
        (address("fonds", reference="Z109"), 18),
        (address("records", fonds_id=place.fonds.id) + "?category=WS&year=2011", 14),
        (address("codes", fonds_id=place.fonds.id), 14),
        (address("groups", fonds_id=place.fonds.id), 14),
        (address("defects"), 12),
    ):
        with django_assert_max_num_queries(most):
            assert reader.get(path).status_code == 200


def test_an_archivist_makes_a_fonds_and_is_told_what_is_wrong() -> None:
    place = make_place()
    reader = browser(place, "archivist")
    wish = {
        "archives": str(place.archives.id), "code": "z110", "name_zh": "市教育局", "owner_unit": str(place.office.id),
        "code_template": "dat22-2015",
    }  # fmt: skip
    assert reader.get(address("create_fonds")).status_code == 200
    assert reader.post(address("create_fonds"), wish).status_code == 302
    made = Fonds.objects.get(code="Z110")
    assert (made.owner_unit, made.code_template.code if made.code_template else "") == (place.office, "dat22-2015")
    again = reader.post(address("create_fonds"), wish, headers={"accept-language": "en"})
    assert again.status_code == 422
    assert "has a fonds Z110 already" in again.content.decode()
    assert browser(place, "liaison", place.bureau).get(address("create_fonds")).status_code == 403
    elsewhere = make_place("Z111")
    assert browser(elsewhere, "archivist").post(address("create_fonds"), {**wish, "code": "Z112"}).status_code == 422


def test_the_description_is_edited_and_inherits_again() -> None:
    place = make_place()
    file = make_record(place.fonds, level="file", access_level=10)
    record = make_record(place.fonds, parent_id=file.id, access_level=0)
    reader = browser(place, "archivist")
    path = address("edit_record", record_id=record.id)
    form = reader.get(path).context["form"]
    wish = {name: form[name].value() or "" for name in form.fields}
    wish |= {"title": "改过的题名", "access_level": "inherited", "m_keyword": "防汛", "dated_on": "2011-06-01"}
    assert reader.post(path, wish).status_code == 302
    record.refresh_from_db()
    assert (record.title, record.access_level, record.metadata) == ("改过的题名", 10, {"keyword": "防汛"})
    stale = reader.post(path, wish | {"title": "又改"}, headers={"accept-language": "en"})
    assert stale.status_code == 422
    assert "Somebody changed this record" in stale.content.decode()
    fragment = reader.get(path, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in fragment
    moved = reader.post(path, wish | {"title": "三改", "held": "2"}, headers={"hx-request": "true"})
    assert moved.headers["HX-Redirect"] == f"/desk/records/{record.id}/"


def test_who_may_not_do_an_act_is_refused_and_who_may_not_see_finds_nothing() -> None:
    place = make_place()
    record = make_record(place.fonds)
    acts = ("edit_record", "decide_opening", "move_record", "grant_view", "report_defect")
    expected = {
        ("archivist", "archives"): dict.fromkeys(acts, 200),
        ("reviewer", "archives"): {**dict.fromkeys(acts, 403), "decide_opening": 200},
        ("approver", "archives"): {**dict.fromkeys(acts, 403), "decide_opening": 200, "grant_view": 200},
        ("liaison", "bureau"): {**dict.fromkeys(acts, 403), "report_defect": 200},
        ("liaison", "office"): dict.fromkeys(acts, 404),
        ("applicant", "city"): dict.fromkeys(acts, 404),
    }
    for (role, unit), answers in expected.items():
        reader = browser(place, role, getattr(place, unit))
        for name, status in answers.items():
            assert reader.get(address(name, record_id=record.id)).status_code == status, (role, unit, name)
        offered = reader.get(address("record_acts", record_id=record.id))
        if offered.status_code == 200:
            shown = {name for name in acts if address(name, record_id=record.id) in offered.content.decode()}
            assert shown == {name for name, status in answers.items() if status == 200}, (role, unit)
    for role in ("sysadmin", "secadmin", "auditor"):
        reader = browser(place, role, place.city, level=0)
        assert reader.get(address("edit_record", record_id=record.id)).status_code == 404


def test_opening_granting_and_moving_through_their_forms() -> None:
    place = make_place()
    record, file = make_record(place.fonds), make_record(place.fonds, level="file", coded=True)
    reader = browser(place, "archivist")
    wrong = reader.post(
        address("decide_opening", record_id=record.id), {"held": 1, "outcome": "deferred", "basis": "第二十八条"}
    )
    assert wrong.status_code == 422
    assert "next_review_on" in wrong.context["form"].errors
    right = {"held": 1, "outcome": "open", "basis": "第二十七条"}
    assert reader.post(address("decide_opening", record_id=record.id), right).status_code == 302
    assert OpeningReview.objects.count() == 1
    assert (
        reader.post(address("move_record", record_id=record.id), {"held": 2, "parent": file.reference_code}).status_code
        == 302
    )
    assert Record.objects.get(id=record.id).parent_id == file.id
    known = account(place, "applicant", place.city, level=0)
    grants = address("grant_view", record_id=file.id)
    assert reader.post(grants, {"login": "nobody-here", "until_on": today(), "reason": "查房产"}).status_code == 422
    assert (
        reader.post(
            grants, {"login": known.login, "until_on": today() + timedelta(days=3), "reason": "查房产"}
        ).status_code
        == 302
    )
    grant = Grant.objects.get()
    assert known.name in reader.get(grants).content.decode()
    revoke = address("revoke_view", grant_id=grant.id)
    assert browser(place, "reviewer").post(revoke).status_code == 403
    assert signed_in(known).post(revoke).status_code == 403
    assert reader.get(revoke).status_code == 405
    assert reader.post(revoke).status_code == 302
    assert Grant.objects.get().revoked_at is not None


def test_the_security_administrator_releases() -> None:
    place = make_place()
    record = make_record(place.fonds, opening="open")
    quarantine_record(actor=SYSTEM, record_id=record.id, reason="secrecy_mark")
    secadmin = browser(place, "secadmin", place.city, level=0)
    assert browser(place, "archivist").get(address("release_record", record_id=record.id)).status_code == 404
    assert secadmin.post(address("release_record", record_id=record.id), {"basis": "误报"}).status_code == 302
    assert Record.objects.get(id=record.id).quarantined is False


def test_the_register_of_defects() -> None:
    place = make_place()
    record = make_record(place.fonds, "缺页的通知", access_level=20)
    archivist, liaison = browser(place, "archivist"), browser(place, "liaison", place.bureau, level=0)
    wish = {"kind": "missing_pages", "description": "缺第3页"}
    assert archivist.post(address("report_defect", record_id=record.id), wish).status_code == 302
    assert (
        archivist.post(
            address("report_fonds_defect"), {**wish, "fonds": "z109", "description": "2010年缺一卷"}
        ).status_code
        == 302
    )
    assert "缺第3页" in archivist.get(address("defects")).content.decode()
    seen = liaison.get(address("defects")).content.decode()
    assert "2010年缺一卷" in seen
    assert "缺第3页" not in seen, "the defect of a record is as hidden as the record"
    defect = Defect.objects.get(record=record)
    close = address("close_defect", defect_id=defect.id)
    assert liaison.get(close).status_code == 403
    assert archivist.post(close, {"outcome": ""}).status_code == 422
    assert archivist.post(close, {"outcome": "已补扫"}).status_code == 302
    assert archivist.post(close, {"outcome": "再关"}).status_code == 422
    assert "已补扫" in archivist.get(address("defects") + "?state=closed").content.decode()
    assert browser(place, "applicant", place.city).get(address("defects")).status_code == 403
