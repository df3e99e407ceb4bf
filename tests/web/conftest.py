"""A record with two pages that really were read, and the browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings
from tests.factories.catalogue import Place, make_place, make_record
from tests.factories.recognition import NOTICE, as_file, make_pages, make_picture

from lantai.catalogue.models import Record
from lantai.identity.services import install_defaults as install_levels
from lantai.kernel.actors import system_actor
from lantai.preservation.services import prepare_keeping
from lantai.recognition.services import read_pages

SYSTEM = system_actor("tests")
SECOND = (("本通知自印发之日起施行。", 160, 200, 34), ("抄送：市委办公室，市人大常委会办公室。", 160, 1500, 30))
MakeRead = Callable[..., Record]


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
    install_levels(actor=SYSTEM)
    return make_place()


@pytest.fixture
def make_read(place: Place) -> MakeRead:
    """Return a maker of a record of two drawn pages, read by the real engine."""

    def make(title: str = "关于加强电子档案管理工作的通知", **values: object) -> Record:
        record = make_record(place.fonds, title, coded=True, **values)
        for number, drawn in enumerate((NOTICE, SECOND), start=1):
            picture = make_picture(drawn, size=(1240, 1754))
            pages = make_pages(record, as_file(picture).getvalue(), f"{number:03}.png")
            read_pages(actor=SYSTEM, page_ids=pages)
        record.refresh_from_db()
        return record

    return make
