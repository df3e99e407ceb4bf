"""A table under the keys, in a real browser: arrows, Enter, Tab, marking and merging, undo; phone width; axe."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lantai.catalogue.models import Page
from lantai.recognition.models import PageTable, TableVersion
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.rules.tables.shapes import from_json
from lantai.recognition.services.tables import keep_tables
from tests.browser.fixtures import Opener
from tests.factories.catalogue import make_account, make_place, make_record
from tests.factories.recognition import READER, TABLE_ROWS, as_file, make_layout, make_pages, make_picture, make_table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def make_case() -> tuple[Any, UUID]:
    """Return an archivist and a record with one page that shows the table of the factory, and another below it."""
    place = make_place()
    account = make_account(place.archives, level=20, archivist=place.archives)
    record = make_record(place.fonds, "救济款物发放登记表")
    words = tuple(
        (text, 215 + 240 * column, 315 + 60 * row, 24 if len(text) < 14 else 12)
        for row, texts in enumerate(TABLE_ROWS)
        for column, text in enumerate(texts)
    )
    (page_id,) = make_pages(record, as_file(make_picture(words, size=(1240, 1754))).getvalue())
    tables = (make_table(), make_table(TABLE_ROWS[:2], top=900))
    keep_tables(READER, Page.objects.get(id=page_id), PageRead(make_layout(()), "reader/1", tables=tables))
    return account, record.id


def test_a_table_is_edited_without_the_mouse(open_page: Opener, tmp_path: Path) -> None:
    account, record_id = make_case()
    shown = open_page(account=account)
    page = shown.go(f"/desk/records/{record_id}/tables/")
    page.locator("td[data-row='0'][data-column='0']").focus()
    page.locator(".table-light").wait_for(state="visible")
    shown.assert_accessible()
    shown.shoot(tmp_path / "tables.png")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.textContent.startsWith('150102')")
    page.keyboard.press("d")
    page.wait_for_function("document.activeElement.textContent === '市档案局'")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("市教育局")
    page.keyboard.press("Enter")
    page.wait_for_selector("#table-grid[data-version='1']")
    assert page.locator("td[data-row='2'][data-column='3']").inner_text() == "市教育局"
    page.locator("td[data-row='0'][data-column='0']").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("m")
    page.wait_for_selector("#table-grid[data-version='2'] td[colspan='2']")
    page.keyboard.press("Control+z")
    page.wait_for_selector("#table-grid[data-version='3']")
    assert page.locator("#table-grid td[colspan]").count() == 0
    shown.assert_accessible()
    shown.assert_no_refusals()
    shown.shoot(tmp_path / "tables-edited.png")
    last = TableVersion.objects.order_by("-number").first()
    assert last is not None
    assert from_json(last.structure).cells[-1].text == "市教育局"


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_tables_fit_the_screen_and_a_phone_only_reads(open_page: Opener, tmp_path: Path, size: str) -> None:
    account, record_id = make_case()
    shown = open_page(size=size, account=account)
    page = shown.go(f"/desk/records/{record_id}/tables/")
    shown.assert_fits()
    shown.assert_accessible()
    assert page.locator(".table-tools").is_visible() == (size == "desk")
    page.locator("td[data-row='1'][data-column='1']").focus()
    page.keyboard.press("Delete")
    page.wait_for_timeout(300)
    first = PageTable.objects.order_by("number").first()
    assert first is not None
    assert first.versions.exists() == (size == "desk")
    shown.assert_no_refusals()
    shown.shoot(tmp_path / f"tables-{size}.png")
