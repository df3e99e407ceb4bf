"""Pyramids and the parts of them, through libvips; a pyramid is read where it lies, decrypted chunk by chunk."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import numpy as np
import pyvips

from lantai.viewing.rules.iiif import TILE_PX, ImageRequest

JPEG_QUALITY = 85
OPEN_PICTURES = 24

pyvips.cache_set_max(100)
pyvips.cache_set_max_mem(64 << 20)


def write_pyramid(pixels: np.ndarray[Any, Any], file: Path) -> None:
    """Write `pixels` (height, width, 3) uint8 RGB as a tiled JPEG pyramid in TIFF."""
    image = _from_pixels(pixels)
    image.tiffsave(
        str(file),
        compression="jpeg",
        Q=JPEG_QUALITY,
        tile=True,
        tile_width=TILE_PX,
        tile_height=TILE_PX,
        pyramid=True,
        depth="onetile",
    )


def encoded(pixels: np.ndarray[Any, Any]) -> bytes:
    """Return `pixels` (height, width, 3) uint8 RGB as a JPEG."""
    return bytes(_from_pixels(pixels).jpegsave_buffer(Q=JPEG_QUALITY))


def _from_pixels(pixels: np.ndarray[Any, Any]) -> Any:
    height, width, bands = pixels.shape
    image = pyvips.Image.new_from_memory(np.ascontiguousarray(pixels).data, width, height, bands, "uchar")
    return image.copy(interpretation="srgb")


class Pyramids:
    """The pyramids opened last, so that the tiles of one page share one opened file. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[UUID, _Pyramid] = OrderedDict()

    def of(self, file_id: UUID, opener: Callable[[], BinaryIO]) -> "_Pyramid":
        """Return the pyramid of a computer file, opening it with `opener` when it is not open yet."""
        with self._lock:
            found = self._open.get(file_id)
            if found is None:
                found = self._open[file_id] = _Pyramid(opener())
                while len(self._open) > OPEN_PICTURES:
                    self._open.popitem(last=False)
            self._open.move_to_end(file_id)
            return found


class _Pyramid:
    """One opened pyramid and its levels."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._levels: dict[int, Any] = {}
        self.count = int(self.level(0).get("n-pages"))

    def level(self, number: int) -> Any:
        """Return level `number`, 0 being the page at full size, each next half of it."""
        if number not in self._levels:
            self._levels[number] = pyvips.Image.new_from_source(self._source(), "", page=number, access="random")
        return self._levels[number]

    def _source(self) -> Any:
        place = [0]

        def read(size: int) -> bytes:
            with self._lock:
                self._stream.seek(place[0])
                piece = self._stream.read(size)
                place[0] += len(piece)
                return piece

        def seek(offset: int, whence: int) -> int:
            with self._lock:
                base = {0: 0, 1: place[0]}.get(whence)
                if base is None:
                    base = self._stream.seek(0, 2)
                place[0] = base + offset
                return place[0]

        source = pyvips.SourceCustom()
        source.on_read(read)
        source.on_seek(seek)
        return source

    def cut(self, asked: ImageRequest) -> Any:
        """Return the asked region at the asked size, from the smallest level that is large enough."""
        number = 0
        while (
            number + 1 < self.count
            and asked.width >> (number + 1) >= asked.out_width
            and asked.height >> (number + 1) >= asked.out_height
        ):
            number += 1
        return _cut(self.level(number), asked, 1 << number)


def cut_pixels(pixels: np.ndarray[Any, Any], asked: ImageRequest) -> Any:
    """Return the asked part of a page that has no pyramid yet; `pixels` as in `write_pyramid`."""
    return _cut(_from_pixels(pixels), asked, 1)


def _cut(image: Any, asked: ImageRequest, factor: int) -> Any:
    left, top = min(asked.left // factor, image.width - 1), min(asked.top // factor, image.height - 1)
    width = max(1, min(-(-asked.width // factor), image.width - left))
    height = max(1, min(-(-asked.height // factor), image.height - top))
    part = image.crop(left, top, width, height)
    if (width, height) != (asked.out_width, asked.out_height):
        part = part.thumbnail_image(asked.out_width, height=asked.out_height, size="force")
    return part


def finished(part: Any, asked: ImageRequest) -> bytes:
    """Return the part mirrored, turned, in its quality, as bytes of its format."""
    if asked.mirrored:
        part = part.fliphor()
    if asked.rotation:
        part = part.rot(f"d{asked.rotation}")
    if asked.quality in {"gray", "bitonal"}:
        part = part.colourspace("b-w")
    if asked.quality == "bitonal":
        part = part > 160
    options = {"jpg": ".jpg[Q=85,strip]", "png": ".png[compression=4,strip]", "webp": ".webp[Q=82,strip]"}
    return bytes(part.write_to_buffer(options[asked.format]))


def marked(part: Any, words: str, asked: ImageRequest) -> Any:
    """Return `part` with `words` repeated slantwise over it, in one pattern across all parts of the page."""
    tile = _mark_tile(words)
    scale = asked.out_width / asked.width
    shift_x, shift_y = round(asked.left * scale) % tile.width, round(asked.top * scale) % tile.height
    across, down = -(-(part.width + shift_x) // tile.width), -(-(part.height + shift_y) // tile.height)
    sheet = tile.replicate(across, down).crop(shift_x, shift_y, part.width, part.height)
    return part.composite2(sheet, "over").flatten(background=255).cast("uchar")


def _mark_tile(words: str) -> Any:
    """Return one transparent tile that bears `words` in grey, slanted."""
    ink = pyvips.Image.text(words, font="Noto Sans CJK SC 20", dpi=72)
    turned = ink.rotate(-24)
    width, height = max(520, turned.width + 120), max(300, turned.height + 110)
    alpha = (
        turned.embed((width - turned.width) // 2, (height - turned.height) // 2, width, height)
        .linear(0.26, 0)
        .cast("uchar")
    )
    grey = (alpha * 0 + 90).cast("uchar")
    return grey.bandjoin([grey, grey, alpha]).copy(interpretation="srgb").copy_memory()
