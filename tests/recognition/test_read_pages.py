"""Reading pages of records: what is kept, once only, whatever happens on the way."""

from uuid import UUID

import pytest

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import Page
from lantai.catalogue.rules.records import PartDescription
from lantai.catalogue.services import quarantine_record
from lantai.kernel import queue
from lantai.kernel.errors import NotFoundError, NotPermittedError
from lantai.recognition import selectors, services
from lantai.recognition.adapters import reading as page_reader
from lantai.recognition.adapters.engine import engine_name_here
from lantai.recognition.models import PageReading, PageText, Suggestion
from lantai.recognition.rules.layout import PageLayout, PageSize
from lantai.recognition.services import reading
from tests.factories.catalogue import Place, make_actor, make_place, make_record
from tests.factories.recognition import NOTICE, READER, as_file, make_layout, make_pages, make_pdf, make_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def say(monkeypatch: pytest.MonkeyPatch, *layouts: PageLayout) -> list[int]:
    """Let the reader of pictures answer with `layouts` in turn; return the list that counts its calls."""
    calls: list[int] = []

    def read(_image: object, **_seals: object) -> PageLayout:
        calls.append(1)
        return layouts[min(len(calls), len(layouts)) - 1]

    monkeypatch.setattr(page_reader, "read_image", read)
    monkeypatch.setattr(page_reader, "engine_name", engine_name_here)
    return calls


@pytest.mark.slow
def test_a_scanned_notice_is_read_for_real(place: Place) -> None:
    record = make_record(place.fonds, "001")
    (page,) = make_pages(record, as_file(make_picture()).getvalue())
    assert selectors.unread_page_ids(record.id) == [page]
    assert services.read_pages(actor=READER, page_ids=[page]) == 1
    assert selectors.unread_page_ids(record.id) == []
    assert selectors.reading_counts([record.id]) == (1, 1)
    text = selectors.page_text(READER, page)
    assert "云政发〔2019〕12号" in text
    assert list(selectors.texts_of([record.id])) == [(record.id, 1, page, text)]
    layout = selectors.layout_of(page)
    assert layout is not None
    assert layout.text == text
    found = {s.field: s.value for s in Suggestion.objects.filter(record=record)}
    assert found["document_number"] == "云政发〔2019〕12号"
    assert found["dated_on"] == "2019-03-05"
    row = PageReading.objects.get(page=page)
    assert (row.state, row.turn_degrees, row.attempts) == ("read", 0, 1)
    assert "PP-OCRv6" in row.engine
    entry = LedgerEntry.objects.get(verb="recognition.read_pages", target_id=record.id)
    assert "云" not in bytes(entry.body).decode()


