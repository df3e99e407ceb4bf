"""Drawing a form template in a real browser: by mouse, by keys, tried, put to use."""

from pathlib import Path

import pytest

from lantai.catalogue.models import Page
from lantai.kernel.actors import system_actor
from lantai.recognition.models import FormTemplate
from lantai.recognition.rules.layout import PageLayout
from lantai.recognition.services.templates import create_template
from tests.browser.fixtures import Opener
from tests.factories.catalogue import make_account, make_place, make_record
from tests.factories.recognition import as_file, make_layout, make_pages, make_picture
from tests.recognition.test_templates import FILLED, FORM

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(monkeypatch: pytest.MonkeyPatch) -> FormTemplate:
    said: dict[object, PageLayout] = {}
    for module in ("services.templates", "selectors.templates"):
        monkeypatch.setattr(f"lantai.recognition.{module}.layout_of", said.get)
    place = make_place()
    record = make_record(place.fonds, "独生子女父母光荣证申请表")
    make_pages(record, as_file(make_picture((*FORM, *FILLED), size=(1240, 1754))).getvalue())
    page = Page.objects.get(record=record)
    said[page.id] = make_layout((*FORM, *FILLED))
    return create_template(actor=system_actor("recognition"), page_id=page.id, name="光荣证申请表")


def test_fields_are_drawn_by_mouse_and_by_keys_and_read(open_page: Opener, draft: FormTemplate, tmp_path: Path) -> None:
    account = make_account(draft.archives, level=20, archivist=draft.archives)
    shown = open_page(account=account)
    page = shown.go(f"/desk/templates/{draft.id}/")
    image = page.locator(".template-picture img").bounding_box()
    assert image
    scale = image["width"] / 1240
    page.mouse.move(image["x"] + 400 * scale, image["y"] + 250 * scale)
    page.mouse.down()
    page.mouse.move(image["x"] + 900 * scale, image["y"] + 300 * scale, steps=5)
    page.mouse.up()
    page.keyboard.type("person_name")
    page.locator("[name=kind]").first.select_option("person")
    box = page.locator("[name=box]").first.input_value()
    assert all(abs(int(got) - wanted) < 6 for got, wanted in zip(box.split(","), (400, 250, 900, 300), strict=True))

    page.locator(".template-box").first.focus()
    page.keyboard.press("n")
    page.keyboard.type("dated_on")
    page.locator("[name=kind]").nth(1).select_option("date")
    page.locator("[name=box]").nth(1).fill("400,406,900,456")
    page.locator(".template-box").nth(1).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    assert page.locator("[name=box]").nth(1).input_value() == "400,410,904,460"
    shown.assert_accessible()
    shown.shoot(tmp_path / "template.png")

    page.locator("button[value=keep]").click()
    page.wait_for_load_state("networkidle")
    page.locator("form[hx-post] button").click()
    page.locator("#template-trial table").wait_for()
    assert "林秀英" in page.locator("#template-trial").inner_text()
    assert "2008-05-06" in page.locator("#template-trial").inner_text()
    page.locator("button[value=publish]").click()
    page.wait_for_load_state("networkidle")
    draft.refresh_from_db()
    assert (draft.state, [field["name"] for field in draft.fields]) == ("published", ["person_name", "dated_on"])
    shown.assert_no_refusals()


def test_the_editor_fits_a_phone(open_page: Opener, draft: FormTemplate) -> None:
    account = make_account(draft.archives, level=20, archivist=draft.archives)
    shown = open_page("phone", account=account)
    shown.go(f"/desk/templates/{draft.id}/")
    shown.assert_fits()
    shown.go("/desk/templates/")
    shown.assert_fits()
    shown.go("/desk/templates/new/")
    shown.assert_fits()
