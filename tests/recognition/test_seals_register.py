"""Seals found while reading are kept with whose they are; archivists register, edit and retire the seals they know."""

from datetime import date

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import Page, Record
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from lantai.recognition.adapters.seals.looks import look_of
from lantai.recognition.models import FoundSeal, FoundSignature, PageFinding, SealModel
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.rules.seals import ROUND, Seal, SealText, SeenSeal, Signature
from lantai.recognition.selectors import seals as selectors
from lantai.recognition.services import seals as services
from sample.stamps import Image8, Ink, Plate, press
from tests.factories.catalogue import Place, make_account, make_actor, make_archivist, make_place, make_record
from tests.factories.recognition import READER, as_file, make_layout, make_pages

pytestmark = pytest.mark.django_db

FINANCE = Plate("round", "云州市财政局", (40.0, 40.0))


@pytest.fixture
def place() -> Place:
    return make_place()


def impression(plate: Plate = FINANCE) -> tuple[Image8, Seal]:
    image = np.full((1754, 1240, 3), 255, np.uint8)
    stamp = press(image, plate, Ink((200, 24, 36), 0.9, 0.1, 3), (880, 880), 8.0, 5.9)
    return image, Seal(ROUND, "red", stamp.centre, stamp.radii, 0.0, stamp.box_px, 0.97)


def cut(plate: Plate = FINANCE) -> bytes:
    image, seal = impression(plate)
    left, top, right, bottom = seal.box_px
    return as_file(image[top - 8 : bottom + 8, left - 8 : right + 8]).getvalue()


def read_page(place: Place, name: str = FINANCE.text, *signatures: Signature) -> tuple[Record, Page]:
    """Keep a page with one seal as reading keeps it."""
    record = make_record(place.fonds)
    image, seal = impression()
    page = Page.objects.get(id=make_pages(record, as_file(image).getvalue())[0])
    seen = SeenSeal(seal, SealText(name, "", "", 0.98 if name else 0.0), look_of(image, seal))
    services.keep_seals(READER, page, PageRead(make_layout(), "x", seals=(seen,), signatures=signatures))
    return record, page


def test_a_found_seal_is_kept_as_evidence_and_matched(place: Place) -> None:
    actor = make_archivist(place)
    model = services.register_seal(
        actor=actor, archives_id=place.archives.id, words={"name": FINANCE.text}, picture=cut()
    )
    assert (model.shape, bool(model.look), model.picture is not None) == ("round", True, True)
    record, page = read_page(place, FINANCE.text, Signature((100, 100, 300, 160), "经办人", 0.9))
    found = FoundSeal.objects.get(record=record)
    assert (found.page, found.shape, found.colour, found.name) == (page, "round", "red", FINANCE.text)
    assert found.model == model
    assert found.score is not None
    assert found.score > 0.8
    assert FoundSignature.objects.get(record=record).box_px == (100, 100, 300, 160)
    marks = selectors.marks_of(actor, record.id)
    assert (len(marks.seals), len(marks.signatures)) == (1, 1)


def test_reading_again_replaces_what_was_found(place: Place) -> None:
    _, page = read_page(place)
    services.keep_seals(READER, page, PageRead(make_layout(), "x"))
    assert not FoundSeal.objects.filter(page=page).exists()


def test_missing_and_strange_seals_become_findings(place: Place) -> None:
    services.register_seal(actor=make_archivist(place), archives_id=place.archives.id, words={"name": "云州市林业局"})
    record, page = read_page(place, "云州市财政局")
    codes = set(PageFinding.objects.filter(record=record).values_list("code", flat=True))
    assert codes == {"seal.unknown", "seal.mismatch"}
    field = Signature((500, 980, 800, 1050), "签字", 0.6)
    services.keep_seals(READER, page, PageRead(make_layout(), "x", unsigned=(field,)))
    codes = set(PageFinding.objects.filter(record=record).values_list("code", flat=True))
    assert codes == {"seal.missing", "signature.missing"}


def test_a_found_seal_is_registered_from_its_page_and_matched_at_once(place: Place) -> None:
    actor = make_archivist(place)
    record, _ = read_page(place)
    found = FoundSeal.objects.get(record=record)
    assert found.model is None
    model = services.register_found_seal(actor=actor, found_id=found.id, words={})
    found.refresh_from_db()
    assert model.name == FINANCE.text
    assert found.model_id == model.id
    assert selectors.seal_picture(actor, model.id).startswith(b"\x89PNG")
    with pytest.raises(ConflictError):
        services.register_found_seal(actor=actor, found_id=found.id, words={})
    entry = LedgerEntry.objects.filter(verb="recognition.register_seal").latest("at")
    assert FINANCE.text not in bytes(entry.body).decode()


def test_a_seal_is_compared_only_while_it_is_valid_and_in_use(place: Place) -> None:
    actor = make_archivist(place)
    words = {"name": FINANCE.text, "valid_from": "2010-01-01", "valid_until": "2015-12-31"}
    model = services.register_seal(actor=actor, archives_id=place.archives.id, words=words)

    def compared(day: date) -> int:
        return len(selectors.compared_models(place.archives.id, day))

    assert (compared(date(2012, 5, 1)), compared(date(2016, 1, 1))) == (1, 0)
    services.retire_seal(actor=actor, model_id=model.id, version=model.version)
    assert compared(date(2012, 5, 1)) == 0
    assert [m.id for m in selectors.seal_models(actor, retired=True).items] == [model.id]


