"""The catalogue's pages in a real browser: the tree opens down to an item, every page fits and can be used by everybody."""

from pathlib import Path

import pytest

from lantai.catalogue.services import grant_view, report_defect
from lantai.kernel.clock import today
from tests.browser.fixtures import Opener
from tests.factories.catalogue import SYSTEM, make_archivist, make_place, make_record
from tests.factories.identity import make_account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_tree_opens_down_to_an_item_and_every_page_fits(open_page: Opener, size: str, tmp_path: Path) -> None:
    place = make_place()
    file = make_record(place.fonds, "防汛工作案卷", level="file", coded=True)
    item = make_record(place.fonds, "关于做好2011年防汛工作的通知", parent_id=file.id, coded=True)
    make_record(place.fonds, "关于公布规划的公告", opening="open", year=2012, coded=True)
    make_record(place.fonds, "关于干部任免的通知", opening="restricted", access_level=10)
    report_defect(actor=SYSTEM, record_id=item.id, kind="missing_pages", description="缺第3页")
    reader = make_account(unit=place.city, name="查档人")
    grant_view(actor=make_archivist(place), record_id=item.id, account_id=reader.id, until_on=today(), reason="查房产")
    shown = open_page(size=size, account=make_account(unit=place.archives, role="archivist", level=20))
    page = shown.go("/desk/fonds/")
    for words in ("Z109", "WS", "2011", "Z109-WS·2011·Y-001"):
        summary = page.locator("summary", has_text=words).last
        if summary.evaluate("(e) => !e.parentElement.open"):
            summary.locator(".code, .num, .icon").first.click()
        page.wait_for_load_state("networkidle")
    page.get_by_text("关于做好2011年防汛工作的通知").wait_for()
    shown.shoot(tmp_path / f"tree-{size}.png")
    shown.assert_accessible()
    shown.assert_fits()
    shown.assert_no_refusals()
    paths = [
        f"/desk/fonds/{place.fonds.code}/", "/desk/fonds/new/", "/desk/defects/", "/desk/defects/new/",
        *(f"/desk/records/{item.id}/{act}/" for act in ("describe", "opening", "move", "grants", "defects")),
    ]  # fmt: skip
    for path in paths:
        shown.go(path)
        shown.shoot(tmp_path / f"{path.strip('/').replace('/', '-')}-{size}.png")
        shown.assert_accessible()
        shown.assert_fits()
        shown.assert_no_refusals()
        if size == "phone":
            shown.assert_touchable()
