"""A record with one picture page that everybody may see, and one that only staff may."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from pytest_django import Settings

from lantai.catalogue.models import Page
from lantai.catalogue.services import PartDescription, RecordDescription, create_records
from lantai.kernel.actors import system_actor
from lantai.preservation.services import prepare_keeping, store_file
from lantai.recognition.adapters.documents import open_document
from tests.factories.catalogue import Place, make_place

SYSTEM = system_actor("test")
WIDTH, HEIGHT = 1300, 1700


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    """An installation folder of the test's own."""
    (tmp_path / "tmp").mkdir()
    settings.HOME = tmp_path
    settings.LANTAI_STORES = (tmp_path / "store-a", tmp_path / "store-b")
    return tmp_path


@pytest.fixture
def place(db: None, home: Path) -> Place:
    prepare_keeping(actor=SYSTEM)
    return make_place()


def drawn() -> bytes:
    """Return a JPEG page: white, red square at (100, 200)–(300, 400), blue one at the lower right."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((100, 200, 300, 400), fill="red")
    pen.rectangle((1000, 1400, 1200, 1600), fill="blue")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, dpi=(150, 150))
    return out.getvalue()


MakePage = Callable[..., Page]


@pytest.fixture
def make_page(place: Place) -> MakePage:
    """Return a maker of a record with the drawn page."""

    def make(*, opening: str = "open", access_level: int = 0, data: bytes | None = None, name: str = "1.jpg") -> Page:
        content = data or drawn()
        file = store_file(
            actor=SYSTEM, source=io.BytesIO(content), name=name, archives_id=place.archives.id, level=access_level
        )
        with open_document(io.BytesIO(content), name) as document:
            part = PartDescription(file.id, name, document.media_type, pages=tuple(document.pages))
        description = RecordDescription(
            level="item",
            category_code="WS",
            title="图",
            year=2011,
            opening=opening,
            access_level=access_level,
            parts=[part],
        )
        record = create_records(actor=SYSTEM, fonds_id=place.fonds.id, descriptions=[description])[0]
        return Page.objects.get(record=record)

    return make
