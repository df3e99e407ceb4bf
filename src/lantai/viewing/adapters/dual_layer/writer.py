"""Write a PDF object by object to a stream, so that a file of thousands of pages never lies in the memory.

The same objects give the same bytes: there is no clock and no chance in them.
"""

import hashlib
import zlib
from array import array
from typing import BinaryIO

# The second line marks the file as binary (ISO 19005-2, clause 6.1.2).
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class PdfWriter:
    """Objects are numbered from 1 in the order in which they are reserved or added."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._places = array("Q", [0])
        self._digest = hashlib.sha256()
        self._size = 0
        self._write(_HEADER)

    def reserve(self) -> int:
        """Return the number of an object that is put later."""
        self._places.append(0)
        return len(self._places) - 1

    def put(self, number: int, body: bytes) -> int:
        """Write the object `number`; returns the number."""
        self._places[number] = self._size
        self._write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
        return number

    def add(self, body: bytes) -> int:
        """Write a new object and return its number."""
        return self.put(self.reserve(), body)

    def add_stream(self, entries: bytes, data: bytes, *, packed: bool = False, number: int = 0) -> int:
        """Write a stream; data that is not `packed` yet is deflated. `entries` stand in its dictionary."""
        if not packed:
            data = zlib.compress(data, 9)
            entries += b"/Filter/FlateDecode"
        head = b"<<%s/Length %d>>\nstream\n" % (entries, len(data))
        return self.put(number or self.reserve(), head + data + b"\nendstream")

    def finish(self, root: int, info: int) -> None:
        """Write the table of places and the trailer with the identifier of these very bytes."""
        start = self._size
        name = self._digest.hexdigest()[:32].encode()
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % len(self._places))
        for place in self._places[1:]:
            self._write(b"%010d 00000 n \n" % place)
        self._write(
            b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (len(self._places), root, info, name, name, start)
        )

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self._size += len(data)


def text_string(text: str) -> bytes:
    """Return a text string in UTF-16 with its mark, in hexadecimal."""
    return b"<FEFF" + text.encode("utf-16-be", "replace").hex().upper().encode() + b">"


def number(value: float) -> bytes:
    """Return a number as short as it can be written, to a thousandth."""
    return f"{value:.3f}".rstrip("0").rstrip(".").encode() if abs(value) >= 0.0005 else b"0"
