"""The search page under the keys, in a real browser: type, filter, move, open."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from lantai.catalogue.models import Page
from lantai.catalogue.services import add_part
from lantai.recognition.models import PageText
from tests.browser.fixtures import Opener
from tests.factories.catalogue import SYSTEM, Place, make_account, make_part, make_place, make_record
from tests.search.conftest import Carry

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "sealer"]),
]

TITLES = ("关于印发老旧小区改造实施方案的通知", "关于征地补偿标准的批复", "市长办公会议纪要", "关于防汛工作的通知")
TEXT = "各区人民政府：为改善居住条件，现将老旧小区改\n造实施方案印发给你们，请认真贯彻执行。"


def make_holdings() -> Place:
    """Return a place with a dozen records over the years, each with a page of text."""
    place = make_place()
    for number in range(12):
        record = make_record(
            place.fonds,
            TITLES[number % 4],
            coded=True,
            year=2001 + number,
            opening="open" if number % 2 else "not_reviewed",
        )
        part = make_part(place.archives.id, 1)
        add_part(
            actor=SYSTEM, record_id=record.id, computer_file_id=part.computer_file_id, name=part.name,
            media_type=part.media_type, pages=part.pages,
        )  # fmt: skip
        PageText.objects.create(page=Page.objects.get(record=record), record=record, text=TEXT)
    return place


def test_search_is_worked_from_the_keyboard(open_page: Opener, carry_news: Carry, tmp_path: Path) -> None:
    place = make_holdings()
    carry_news()
    account = make_account(place.archives, level=20, archivist=place.archives)
    shown = open_page(account=account)
    page = shown.go("/desk/search/")
    page.locator("#search-text").press_sequentially("小区改造")
    page.wait_for_selector(".search-passage mark")
    assert page.locator(".search-hit").count() == 12
    assert page.locator(".search-hit").first.locator("h2 mark").inner_text() == "小区改造"
    assert page.locator(".search-passage mark").first.inner_text() == "小区改造"
    shown.assert_accessible()
    shown.shoot(tmp_path / "search.png")

    page.locator(".search-value", has_text="Open").or_(page.locator(".search-value", has_text="开放")).first.click()
    page.wait_for_selector(".search-chips")
    assert page.locator(".search-hit").count() == 6
    assert "opening=open" in page.url
    page.locator(".search-years a").first.click()
    expect(page.locator(".search-hit")).to_have_count(1)
    assert page.locator(".search-chips .chip").count() == 2

    page.keyboard.press("Escape")
    page.keyboard.press("j")
    href = page.locator(".search-hit.is-at h2 a").get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{href}")


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_fits_a_phone(open_page: Opener, carry_news: Carry, tmp_path: Path, *, dark: bool) -> None:
    place = make_holdings()
    carry_news()
    account = make_account(place.archives, level=20, archivist=place.archives)
    shown = open_page(size="phone", account=account, dark=dark)
    page = shown.go("/desk/search/?q=小区改造&opening=open")
    assert page.locator(".search-hit").count() == 6
    shown.assert_fits()
    shown.assert_touchable()
    shown.assert_accessible()
    shown.assert_no_refusals()
    shown.shoot(tmp_path / f"phone-{dark}.png")
