"""What a page says and how it looks. The caller has decided that the reader may see it, unless an actor is taken."""

from collections.abc import Collection, Iterator
from uuid import UUID

from lantai.catalogue.models import Page
from lantai.catalogue.selectors import page_for
from lantai.kernel.actors import Actor
from lantai.preservation.selectors import open_file
from lantai.recognition.adapters.documents import READ_DPI, open_document
from lantai.recognition.adapters.imaging import Image, turned
from lantai.recognition.models import PageReading, PageText, ReadingState
from lantai.recognition.rules.alto import read_alto
from lantai.recognition.rules.layout import PageLayout


def page_text(actor: Actor, page_id: UUID) -> str:
    """Return the text of a page, "" if it has none. Raises NotFoundError when the actor may not see the page."""
    page = page_for(actor, page_id)
    return PageText.objects.filter(page=page).values_list("text", flat=True).first() or ""


def texts_of(record_ids: Collection[UUID]) -> Iterator[tuple[UUID, int, UUID, str]]:
    """Yield (record id, page number, page id, text) of the pages of these records that have text, in order."""
    rows = PageText.objects.filter(record_id__in=record_ids).order_by("record_id", "page__number")
    yield from rows.values_list("record_id", "page__number", "page_id", "text").iterator(chunk_size=500)


def layout_of(page_id: UUID) -> PageLayout | None:
    """Return the lines of a page with their boxes, in pixels of the picture that `page_image` gives; None if not read."""
    reading = (
        PageReading.objects.select_related("layout_file__key").filter(page_id=page_id, state=ReadingState.READ).first()
    )
    if reading is None or reading.layout_file is None:
        return None
    with open_file(reading.layout_file) as stream:
        return read_alto(stream.read())


def turn_of(page_id: UUID) -> int:
    """Return by how many degrees clockwise (0, 90, 180, 270) the page is turned to stand upright."""
    return PageReading.objects.filter(page_id=page_id).values_list("turn_degrees", flat=True).first() or 0


def upright_size(page: Page) -> tuple[int, int]:
    """Return width and height in pixels of the page as it stands upright, which is what places on it count in."""
    on_its_side = turn_of(page.id) in (90, 270)
    return (page.height_px, page.width_px) if on_its_side else (page.width_px, page.height_px)


def page_image(page: Page, dpi: int = READ_DPI) -> Image:
    """Return the picture of `page`, (height, width, 3) uint8 RGB, turned upright once it has been read.

    `dpi` counts for pages without pixels of their own. Raises InvalidError where the page cannot be rendered,
    UnavailableError when no copy of the file is good.
    """
    part = page.part
    with open_file(part.computer_file) as stream, open_document(stream, part.name, known=True) as document:
        return turned(document.page_image(page.part_page, dpi), turn_of(page.id))
