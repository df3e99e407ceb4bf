"""The first pages: what the public finds, what waits at the desk, and who may say what stands there."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.factories.catalogue import Place, make_account, make_actor, make_archivist, make_record

from lantai.catalogue.services import report_defect
from lantai.kernel import clock
from lantai.kernel.errors import NotPermittedError
from lantai.web.models import Notice
from lantai.web.selectors import public
from lantai.web.services import publish_notice, set_contact, withdraw_notice

ENGLISH = {"accept-language": "en"}


def test_the_home_page_shows_open_records_only(place: Place) -> None:
    make_record(place.fonds, "开放的通知", opening="open")
    make_record(place.fonds, "未开放的纪要")
    page = Client().get("/").content.decode()
    assert "开放的通知" in page
    assert "未开放的纪要" not in page


def test_only_notices_in_force_are_shown(place: Place) -> None:
    today = clock.today()
    for title, start, end in (("今日公告", 0, None), ("未来公告", 2, None), ("过期公告", -9, -1), ("末日公告", -9, 0)):
        Notice.objects.create(
            title_zh=title,
            published_on=today + timedelta(start),
            until_on=None if end is None else today + timedelta(end),
        )
    assert {notice.title_zh for notice in public.notices()} == {"今日公告", "末日公告"}


def test_notices_are_published_by_archivists_and_by_nobody_else(place: Place) -> None:
    notice = publish_notice(actor=make_archivist(place), title_zh="国庆闭馆", body_zh="十月一日至七日闭馆。")
    assert "十月一日至七日闭馆。" in Client().get("/").content.decode()
    stranger = make_actor(place.archives, applicant=place.archives)
    with pytest.raises(NotPermittedError):
        publish_notice(actor=stranger, title_zh="假公告")
    with pytest.raises(NotPermittedError):
        withdraw_notice(actor=stranger, notice_id=notice.id)
    withdraw_notice(actor=make_archivist(place), notice_id=notice.id)
    assert not Notice.objects.exists()


def test_the_foot_says_how_to_reach_the_archives(place: Place) -> None:
    actor = make_archivist(place)
    for hotline in ("0598-8220001", "0598-8220002"):
        set_contact(actor=actor, archives_id=place.archives.id, hotline=hotline, hours_zh="周一至周五 9:00–17:00")
    page = Client().get("/").content.decode()
    assert "0598-8220002" in page
    assert "0598-8220001" not in page
    assert "周一至周五 9:00–17:00" in page


def test_the_public_page_is_kept_through_its_forms(place: Place) -> None:
    client = Client(headers=ENGLISH)
    client.force_login(make_account(place.archives, archivist=place.archives))
    sent = {"title_zh": "新开放档案", "published_on": clock.today().isoformat()}
    assert client.post("/manage/public/notices/new/", sent).status_code == 302
    wrong = client.post("/manage/public/notices/new/", {**sent, "until_on": "2001-01-01"})
    assert wrong.status_code == 200
    assert Notice.objects.count() == 1
    assert "新开放档案" in client.get("/manage/public/").content.decode()
    other = Client()
    other.force_login(make_account(place.archives, applicant=place.archives))
    assert other.get("/manage/public/").status_code == 403


def test_the_desk_shows_what_waits_and_what_changed(place: Place) -> None:
    archivist = make_archivist(place)
    record = make_record(place.fonds, "缺页的纪要")
    report_defect(actor=archivist, record_id=record.id, kind="missing_pages", description="缺第三页")
    client = Client(headers=ENGLISH)
    client.force_login(make_account(place.archives, level=20, archivist=place.archives))
    page = client.get("/desk/").content.decode()
    assert "Defects to close" in page
    assert "Nothing is running" in page
    other = Client(headers=ENGLISH)
    other.force_login(make_account(place.office, applicant=place.office))
    assert "Nothing waits for you" in other.get("/desk/").content.decode()


def test_the_desk_asks_to_sign_in(db: None) -> None:
    answer = Client().get("/desk/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [("archivist", "/desk/intake/", "/manage/accounts/"), ("sysadmin", "/manage/accounts/", "/desk/intake/")],
)
def test_navigation_shows_what_the_role_is_for(place: Place, role: str, shown: str, hidden: str) -> None:
    client = Client()
    roles: dict[str, Any] = {role: place.archives}
    client.force_login(make_account(place.archives, **roles))
    page = client.get("/desk/").content.decode()
    navigation = page[page.index('class="sidenav"') : page.index("</nav>")]
    assert f'href="{shown}"' in navigation
    assert f'href="{hidden}"' not in navigation


@pytest.mark.parametrize(("path", "status"), [("/no/such/page/", 404), ("/open/records/nothing/", 404)])
def test_errors_speak_the_design_and_the_language(db: None, path: str, status: int) -> None:
    answer = Client(headers=ENGLISH).get(path)
    assert answer.status_code == status
    assert "Nothing is kept here" in answer.content.decode()
