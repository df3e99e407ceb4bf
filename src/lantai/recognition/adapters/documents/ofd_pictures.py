"""Pictures inside OFD packages as pixels with their transparency: all that Pillow reads, and bare JBIG2 through pdfium."""

import io
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image as Pictures

from lantai.recognition.adapters.documents.base import MOST_PIXELS
from lantai.recognition.adapters.documents.pdf import inside_pdfium

_JBIG2 = b"\x97JB2\r\n\x1a\n"
_PAGE_INFORMATION = 48
_END_OF_PAGE, _END_OF_FILE = 49, 51


@dataclass(frozen=True, slots=True)
class OfdPicture:
    """Pixels as rows of RGB bytes; `opacity` has one byte a pixel, None where all is opaque. `jpeg` is kept packed."""

    width: int
    height: int
    rgb: bytes
    opacity: bytes | None = None
    jpeg: bool = False


def picture_of(content: bytes) -> OfdPicture | None:
    """Return the picture in `content`, or None where it cannot be shown."""
    try:
        if content.startswith(_JBIG2):
            return _from_jbig2(content)
        with Pictures.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            if picture.format == "JPEG" and picture.mode == "RGB" and "adobe_transform" not in picture.info:
                picture.load()
                return OfdPicture(picture.width, picture.height, content, jpeg=True)
            return _from_pillow(picture)
    except (OSError, ValueError, SyntaxError, TypeError, EOFError, struct.error, MemoryError, pypdfium2.PdfiumError):
        return None


def _from_pillow(picture: Pictures.Image) -> OfdPicture:
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        opacity = layer.getchannel("A")
        opaque = opacity.getextrema() == (255, 255)
        return OfdPicture(
            layer.width, layer.height, layer.convert("RGB").tobytes(), None if opaque else opacity.tobytes()
        )
    plain = picture.convert("RGB")
    return OfdPicture(plain.width, plain.height, plain.tobytes())


def mask_of(content: bytes) -> tuple[int, int, bytes] | None:
    """Return (width, height, opacity) of an ImageMask: white lets the picture through, black hides it."""
    found = picture_of(content)
    if found is None:
        return None
    if found.jpeg:
        with Pictures.open(io.BytesIO(content)) as picture:
            return picture.width, picture.height, picture.convert("L").tobytes()
    pixels = np.frombuffer(found.rgb, np.uint8).reshape(found.height, found.width, 3)
    return found.width, found.height, pixels[..., 0].tobytes()


def _from_jbig2(content: bytes) -> OfdPicture | None:
    """Unpack a bare JBIG2 file (ISO/IEC 14492, annex D): its segments are put into a PDF, which pdfium draws."""
    import pikepdf

    embedded, width, height = jbig2_segments(content)
    if not embedded or width * height > MOST_PIXELS:
        return None
    pdf = pikepdf.Pdf.new()
    pdf.add_blank_page(page_size=(max(width, 1), max(height, 1)))
    picture = pdf.make_stream(
        embedded, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height,
        ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=1, Filter=pikepdf.Name.JBIG2Decode,
    )  # fmt: skip
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    pdf.pages[0].obj.Contents = pdf.make_stream(b"%d 0 0 %d 0 0 cm /P Do" % (width, height))
    out = io.BytesIO()
    pdf.save(out)
    with inside_pdfium:
        document = pypdfium2.PdfDocument(out.getvalue())
        try:
            found: Any = next(iter(document[0].get_objects()))
            bitmap = found.get_bitmap()
            grey = bitmap.to_numpy()
            pixels = np.repeat(grey.reshape(grey.shape[0], grey.shape[1], -1)[..., :1], 3, axis=2)
            return OfdPicture(pixels.shape[1], pixels.shape[0], np.ascontiguousarray(pixels).tobytes())
        finally:
            document.close()


def jbig2_segments(content: bytes) -> tuple[bytes, int, int]:
    """Return the segments of page 1 in the order that PDF embeds them, and the page's width and height."""
    flags = content[8]
    sequential, counted = flags & 1, not flags & 2
    position = 13 if counted else 9
    headers: list[tuple[bytes, int, int]] = []
    pieces: list[bytes] = []
    size = (0, 0)
    while position + 11 <= len(content):
        header, kind, length = _jbig2_header(content, position)
        position += len(header)
        headers.append((header, kind, length))
        if sequential:
            pieces.append(content[position : position + length])
            position += length
        if kind == _END_OF_FILE:
            break
    if not sequential:
        for _, _, length in headers:
            pieces.append(content[position : position + length])
            position += length
    kept = []
    for (header, kind, _), data in zip(headers, pieces, strict=True):
        if kind == _PAGE_INFORMATION and len(data) >= 8:
            size = struct.unpack(">II", data[:8])
        if kind not in (_END_OF_PAGE, _END_OF_FILE):
            kept.append(header + data)
    return b"".join(kept), size[0], size[1]


def _jbig2_header(content: bytes, start: int) -> tuple[bytes, int, int]:
    """Return (header bytes, kind, data length) of the segment at `start`."""
    number = struct.unpack(">I", content[start : start + 4])[0]
    flags = content[start + 4]
    position = start + 5
    count = content[position] >> 5
    if count == 7:
        count = struct.unpack(">I", content[position : position + 4])[0] & 0x1FFFFFFF
        position += 4 + (count + 8) // 8
    else:
        position += 1
    position += count * (1 if number <= 256 else 2 if number <= 65536 else 4)
    position += 4 if flags & 0x40 else 1
    length = struct.unpack(">I", content[position : position + 4])[0]
    if length == 0xFFFFFFFF or count > len(content):
        raise ValueError("a segment of unknown length")
    return content[start : position + 4], flags & 0x3F, length
