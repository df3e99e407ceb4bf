"""The homes and the record page in a real browser: accessible, within the policy, worked by the keys."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.fixtures import Opener
from tests.factories.catalogue import Place, make_account
from tests.web.conftest import MakeRead

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "sealer"]),
]


def test_pages_are_accessible_and_fit(open_page: Opener, place: Place, make_read: MakeRead, tmp_path: Path) -> None:
    record = make_read(opening="open")
    account = make_account(place.archives, level=20, archivist=place.archives)
    paths = ["/", "/open/", "/open/fonds/", "/open/ledger/", f"/open/records/{record.id}/", "/no/such/page/"]
    desk = ["/desk/", f"/desk/records/{record.id}/?q=电子档案&tab=copies", "/manage/public/"]
    for size, language in (("phone", "zh"), ("phone", "en"), ("desk", "zh")):
        shown = open_page(size, language, account)
        for path in paths + desk:
            shown.go(path)
            shown.assert_accessible()
            shown.assert_no_refusals()
            shown.assert_fits()
            if size == "phone":
                shown.assert_touchable()
        shown.shoot(tmp_path / f"{size}-{language}.png")


def test_the_viewer_is_worked_by_the_keys(open_page: Opener, place: Place, make_read: MakeRead) -> None:
    record = make_read()
    account = make_account(place.archives, level=20, archivist=place.archives)
    shown = open_page("desk", "en", account)
    page = shown.go(f"/desk/records/{record.id}/?q=电子档案管理")
    viewer = page.locator("[data-viewer]")
    expect(viewer).to_have_attribute("data-state", "ready")
    expect(page.locator(".text-layer rect")).to_have_count(2)
    page.keyboard.press("h")
    expect(page.locator(".text-layer rect").first).to_have_class("is-at")
    page.keyboard.press("n")
    expect(page.locator("[data-part=number]")).to_have_value("2")
    expect(viewer).to_have_attribute("data-state", "ready")
    assert "page=2" in page.url
    page.keyboard.press("PageUp")
    expect(page.locator("[data-part=number]")).to_have_value("1")
    page.keyboard.press("t")
    expect(page.locator("[data-act=text]")).to_have_attribute("aria-pressed", "false")
    page.go_back()
    expect(page.locator("[data-part=number]")).to_have_value("2")
    shown.assert_no_refusals()


def test_words_on_the_picture_can_be_selected(open_page: Opener, place: Place, make_read: MakeRead) -> None:
    record = make_read(opening="open")
    page = open_page("desk", "en").go(f"/open/records/{record.id}/")
    line = page.locator(".text-layer text").first
    expect(line).to_be_attached()
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 1, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, middle, steps=6)
    page.mouse.up()
    assert "人民政府" in page.evaluate("getSelection().toString()")


def test_a_mark_lies_on_its_words(open_page: Opener, place: Place, make_read: MakeRead) -> None:
    record = make_read(opening="open")
    page = open_page("desk", "en").go(f"/open/records/{record.id}/?q=管理工作")
    rect = page.locator(".text-layer rect").first
    expect(rect).to_be_attached()
    left, top, width, height = (float(rect.get_attribute(name) or 0) for name in ("x", "y", "width", "height"))
    # drawn at (480, 450) with 42 px letters
    assert abs(left - 480) < 20
    assert abs(top - 450) < 25
    assert abs(width - 4 * 42) < 30
    assert 30 < height < 70


def test_editing_happens_beside_the_picture(open_page: Opener, place: Place, make_read: MakeRead) -> None:
    record = make_read()
    account = make_account(place.archives, level=20, archivist=place.archives)
    shown = open_page("desk", "en", account)
    page = shown.go(f"/desk/records/{record.id}/")
    page.keyboard.press("e")
    title = page.locator("#description [name=title]")
    expect(title).to_be_visible()
    title.fill("关于加强电子档案管理的通知（更正）")
    page.locator("#description button[type=submit]").click()

    expect(page.locator("h1")).to_have_text("关于加强电子档案管理的通知（更正）")
    expect(page.locator(".toast")).to_be_visible()
    shown.assert_no_refusals()
