"""Refuse PDF files whose packed streams or pictures would unpack to far more than the memory holds."""

import re
import zlib
from typing import BinaryIO

from lantai.recognition.adapters.documents.base import MOST_INFLATED_BYTES, MOST_PIXELS, bomb, too_large

_WINDOW = 4 << 20
_DICTIONARY_BYTES = 2048
_STREAM = re.compile(rb"stream\r?\n")
_NUMBER = {
    name: re.compile(rb"/" + name + rb"\s+(\d+)(?!\s+\d+\s+R)") for name in (b"Width", b"Height")
}  # fmt: skip
# Nothing honest packs text or drawing more than 200 times; below this size the ratio does not matter.
_SMALL_BYTES = 64 << 20
_MOST_RATIO = 200


def refuse_pdf_bomb(stream: BinaryIO, name: str) -> None:
    """Raise InvalidError if a Flate stream of the PDF unpacks too large or a picture declares too many pixels.

    Reads the file once in windows and unpacks with a small buffer, so that a bomb costs neither memory nor long time.
    """
    position, total = 0, 0
    while True:
        stream.seek(position)
        window = stream.read(_WINDOW)
        if not window:
            return
        for match in _STREAM.finditer(window):
            dictionary = _dictionary_before(stream, position + match.start())
            if b"/Image" in dictionary and _refuse_large_picture(dictionary, name):
                continue
            if b"/FlateDecode" in dictionary or b"/Fl " in dictionary:
                packed, unpacked = _inflated_bytes(stream, position + match.end())
                total += unpacked
                if total > MOST_INFLATED_BYTES or (unpacked > _SMALL_BYTES and unpacked > _MOST_RATIO * packed):
                    raise bomb(name)
        if len(window) < _WINDOW:
            return
        position += _WINDOW - 16


def _dictionary_before(stream: BinaryIO, end: int) -> bytes:
    start = max(end - _DICTIONARY_BYTES, 0)
    stream.seek(start)
    before = stream.read(end - start)
    opening = max(before.rfind(b" obj"), before.rfind(b"endobj"), before.rfind(b"endstream"))
    return before[opening + 1 :]


def _refuse_large_picture(dictionary: bytes, name: str) -> bool:
    """Tell whether the picture's size is declared; raise InvalidError if it is beyond the limit."""
    found = [pattern.search(dictionary) for pattern in _NUMBER.values()]
    if found[0] is None or found[1] is None:
        return False
    width, height = int(found[0].group(1)), int(found[1].group(1))
    if width * height > MOST_PIXELS:
        raise too_large(name, width, height)
    return True


def _inflated_bytes(stream: BinaryIO, start: int) -> tuple[int, int]:
    """Return (packed, unpacked) bytes of the zlib stream at `start`; stops early past the limit or at broken data."""
    stream.seek(start)
    unpacker = zlib.decompressobj()
    packed = unpacked = 0
    while not unpacker.eof and unpacked <= MOST_INFLATED_BYTES:
        piece = unpacker.unconsumed_tail or stream.read(65536)
        if not piece:
            break
        before = len(piece)
        try:
            unpacked += len(unpacker.decompress(piece, 1 << 20))
        except zlib.error:
            break
        packed += before - len(unpacker.unconsumed_tail) - len(unpacker.unused_data)
    return packed, unpacked
