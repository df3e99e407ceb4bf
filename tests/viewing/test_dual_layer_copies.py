"""A record that was read gets its searchable PDF, which goes only to whom the clean pages may go."""

import io
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest
from django.test import Client
from pytest_django import Settings

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import Page, Record
from lantai.catalogue.services import grant_view
from lantai.kernel import queue
from lantai.kernel.actors import ANONYMOUS, system_actor
from lantai.kernel.clock import now, today
from lantai.kernel.errors import NotPermittedError
from lantai.packages.services import export_code
from lantai.preservation.selectors import open_file
from lantai.preservation.services import store_file
from lantai.recognition.adapters.reading import OWN_TEXT
from lantai.recognition.models import PageReading, ReadingState
from lantai.recognition.rules.alto import write_alto
from lantai.recognition.rules.layout import Line, PageLayout
from lantai.viewing.models import SearchableCopy
from lantai.viewing.services import make_searchable_copy, order_searchable_copy
from tests.factories.catalogue import Place, make_account, make_archivist
from tests.viewing.conftest import HEIGHT, WIDTH, MakePage, drawn

SYSTEM = system_actor("test")


def read(page: Page, text: str = "关于开放档案的通知", *, engine: str = "test/1", turn: int = 0) -> None:
    """Keep what a reading engine would have kept of the page."""
    width, height = (HEIGHT, WIDTH) if turn in (90, 270) else (WIDTH, HEIGHT)
    layout = PageLayout((Line(text, (100, 700, 100 + 40 * len(text), 740), 0.9),), width, height, turn_degrees=turn)
    content = write_alto(layout, source_name=f"{page.id}{text}")
    record = page.record
    file = store_file(
        actor=SYSTEM,
        source=io.BytesIO(content),
        name="x.xml",
        archives_id=record.archives_id,
        level=record.access_level,
    )
    values = {
        "record": record,
        "state": ReadingState.READ,
        "engine": engine,
        "layout_file": file,
        "turn_degrees": turn,
        "read_at": now(),
    }
    PageReading.objects.update_or_create(page=page, defaults=values)


def copy_of(record_id: UUID) -> bytes:
    with open_file(SearchableCopy.objects.select_related("file__key").get(record_id=record_id).file) as stream:
        return stream.read()


def words_of(content: bytes) -> str:
    return str(pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range())


def test_a_read_record_gets_a_searchable_pdf_with_its_scan_inside(make_page: MakePage) -> None:
    page = make_page()
    read(page)
    assert make_searchable_copy(actor=SYSTEM, record_id=page.record_id)
    content = copy_of(page.record_id)
    assert words_of(content) == "关于开放档案的通知"
    assert drawn() in content
    row = SearchableCopy.objects.get()
    assert (row.page_count, row.faults) == (1, [])
    entry = LedgerEntry.objects.get(verb="viewing.make_searchable_copy")
    assert "开放" not in str(entry.__dict__)


def test_it_is_made_again_only_when_something_has_changed(make_page: MakePage) -> None:
    page = make_page()
    read(page)
    assert make_searchable_copy(actor=SYSTEM, record_id=page.record_id)
    assert not make_searchable_copy(actor=SYSTEM, record_id=page.record_id)
    read(page, "另一种读法")
    assert make_searchable_copy(actor=SYSTEM, record_id=page.record_id)
    assert words_of(copy_of(page.record_id)) == "另一种读法"
    Record.objects.filter(id=page.record_id).update(title="新题名")
    assert make_searchable_copy(actor=SYSTEM, record_id=page.record_id)
    assert SearchableCopy.objects.count() == 1


def test_a_turned_page_stands_upright_in_it(make_page: MakePage) -> None:
    page = make_page()
    read(page, turn=90)
    make_searchable_copy(actor=SYSTEM, record_id=page.record_id)
    width, height = pypdfium2.PdfDocument(copy_of(page.record_id))[0].get_size()
    assert width > height


def test_none_is_made_while_a_page_is_unread_or_in_quarantine(make_page: MakePage) -> None:
    page = make_page()
    assert not make_searchable_copy(actor=SYSTEM, record_id=page.record_id)
    read(page)
    Record.objects.filter(id=page.record_id).update(quarantined=True)
    assert not make_searchable_copy(actor=SYSTEM, record_id=page.record_id)
    assert not SearchableCopy.objects.exists()


def test_a_pdf_with_text_of_its_own_is_not_rewritten(make_page: MakePage) -> None:
    page = make_page()
    page.part.media_type = "application/pdf"
    page.part.save()
    read(page, engine=OWN_TEXT)
    assert not make_searchable_copy(actor=SYSTEM, record_id=page.record_id)


def test_only_the_system_makes_it(make_page: MakePage) -> None:
    page = make_page()
    with pytest.raises(NotPermittedError):
        make_searchable_copy(actor=ANONYMOUS, record_id=page.record_id)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(queue, "enqueue", lambda job, **_: names.append(job))
    return names


def test_of_an_open_record_anybody_may_take_it(make_page: MakePage, asked: list[str]) -> None:
    page = make_page()
    read(page)
    make_searchable_copy(actor=SYSTEM, record_id=page.record_id)
    answer = Client().get(f"/iiif/record/{page.record_id}/searchable.pdf")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content) == copy_of(page.record_id)  # type: ignore[attr-defined]
    part = Client().get(f"/iiif/record/{page.record_id}/searchable.pdf", headers={"Range": "bytes=0-7"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"%PDF-1.7")  # type: ignore[attr-defined]
    assert "viewing.make_searchable_copy" in asked


def test_who_sees_only_watermarked_pictures_gets_neither_it_nor_the_scan(
    make_page: MakePage, place: Place, asked: list[str]
) -> None:
    page = make_page(opening="restricted", access_level=10)
    read(page)
    make_searchable_copy(actor=SYSTEM, record_id=page.record_id)
    path, scan = f"/iiif/record/{page.record_id}/searchable.pdf", f"/desk/files/{page.part_id}/"
    assert Client().get(path).status_code == 404
    keeper, reader = Client(), Client()
    keeper.force_login(make_account(place.archives, level=20, archivist=place.archives))
    guest = make_account(place.bureau, level=20)
    grant_view(
        actor=make_archivist(place), record_id=page.record_id, account_id=guest.id, until_on=today(), reason="查房产"
    )
    reader.force_login(guest)
    assert keeper.get(path).status_code == 200
    assert keeper.get(scan).status_code == 200
    shown = reader.get(f"/iiif/image/{page.id}/full/max/0/default.jpg")
    assert shown.status_code == 200
    assert reader.get(path).status_code == 404
    assert reader.get(scan).status_code == 404


def test_an_export_holds_it_with_its_digest(make_page: MakePage, tmp_path: Path) -> None:
    page = make_page()
    read(page)
    make_searchable_copy(actor=SYSTEM, record_id=page.record_id)
    done = export_code(actor=SYSTEM, code=str(page.record_id), folder=tmp_path / "out")
    (found,) = (tmp_path / "out").rglob("derived/*.pdf")
    assert found.read_bytes() == copy_of(page.record_id)
    assert "derived/" in next((tmp_path / "out").rglob("manifest-sha256.txt")).read_text()
    assert done.files == 3


def test_asking_for_it_enqueues_one_job(asked: list[str], settings: Settings, db: None) -> None:
    order_searchable_copy(actor=SYSTEM, record_id=UUID(int=1))
    assert asked == ["viewing.make_searchable_copy"]
