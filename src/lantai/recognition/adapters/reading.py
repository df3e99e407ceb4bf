"""Read one page of an opened document: its own text where that is sound, else its picture."""

from dataclasses import replace

from lantai.recognition.adapters.condition import look_at_condition
from lantai.recognition.adapters.documents.base import READ_DPI, Document
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.adapters.layer_check import layer_disagreement
from lantai.recognition.adapters.ocr import engine_name, read_image
from lantai.recognition.adapters.straightening import as_given, straightened
from lantai.recognition.rules.condition import Condition
from lantai.recognition.rules.gutter import page_by_page
from lantai.recognition.rules.layout import Line, PageLayout, PageSize
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.rules.source import PageSource
from lantai.recognition.rules.text_layer import PICTURE_SHARE, layout_of_text

OWN_TEXT = "text-layer/1"
# Faults of a text layer that are none: there simply is no text.
NO_TEXT = ("", "none")


def read_document_page(document: Document, part_page: int, *, dpi: int = READ_DPI, keep_text: bool = True) -> PageRead:
    """Return what page `part_page` says and shows, in pixels of the page as `document.pages` gives its size.

    A sound text layer is kept, so that a PDF with text keeps its text; else the page is rendered at `dpi` and read. The
    layer of a scanned page is kept only if it says what a sample of the picture says. Raises InvalidError where the page
    cannot be rendered, UnavailableError without an engine.
    """
    size = document.size_of(part_page)
    own = document.page_text(part_page) if keep_text else None
    source = document.page_source(part_page)
    if own and source.picture_share < PICTURE_SHARE:
        return PageRead(layout_of_text(own, size), OWN_TEXT, condition=_drawn(source, size))
    image = document.page_image(part_page, dpi)
    fault = document.text_faults.get(part_page, "")
    if own:
        fault = layer_disagreement(image, own, size, read_image)
        if not fault:
            layout = layout_of_text(own, size)
            return PageRead(layout, OWN_TEXT, condition=look_at_condition(image, layout, size, source=source))
    read = _read_picture(image, size, source)
    if fault in NO_TEXT or read.condition is None:
        return read
    return replace(read, condition=replace(read.condition, text_layer=fault))


def _drawn(source: PageSource, size: PageSize) -> Condition:
    """Return the state of a page that was never scanned."""
    return Condition(
        width_px=size.width_px,
        height_px=size.height_px,
        format=source.format,
        missing_resources=source.missing_resources,
        born_digital=True,
    )


def _read_picture(image: Image, size: PageSize, source: PageSource) -> PageRead:
    """Read a picture: laid flat where the page was photographed at an angle, page by page where it shows two."""
    flat = straightened(image)
    page = image if flat is None else flat.image
    height, width = page.shape[:2]
    layout = read_image(page)
    as_read = size if flat is None else PageSize(width, height, 0)
    seen = look_at_condition(page, layout, as_read, source=source)
    if seen.gutter:
        layout = page_by_page(layout, seen.gutter)
    if flat is not None:
        layout = as_given(layout, flat, image.shape[1], image.shape[0])
        seen = replace(seen, photographed=(flat.share, flat.degrees), width_px=size.width_px, height_px=size.height_px)
    return PageRead(_at_size(layout, size), engine_name(), condition=seen)


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
