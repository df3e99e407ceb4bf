"""Pictures (JPEG, PNG, TIFF with many pages, BMP, GIF, WebP, JPEG 2000): whole, upright, RGB with 8 bits."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
from PIL import ExifTags, ImageOps, UnidentifiedImageError
from PIL import Image as Pictures

from lantai.recognition.adapters.documents.base import (
    MOST_PAGES,
    MOST_PIXELS,
    READ_DPI,
    Document,
    damaged,
    too_large,
    too_many_pages,
    truncated,
)
from lantai.recognition.adapters.documents.exif import photo_facts
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.layout import PageSize
from lantai.recognition.rules.source import PageSource, jpeg_quality

# Pillow's own limit warns far too early for drawings; ours is checked below, before any pixel is decoded.
Pictures.MAX_IMAGE_PIXELS = None
_ORIENTATION = ExifTags.Base.Orientation
_BITS = {"1": 1, "I;16": 16, "I;16B": 16, "I;16L": 16, "I": 32, "F": 32}
_MODES = {"1": "bitonal", "I;16": "grey", "L": ""}
_DEEP = ("I;16", "I;16B", "I;16L", "I", "F")


class PictureDocument(Document):
    """One picture, or the pages of a TIFF."""

    def __init__(self, stream: BinaryIO, name: str, media_type: str) -> None:
        super().__init__(stream, name, "image", media_type)
        _refuse_cut_off(stream, name, media_type)
        stream.seek(0)
        with self._refusals():
            self._picture = Pictures.open(stream)
            count = getattr(self._picture, "n_frames", 1) if media_type == "image/tiff" else 1
            if count > MOST_PAGES:
                raise too_many_pages(name, count)
            for frame in range(count):
                self._picture.seek(frame)
                self.pages.append(self._size())
            self._picture.seek(0)
            self.technical = self._facts(count)

    def page_image(self, part_page: int, dpi: int = READ_DPI) -> Image:
        self.size_of(part_page)
        with self._refusals():
            if self.media_type == "image/tiff":
                self._picture.seek(part_page - 1)
                return _as_rgb(_upright(self._picture))
            self.stream.seek(0)
            with Pictures.open(self.stream) as picture:
                return _as_rgb(_upright(picture))

    def page_source(self, part_page: int) -> PageSource:
        size = self.size_of(part_page)
        tables = getattr(self._picture, "quantization", None) or {}
        return PageSource(
            format=str(self.technical.get("format", "")),
            dpi=size.dpi,
            mode=_MODES.get(self.technical["mode"], ""),
            jpeg_quality=jpeg_quality(list(tables.get(0, ()))),
            picture_share=1.0,
        )

    def close(self) -> None:
        self._picture.close()

    def _size(self) -> PageSize:
        width, height = self._picture.size
        if width * height > MOST_PIXELS:
            raise too_large(self.name, width, height)
        if self._picture.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8):
            width, height = height, width
        return PageSize(width, height, _dpi(self._picture))

    def _facts(self, count: int) -> dict[str, Any]:
        picture = self._picture
        facts: dict[str, Any] = {
            "format": picture.format or "",
            "mode": picture.mode,
            "bits": _BITS.get(picture.mode, 8),
            "dpi": _dpi(picture),
            "pages": count,
            "colour_profile": bool(picture.info.get("icc_profile")),
            "compression": str(picture.info.get("compression", "")),
        }
        photo = photo_facts(picture)
        camera = {"make": "equipment_maker", "model": "equipment_model", "software": "software", "taken": "taken_at"}
        facts |= {word: photo[name] for word, name in camera.items() if name in photo}
        return facts | ({"photo": photo} if photo else {})

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Turn what Pillow raises for broken files into our refusals."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        except UnidentifiedImageError as error:
            raise damaged(self.name) from error
        except (OSError, SyntaxError, ValueError, TypeError, KeyError, EOFError, struct.error, MemoryError) as error:
            raise (truncated if "truncated" in str(error).lower() else damaged)(self.name) from error


def _upright(picture: Pictures.Image) -> Pictures.Image:
    picture.load()
    return ImageOps.exif_transpose(picture)


def _as_rgb(picture: Pictures.Image) -> Image:
    """Return 8-bit RGB pixels: deep greys scaled, transparency laid on white, CMYK and palettes converted."""
    if picture.mode in _DEEP:
        return _from_deep(np.asarray(picture))
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Pictures.new("RGBA", layer.size, (255, 255, 255, 255))
        picture = Pictures.alpha_composite(white, layer)
    return np.asarray(picture.convert("RGB"))


def _from_deep(values: np.ndarray[Any, Any]) -> Image:
    """Return grey levels of more than 8 bits as RGB: by the 16-bit scale, or by their own range where beyond it."""
    levels = values.astype(np.float32)
    low, high = float(levels.min()), float(levels.max())
    if low >= 0 and 255 < high <= 65535:
        levels /= 257
    elif high > 255 or low < 0:
        levels = (levels - low) * (255 / max(high - low, 1e-6))
    elif high <= 1 and values.dtype.kind == "f":
        levels *= 255
    grey = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _dpi(picture: Pictures.Image) -> int:
    given = picture.info.get("dpi", (0, 0))
    try:
        dpi = round(float(given[0]))
    except (TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError):
        return 0
    return dpi if 20 <= dpi <= 4800 else 0


def _refuse_cut_off(stream: BinaryIO, name: str, media_type: str) -> None:
    """Raise InvalidError where the end of the file is missing, told without decoding a pixel."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(max(size - 65536, 0))
    tail = stream.read()
    stream.seek(0)
    head = stream.read(32)
    if media_type == "image/jpeg":
        # Some cameras and scanners append data or zeros after the end mark; the mark itself must be there.
        missing = b"\xff\xd9" not in tail
    elif media_type == "image/png":
        missing = b"IEND" not in tail
    elif media_type == "image/bmp":
        declared = int.from_bytes(head[2:6], "little")
        missing = declared > size
    elif media_type == "image/webp":
        missing = int.from_bytes(head[4:8], "little") + 8 > size
    elif media_type == "image/tiff" and head[2:3] in (b"*", b"\0"):
        order = "little" if head[:2] == b"II" else "big"
        missing = int.from_bytes(head[4:8], order) >= size  # type: ignore[arg-type]
    else:
        missing = False
    if missing:
        raise truncated(name)
