"""Read one page of an opened document: its own text where that is sound, else its picture."""

from dataclasses import replace

from lantai.recognition.adapters.documents.base import READ_DPI, Document
from lantai.recognition.adapters.ocr import engine_name, read_image
from lantai.recognition.rules.layout import Line, PageLayout, PageSize
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.rules.text_layer import layout_of_text

OWN_TEXT = "text-layer/1"


def read_document_page(document: Document, part_page: int, *, dpi: int = READ_DPI, keep_text: bool = True) -> PageRead:
    """Return what page `part_page` says and shows, in pixels of the page as `document.pages` gives its size.

    A sound text layer is kept, so that a PDF with text keeps its text; else the page is rendered at `dpi` and read.
    Raises InvalidError where the page cannot be rendered, UnavailableError without an engine.
    """
    size = document.size_of(part_page)
    own = document.page_text(part_page) if keep_text else None
    if own:
        return PageRead(layout_of_text(own, size), OWN_TEXT)
    layout = read_image(document.page_image(part_page, dpi))
    return PageRead(_at_size(layout, size), engine_name())


def _at_size(layout: PageLayout, size: PageSize) -> PageLayout:
    """Return `layout` in the pixels of `size`, for pages that were rendered larger or smaller than that to be read."""
    width, height = size.width_px, size.height_px
    if layout.turn_degrees in (90, 270):
        width, height = height, width
    if (layout.width_px, layout.height_px) == (width, height):
        return layout
    across, down = width / layout.width_px, height / layout.height_px
    lines = tuple(_scaled(line, across, down) for line in layout.lines)
    return replace(layout, lines=lines, width_px=width, height_px=height)


def _scaled(line: Line, across: float, down: float) -> Line:
    left, top, right, bottom = line.box_px
    return replace(
        line,
        box_px=(round(left * across), round(top * down), round(right * across), round(bottom * down)),
        glyphs_px=tuple((round(a * across), round(b * across)) for a, b in line.glyphs_px),
    )
