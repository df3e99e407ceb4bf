"""The page of models in a real browser: it fits, can be read by a screen reader and reached by the keyboard."""

from pathlib import Path

import pytest

from tests.browser.fixtures import Opener
from tests.factories.catalogue import make_account, make_place
from tests.recognition.test_category_pages import make_model

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_models_are_shown_with_their_curves(open_page: Opener, tmp_path: Path, size: str) -> None:
    place = make_place()
    make_model(place)
    make_model(place, "retired")
    shown = open_page(size, account=make_account(place.archives, level=20, archivist=place.archives))
    page = shown.go("/desk/categories/")
    assert page.locator("svg.category-chart").count() == 2
    page.locator(".category-charts summary").first.press("Enter")
    assert page.locator(".category-charts details[open] table").is_visible()
    shown.assert_accessible()
    shown.assert_no_refusals()
    shown.assert_fits()
    shown.shoot(tmp_path / f"categories-{size}.png")
