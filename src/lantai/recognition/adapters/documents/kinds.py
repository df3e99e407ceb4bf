"""Tell a file's kind by its first bytes; the extension decides only where bytes cannot (plain text, old film)."""

import mimetypes
import re
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

from lantai.recognition.adapters.documents.base import empty

HEAD_BYTES = 1100

_MAGIC: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\xff\xd8\xff", "image", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image", "image/png"),
    (0, b"II*\0", "image", "image/tiff"),
    (0, b"MM\0*", "image", "image/tiff"),
    (0, b"II+\0", "image", "image/tiff"),
    (0, b"MM\0+", "image", "image/tiff"),
    (0, b"BM", "image", "image/bmp"),
    (0, b"GIF8", "image", "image/gif"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image", "image/jp2"),
    (0, b"\xff\x4f\xff\x51", "image", "image/jp2"),
    (8, b"WEBP", "image", "image/webp"),
    (8, b"WAVE", "audio", "audio/wav"),
    (8, b"AVI ", "video", "video/x-msvideo"),
    (0, b"fLaC", "audio", "audio/flac"),
    (0, b"ID3", "audio", "audio/mpeg"),
    (0, b"OggS", "audio", "audio/ogg"),
    (0, b"AC10", "dwg", "image/vnd.dwg"),
    (0, b"ISO-10303-21;", "ifc", "application/x-step"),
    (0, b"AutoCAD Binary DXF", "dxf", "image/vnd.dxf"),
    (0, b"FORM", "audio", "audio/aiff"),
    (0, b"\x1aE\xdf\xa3", "video", "video/x-matroska"),
    (0, b"FLV\x01", "video", "video/x-flv"),
    (0, b"\0\0\x01\xba", "video", "video/mpeg"),
    (0, b"\0\0\x01\xb3", "video", "video/mpeg"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video", "video/x-ms-asf"),
    (0, b"\x06\x0e\x2b\x34\x02\x05\x01\x01", "video", "application/mxf"),
)
_DXF = re.compile(rb"(?:\s*999\r?\n[^\n]*\n)*\s*0\r?\n\s*SECTION\r?\n", re.ASCII)
_SOUND_BRANDS = (b"M4A ", b"M4B ")
_PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"avif")
_EMPTY_EXTENSIONLESS = "application/octet-stream"


def refuse_empty(stream: BinaryIO, name: str) -> None:
    """Raise InvalidError if `stream` holds no byte."""
    stream.seek(0, 2)
    if stream.tell() == 0:
        raise empty(name)


def identify(head: bytes, stream: BinaryIO, name: str) -> tuple[str, str]:
    """Return (kind, media type); kind is "pdf", "ofd", "image", "audio", "video", "dwg", "dxf", "ifc" or "other"."""
    # A PDF may have up to 1,024 bytes of anything before its header.
    if b"%PDF-" in head[:1029]:
        return "pdf", "application/pdf"
    if head[:4] == b"PK\x03\x04":
        return ("ofd", "application/ofd") if _holds_ofd(stream) else ("other", _by_name(name, "application/zip"))
    if head[4:8] == b"ftyp":
        return _by_brand(head[8:12])
    for offset, magic, kind, media_type in _MAGIC:
        if head[offset : offset + len(magic)] == magic and _is_plausible(head, magic):
            return kind, media_type
    if len(head) > 2 and head[0] == 0xFF and head[1] in (0xFB, 0xF3, 0xF2, 0xFA):
        return "audio", "audio/mpeg"
    if _DXF.match(head):
        return "dxf", "image/vnd.dxf"
    return "other", _by_name(name, _EMPTY_EXTENSIONLESS)


def _is_plausible(head: bytes, magic: bytes) -> bool:
    """Two letters are a weak sign of a BMP: its reserved bytes must be 0 too. RIFF kinds must begin with RIFF."""
    if magic == b"BM":
        return head[6:10] == b"\0\0\0\0"
    if magic in (b"WEBP", b"WAVE", b"AVI "):
        return head[:4] == b"RIFF"
    return True


def _by_brand(brand: bytes) -> tuple[str, str]:
    if brand in _SOUND_BRANDS:
        return "audio", "audio/mp4"
    if brand in _PICTURE_BRANDS:
        return "other", "image/heic"
    return "video", "video/quicktime" if brand == b"qt  " else "video/mp4"


def _by_name(name: str, otherwise: str) -> str:
    return mimetypes.guess_type(PurePosixPath(name).name)[0] or otherwise


def _holds_ofd(stream: BinaryIO) -> bool:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            return any(entry.lower() == "ofd.xml" for entry in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        # A cut-off zip still names its first entries at its beginning.
        stream.seek(0)
        return b"OFD.xml" in stream.read(65536)