def test_a_pdf_keeps_its_own_text(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = say(monkeypatch, make_layout())
    record = make_record(place.fonds)
    pages = make_pages(record, make_pdf("Archive notice", pages=2), "x.pdf", 2)
    assert services.read_pages(actor=READER, page_ids=pages) == 2
    assert [text for *_, text in selectors.texts_of([record.id])] == ["Archive notice"] * 2
    assert calls == []


def test_pages_are_read_once_by_one_engine(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = say(monkeypatch, make_layout())
    record = make_record(place.fonds)
    pages = make_pages(record, as_file(make_picture()).getvalue())
    services.read_pages(actor=READER, page_ids=pages)
    assert services.read_pages(actor=READER, page_ids=pages) == 0
    assert len(calls) == 1
    monkeypatch.setattr(reading, "engine_name_here", lambda: "PP-OCRv9/test")
    assert services.read_pages(actor=READER, page_ids=pages) == 1
    assert PageReading.objects.count() == PageText.objects.count() == 1


def test_decided_suggestions_outlive_a_second_reading(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, make_layout())
    record = make_record(place.fonds)
    pages = make_pages(record, as_file(make_picture()).getvalue())
    services.read_pages(actor=READER, page_ids=pages)
    archivist = make_actor(place.archives, level=20, archivist=place.archives)
    number = Suggestion.objects.get(field="document_number")
    services.decide_suggestion(actor=archivist, suggestion_id=number.id, decision="refuse")
    monkeypatch.setattr(reading, "engine_name_here", lambda: "PP-OCRv9/test")
    services.read_pages(actor=READER, page_ids=pages)
    assert Suggestion.objects.get(field="document_number").state == "refused"
    assert Suggestion.objects.filter(field="title").count() == 1


def test_suggestions_wait_for_the_last_page(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, make_layout(NOTICE[:-2]), make_layout(NOTICE[-2:]))
    record = make_record(place.fonds)
    first = make_pages(record, as_file(make_picture()).getvalue())
    second = make_pages(record, as_file(make_picture(NOTICE[:1])).getvalue(), "002.png")
    services.read_pages(actor=READER, page_ids=first)
    assert not Suggestion.objects.exists()
    services.read_pages(actor=READER, page_ids=second)
    dated = Suggestion.objects.get(field="dated_on")
    assert dated.page is not None
    assert (dated.value, dated.page.number) == ("2019-03-05", 2)


def test_a_page_that_cannot_be_read_is_recorded_and_holds_up_nothing(place: Place) -> None:
    record = make_record(place.fonds)
    (page,) = make_pages(record, b"\x89PNG\r\n\x1a\n broken IEND")
    assert services.read_pages(actor=READER, page_ids=[page]) == 0
    row = PageReading.objects.get(page=page)
    assert (row.state, row.fault) == ("failed", "documents.damaged")
    assert selectors.unread_page_ids(record.id) == []
    assert selectors.layout_of(page) is None


def test_a_fault_of_the_reader_fails_the_page_only(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(_image: object, **_seals: object) -> PageLayout:
        raise ValueError("odd page")

    monkeypatch.setattr(page_reader, "read_image", explode)
    record = make_record(place.fonds)
    (page,) = make_pages(record, as_file(make_picture()).getvalue())
    services.read_pages(actor=READER, page_ids=[page])
    assert PageReading.objects.get(page=page).fault == "recognition.valueerror"


def test_a_page_that_kills_the_worker_is_given_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """Stands for the death of the process in the middle of a page."""

    def die(_image: object, **_seals: object) -> PageLayout:
        raise Killed

    monkeypatch.setattr(page_reader, "read_image", die)
    record = make_record(place.fonds)
    (page,) = make_pages(record, as_file(make_picture()).getvalue())
    for _ in range(reading.MOST_ATTEMPTS):
        with pytest.raises(Killed):
            services.read_pages(actor=READER, page_ids=[page])
        assert selectors.unread_page_ids(record.id) == [page]
    assert services.read_pages(actor=READER, page_ids=[page]) == 0
    assert PageReading.objects.get(page=page).fault == reading.CRASHED
    assert selectors.unread_page_ids(record.id) == []


def test_a_secret_mark_quarantines_and_keeps_no_text(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, make_layout(), make_layout([("机密★10年", 160, 90, 34), *NOTICE]))
    record = make_record(place.fonds)
    pages = [
        *make_pages(record, as_file(make_picture()).getvalue()),
        *make_pages(record, as_file(make_picture(NOTICE[:2])).getvalue(), "002.png"),
    ]
    services.read_pages(actor=READER, page_ids=pages)
    record.refresh_from_db()
    assert record.quarantined
    assert selectors.secret_pages(record.id) == [2]
    assert not PageText.objects.exists()
    assert not Suggestion.objects.exists()
    assert PageReading.objects.get(page_id=pages[1]).layout_file is None


def test_only_the_system_reads(place: Place) -> None:
    with pytest.raises(NotPermittedError):
        services.read_pages(actor=make_actor(place.archives, archivist=place.archives), page_ids=[])


def test_text_is_shown_to_those_who_may_see_the_page(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, make_layout())
    record = make_record(place.fonds, access_level=20)
    (page,) = make_pages(record, as_file(make_picture()).getvalue())
    services.read_pages(actor=READER, page_ids=[page])
    archivist = make_actor(place.archives, level=20, archivist=place.archives)
    assert "云政发" in selectors.page_text(archivist, page)
    with pytest.raises(NotFoundError):
        selectors.page_text(make_actor(place.archives, level=0), page)
    quarantine_record(actor=READER, record_id=record.id, reason="test")
    with pytest.raises(NotFoundError):
        selectors.page_text(archivist, page)


def test_a_turned_page_is_shown_upright(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    upright = make_layout()
    turned = PageLayout(upright.lines, 1240, 1754, 90.0, 270)
    say(monkeypatch, turned)
    record = make_record(place.fonds)
    (page,) = make_pages(record, as_file(make_picture(size=(1754, 1240))).getvalue())
    services.read_pages(actor=READER, page_ids=[page])
    assert selectors.turn_of(page) == 270
    assert selectors.page_image(Page.objects.get(id=page)).shape == (1754, 1240, 3)


def test_reading_a_record_is_queued_in_slices(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[list[str]] = []
    monkeypatch.setattr(queue, "enqueue", lambda job, **arguments: jobs.append(arguments["page_ids"]))
    record = make_record(place.fonds)
    pages = make_pages(record, make_pdf(pages=9), "x.pdf", 9)
    assert services.read_record(actor=READER, record_id=record.id) == 9
    assert [p for job in jobs for p in job] == [str(p) for p in pages]
    assert max(len(job) for job in jobs) <= 4


def test_parts_may_be_described_with_our_page_sizes() -> None:
    assert PartDescription(UUID(int=1), "x", pages=[PageSize(1, 2, 3)]).pages[0].dpi == 3
