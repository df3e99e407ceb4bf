"""Drawings and building models (DWG, DXF, IFC): kept as they are, with what they say of themselves and, where it can be had, a preview.

DWG is a closed format: its version, code page and the preview that the program which saved it put inside are read, its
lines are not. DXF is drawn by ezdxf. IFC (ISO 16739) is read as text: its header, the building's parts by name, and how
many elements of each class there are; no geometry is built.
"""

import io
import re
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np

from lantai.recognition.adapters.documents.base import MOST_PIXELS, Document, damaged
from lantai.recognition.adapters.imaging import Image

DWG_VERSIONS = {
    b"AC1006": "R10", b"AC1009": "R11/R12", b"AC1012": "R13", b"AC1014": "R14", b"AC1015": "2000", b"AC1018": "2004",
    b"AC1021": "2007", b"AC1024": "2010", b"AC1027": "2013", b"AC1032": "2018",
}  # fmt: skip
_PREVIEW_MARK = bytes.fromhex("1f256d07d43628289d57ca3f9d44102b")
_DIB, _PNG = 2, 6
MOST_PREVIEW_BYTES = 16 << 20
MOST_DRAWN_BYTES = 48 << 20
MOST_ENTITIES = 200_000
MOST_WORDS = 2_000
MOST_NAMES = 200
_PREVIEW_MM = 420.0
_CJK_FONTS = ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc", "wqy-microhei.ttc", "simsun.ttc")


class DwgDocument(Document):
    """A DWG drawing; `technical` has `format_version`, `codepage` and whether a preview is inside."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        super().__init__(stream, name, "drawing", "image/vnd.dwg")
        stream.seek(0)
        head = stream.read(0x20)
        if len(head) < 0x20:
            raise damaged(name)
        self._preview = _dwg_preview(stream, struct.unpack_from("<L", head, 0x0D)[0])
        self.technical = {
            "format": "DWG",
            "format_version": DWG_VERSIONS.get(head[:6], head[:6].decode("ascii", "replace")),
            "codepage": struct.unpack_from("<H", head, 0x13)[0],
            "preview": self._preview is not None,
        }

    def preview(self, folder: Path) -> Image | None:
        return self._preview


def _dwg_preview(stream: BinaryIO, address: int) -> Image | None:
    """Return the picture that the drawing program put into the file, or None. Source: Open Design DWG specification, 2."""
    stream.seek(address)
    head = stream.read(21)
    if address == 0 or len(head) < 21 or head[:16] != _PREVIEW_MARK:
        return None
    for number in range(min(head[20], 8)):
        stream.seek(address + 21 + 9 * number)
        record = stream.read(9)
        if len(record) < 9:
            return None
        code, start, size = record[0], *struct.unpack("<LL", record[1:])
        if code in (_DIB, _PNG) and 0 < size <= MOST_PREVIEW_BYTES:
            stream.seek(start)
            data = stream.read(size)
            picture = _decoded(_as_bmp(data) if code == _DIB else data)
            if picture is not None:
                return picture
    return None


def _as_bmp(dib: bytes) -> bytes:
    """Return a device-independent bitmap with the file header that it lacks."""
    if len(dib) < 40:
        return b""
    bits, colours = struct.unpack_from("<H", dib, 14)[0], struct.unpack_from("<L", dib, 32)[0]
    palette = 4 * (colours or (1 << bits if bits <= 8 else 0))
    return struct.pack("<2sLLL", b"BM", 14 + len(dib), 0, 14 + struct.unpack_from("<L", dib)[0] + palette) + dib


def _decoded(data: bytes) -> Image | None:
    if not data:
        return None
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    if picture is None or picture.shape[0] * picture.shape[1] > MOST_PIXELS:
        return None
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)


class DxfDocument(Document):
    """A DXF drawing; `technical` has version, units, extent, layers, entities by kind and the words in it."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        super().__init__(stream, name, "drawing", "image/vnd.dxf")
        self.technical = {"format": "DXF"}
        stream.seek(0, 2)
        self._drawing = _dxf(stream, name) if stream.tell() <= MOST_DRAWN_BYTES else None
        if self._drawing is not None:
            self.technical |= _dxf_facts(self._drawing)

    def preview(self, folder: Path) -> Image | None:
        if self._drawing is None or sum(self.technical["entities"].values()) > MOST_ENTITIES:
            return None
        return _drawn(self._drawing)


def _dxf(stream: BinaryIO, name: str) -> Any:
    from ezdxf import recover
    from ezdxf.lldxf.const import DXFError

    stream.seek(0)
    try:
        drawing, _auditor = recover.read(io.BytesIO(stream.read()))
    except (DXFError, OSError, ValueError, LookupError) as error:
        raise damaged(name) from error
    return drawing


def _dxf_facts(drawing: Any) -> dict[str, Any]:
    from ezdxf import bbox, units

    space = drawing.modelspace()
    kinds = Counter(entity.dxftype() for entity in space)
    words = [text for entity in space.query("TEXT MTEXT") if (text := _dxf_text(entity))]
    extent = bbox.extents(space, fast=True) if kinds.total() <= MOST_ENTITIES else None
    size = [round(side, 3) for side in extent.size] if extent is not None and extent.has_data else []
    return {
        "format_version": drawing.acad_release,
        "units": units.unit_name(drawing.units),
        "size": size,
        "layers": sorted(layer.dxf.name for layer in drawing.layers)[:MOST_NAMES],
        "entities": dict(kinds.most_common()),
        "words": words[:MOST_WORDS],
    }


