"""A batch of everything that goes wrong: each page ends in text, in a finding or in a stated refusal; nothing is stuck."""

import pytest

from lantai.catalogue.models import Page
from lantai.recognition import selectors, services
from lantai.recognition.models import PageFinding, PageReading, ReadingState
from sample.trouble_files import TroubleFile, trouble_files
from tests.factories.catalogue import make_place, make_record
from tests.factories.recognition import READER, make_pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def plain(text: str) -> str:
    return "".join(text.split())


def test_each_file_of_a_bad_batch_ends_as_it_must() -> None:
    place = make_place()
    batch: list[tuple[TroubleFile, Page]] = []
    for file in trouble_files():
        record = make_record(place.fonds, file.name)
        (page_id,) = make_pages(record, file.content, file.name, file.pages)
        batch.append((file, Page.objects.get(id=page_id)))
    services.read_pages(actor=READER, page_ids=[page.id for _, page in batch])
    wrong: list[tuple[object, ...]] = []
    for file, page in batch:
        reading = PageReading.objects.get(page=page)
        text = selectors.page_text(READER, page.id)
        codes = set(PageFinding.objects.filter(page=page).values_list("code", flat=True))
        if plain(file.text) not in plain(text):
            wrong.append((file.name, "text", len(text)))
        if file.code and file.code not in codes:
            wrong.append((file.name, file.code, sorted(codes)))
        if reading.state != (ReadingState.FAILED if file.fault else ReadingState.READ):
            wrong.append((file.name, reading.state, reading.fault))
        if reading.fault != file.fault:
            wrong.append((file.name, file.fault, reading.fault))
        if not text and not codes:
            wrong.append((file.name, "says nothing", ""))
        if selectors.unread_page_ids(page.record_id):
            wrong.append((file.name, "stuck", ""))
    assert wrong == []


def test_two_pages_on_one_picture_are_read_one_after_the_other() -> None:
    record = make_record(make_place().fonds)
    spread = next(file for file in trouble_files() if file.name == "spread.png")
    (page_id,) = make_pages(record, spread.content, spread.name)
    services.read_pages(actor=READER, page_ids=[page_id])
    lines = selectors.page_text(READER, page_id).splitlines()
    left = [index for index, line in enumerate(lines) if line.startswith("左页")]
    right = [index for index, line in enumerate(lines) if line.startswith("右页")]
    assert (len(left), len(right)) == (6, 6)
    assert max(left) < min(right)
