"""The opening review under the keys, in a real browser: masks from the keyboard, one drawn, the decision by its number."""

from pathlib import Path

import pytest

from lantai.catalogue.models import CheckedPage, Page, Record, Redaction
from lantai.identity.models import Account
from lantai.recognition.models import OpeningRule
from tests.browser.fixtures import Opener
from tests.factories.catalogue import make_account, make_place, make_record
from tests.factories.masking import WORDS, make_read
from tests.factories.recognition import as_file, make_pages, make_picture

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def make_case() -> tuple[Account, Record]:
    """Return an archivist who decides alone, and a record due for review with a page that names a person."""
    place = make_place()
    account = make_account(place.archives, level=20, archivist=place.archives)
    OpeningRule.objects.create(archives=place.archives, two_persons=False)
    record = make_record(place.fonds, "关于给予困难家庭救助的批复", year=1990)
    places = [(text, left, top, bottom - top) for text, left, top, _right, bottom in WORDS]
    make_pages(record, as_file(make_picture(places, size=(1240, 1754))).getvalue())
    make_read(Page.objects.get(record=record))
    return account, record


def test_a_record_is_reviewed_and_masked_by_the_keys(open_page: Opener, tmp_path: Path) -> None:
    account, record = make_case()
    shown = open_page(account=account)
    page = shown.go("/desk/opening/")
    shown.assert_accessible()
    shown.shoot(tmp_path / "opening.png")
    page = shown.go(f"/desk/opening/{record.id}/")
    page.wait_for_selector(".mask-frame")
    shown.assert_accessible()
    shown.shoot(tmp_path / "record.png")
    page.keyboard.press("j")
    page.wait_for_selector("#masks .mask:focus")
    page.keyboard.press("h")
    page.wait_for_selector("#masks .mask-confirmed")
    page.wait_for_selector("#masks .mask-proposed:focus")
    page.keyboard.press("l")
    page.wait_for_selector("#masks .mask-dropped")
    picture = page.locator(".mask-picture").bounding_box()
    assert picture
    page.mouse.move(picture["x"] + 40, picture["y"] + 40)
    page.mouse.down()
    page.mouse.move(picture["x"] + 140, picture["y"] + 90, steps=4)
    page.mouse.up()
    page.locator("#masks .mask-confirmed").nth(1).wait_for()
    assert Redaction.objects.get(origin="person").right_px > 100
    page.keyboard.press("c")
    page.wait_for_selector("#masks .chip-celadon")
    assert CheckedPage.objects.filter(record=record).count() == 1
    page.keyboard.press("3")
    assert page.locator("[name=outcome]:checked").get_attribute("value") == "masked"
    page.locator("#opinion button[type=submit]").click()
    page.wait_for_url("**/desk/opening/")
    record.refresh_from_db()
    assert record.opening == "masked"
    page = shown.go("/desk/opening/words/")
    shown.assert_accessible()
    shown.shoot(tmp_path / "words.png")
    stranger = open_page()
    stranger.go(f"/open/records/{record.id}/").wait_for_load_state("networkidle")
    stranger.assert_accessible()
    stranger.shoot(tmp_path / "masked.png")


def test_the_review_fits_a_phone(open_page: Opener, tmp_path: Path) -> None:
    account, record = make_case()
    shown = open_page("phone", account=account)
    shown.go(f"/desk/opening/{record.id}/").wait_for_selector(".mask-frame")
    shown.assert_accessible()
    shown.assert_fits()
    shown.shoot(tmp_path / "phone.png")