def test_changes_do_not_overwrite_each_other(place: Place) -> None:
    actor = make_archivist(place)
    model = services.register_seal(actor=actor, archives_id=place.archives.id, words={"name": "云州市财政局"})
    services.edit_seal(actor=actor, model_id=model.id, version=1, words={"name": "云州市财政局", "purpose": "公章"})
    with pytest.raises(ConflictError):
        services.edit_seal(actor=actor, model_id=model.id, version=1, words={"name": "云州市审计局"})
    model.refresh_from_db()
    assert (model.purpose, model.version) == ("公章", 2)


@pytest.mark.parametrize(
    "words",
    [
        {"name": " "},
        {"name": "甲" * 201},
        {"name": "甲局", "shape": "star"},
        {"name": "甲局", "valid_from": "2015-02-30"},
        {"name": "甲局", "valid_from": "2015-03-01", "valid_until": "2014-03-01"},
    ],
)
def test_words_that_cannot_be_are_refused(place: Place, words: dict[str, str]) -> None:
    with pytest.raises(InvalidError):
        services.register_seal(actor=make_archivist(place), archives_id=place.archives.id, words=words)


def test_a_file_that_is_no_picture_is_refused(place: Place) -> None:
    for content in (b"no picture", as_file(np.zeros((10, 10, 3), np.uint8)).getvalue()):
        with pytest.raises(InvalidError):
            services.register_seal(
                actor=make_archivist(place), archives_id=place.archives.id, words={"name": "甲局"}, picture=content
            )


def test_registers_and_seals_of_others_are_not_there(place: Place) -> None:
    other = make_place("Z200")
    model = services.register_seal(
        actor=make_archivist(other), archives_id=other.archives.id, words={"name": "云州市财政局"}
    )
    record, _ = read_page(other)
    mine = make_archivist(place)
    with pytest.raises(NotFoundError):
        selectors.seal_model_for(mine, model.id)
    with pytest.raises(NotFoundError):
        selectors.found_seal_for(mine, FoundSeal.objects.get(record=record).id)
    with pytest.raises(NotPermittedError):
        services.register_seal(actor=mine, archives_id=other.archives.id, words={"name": "甲局"})
    applicant = make_actor(place.bureau, applicant=place.bureau)
    assert selectors.marks_card(applicant, record) is None


def client_of(place: Place) -> Client:
    client = Client()
    client.force_login(make_account(place.archives, level=20, archivist=place.archives))
    return client


def test_the_register_on_the_screen(place: Place) -> None:
    client = client_of(place)
    assert 'class="empty' in client.get("/desk/seals/").content.decode()
    answer = client.post(
        "/desk/seals/new/",
        {"name": "云州市<财政局>", "picture": SimpleUploadedFile("seal.png", cut(), "image/png")},
    )
    model = SealModel.objects.get()
    assert answer["Location"] == f"/desk/seals/{model.id}/"
    page = client.get("/desk/seals/?q=财政").content.decode()
    assert "云州市&lt;财政局&gt;" in page
    assert client.get(f"/desk/seals/{model.id}/picture.png")["Content-Type"] == "image/png"
    assert client.post(f"/desk/seals/{model.id}/", {"version": 1, "name": ""}).status_code == 422
    client.post(f"/desk/seals/{model.id}/", {"version": 1, "name": "云州市财政局", "shape": "round"})
    client.post(f"/desk/seals/{model.id}/retire/", {"version": 2})
    model.refresh_from_db()
    assert (model.name, model.state) == ("云州市财政局", "retired")
    assert 'style="' not in client.get(f"/desk/seals/{model.id}/").content.decode()


def test_the_seals_of_a_record_on_the_screen(place: Place) -> None:
    client = client_of(place)
    record, page = read_page(place, FINANCE.text, Signature((100, 100, 300, 160), "经办人", 0.9))
    shown = client.get(f"/desk/records/{record.id}/seals/").content.decode()
    assert f"/iiif/image/{page.id}/" in shown
    assert FINANCE.text in shown
    assert "经办人" in shown
    found = FoundSeal.objects.get(record=record)
    client.post(f"/desk/seals/found/{found.id}/register/", {"name": FINANCE.text})
    assert (
        f"/desk/seals/{SealModel.objects.get().id}/" in client.get(f"/desk/records/{record.id}/seals/").content.decode()
    )
    assert f"/desk/records/{record.id}/seals/" in client.get(f"/desk/records/{record.id}/").content.decode()


def test_strangers_are_refused(place: Place) -> None:
    record, _ = read_page(place)
    assert Client().get("/desk/seals/").status_code == 302
    stranger = Client()
    stranger.force_login(make_account(place.bureau, applicant=place.bureau))
    assert stranger.get("/desk/seals/").status_code == 403
    assert stranger.get(f"/desk/records/{record.id}/seals/").status_code in (403, 404)
