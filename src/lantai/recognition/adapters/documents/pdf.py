"""PDF by pdfium: page sizes, pictures at any resolution, the file's own text with its place."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any, BinaryIO

import numpy as np
import pypdfium2
from pypdfium2 import raw

from lantai.recognition.adapters.documents.base import (
    MOST_PAGES,
    MOST_SIDE_PX,
    READ_DPI,
    Document,
    damaged,
    empty,
    encrypted,
    pages_at,
    too_many_pages,
    truncated,
)
from lantai.recognition.adapters.documents.inflation import refuse_pdf_bomb
from lantai.recognition.adapters.documents.pdf_source import page_source_of
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.file_signatures import FileSignature
from lantai.recognition.rules.layout import TextBox
from lantai.recognition.rules.source import PageSource
from lantai.recognition.rules.text_layer import RawGlyph, layer_fault, lines_of_glyphs

POINT_MM = 25.4 / 72
_TAIL_BYTES = 4096
# pdfium is not safe for threads: one at a time may be inside it.
inside_pdfium = RLock()


class PdfDocument(Document):
    """A PDF that opens without a password."""

    def __init__(self, stream: BinaryIO, name: str, *, known: bool = False) -> None:
        super().__init__(stream, name, "pdf", "application/pdf")
        _refuse_cut_off(stream, name)
        if not known:
            refuse_pdf_bomb(stream, name)
        stream.seek(0)
        with inside_pdfium:
            self._pdf = self._opened()
            count = len(self._pdf)
            if count == 0:
                raise damaged(name)
            if count > MOST_PAGES:
                raise too_many_pages(name, count)
            with self._refusals():
                points = [self._pdf.get_page_size(number) for number in range(count)]
            self.pages = pages_at([(width * POINT_MM, height * POINT_MM) for width, height in points])
            self.technical = self._facts()

    def page_image(self, part_page: int, dpi: int = READ_DPI) -> Image:
        size = self.size_of(part_page)
        # A page shown at less than READ_DPI because of its size keeps that limit in proportion.
        wanted = dpi * size.dpi / READ_DPI
        most = MOST_SIDE_PX * size.dpi / max(size.width_px, size.height_px)
        with inside_pdfium, self._refusals(), self._page(part_page) as page:
            bitmap = page.render(scale=min(wanted, most) / 72, may_draw_forms=False)
            pixels = bitmap.to_numpy()
            rgb = np.repeat(pixels[..., :1], 3, axis=2) if pixels.shape[2] == 1 else pixels[..., 2::-1].copy()
            bitmap.close()
        return rgb.astype(np.uint8, copy=False)

    def page_text(self, part_page: int) -> list[TextBox] | None:
        size = self.size_of(part_page)
        with inside_pdfium, self._refusals(), self._page(part_page) as page:
            glyphs = list(_glyphs(page, size.width_px, size.height_px))
            pictured = _picture_share(page)
        self.text_faults[part_page] = fault = layer_fault(glyphs, size, pictured)
        return None if fault else lines_of_glyphs(glyphs)

    def page_source(self, part_page: int) -> PageSource:
        self.size_of(part_page)
        with inside_pdfium, self._refusals(), self._page(part_page) as page:
            return page_source_of(page)

    def signatures(self) -> list[FileSignature]:
        # pikepdf costs a tenth of a second to load, and most pages are opened for their picture or text.
        from lantai.recognition.adapters.documents.pdf_signatures import pdf_signatures

        with inside_pdfium:
            return pdf_signatures(self.stream, self.pages)

    def close(self) -> None:
        with inside_pdfium:
            self._pdf.close()

    def _opened(self) -> Any:
        try:
            return pypdfium2.PdfDocument(self.stream, autoclose=False)
        except pypdfium2.PdfiumError as error:
            raise (encrypted if "password" in str(error).lower() else damaged)(self.name) from error

    def _facts(self) -> dict[str, Any]:
        version = self._pdf.get_version()
        facts: dict[str, Any] = {
            "format": "PDF",
            "version": f"{version // 10}.{version % 10}" if version else "",
            "pages": len(self.pages),
            "restricted": raw.FPDF_GetSecurityHandlerRevision(self._pdf.raw) != -1,
        }
        described = self._pdf.get_metadata_dict(skip_empty=True)
        return facts | {
            key.lower(): described[key][:500] for key in ("Title", "Producer", "Creator") if key in described
        }

    @contextmanager
    def _page(self, part_page: int) -> Iterator[Any]:
        page = self._pdf[part_page - 1]
        try:
            yield page
        finally:
            page.close()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except (pypdfium2.PdfiumError, MemoryError) as error:
            raise damaged(self.name) from error


def _refuse_cut_off(stream: BinaryIO, name: str) -> None:
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(max(size - _TAIL_BYTES, 0))
    tail = stream.read()
    if not tail.strip(b"\0 \r\n\t"):
        raise truncated(name) if size > _TAIL_BYTES else empty(name)
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise truncated(name)


def _glyphs(page: Any, width_px: int, height_px: int) -> Iterator[RawGlyph]:
    """Yield the characters of the page in the file's own order, with boxes in pixels of the shown page."""
    text = page.get_textpage()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    try:
        for index in range(text.count_chars()):
            code = raw.FPDFText_GetUnicode(text.raw, index)
            character = (
                chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\N{REPLACEMENT CHARACTER}"
            )
            if character in "\r\n" or not raw.FPDFText_GetCharBox(text.raw, index, left, right, bottom, top):
                yield RawGlyph("\n", (0, 0, 0, 0))
                continue
            first = _on_device(page, width_px, height_px, left.value, top.value)
            second = _on_device(page, width_px, height_px, right.value, bottom.value)
            yield RawGlyph(
                character,
                (
                    min(first[0], second[0]),
                    min(first[1], second[1]),
                    max(first[0], second[0]),
                    max(first[1], second[1]),
                ),
            )
    finally:
        text.close()


def _on_device(page: Any, width_px: int, height_px: int, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page.raw, 0, 0, width_px, height_px, 0, x, y, across, down)
    return across.value, down.value


def _picture_share(page: Any) -> float:
    """Return the share of the page (0 to 1) that its largest picture covers."""
    width, height = page.get_size()
    largest = 0.0
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = item.get_bounds()
        largest = max(largest, (right - left) * (top - bottom))
    return float(min(largest / max(width * height, 1.0), 1.0))
