"""Read one page of an opened document: its own text where that is sound, else its picture."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from lantai.recognition.adapters.condition import look_at_condition
from lantai.recognition.adapters.documents.base import READ_DPI, Document
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.adapters.layer_check import layer_disagreement
from lantai.recognition.adapters.ocr import engine_name, read_image
from lantai.recognition.adapters.seals import find_seals
from lantai.recognition.adapters.seals.looking import look_at_seals, look_at_signatures
from lantai.recognition.adapters.straightening import Straightened, as_given, box_as_given, straightened
from lantai.recognition.adapters.tables import look_for_tables
from lantai.recognition.rules.condition import Condition
from lantai.recognition.rules.gutter import page_by_page
from lantai.recognition.rules.layout import Box, Line, PageLayout, PageSize, with_handwriting
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.rules.seals import SeenSeal, Signature, placed_seal
from lantai.recognition.rules.source import PageSource
from lantai.recognition.rules.tables.shapes import Table, placed_table, scaled_table
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
        layout = layout_of_text(own, size)
        tables = look_for_tables(document.page_image(part_page, dpi), layout, reread=False)
        return PageRead(layout, OWN_TEXT, condition=_drawn(source, size), tables=tables)
    image = document.page_image(part_page, dpi)
    fault = document.text_faults.get(part_page, "")
    if own:
        fault = layer_disagreement(image, own, size, read_image)
        if not fault:
            layout = layout_of_text(own, size)
            seen = look_at_condition(image, layout, size, source=source)
            return PageRead(layout, OWN_TEXT, condition=seen, tables=look_for_tables(image, layout, reread=False))
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
    seals = find_seals(page)
    layout = read_image(page, seals=seals)
    marks = _Marks(look_at_seals(page, layout, seals), *look_at_signatures(page, layout))
    layout = with_handwriting(layout, [one.box_px for one in marks.signed])
    as_read = size if flat is None else PageSize(width, height, 0)
    seen = look_at_condition(page, layout, as_read, source=source, seals=len(seals))
    tables = look_for_tables(page, layout)
    if seen.gutter:
        layout = page_by_page(layout, seen.gutter)
    if flat is not None:
        tables = tuple(_table_as_given(table, layout, flat, image) for table in tables)
        marks = _marks_as_given(marks, layout, flat, image)
        layout = as_given(layout, flat, image.shape[1], image.shape[0])
        # The sides of a page that was found whole cannot cut its text.
        seen = replace(
            seen, photographed=(flat.share, flat.degrees), cut=(), width_px=size.width_px, height_px=size.height_px
        )
    placed = _at_size(layout, size)
    across, down = placed.width_px / layout.width_px, placed.height_px / layout.height_px
    tables = tuple(scaled_table(table, across, down) for table in tables)
    marks = marks.placed(lambda box: _scaled_box(box, across, down))
    return PageRead(
        placed,
        engine_name(),
        seals=marks.seals,
        signatures=marks.signed,
        unsigned=marks.unsigned,
        condition=seen,
        tables=tables,
    )


@dataclass(frozen=True, slots=True)
class _Marks:
    """The seals, signatures and empty signature places of a page."""

    seals: tuple[SeenSeal, ...]
    signed: tuple[Signature, ...]
    unsigned: tuple[Signature, ...]

    def placed(self, move: Callable[[Box], Box]) -> "_Marks":
        """Return the marks with their boxes moved."""
        return _Marks(
            tuple(replace(one, seal=placed_seal(one.seal, move(one.box_px))) for one in self.seals),
            tuple(replace(one, box_px=move(one.box_px)) for one in self.signed),
            tuple(replace(one, box_px=move(one.box_px)) for one in self.unsigned),
        )


def _marks_as_given(marks: _Marks, layout: PageLayout, flat: Straightened, image: Image) -> _Marks:
    """Return marks found on the flat page of `layout` as they lie on the picture it was taken from."""
    height, width = image.shape[:2]
    return marks.placed(lambda box: box_as_given(box, layout, flat, width, height))


def _table_as_given(table: Table, layout: PageLayout, flat: Straightened, image: Image) -> Table:
    """Return `table`, found on the flat page of `layout`, with its boxes on the picture it was taken from."""
    height, width = image.shape[:2]
    return placed_table(table, lambda box: box_as_given(box, layout, flat, width, height))


def _at_size(layout: PageLayout, size: PageSize) -> PageLayout:
    """Return `layout` in the pixels of `size`, for pages that were rendered larger or smaller than that to be read."""
    width, height = size.width_px, size.height_px
    if layout.turn_degrees in (90, 270):
        width, height = height, width
    if (layout.width_px, layout.height_px) == (width, height):
        return layout
    across, down = width / layout.width_px, height / layout.height_px
    lines = tuple(_scaled(line, across, down) for line in layout.lines)
    unread = tuple(_scaled_box(box, across, down) for box in layout.unread_px)
    return replace(layout, lines=lines, unread_px=unread, width_px=width, height_px=height)


def _scaled(line: Line, across: float, down: float) -> Line:
    along = down if line.vertical else across
    return replace(
        line,
        box_px=_scaled_box(line.box_px, across, down),
        glyphs_px=tuple((round(a * along), round(b * along)) for a, b in line.glyphs_px),
    )


def _scaled_box(box: Box, across: float, down: float) -> Box:
    left, top, right, bottom = box
    return round(left * across), round(top * down), round(right * across), round(bottom * down)
