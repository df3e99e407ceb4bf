"""Quality control under the keys, in a real browser: the page in hand, one key a decision, the next record."""

import random
from pathlib import Path

import pytest

from lantai.catalogue.models import Page, Record
from lantai.recognition.models import PageFinding
from lantai.recognition.rules.findings import Finding
from lantai.recognition.services.findings import record_findings
from sample import troubles
from sample.trouble_files import SENTENCES, page_of
from tests.browser.fixtures import Opener
from tests.factories.catalogue import Place, make_account, make_place, make_record
from tests.factories.recognition import READER, as_file, make_pages

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def make_found(place: Place, title: str) -> Record:
    """Return a record of three pages, all found wanting."""
    rng = random.Random(4)
    record = make_record(place.fonds, title)
    page = page_of(SENTENCES)
    pictures = (troubles.skewed(page, rng), troubles.shadowed(page, rng), troubles.blank(page, rng))
    for number, picture in enumerate(pictures, start=1):
        make_pages(record, as_file(picture).getvalue(), f"{number:03}.png")
    wrong = (
        (Finding("quality.skew", {"degrees": 4.2, "limit": 1.0}), Finding("quality.cut", {"sides": ["left"]})),
        (Finding("quality.shadow", {"fall": 52, "limit": 35}),),
        (Finding("quality.blank", {"ink": 0.01}),),
    )
    pages = Page.objects.filter(record=record).order_by("number")
    for one, findings in zip(pages, wrong, strict=True):
        record_findings(actor=READER, record_id=record.id, page_id=one.id, findings=findings, prefix="quality.")
    missing = [Finding("quality.page_count", {"stated": 5, "pages": 3})]
    record_findings(actor=READER, record_id=record.id, page_id=None, findings=missing, prefix="quality.")
    return record


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_pages_of_quality_control_are_accessible(open_page: Opener, tmp_path: Path, size: str) -> None:
    place = make_place()
    record = make_found(place, "关于加强电子档案管理工作的通知")
    shown = open_page(account=make_account(place.archives, level=20, archivist=place.archives), size=size)
    for name, address in (
        ("queue", "/desk/quality/"),
        ("record", f"/desk/quality/{record.id}/"),
        ("rescan", "/desk/quality/rescan/"),
        ("limits", "/desk/quality/limits/"),
    ):
        shown.go(address)
        shown.assert_accessible()
        shown.shoot(tmp_path / f"{name}-{size}.png")


def test_a_record_is_decided_without_the_mouse(open_page: Opener, tmp_path: Path) -> None:
    place = make_place()
    record = make_found(place, "关于加强电子档案管理工作的通知")
    other = make_found(place, "第二份")
    shown = open_page(account=make_account(place.archives, level=20, archivist=place.archives))
    page = shown.go(f"/desk/quality/{record.id}/")
    assert page.locator(".quality-card.is-current").get_attribute("id") == "quality-record"
    page.keyboard.press("j")
    first, second, third = Page.objects.filter(record=record).order_by("number").values_list("id", flat=True)
    page.wait_for_selector(f"#quality-{first}.is-current")
    assert str(first) in (page.locator(".quality-picture").get_attribute("src") or "")
    page.keyboard.press("s")
    page.wait_for_selector(f"#quality-{first}:not([data-open])")
    assert set(PageFinding.objects.filter(page_id=first).values_list("state", flat=True)) == {"rescan"}
    page.keyboard.press("u")
    page.wait_for_selector(f"#quality-{first}[data-open]")
    for one, key, state in ((first, "e", "dismissed"), (second, "s", "rescan"), (third, "o", "accepted")):
        page.locator(f"#quality-{one}").focus()
        page.keyboard.press(key)
        page.wait_for_selector(f"#quality-{one}:not([data-open])")
        assert state in set(PageFinding.objects.filter(page_id=one).values_list("state", flat=True))
    shown.assert_accessible()
    shown.shoot(tmp_path / "decided.png")
    page.locator("#quality-record").focus()
    page.keyboard.press("s")
    page.wait_for_url(f"**/desk/quality/{other.id}/")
