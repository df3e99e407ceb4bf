"""How the largest picture on a PDF page was scanned and packed: its own resolution, colour and JPEG quality."""

from typing import Any

import pypdfium2
from pypdfium2 import raw

from lantai.recognition.adapters.documents.jpeg import luminance_table
from lantai.recognition.rules.source import PageSource, jpeg_quality

_HEAD_BYTES = 1 << 16


def page_source_of(page: Any) -> PageSource:
    """Return what the largest picture of an opened pdfium `page` says; without a picture only the format."""
    width, height = page.get_size()
    largest, area = None, 0.0
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) > area:
            largest, area = item, (right - left) * (top - bottom)
    if largest is None:
        return PageSource(format="PDF")
    share = min(area / max(width * height, 1.0), 1.0)
    try:
        told = largest.get_metadata()
        filters = largest.get_filters()
        head = bytes(largest.get_data(decode_simple=False))[:_HEAD_BYTES] if "DCTDecode" in filters else b""
    except pypdfium2.PdfiumError:
        return PageSource(format="PDF", picture_share=share)
    left, bottom, right, top = largest.get_bounds()
    across, down = told.width * 72 / max(right - left, 1.0), told.height * 72 / max(top - bottom, 1.0)
    # A picture laid on its side has its width along the height of the page.
    dpi = round(min(across, down) if told.width * (top - bottom) > told.height * (right - left) * 0.8 else down)
    return PageSource(
        format="PDF",
        dpi=dpi if 20 <= dpi <= 4800 else 0,
        mode=_mode(told),
        jpeg_quality=jpeg_quality(luminance_table(head)),
        picture_share=share,
    )


def _mode(told: Any) -> str:
    if told.bits_per_pixel == 1:
        return "bitonal"
    return "grey" if told.colorspace == raw.FPDF_COLORSPACE_DEVICEGRAY else ""
