"""The register of seals and the seals of a record, on a desk and on a phone."""

from pathlib import Path

import numpy as np
import pytest

from lantai.catalogue.models import Page
from lantai.recognition.adapters.seals.looks import look_of
from lantai.recognition.models import SealModel
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.rules.seals import ROUND, Seal, SealText, SeenSeal, Signature
from lantai.recognition.services import seals as services
from sample.stamps import Ink, Plate, press
from tests.browser.fixtures import Opener
from tests.factories.catalogue import make_account, make_archivist, make_place, make_record
from tests.factories.recognition import READER, as_file, make_layout, make_pages, make_picture

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_register_and_the_seals_of_a_record(open_page: Opener, tmp_path: Path, size: str) -> None:
    place = make_place()
    account = make_account(place.archives, level=20, archivist=place.archives)
    actor = make_archivist(place)
    record = make_record(place.fonds)
    image = make_picture(size=(1240, 1754))
    seen = []
    for text, x, y in (("云州市人民政府", 900, 890), ("云州市财政局", 420, 1300)):
        stamp = press(image, Plate("round", text, (42.0, 42.0)), Ink((200, 24, 36), 0.8, 0.2, 3), (x, y), 6.0, 5.9)
        seal = Seal(ROUND, "red", stamp.centre, stamp.radii, 0.0, stamp.box_px, 0.97)
        seen.append(SeenSeal(seal, SealText(text, "", "", 0.98), look_of(image, seal)))
    page = Page.objects.get(id=make_pages(record, as_file(image).getvalue())[0])
    sign = Signature((160, 560, 420, 600), "经办人（签字）", 0.9)
    services.keep_seals(READER, page, PageRead(make_layout(), "x", seals=tuple(seen), signatures=(sign,)))
    left, top, right, bottom = seen[0].box_px
    services.register_seal(
        actor=actor,
        archives_id=place.archives.id,
        words={"name": "云州市人民政府", "valid_from": "2003-01-01"},
        picture=as_file(np.ascontiguousarray(image[top:bottom, left:right])).getvalue(),
    )
    model = SealModel.objects.get()
    shown = open_page(size=size, account=account)
    for path, name in (
        ("/desk/seals/", "register"),
        (f"/desk/seals/{model.id}/", "seal"),
        ("/desk/seals/new/", "new"),
        (f"/desk/records/{record.id}/seals/", "record"),
    ):
        shown.go(path)
        shown.assert_fits()
        shown.assert_accessible()
        shown.assert_no_refusals()
        shown.shoot(tmp_path / f"seals-{name}-{size}.png")
    if size == "desk":
        shown.page.keyboard.press("m")
        shown.page.wait_for_url(f"**/desk/records/{record.id}/seals/")
        shown.page.wait_for_selector("text=云州市财政局")
        assert set(SealModel.objects.values_list("name", flat=True)) == {"云州市人民政府", "云州市财政局"}
