"""The gallery of components in a real browser: photographed, read by axe, measured, at both sizes and in both languages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.fixtures import Opener
from tests.factories.identity import make_account

from config.environment import CHECKOUT

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GALLERY = "/manage/components/"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_gallery_is_accessible_and_keeps_the_policy(
    open_page: Opener, tmp_path: Path, size: str, language: str, *, dark: bool
) -> None:
    shown = open_page(size, language, make_account(role="sysadmin"), dark=dark)
    shown.go(GALLERY)
    assert shown.shoot(tmp_path / "gallery.png").stat().st_size > 50_000
    shown.assert_accessible()
    shown.assert_no_refusals()
    shown.assert_fits()


def test_what_is_pressed_on_a_phone_is_large_enough(open_page: Opener) -> None:
    shown = open_page("phone", "zh", make_account(role="sysadmin"))
    shown.go(GALLERY)
    shown.assert_touchable()


def test_keys_drawers_and_large_type(open_page: Opener) -> None:
    shown = open_page("desk", "en", make_account(role="sysadmin"))
    page = shown.go(GALLERY)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator(".topbar input[name=q]")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("[data-opens=specimen-drawer]").click()
    expect(page.locator("#specimen-drawer")).to_be_visible()
    page.locator("#specimen-drawer [data-closes]").click()
    expect(page.locator("#specimen-drawer")).to_be_hidden()
    page.locator("[data-large-type]").click()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    shown.assert_no_refusals()


def test_an_act_hard_to_take_back_is_asked_about(open_page: Opener) -> None:
    shown = open_page("desk", "en", make_account(role="sysadmin"))
    page = shown.go(GALLERY)
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("#ask")).to_be_visible()
    page.locator("#ask button[value=no]").click()
    expect(page.locator("#ask")).to_be_hidden()


def test_language_switch_keeps_the_page(open_page: Opener) -> None:
    shown = open_page("desk", "en", make_account(role="sysadmin"))
    page = shown.go(GALLERY)
    page.get_by_role("button", name="中文").click()
    page.wait_for_load_state()
    assert page.url.endswith(GALLERY)
    assert page.locator("html").get_attribute("lang") == "zh-hans"


ICON_USE = re.compile(r'<c-icon\s+name="([a-z0-9-]+)"|\sicon="([a-z0-9-]+)"')


def test_every_icon_that_templates_name_is_in_the_sheet() -> None:
    sheet = (CHECKOUT / "frontend" / "dist" / "icons.svg").read_text()
    held = set(re.findall(r'<symbol id="([^"]+)"', sheet))
    wanted = {
        name
        for file in (CHECKOUT / "src").rglob("*.html")
        for found in ICON_USE.findall(file.read_text())
        for name in found
        if name
    }
    assert len(wanted) > 20
    assert wanted <= held, f"add to frontend/icons.json: {sorted(wanted - held)}"
