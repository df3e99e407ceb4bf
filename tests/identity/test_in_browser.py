"""The pages of identity in a real browser: usable by keyboard, accessible, at home on a phone and at a desk."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.browser.fixtures import OpenPage
from tests.factories import identity as make

from lantai.identity.models import Account, Unit
from lantai.identity.services import install_demo_city

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Opener = Callable[..., OpenPage]
PICTURES = os.environ.get("LANTAI_PICTURES", "")


@pytest.fixture
def accounts(transactional_db: None) -> dict[str, Account]:
    install_demo_city(actor=make.SYSTEM)
    return {account.login: account for account in Account.objects.all()}


def check(shown: OpenPage, name: str) -> None:
    if PICTURES:
        shown.shoot(Path(PICTURES) / f"{name}.png")
    shown.assert_no_refusals()
    shown.assert_fits()
    shown.assert_accessible()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_every_page_is_accessible_and_fits(open_page: Opener, accounts: dict[str, Account], size: str) -> None:
    bureau = Unit.objects.get(code="YZ-MZJ")
    person = accounts["archivist"]
    visits = {
        None: ["/sign-in/"],
        "archivist": ["/account/", "/account/password/"],
        "sysadmin": [
            "/manage/units/",
            f"/manage/units/{bureau.id}/",
            f"/manage/units/{bureau.id}/add/",
            f"/manage/units/{bureau.id}/move/",
            "/manage/accounts/",
            f"/manage/accounts/{person.id}/",
            "/manage/accounts/add/",
        ],
        "secadmin": [f"/manage/accounts/{person.id}/grants/", "/manage/levels/"],
    }
    for login, paths in visits.items():
        shown = open_page(size=size, language="zh", account=accounts[login] if login else None)
        for number, path in enumerate(paths):
            shown.go(path)
            check(shown, f"{size}-{login or 'nobody'}-{number}")


def test_one_signs_in_with_the_keyboard_alone(open_page: Opener, accounts: dict[str, Account]) -> None:
    shown = open_page(language="en")
    page = shown.go("/sign-in/?next=/account/")
    page.keyboard.type("archivist")
    page.keyboard.press("Tab")
    page.keyboard.type("lantai-demo-2026")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="My account").wait_for()
    assert "苏文卷" in page.content()
    shown.assert_no_refusals()


def test_the_tree_opens_in_place(open_page: Opener, accounts: dict[str, Account]) -> None:
    shown = open_page(language="en", account=accounts["sysadmin"])
    page = shown.go("/manage/units/")
    page.locator("summary", has_text="Songyan District").press("Enter")
    page.get_by_role("link", name="Songyan District Archives").wait_for()
    check(shown, "desk-tree-open")


def test_deactivating_asks_first(open_page: Opener, accounts: dict[str, Account]) -> None:
    person = accounts["archivist"]
    shown = open_page(language="en", account=accounts["sysadmin"])
    page = shown.go(f"/manage/accounts/{person.id}/")
    deactivate = page.locator("form[action$='/deactivate/'] button")
    deactivate.click()
    page.locator("#ask button[value=no]").click()
    assert Account.objects.get(id=person.id).is_active
    deactivate.click()
    check(shown, "desk-deactivate-asks")
    page.locator("#ask button[value=yes]").click()
    page.locator(".toasts .toast").first.wait_for()
    assert not Account.objects.get(id=person.id).is_active
