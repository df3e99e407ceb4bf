"""Who may see a masked copy only gets no trace of what it hides: not in pictures, words, searches, files or manifests."""

import io
import json
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from lantai.catalogue.models import CheckedPage, Page
from lantai.catalogue.services import draw_redaction, grant_view
from lantai.identity.models import Account
from lantai.identity.selectors import actor_for
from lantai.kernel.clock import today
from lantai.recognition.models import PageReading
from lantai.search.selectors.sources import indexed_records
from lantai.viewing.models import MaskedCopy
from lantai.viewing.selectors import masked_page
from lantai.viewing.services import make_access_copies, make_masked_copies
from tests.factories.catalogue import Place, make_account
from tests.factories.masking import IDENTITY, NAME, SYSTEM, make_masked, make_read
from tests.viewing.conftest import MakePage

RED_SQUARE = (100, 200, 300, 400)
FORMS = (
    "full/max/0/default.png",
    "full/!400,400/0/default.jpg",
    "full/!112,152/0/default.jpg",
    "100,200,200,200/max/0/default.png",
    "0,0,512,512/512,512/0/default.webp",
    "0,0,1024,1024/256,256/180/default.jpg",
    "pct:5,5,40,40/pct:50/!0/default.png",
)


@pytest.fixture
def archivist(place: Place) -> Account:
    return make_account(place.archives, level=20, archivist=place.archives)


@pytest.fixture
def page(make_page: MakePage, archivist: Account) -> Page:
    """A page whose words and red square are hidden, of a record open in a masked copy."""
    page = make_page(opening="not_reviewed")
    page.record.title = f"关于救助{NAME}的批复"
    page.record.metadata = {"identity_number": IDENTITY, "personal_name": NAME}
    page.record.save(update_fields=["title", "metadata"])
    make_read(page)
    actor = actor_for(archivist, sitting="s")
    draw_redaction(actor=actor, page_id=page.id, box_px=RED_SQUARE)
    make_masked(actor, page)
    return page


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def reds(client: Client, page: Page, form: str) -> int:
    answer = client.get(f"/iiif/image/{page.id}/{form}")
    assert answer.status_code == 200, answer.content[:200]
    pixels = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB")).astype(int)
    return int(((pixels[..., 0] - pixels[..., 1] > 60) & (pixels[..., 0] > 120)).sum())


@pytest.mark.parametrize("with_pyramid", [False, True])
def test_no_picture_shows_what_is_hidden(page: Page, archivist: Account, with_pyramid: bool) -> None:
    make_access_copies(actor=SYSTEM, page_ids=[page.id])
    if with_pyramid:
        assert make_masked_copies(actor=SYSTEM, page_ids=[page.id]) == 1
        assert make_masked_copies(actor=SYSTEM, page_ids=[page.id]) == 0
    stranger, staff = Client(), signed_in(archivist)
    for form in FORMS:
        assert reds(stranger, page, form) == 0, form
    assert reds(staff, page, FORMS[0]) > 10_000
    info = stranger.get(f"/iiif/image/{page.id}/info.json").json()
    assert (info["width"], info["height"]) == (1300, 1700)


def test_no_word_is_given_away(page: Page) -> None:
    stranger = Client()
    record = page.record_id
    answers = [
        stranger.get(f"/open/records/{record}/").content.decode(),
        stranger.get(f"/records/{record}/pages/1/lines.json").content.decode(),
        stranger.get(f"/iiif/record/{record}/manifest.json").content.decode(),
    ]
    for answer in answers:
        told = json.dumps(json.loads(answer), ensure_ascii=False) if answer.startswith("{") else answer
        for hidden in (NAME, IDENTITY, "肺结核", IDENTITY[:10]):
            assert hidden not in told
    asked = stranger.get(f"/open/records/{record}/?q={NAME}").content.decode()
    assert 'data-hit="true"' not in asked, "asking for a hidden word must not tell that it is there"
    assert "申请人" in json.loads(answers[1])["lines"][0]["text"]