def _dxf_text(entity: Any) -> str:
    text = entity.plain_text() if entity.dxftype() == "MTEXT" else entity.dxf.text
    return " ".join(str(text).split())


def _drawn(drawing: Any) -> Image | None:
    import pyvips
    from ezdxf.addons.drawing import config, layout, svg
    from ezdxf.addons.drawing.frontend import Frontend
    from ezdxf.addons.drawing.properties import RenderContext

    _choose_fonts(drawing)
    backend = svg.SVGBackend()
    black = config.Configuration(background_policy=config.BackgroundPolicy.WHITE, color_policy=config.ColorPolicy.BLACK)
    Frontend(RenderContext(drawing), backend, config=black).draw_layout(drawing.modelspace())
    sheet = layout.Page(0, 0, layout.Units.mm, layout.Margins.all(5), max_width=_PREVIEW_MM, max_height=_PREVIEW_MM)
    try:
        vector = backend.get_string(sheet, settings=layout.Settings(fit_page=True)).encode()
        picture = pyvips.Image.svgload_buffer(vector, dpi=150, unlimited=True)
    except (ValueError, pyvips.Error):
        return None
    if picture.width * picture.height > MOST_PIXELS:
        return None
    flat = picture.flatten(background=[255, 255, 255]) if picture.hasalpha() else picture
    return np.asarray(flat.colourspace("srgb")[:3].numpy(), np.uint8)


def _choose_fonts(drawing: Any) -> None:
    """Let styles whose font is not here be written in one that has Chinese characters."""
    from ezdxf.fonts import fonts

    here = next((font for font in _CJK_FONTS if fonts.font_manager.has_font(font)), "")
    for style in drawing.styles if here else ():
        if not fonts.font_manager.has_font(style.dxf.font) or style.dxf.get("bigfont"):
            style.dxf.font = here


_STRING = r"'((?:[^']|'')*)'"
_SCHEMA = re.compile(r"FILE_SCHEMA\s*\(\s*\(\s*'([^']+)'", re.IGNORECASE)
_FILE_NAME = re.compile(r"FILE_NAME\s*\((.*?)\)\s*;", re.IGNORECASE | re.DOTALL)
_ELEMENT = re.compile(rb"#\d+\s*=\s*(IFC[A-Z0-9]+)\s*\(")
_NAMED = re.compile(
    r"=\s*(IFCPROJECT|IFCSITE|IFCBUILDING|IFCBUILDINGSTOREY|IFCSPACE)\s*\(\s*'[^']*'\s*,[^,]*,\s*" + _STRING
)
_WIDE = re.compile(r"\\X2\\((?:[0-9A-F]{4})+)\\X0\\")
_PIECE_BYTES = 1 << 20


class IfcDocument(Document):
    """A building model in STEP text; `technical` has schema, author, program, named parts and elements by class."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        super().__init__(stream, name, "drawing", "application/x-step")
        stream.seek(0)
        head = stream.read(1 << 16).decode("utf-8", "replace")
        schema = _SCHEMA.search(head)
        if schema is None or not schema[1].upper().startswith("IFC"):
            self.technical = {"format": "STEP", "format_version": schema[1] if schema else ""}
            return
        counts: Counter[str] = Counter()
        named: dict[str, list[str]] = {}
        for line in _step_lines(stream):
            element = _ELEMENT.match(line)
            if element is None:
                continue
            kind = element[1].decode()
            counts[kind] += 1
            part = _NAMED.search(line.decode("utf-8", "replace"))
            if part is not None and len(named.setdefault(kind, [])) < MOST_NAMES:
                named[kind].append(_step_text(part[2]))
        self.technical = {
            "format": "IFC",
            "format_version": schema[1],
            **_step_author(head),
            "parts": named,
            "elements": dict(counts.most_common(60)),
            "element_count": counts.total(),
        }


def _step_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the statements of a STEP file one by one, none longer than a piece; memory stays flat."""
    stream.seek(0)
    rest = b""
    while piece := stream.read(_PIECE_BYTES):
        *whole, rest = (rest + piece).split(b";")
        for statement in whole:
            yield statement.strip()
        rest = rest[-_PIECE_BYTES:]
    if rest:
        yield rest.strip()


def _step_author(head: str) -> dict[str, str]:
    said = _FILE_NAME.search(head)
    strings = [_step_text(text) for text in re.findall(_STRING, said[1])] if said else []
    names = ("file_name", "written_at", "author", "organisation", "preprocessor", "program")
    return {name: text for name, text in zip(names, strings, strict=False) if text}


def _step_text(text: str) -> str:
    """Return a STEP string with its wide characters (\\X2\\…\\X0\\, UTF-16) and doubled quotes made plain."""
    wide = _WIDE.sub(lambda found: bytes.fromhex(found[1]).decode("utf-16-be", "replace"), text)
    return wide.replace("''", "'").strip()
