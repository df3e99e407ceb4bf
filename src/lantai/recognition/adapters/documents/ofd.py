"""OFD (GB/T 33190): pages, text with its place, and a page picture of images, lines and text.

A reader of our own: entries are read by local names, because real files differ in namespaces and paths. Annotations,
patterns, clipping and the pictures of electronic seals are not drawn.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, BinaryIO

import numpy as np
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from PIL import Image as Pictures

from lantai.recognition.adapters.documents.base import (
    MOST_INFLATED_BYTES,
    MOST_PAGES,
    MOST_PIXELS,
    READ_DPI,
    Document,
    bomb,
    damaged,
    encrypted,
    pages_at,
    too_many_pages,
    truncated,
)
from lantai.recognition.adapters.documents.ofd_drawing import Drawing
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.layout import TextBox
from lantai.recognition.rules.ofd_page import IDENTITY, OfdText, Transform, box_of, combined, numbers, placed_text
from lantai.recognition.rules.text_layer import is_sound

MOST_ENTRIES = 100_000
A4_MM = (0.0, 0.0, 210.0, 297.0)
Box4 = tuple[float, float, float, float]


@dataclass(slots=True)
class _Page:
    path: str
    area_mm: Box4
    templates: list[str] = field(default_factory=list)


class OfdDocument(Document):
    """An OFD package that is not encrypted; only its first document body is shown."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        super().__init__(stream, name, "ofd", "application/ofd")
        try:
            self._archive = zipfile.ZipFile(stream)
        except zipfile.BadZipFile as error:
            raise truncated(name) from error
        entries = self._archive.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > 8 * MOST_INFLATED_BYTES:
            raise bomb(name)
        self._names = {entry.filename.lower().lstrip("/"): entry.filename for entry in entries}
        if any(entry.flag_bits & 1 for entry in entries) or any("encryptions.xml" in n for n in self._names):
            raise encrypted(name)
        self._resources: dict[str, str] = {}
        self._open_document()

    def page_image(self, part_page: int, dpi: int = READ_DPI) -> Image:
        size = self.size_of(part_page)
        page = self._pages[part_page - 1]
        scale = size.dpi * dpi / READ_DPI / 25.4
        drawing = Drawing(round(size.width_px * dpi / READ_DPI), round(size.height_px * dpi / READ_DPI), scale)
        origin = combined(IDENTITY, (1, 0, 0, 1, -page.area_mm[0], -page.area_mm[1]))
        for kind, element, transform in self._objects(page, origin):
            if kind == "ImageObject":
                picture = self._picture(element.get("ResourceID", ""))
                if picture is not None:
                    drawing.image(picture, element, transform)
            elif kind == "PathObject":
                drawing.path(element, transform)
            else:
                for text in placed_text(element, transform):
                    drawing.text(text)
        return np.asarray(drawing.picture)

    def page_text(self, part_page: int) -> list[TextBox] | None:
        size = self.size_of(part_page)
        page = self._pages[part_page - 1]
        origin = combined(IDENTITY, (1, 0, 0, 1, -page.area_mm[0], -page.area_mm[1]))
        texts: list[OfdText] = []
        pictured = 0.0
        for kind, element, transform in self._objects(page, origin):
            if kind == "TextObject":
                texts += placed_text(element, transform)
            elif kind == "ImageObject":
                box = numbers(element.get("Boundary", ""))
                pictured = max(pictured, box[2] * box[3] if len(box) == 4 else 0.0)
        area = (page.area_mm[2] * page.area_mm[3]) or 1.0
        if not is_sound("".join(text.text for text in texts), pictured / area):
            return None
        return [TextBox(text.text, box_of(text, size.dpi / 25.4)) for text in texts if text.text.strip()]

    def close(self) -> None:
        self._archive.close()

    def _open_document(self) -> None:
        root = self._xml("OFD.xml")
        location = next((e.text or "" for e in root.iter() if _local(e) == "DocRoot"), "")
        self._root = self._resolved("", location)
        document = self._xml(self._root)
        area = next((_area(e) for e in document.iter() if _local(e) == "PageArea"), A4_MM)
        templates = {e.get("ID", ""): e.get("BaseLoc", "") for e in document.iter() if _local(e) == "TemplatePage"}
        listed = [e.get("BaseLoc", "") for e in document.iter() if _local(e) == "Page"]
        if not listed:
            raise damaged(self.name)
        if len(listed) > MOST_PAGES:
            raise too_many_pages(self.name, len(listed))
        self._pages = [self._page(self._resolved(self._root, place), area, templates) for place in listed]
        for element in document.iter():
            if _local(element) in ("PublicRes", "DocumentRes") and element.text:
                self._take_resources(self._resolved(self._root, element.text))
        self.pages = pages_at([(page.area_mm[2], page.area_mm[3]) for page in self._pages])
        self.technical = {
            "format": "OFD",
            "version": root.get("Version", ""),
            "pages": len(self.pages),
            "signed": any(name.endswith("signatures.xml") for name in self._names),
        }

    def _page(self, path: str, area: Box4, templates: dict[str, str]) -> _Page:
        content = self._xml(path)
        own = next((_area(e) for e in content.iter() if _local(e) == "Area"), area)
        used = [e.get("TemplateID", "") for e in content.iter() if _local(e) == "Template"]
        return _Page(path, own, [self._resolved(self._root, templates[t]) for t in used if templates.get(t)])

    def _take_resources(self, path: str) -> None:
        if not self._has(path):
            return
        root = self._xml(path)
        base = posixpath.join(posixpath.dirname(path), root.get("BaseLoc", "")) + "/"
        for element in root.iter():
            if _local(element) == "MultiMedia":
                file = next((e.text or "" for e in element if _local(e) == "MediaFile"), "")
                choices = [self._resolved(base, file), self._resolved(path, file), self._resolved(self._root, file)]
                found = next((choice for choice in choices if self._has(choice)), "")
                self._resources[element.get("ID", "")] = found

    def _objects(self, page: _Page, origin: Transform) -> Iterator[tuple[str, Any, Transform]]:
        """Yield (kind, element, transform to millimetres on the page) in drawing order, templates first."""
        for path in (*page.templates, page.path):
            if self._has(path):
                for element in self._xml(path).iter():
                    kind = _local(element)
                    if kind in ("TextObject", "ImageObject", "PathObject"):
                        yield kind, element, origin

    def _picture(self, resource: str) -> Pictures.Image | None:
        path = self._resources.get(resource, "")
        if not path:
            return None
        try:
            picture = Pictures.open(io.BytesIO(self._read(path)))
            if picture.width * picture.height > MOST_PIXELS:
                return None
            return picture.convert("RGBA")
        except (OSError, ValueError, SyntaxError):
            return None

    def _resolved(self, base: str, place: str) -> str:
        if place.startswith("/"):
            return place.lstrip("/")
        return posixpath.normpath(posixpath.join(posixpath.dirname(base), place.strip()))

    def _has(self, path: str) -> bool:
        return path.lower() in self._names

    def _read(self, path: str) -> bytes:
        if not self._has(path):
            raise damaged(self.name)
        try:
            with self._archive.open(self._names[path.lower()]) as entry:
                content = entry.read(MOST_INFLATED_BYTES + 1)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise truncated(self.name) from error
        if len(content) > MOST_INFLATED_BYTES:
            raise bomb(self.name)
        return content

    @cached_property
    def _trees(self) -> dict[str, Any]:
        return {}

    def _xml(self, path: str) -> Any:
        if path not in self._trees:
            if len(self._trees) > 32:
                self._trees.clear()
            try:
                self._trees[path] = ElementTree.fromstring(self._read(path))
            except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
                raise damaged(self.name) from error
        return self._trees[path]


def _local(element: Any) -> str:
    return re.sub(r"^\{.*\}", "", str(element.tag))


def _area(element: Any) -> Box4:
    """Return the physical box of a page area, A4 where it is missing or not a box."""
    box = next((numbers(e.text or "") for e in element if _local(e) == "PhysicalBox"), [])
    if len(box) != 4 or not (1 <= box[2] <= 20_000 and 1 <= box[3] <= 20_000):
        return A4_MM
    return box[0], box[1], box[2], box[3]
