"""The signatures in a record's files are checked after reading, kept, and shown on the record page."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import Record
from lantai.catalogue.services import PartDescription, RecordDescription, create_records
from lantai.kernel import queue
from lantai.kernel.actors import ANONYMOUS, system_actor
from lantai.kernel.errors import NotPermittedError
from lantai.preservation.services import prepare_keeping, store_file
from lantai.recognition.adapters.documents import open_document
from lantai.recognition.models import FileSignature
from lantai.recognition.services import check_signatures
from lantai.recognition.services.signatures import order_copies
from sample.electronic_seals import SealHolder
from sample.ofd import OfdLine, OfdMaker, zipped
from tests.factories.catalogue import Place, make_account, make_place

SYSTEM = system_actor("test")
YEARS = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
USER, MAKER = SealHolder("青山区档案馆", "user", *YEARS), SealHolder("制作中心", "maker", *YEARS)
MakeRecord = Callable[[bytes], Record]


@pytest.fixture
def place(db: None, tmp_path: Path, settings: Settings) -> Place:
    (tmp_path / "tmp").mkdir()
    settings.HOME = tmp_path
    settings.LANTAI_STORES = (tmp_path / "store-a",)
    prepare_keeping(actor=SYSTEM)
    return make_place()


@pytest.fixture
def make_record(place: Place) -> MakeRecord:
    def make(content: bytes) -> Record:
        file = store_file(
            actor=SYSTEM, source=io.BytesIO(content), name="文.ofd", archives_id=place.archives.id, level=0
        )
        with open_document(io.BytesIO(content), "文.ofd") as document:
            part = PartDescription(file.id, "文.ofd", document.media_type, pages=tuple(document.pages))
        description = RecordDescription(
            level="item", category_code="WS", title="通知", year=2024, opening="open", access_level=0, parts=[part]
        )
        return create_records(actor=SYSTEM, fonds_id=place.fonds.id, descriptions=[description])[0]

    return make


def sealed(*, changed: bool = False) -> bytes:
    content = OfdMaker([[OfdLine("关于开放档案的通知", 30, 40)]]).signed_by(
        USER, MAKER, "青山区档案馆专用章", datetime(2024, 5, 6, tzinfo=UTC)
    )
    if not changed:
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    page = "Doc_0/Pages/Page_0/Content.xml"
    entries[page] = entries[page].replace("开放".encode(), "封闭".encode())
    return zipped(entries)


def test_signatures_are_kept_once_with_outcome_and_place(make_record: MakeRecord) -> None:
    record = make_record(sealed())
    assert check_signatures(actor=SYSTEM, record_id=record.id) == 1
    assert check_signatures(actor=SYSTEM, record_id=record.id) == 1
    row = FileSignature.objects.get()
    assert (row.outcome, row.form, row.signer, row.page_numbers) == ("valid", "seal", "青山区档案馆", [1])
    assert row.seal["name"] == "青山区档案馆专用章"
    entry = LedgerEntry.objects.filter(verb="recognition.check_signatures").first()
    assert entry is not None
    assert "青山区" not in str(entry.__dict__)


def test_a_changed_file_says_what_is_no_longer_as_signed(make_record: MakeRecord) -> None:
    record = make_record(sealed(changed=True))
    check_signatures(actor=SYSTEM, record_id=record.id)
    row = FileSignature.objects.get()
    assert (row.outcome, row.broken) == ("digest_broken", ["/Doc_0/Pages/Page_0/Content.xml"])


def test_only_the_system_checks(make_record: MakeRecord) -> None:
    with pytest.raises(NotPermittedError):
        check_signatures(actor=ANONYMOUS, record_id=make_record(sealed()).id)


def test_a_read_record_asks_for_its_checks_and_its_copy(
    make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(queue, "enqueue", lambda job, **_: asked.append(job))
    order_copies(SYSTEM, make_record(sealed()).id)
    assert asked == ["recognition.check_signatures", "viewing.make_searchable_copy"]


@pytest.mark.parametrize("changed", [False, True])
def test_the_record_page_tells_who_signed_and_whether_it_holds(
    make_record: MakeRecord, place: Place, changed: bool
) -> None:
    record = make_record(sealed(changed=changed))
    check_signatures(actor=SYSTEM, record_id=record.id)
    client = Client()
    client.force_login(make_account(place.archives, level=20, archivist=place.archives))
    page = client.get(f"/desk/records/{record.id}/", headers={"Accept-Language": "en"}).content.decode()
    assert "青山区档案馆专用章" in page
    assert ("Changed after it was signed" in page) is changed
    assert ("Doc_0/Pages/Page_0/Content.xml" in page) is changed