def test_files_and_desk_pages_are_not_there(page: Page, place: Place) -> None:
    for client in (Client(), signed_in(make_account(place.bureau, applicant=place.bureau))):
        assert client.get(f"/desk/files/{page.part_id}/").status_code in (302, 404)
        assert client.get(f"/desk/records/{page.record_id}/tab/history/").status_code in (302, 404)
        assert client.get(f"/desk/opening/{page.record_id}/").status_code in (302, 403, 404)


def test_the_index_knows_the_masked_copy_alone(page: Page) -> None:
    (told,) = indexed_records([page.record_id])
    words = " ".join((told.title, *told.notes, *told.names, *told.pages))
    assert "申请救助" in words
    for hidden in (NAME, IDENTITY, "肺结核"):
        assert hidden not in words


def test_the_masked_layout_can_be_composed(page: Page) -> None:
    seen = masked_page(page)
    assert seen.layout is not None
    assert NAME not in seen.layout.text
    assert IDENTITY not in seen.layout.text
    assert "申请人" in seen.layout.text
    pixels = seen.pixels[RED_SQUARE[1] : RED_SQUARE[3], RED_SQUARE[0] : RED_SQUARE[2]]
    assert int(pixels.max()) < 60


def test_a_page_is_gone_until_its_changed_masks_are_checked(page: Page, archivist: Account) -> None:
    make_masked_copies(actor=SYSTEM, page_ids=[page.id])
    stranger = Client()
    assert stranger.get(f"/iiif/image/{page.id}/info.json").status_code == 200
    draw_redaction(actor=actor_for(archivist, sitting="s"), page_id=page.id, box_px=(1000, 1400, 1200, 1600))
    assert not CheckedPage.objects.filter(page=page).exists()
    assert stranger.get(f"/iiif/image/{page.id}/info.json").status_code == 404
    assert stranger.get(f"/iiif/image/{page.id}/full/max/0/default.jpg").status_code == 404
    assert stranger.get(f"/records/{page.record_id}/pages/1/lines.json").status_code == 404


def test_a_pyramid_of_other_masks_is_never_shown(page: Page, archivist: Account) -> None:
    from lantai.recognition.services.personal import check_page

    make_masked_copies(actor=SYSTEM, page_ids=[page.id])
    actor = actor_for(archivist, sitting="s")
    draw_redaction(actor=actor, page_id=page.id, box_px=(1000, 1400, 1200, 1600))
    check_page(actor=actor, page_id=page.id)
    assert MaskedCopy.objects.filter(page=page).exists()
    answer = Client().get(f"/iiif/image/{page.id}/full/max/0/default.png")
    pixels = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))
    assert int(pixels[1500, 1100].max()) < 60, "the blue square was hidden later than the pyramid was made"


def test_a_page_turned_since_is_gone(page: Page) -> None:
    PageReading.objects.filter(page=page).update(turn_degrees=90)
    assert Client().get(f"/iiif/image/{page.id}/info.json").status_code == 404


def test_a_masked_right_to_view_gives_the_masked_copy_only(
    make_page: MakePage, archivist: Account, place: Place
) -> None:
    page = make_page(opening="restricted")
    make_read(page)
    actor = actor_for(archivist, sitting="s")
    draw_redaction(actor=actor, page_id=page.id, box_px=RED_SQUARE)
    reader = make_account(place.bureau, applicant=place.bureau)
    address = f"/iiif/image/{page.id}/full/max/0/default.png"
    grant_view(
        actor=actor,
        record_id=page.record_id,
        account_id=reader.id,
        until_on=today() + timedelta(days=3),
        reason="本人申请",
        masked=True,
    )
    client = signed_in(reader)
    assert client.get(address).status_code == 404, "nobody has checked the page"
    from lantai.recognition.services.personal import check_page

    check_page(actor=actor, page_id=page.id)
    assert reds(client, page, "full/max/0/default.png") == 0
    assert client.get(f"/desk/files/{page.part_id}/").status_code in (302, 404)
    shown = client.get(f"/desk/records/{page.record_id}/").content.decode()
    assert "tab/history" not in shown
    assert Client().get(address).status_code == 404
    (told,) = indexed_records([page.record_id])
    assert NAME in " ".join(told.pages), "staff go on finding what is not open by all its words"
