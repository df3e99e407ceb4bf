"""The picture of a page as a PDF holds it: the bytes of the scan as they are wherever a PDF can hold them so.

JPEG and JPEG 2000 stay untouched, fax pictures stay or become G4, PNG rows stay as they are packed; all else is packed
without loss. Nothing is scaled.
"""

import io
import struct
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from PIL import Image as Pictures
from PIL import ImageOps, TiffTags, UnidentifiedImageError

GREY, RGB = b"/DeviceGray", b"/DeviceRGB"
MOST_PIXELS = 200_000_000
JPEG_QUALITY = 90
LEAST_WORTH_JPEG = 600_000
# What broken pictures make Pillow raise.
PICTURE_FAULTS = (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, KeyError, EOFError, struct.error)
_ORIENTATION = 0x0112
_UPRIGHT = {
    1: (1, 0, 0, 1, 0, 0), 2: (-1, 0, 0, 1, 1, 0), 3: (-1, 0, 0, -1, 1, 1), 4: (1, 0, 0, -1, 0, 1),
    5: (0, 1, 1, 0, 0, 0), 6: (0, 1, -1, 0, 1, 0), 7: (0, -1, -1, 0, 1, 1), 8: (0, -1, 1, 0, 0, 1),
}  # fmt: skip
_TURNS = {0: 1, 90: 6, 180: 3, 270: 8}
Affine = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One picture with its packing; `way` leads from the unit square of the picture to that of the upright page.

    Both squares have their first corner at the top left. `parameters` are the further entries of the image's
    dictionary, in the notation of PDF.
    """

    width: int
    height: int
    colour: bytes
    bits: int
    packing: bytes
    data: bytes
    parameters: bytes = b""
    way: Affine = (1, 0, 0, 1, 0, 0)
    profile: bytes = field(default=b"", repr=False)

    def turned(self, degrees: int) -> "PagePicture":
        """Return the picture as it stands after a quarter turn clockwise; its bytes stay."""
        return replace(self, way=_after(self.way, _UPRIGHT[_TURNS[degrees % 360]]))


def _after(first: tuple[float, ...], then: tuple[float, ...]) -> Affine:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def picture_file(content: bytes) -> PagePicture:
    """Return the picture of a file with one page. Raises ValueError where it cannot be shown."""
    try:
        with Pictures.open(io.BytesIO(content)) as picture:
            _refuse_large(picture)
            kept = _as_it_is(content, picture)
            way = _UPRIGHT.get(picture.getexif().get(_ORIENTATION, 1), _UPRIGHT[1])
            return replace(kept, way=way) if kept else from_pillow(ImageOps.exif_transpose(picture))
    except PICTURE_FAULTS as error:
        raise ValueError("not a picture") from error


def _refuse_large(picture: Pictures.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise ValueError("too large")


def _as_it_is(content: bytes, picture: Pictures.Image) -> PagePicture | None:
    if picture.format == "JPEG" and picture.mode in ("L", "RGB"):
        colour = GREY if picture.mode == "L" else RGB
        return _with_profile(PagePicture(*picture.size, colour, 8, b"/DCTDecode", content), picture)
    if picture.format == "PNG":
        return _png_rows(content)
    if picture.format == "JPEG2000" and content[:4] == b"\0\0\0\x0c" and picture.mode in ("L", "RGB"):
        return _jpeg_2000(content, picture)
    return None


def _with_profile(found: PagePicture, picture: Pictures.Image) -> PagePicture:
    """Keep the colour profile of a scanner that has one, where it is of the kind that PDF/A allows."""
    profile = picture.info.get("icc_profile") or b""
    wanted = b"GRAY" if found.colour == GREY else b"RGB "
    sound = len(profile) > 128 and profile[16:20] == wanted and profile[12:16] in (b"mntr", b"scnr", b"prtr", b"spac")
    sound = sound and profile[36:40] == b"acsp" and profile[8] <= 4
    return replace(found, profile=profile) if sound else found


def _jpeg_2000(content: bytes, picture: Pictures.Image) -> PagePicture | None:
    """Keep a JP2 file of eight bits with one enumerated colour space, as ISO 19005-2, clause 6.2.8.3 asks."""
    boxes = content.count(b"colr")
    at = content.find(b"colr")
    if boxes != 1 or content[at + 4] != 1 or content[at + 7 : at + 11] not in (b"\0\0\0\x10", b"\0\0\0\x11"):
        return None
    if b"pclr" in content or b"cdef" in content or content[content.find(b"ihdr") + 14] != 7:
        return None
    return PagePicture(*picture.size, GREY if picture.mode == "L" else RGB, 8, b"/JPXDecode", content)


def _png_rows(content: bytes) -> PagePicture | None:
    """Take the packed rows of a PNG over; one with transparency, interlacing or 16 bits is packed anew."""
    position, rows, palette = 8, [], b""
    header = content[16:29]
    width, height, bits, kind, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    while position + 12 <= len(content):
        length = struct.unpack(">I", content[position : position + 4])[0]
        name = content[position + 4 : position + 8]
        data = content[position + 8 : position + 8 + length]
        if name == b"IDAT":
            rows.append(data)
        elif name == b"PLTE":
            palette = data
        elif name == b"tRNS":
            return None
        position += 12 + length
    if interlaced or kind not in (0, 2, 3) or bits > 8 or not rows:
        return None
    colour = {0: GREY, 2: RGB}.get(kind) or _indexed(palette)
    return PagePicture(
        width,
        height,
        colour,
        bits,
        b"/FlateDecode",
        b"".join(rows),
        _rows_parameters(3 if kind == 2 else 1, bits, width),
    )


def _indexed(palette: bytes) -> bytes:
    return b"[/Indexed/DeviceRGB %d<%s>]" % (max(len(palette) // 3 - 1, 0), palette.hex().encode())


def _rows_parameters(colours: int, bits: int, width: int) -> bytes:
    return b"/DecodeParms<</Predictor 15/Colors %d/BitsPerComponent %d/Columns %d>>" % (colours, bits, width)


def from_pillow(picture: Pictures.Image) -> PagePicture:
    """Return a decoded picture packed without loss: one bit as G4, all else in rows as PNG packs them."""
    _refuse_large(picture)
    if picture.mode == "1":
        return _fax(picture)
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Pictures.new("RGBA", layer.size, (255, 255, 255, 255))
        picture = Pictures.alpha_composite(white, layer).convert("RGB")
    elif picture.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        picture = _eight_bits(picture)
    elif picture.mode not in ("L", "RGB", "P"):
        picture = picture.convert("RGB")
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    found = _png_rows(out.getvalue())
    if found is None:
        raise ValueError("not a picture")
    return found


def _eight_bits(picture: Pictures.Image) -> Pictures.Image:
    """Show deep greys as reading does: 16 bits by their scale, others by their own range."""
    levels = np.asarray(picture).astype(np.float32)
    low, high = float(levels.min()), float(levels.max())
    if low >= 0 and 255 < high <= 65535:
        levels /= 257
    elif high > 255 or low < 0:
        levels = (levels - low) * (255 / max(high - low, 1e-6))
    return Pictures.fromarray(np.clip(np.rint(levels), 0, 255).astype(np.uint8))


def _fax(picture: Pictures.Image) -> PagePicture:
    out = io.BytesIO()
    height = picture.height
    picture.save(out, "TIFF", compression="group4", tiffinfo={278: height, 262: 1})
    return tiff_fax(out.getvalue(), Pictures.open(out)) or _packed_bits(picture)


def _packed_bits(picture: Pictures.Image) -> PagePicture:
    return PagePicture(*picture.size, GREY, 1, b"/FlateDecode", zlib.compress(picture.tobytes(), 9))


_TAG = {name: number for number, name in ((n, t.name) for n, t in TiffTags.TAGS_V2.items())}


def tiff_fax(content: bytes, picture: Any) -> PagePicture | None:
    """Return the G4 strip of a TIFF's present frame untouched; None where it has none, or more than one."""
    tags = picture.tag_v2
    offsets, counts = tags.get(_TAG["StripOffsets"], ()), tags.get(_TAG["StripByteCounts"], ())
    if tags.get(_TAG["Compression"]) != 4 or len(offsets) != 1 or tags.get(_TAG["FillOrder"], 1) != 1:
        return None
    if tags.get(_TAG["Orientation"], 1) != 1 or tags.get(293, 0) not in (0, None):
        return None
    strip = content[offsets[0] : offsets[0] + counts[0]]
    # In a TIFF 0 may be white: then a PDF must be told that black is 1.
    white_is_zero = tags.get(_TAG["PhotometricInterpretation"], 0) == 0
    width, height = picture.size
    parameters = b"/DecodeParms<</K -1/Columns %d/Rows %d/BlackIs1 %s>>" % (
        width, height, b"false" if white_is_zero else b"true",
    )  # fmt: skip
    return PagePicture(width, height, GREY, 1, b"/CCITTFaxDecode", strip, parameters)


def pixels_as_picture(pixels: np.ndarray[Any, Any]) -> PagePicture:
    """Return a page drawn by this machine, (height, width, 3) uint8 RGB: packed without loss where that stays small."""
    picture = Pictures.fromarray(pixels)
    grey = bool((pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all())
    picture = picture.convert("L") if grey else picture
    found = from_pillow(picture)
    if len(found.data) <= LEAST_WORTH_JPEG:
        return found
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return PagePicture(*picture.size, GREY if grey else RGB, 8, b"/DCTDecode", out.getvalue())
