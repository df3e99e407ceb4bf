"""The review under the keys, in a real browser: light, Enter, Tab, Esc, refuse, next record."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from lantai.recognition.models import Suggestion
from tests.browser.fixtures import Opener
from tests.factories.catalogue import make_account, make_place, make_record
from tests.factories.recognition import make_suggestion

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def make_case() -> tuple[Any, list[Suggestion], Suggestion]:
    """Return an archivist, three suggestions of one record (the least sure first), and one of another record."""
    place = make_place()
    account = make_account(place.archives, level=20, archivist=place.archives)
    record, other = make_record(place.fonds, "关于加强电子档案管理工作的通知"), make_record(place.fonds, "第二份")
    mine = [
        make_suggestion(record, "author", "云州市人民政府", 0.3, left_px=800, top_px=860, right_px=1040, bottom_px=900),
        make_suggestion(
            record, "document_number", "云政发〔2019〕12号", 0.5, left_px=450, top_px=280, right_px=780, bottom_px=320
        ),
        make_suggestion(record, "dated_on", "2019-03-05", 0.7, left_px=810, top_px=920, right_px=1010, bottom_px=960),
    ]
    return account, mine, make_suggestion(other, "author", "乙局", 0.9)


def test_a_record_is_reviewed_without_the_mouse(open_page: Opener, tmp_path: Path) -> None:
    account, (author, number, dated), other = make_case()
    shown = open_page(account=account)
    page = shown.go(f"/desk/review/{author.record_id}/")
    field = page.locator("textarea:focus")
    assert field.input_value() == "云政发〔2019〕12号"
    light = page.locator(".review-page:not([hidden]) .review-light")
    light.wait_for(state="visible")
    image = page.locator(".review-page:not([hidden]) img").bounding_box()
    spot = light.bounding_box()
    assert image
    assert spot
    scale = image["width"] / 1240
    assert abs(spot["x"] - image["x"] - (450 - 8) * scale) < 4
    assert abs(spot["y"] - image["y"] - (280 - 8) * scale) < 4
    assert page.locator(".review-spot").count() == 3

    page.keyboard.press("Enter")
    page.wait_for_selector("[data-decided=accepted]")
    expect(page.locator(":focus")).to_have_value("云州市人民政府")
    page.keyboard.press("Escape")
    expect(page.locator(":focus")).to_have_value("2019-03-05")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(":focus")).to_have_value("云州市人民政府")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("去年")
    page.keyboard.press("Enter")
    page.wait_for_selector(".field-wrong [role=alert]")
    expect(page.locator(":focus")).to_have_value("去年")
    page.keyboard.press("Control+a")
    page.keyboard.type("2019年3月6日")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/review/{other.record_id}/")
    expect(page.locator(":focus")).to_have_value("乙局")
    page.keyboard.press("Control+Backspace")
    page.wait_for_url(f"**/desk/review/{number.record_id}/")
    states = dict(Suggestion.objects.values_list("id", "state"))
    assert [states[s.id] for s in (author, number, dated, other)] == ["waiting", "accepted", "mended", "refused"]
    dated.record.refresh_from_db()
    assert str(dated.record.dated_on) == "2019-03-06"
    page.keyboard.press("Control+z")
    page.wait_for_url(f"**/desk/review/{other.record_id}/?at={other.id}")
    expect(page.locator(":focus")).to_have_value("乙局")
    assert Suggestion.objects.get(id=other.id).state == "waiting"
    shown.assert_no_refusals()
    shown.assert_accessible()
    shown.shoot(tmp_path / "review.png")


def test_a_set_is_crossed_out_where_it_is_wrong_and_taken_at_once(open_page: Opener, tmp_path: Path) -> None:
    account, (author, *_), _other = make_case()
    author.record.suggestions.all().delete()
    names = [
        make_suggestion(author.record, "people", name, 0.8, left_px=300, top_px=500 + 60 * n, right_px=400, bottom_px=540 + 60 * n)
        for n, name in enumerate(("李明", "关系", "王方", "赵云"))
    ]  # fmt: skip
    shown = open_page(account=account)
    page = shown.go(f"/desk/review/{author.record_id}/")
    expect(page.locator(":focus")).to_have_value("李明")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Backspace")
    expect(page.locator(":focus")).to_have_value("王方")
    page.keyboard.press("Control+a")
    page.keyboard.type("王芳")
    shown.assert_accessible()
    shown.shoot(tmp_path / "set.png")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/review/{_other.record_id}/")
    assert [Suggestion.objects.get(id=one.id).state for one in names] == ["accepted", "refused", "mended", "accepted"]
    author.record.refresh_from_db()
    assert author.record.metadata["personal_name"] == "李明；王芳；赵云"
    page.keyboard.press("Control+z")
    page.wait_for_url("**/?at=*")
    page.keyboard.press("Control+Shift+Backspace")
    page.wait_for_selector("dialog#ask[open]")
    page.locator("dialog#ask button[value=yes]").click()
    page.wait_for_url(f"**/desk/review/{_other.record_id}/")
    assert {Suggestion.objects.get(id=one.id).state for one in names} == {"refused"}
    shown.assert_no_refusals()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_queue_and_review_fit_the_screen(open_page: Opener, tmp_path: Path, size: str) -> None:
    account, (author, *_), _other = make_case()
    shown = open_page(size=size, account=account)
    for path, name in (("/desk/review/", "queue"), (f"/desk/review/{author.record_id}/", "record")):
        shown.go(path)
        shown.assert_fits()
        shown.assert_accessible()
        shown.assert_no_refusals()
        shown.shoot(tmp_path / f"{name}-{size}.png")
