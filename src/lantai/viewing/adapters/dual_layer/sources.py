"""The pictures of the pages of one computer file, each made only when it is asked for."""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

import numpy as np
import pikepdf
from PIL import Image as Pictures
from PIL import ImageOps

from lantai.viewing.adapters.dual_layer.page_pictures import (
    GREY,
    PICTURE_FAULTS,
    RGB,
    PagePicture,
    from_pillow,
    picture_file,
    pixels_as_picture,
    tiff_fax,
)

Draw = Callable[[int], np.ndarray[Any, Any]]
"""Draws a page of the file, from 1, as it stands in the file before it is turned upright."""

_KEPT = ("/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode")
_PLAIN = {"q", "Q", "cm", "Do", "gs"}


def pictures_of(stream: BinaryIO, media_type: str, page_numbers: Sequence[int], draw: Draw) -> Iterator[PagePicture]:
    """Yield the pictures of these pages of a file, in order; `draw` is asked for pages that hold no single picture.

    Raises what `draw` raises; a picture that cannot be taken over is drawn.
    """
    if media_type == "image/tiff":
        yield from _frames(stream, page_numbers, draw)
    elif media_type == "application/pdf":
        yield from _pdf_pages(stream, page_numbers, draw)
    elif media_type.startswith("image/"):
        stream.seek(0)
        content = stream.read()
        for number in page_numbers:
            yield _or_drawn(lambda: picture_file(content), draw, number)
    else:
        for number in page_numbers:
            yield pixels_as_picture(draw(number))


def _or_drawn(take: Callable[[], PagePicture | None], draw: Draw, number: int) -> PagePicture:
    try:
        found = take()
    except (*PICTURE_FAULTS, MemoryError):
        found = None
    return found or pixels_as_picture(draw(number))


def _frames(stream: BinaryIO, page_numbers: Sequence[int], draw: Draw) -> Iterator[PagePicture]:
    stream.seek(0)
    try:
        picture = Pictures.open(stream)
    except PICTURE_FAULTS:
        picture = None
    for number in page_numbers:
        yield _or_drawn(lambda number=number: _frame(stream, picture, number), draw, number)  # type: ignore[misc]


def _frame(stream: BinaryIO, picture: Any, number: int) -> PagePicture | None:
    if picture is None:
        return None
    picture.seek(number - 1)
    if picture.mode == "1":
        kept = _strip(stream, picture)
        if kept is not None:
            return kept
    return from_pillow(ImageOps.exif_transpose(picture.copy()))


def _strip(stream: BinaryIO, picture: Any) -> PagePicture | None:
    """Return the frame's fax strip as it lies in the file, without reading the other frames."""
    offsets, counts = picture.tag_v2.get(273, ()), picture.tag_v2.get(279, ())
    if len(offsets) != 1 or len(counts) != 1:
        return None
    place = stream.tell()
    stream.seek(offsets[0])
    strip = stream.read(counts[0])
    stream.seek(place)
    return tiff_fax(b"\0" * 0 + strip, _At0(picture))


class _At0:
    """A frame whose one strip begins at 0."""

    def __init__(self, picture: Any) -> None:
        self.size = picture.size
        self.tag_v2 = {**dict(picture.tag_v2), 273: (0,)}


def _pdf_pages(stream: BinaryIO, page_numbers: Sequence[int], draw: Draw) -> Iterator[PagePicture]:
    stream.seek(0)
    try:
        pdf: pikepdf.Pdf | None = pikepdf.Pdf.open(stream)
    except pikepdf.PdfError:
        pdf = None
    try:
        for number in page_numbers:
            yield _or_drawn(lambda number=number: _scan_in(pdf, number), draw, number)  # type: ignore[misc]
    finally:
        if pdf is not None:
            pdf.close()


def _scan_in(pdf: pikepdf.Pdf | None, number: int) -> PagePicture | None:
    """Return the scan of a page that is nothing but one picture over all of it; None for any other page."""
    try:
        if pdf is None or not 1 <= number <= len(pdf.pages):
            return None
        return _only_picture(pdf.pages[number - 1])
    except (pikepdf.PdfError, AttributeError, IndexError, RuntimeError, NotImplementedError):
        return None


def _only_picture(page: pikepdf.Page) -> PagePicture | None:
    operations = [str(item.operator) for item in pikepdf.parse_content_stream(page)]
    if operations.count("Do") != 1 or set(operations) - _PLAIN or page.obj.get("/Annots"):
        return None
    matrix = [item for item in pikepdf.parse_content_stream(page) if str(item.operator) == "cm"]
    name = next(item for item in pikepdf.parse_content_stream(page) if str(item.operator) == "Do").operands[0]
    picture = page.obj.Resources.XObject[str(name)]
    crop = [float(n) for n in page.cropbox]
    if len(matrix) != 1 or not _fills(matrix[0].operands, crop) or int(page.obj.get("/Rotate", 0)) % 360:
        return None
    return _packed(picture)


def _fills(matrix: Any, crop: Sequence[float]) -> bool:
    """Tell whether a picture stands upright over the whole page, a point more or less."""
    a, b, c, d, e, f = (float(n) for n in matrix)
    return (
        b == c == 0 and abs(a - (crop[2] - crop[0])) < 1 and abs(d - (crop[3] - crop[1])) < 1
        and abs(e - crop[0]) < 1 and abs(f - crop[1]) < 1
    )  # fmt: skip


def _packed(picture: Any) -> PagePicture | None:
    """Return an image object's bytes as they are packed; None for colours or packings that PDF/A-2 does not take so."""
    packing = picture.get("/Filter")
    if isinstance(packing, pikepdf.Array):
        packing = packing[0] if len(packing) == 1 else None
    if str(packing) not in _KEPT or picture.get("/Subtype") != "/Image":
        return None
    if any(key in picture for key in ("/SMask", "/Mask", "/Decode", "/ImageMask")):
        return None
    space = picture.get("/ColorSpace")
    colour = {"/DeviceGray": GREY, "/DeviceRGB": RGB}.get(str(space)) if isinstance(space, pikepdf.Name) else None
    if isinstance(space, pikepdf.Array) and len(space) == 2 and space[0] == "/ICCBased":
        colour = {1: GREY, 3: RGB}.get(int(space[1].get("/N", 0)))
    parameters = _fax_parameters(picture)
    if colour is None or parameters is None:
        return None
    return PagePicture(
        int(picture.Width), int(picture.Height), colour, int(picture.BitsPerComponent), str(packing).encode(),
        bytes(picture.read_raw_bytes()), parameters,
    )  # fmt: skip


def _fax_parameters(picture: Any) -> bytes | None:
    """Return the parameters of a fax picture in the notation of PDF; None where they lead to other objects."""
    given = picture.get("/DecodeParms")
    if isinstance(given, pikepdf.Array):
        given = given[0] if len(given) == 1 else None
    if given is None:
        return b""
    pairs = []
    for key, value in given.items():
        if isinstance(value, bool):
            pairs.append(f"{key} {'true' if value else 'false'}")
        elif isinstance(value, int):
            pairs.append(f"{key} {value}")
        else:
            return None
    return f"/DecodeParms<<{''.join(pairs)}>>".encode()


def as_stream(content: bytes) -> BinaryIO:
    """Return bytes as a stream, for pictures that lie in the memory."""
    return io.BytesIO(content)
