"""The review under the keys, in a real browser: light, Enter, Tab, Esc, refuse, next record."""

from pathlib import Path
from typing import Any

import pytest

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
    assert field.input_value() == "云州市人民政府"
    light = page.locator(".review-page:not([hidden]) .review-light")
    light.wait_for(state="visible")
    image = page.locator(".review-page:not([hidden]) img").bounding_box()
    spot = light.bounding_box()
    assert image
    assert spot
    scale = image["width"] / 1240
    assert abs(spot["x"] - image["x"] - (800 - 8) * scale) < 4
    assert abs(spot["y"] - image["y"] - (860 - 8) * scale) < 4
    shown.assert_accessible()
    shown.shoot(tmp_path / "review.png")

    page.keyboard.press("Enter")
    page.wait_for_selector("[data-decided=accepted]")
    page.wait_for_function("document.activeElement?.value?.startsWith('云政发')")
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement?.value === '2019-03-05'")
    page.keyboard.press("Shift+Tab")
    page.wait_for_function("document.activeElement?.value?.startsWith('云政发')")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("2019-03-06")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/review/{other.record_id}/")
    page.wait_for_function("document.activeElement?.value === '乙局'")
    page.keyboard.press("Control+Backspace")
    page.wait_for_url(f"**/desk/review/{number.record_id}/")
    states = dict(Suggestion.objects.values_list("id", "state"))
    assert [states[s.id] for s in (author, number, dated, other)] == ["accepted", "waiting", "mended", "refused"]
    dated.record.refresh_from_db()
    assert str(dated.record.dated_on) == "2019-03-06"
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
