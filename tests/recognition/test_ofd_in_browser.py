"""The card of signatures on the record page, in a real browser: accessible, within the width of a phone."""

from pathlib import Path

import pytest

from lantai.recognition.services import check_signatures
from lantai.viewing.services import make_searchable_copy
from tests.browser.fixtures import Opener
from tests.factories.catalogue import Place, make_account
from tests.recognition.test_ofd_signature_rows import SYSTEM, MakeRecord, make_record, place, sealed
from tests.viewing.test_dual_layer_copies import read

__all__ = ["make_record", "place"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_signatures_and_the_searchable_pdf_stand_beside_the_pages(
    open_page: Opener, make_record: MakeRecord, place: Place, tmp_path: Path, size: str
) -> None:
    record = make_record(sealed(changed=size == "phone"))
    for page in record.pages.all():
        read(page)
    check_signatures(actor=SYSTEM, record_id=record.id)
    assert make_searchable_copy(actor=SYSTEM, record_id=record.id)
    account = make_account(place.archives, level=20, archivist=place.archives)
    shown = open_page(size, account=account)
    opened = shown.go(f"/desk/records/{record.id}/")
    assert opened.get_by_text("青山区档案馆专用章").is_visible()
    assert opened.locator("a[href$='searchable.pdf']").is_visible()
    shown.assert_accessible()
    shown.assert_fits()
    shown.assert_no_refusals()
    shown.shoot(tmp_path / f"signatures-{size}.png")
