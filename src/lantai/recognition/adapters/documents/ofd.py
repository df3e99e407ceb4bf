"""OFD (GB/T 33190): pages with all that stands on them, their text in place, what the file says of itself, its signatures.

A reader of our own: entries are read by local names, because real files differ in namespaces and paths. What a file names
and does not hold is left out of the picture and told in `technical`.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np

from lantai.kernel.errors import InvalidError
from lantai.recognition.adapters.documents.base import (
    MOST_PAGES,
    READ_DPI,
    Document,
    damaged,
    pages_at,
    too_many_pages,
)
from lantai.recognition.adapters.documents.ofd_about import about_file
from lantai.recognition.adapters.documents.ofd_drawing import MOST_DEPTH, Drawing
from lantai.recognition.adapters.documents.ofd_package import (
    A4_MM,
    Box4,
    OfdPackage,
    area_of,
    child,
    children,
    local,
    text_of,
)
from lantai.recognition.adapters.documents.ofd_pictures import OfdPicture, picture_of
from lantai.recognition.adapters.documents.ofd_resources import Resources
from lantai.recognition.adapters.documents.ofd_signatures import OfdSignature, Stamp, checked, signatures_in, stamps_of
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.file_signatures import FileSignature, SignaturePlace
from lantai.recognition.rules.layout import TextBox
from lantai.recognition.rules.ofd_page import (
    Transform,
    combined,
    first_number,
    glyph_box,
    glyphs_of,
    numbers,
    object_transform,
    turn_of_glyphs,
)
from lantai.recognition.rules.source import PageSource
from lantai.recognition.rules.text_layer import RawGlyph, layer_fault, lines_of_glyphs, spaced

MOST_TEXT_OBJECTS = 200_000
SEAL_DPI = 300
_LAYERS = {"Background": 0, "Body": 1, "Foreground": 2}


@dataclass(slots=True)
class _Page:
    number: str
    path: str
    area_mm: Box4
    body: "_Body"
    templates: list[tuple[str, bool]] = field(default_factory=list)
    annotations: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Body:
    """One document of the package: most packages have just one."""

    root: str
    resources: Resources
    listing: str
    signatures: list[OfdSignature] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)


class OfdDocument(Document):
    """An OFD package that is not encrypted; the pages of all its document bodies one after the other."""

    def __init__(self, stream: BinaryIO, name: str, *, seals: bool = True) -> None:
        super().__init__(stream, name, "ofd", "application/ofd")
        self._package = OfdPackage(stream, name)
        self._pages: list[_Page] = []
        self._bodies: list[_Body] = []
        self._seal_pictures: dict[bytes, OfdPicture | None] = {}
        root = self._package.xml("OFD.xml")
        for body in [e for e in root if local(e) == "DocBody"]:
            self._take_body(body, seals)
        if not self._pages:
            raise damaged(name)
        self.pages = pages_at([(page.area_mm[2], page.area_mm[3]) for page in self._pages])
        self.technical = {
            "format": "OFD",
            "version": root.get("Version", ""),
            "pages": len(self.pages),
            "signed": any(body.signatures for body in self._bodies),
            **about_file(self._package, root, [body.root for body in self._bodies]),
        }

    def page_image(self, part_page: int, dpi: int = READ_DPI) -> Image:
        size = self.size_of(part_page)
        page = self._pages[part_page - 1]
        drawing = Drawing(page.area_mm[2], page.area_mm[3])
        resources = page.body.resources
        with drawing.shifted(-page.area_mm[0], -page.area_mm[1]):
            for content in self._contents(page):
                drawing.put(content, resources)
            for annotation in self._annotations(page):
                box = numbers(annotation.get("Boundary", ""))
                with drawing.shifted(box[0] if len(box) == 4 else 0, box[1] if len(box) == 4 else 0):
                    drawing.put(annotation, resources)
            for stamp in page.body.stamps:
                if stamp.page_id == page.number:
                    self._put_stamp(drawing, stamp)
        width, height = round(size.width_px * dpi / READ_DPI), round(size.height_px * dpi / READ_DPI)
        return drawing.pixels(max(width, 1), max(height, 1))

    def page_text(self, part_page: int) -> list[TextBox] | None:
        size = self.size_of(part_page)
        page = self._pages[part_page - 1]
        glyphs: list[RawGlyph] = []
        pictured = 0.0
        origin: Transform = (1, 0, 0, 1, -page.area_mm[0], -page.area_mm[1])
        for element, transform in self._objects(page, origin):
            if local(element) == "TextObject":
                glyphs += spaced(glyphs, _raw_glyphs(element, transform, size.dpi / 25.4))
            else:
                box = numbers(element.get("Boundary", ""))
                pictured = max(pictured, box[2] * box[3] if len(box) == 4 else 0.0)
        area = (page.area_mm[2] * page.area_mm[3]) or 1.0
        self.text_faults[part_page] = fault = layer_fault(glyphs, size, pictured / area)
        return None if fault else lines_of_glyphs(glyphs)

    def page_source(self, part_page: int) -> PageSource:
        self.size_of(part_page)
        page = self._pages[part_page - 1]
        named = [e for e, _ in self._objects(page, (1, 0, 0, 1, 0, 0)) if local(e) == "ImageObject"]
        pictures = [page.body.resources.picture(element.get("ResourceID", "")) for element in named]
        return PageSource(format="OFD", missing_resources=pictures.count(None))

    def signatures(self) -> list[FileSignature]:
        found = []
        for body in self._bodies:
            for signature in body.signatures:
                places = tuple(self._places(body, signature))
                found.append(checked(self._package, signature, places, body.listing))
        return found

    def close(self) -> None:
        self._package.close()

    def _take_body(self, element: Any, seals: bool) -> None:
        root = self._package.found(text_of(element, "DocRoot"))
        document = self._package.xml(root)
        listing = self._package.found(text_of(element, "Signatures"))
        body = _Body(root, Resources(self._package, root), listing)
        self._bodies.append(body)
        common = child(document, "CommonData")
        common = common if common is not None else document
        for resource in common:
            if local(resource) in ("PublicRes", "DocumentRes") and resource.text:
                body.resources.take(self._package.found(resource.text, root))
        if listing and seals:
            body.signatures = self._signatures_of(listing)
            body.stamps = [stamp for signature in body.signatures for stamp in stamps_of(signature)]
        listed = [e for e in document.iter() if local(e) == "Page" and e.get("BaseLoc")]
        if len(self._pages) + len(listed) > MOST_PAGES:
            raise too_many_pages(self.name, len(self._pages) + len(listed))
        area = area_of(child(common, "PageArea")) or A4_MM
        templates = {e.get("ID", ""): e.get("BaseLoc", "") for e in common if local(e) == "TemplatePage"}
        annotations = self._annotation_files(document, root)
        for page in listed:
            path = self._package.found(page.get("BaseLoc", ""), root)
            self._pages.append(self._page(page.get("ID", ""), path, area, body, templates, annotations))

    def _signatures_of(self, listing: str) -> list[OfdSignature]:
        try:
            return signatures_in(self._package, listing)
        except InvalidError:
            return []

    def _page(
        self, number: str, path: str, area: Box4, body: _Body, templates: dict[str, str], annotations: dict[str, list[str]]
    ) -> _Page:  # fmt: skip
        content = self._package.xml(path)
        page = _Page(number, path, area_of(child(content, "Area")) or area, body, [], annotations.get(number, []))
        for used in children(content, "Template"):
            place = self._package.found(templates.get(used.get("TemplateID", ""), ""), body.root)
            if place:
                page.templates.append((place, used.get("ZOrder") == "Foreground"))
        for resource in children(content, "PageRes"):
            if resource.text:
                body.resources.take(self._package.found(resource.text, path, body.root))
        return page

    def _annotation_files(self, document: Any, root: str) -> dict[str, list[str]]:
        """Return the entries with the annotations of each page, by the page's ID."""
        found: dict[str, list[str]] = {}
        for reference in children(document, "Annotations"):
            listing = self._package.found(reference.text or "", root)
            try:
                pages = children(self._package.xml(listing), "Page") if listing else []
            except InvalidError:
                pages = []
            for page in pages:
                place = self._package.found(text_of(page, "FileLoc"), listing, root)
                if place:
                    found.setdefault(page.get("PageID", ""), []).append(place)
        return found

    def _contents(self, page: _Page) -> Iterator[Any]:
        """Yield what stands on a page in drawing order: templates behind, its layers, templates in front."""
        own = [layer for content in self._layers_at(page.path) for layer in content]
        yield from (c for path, front in page.templates if not front for c in self._layers_at(path))
        yield sorted(own, key=lambda layer: _LAYERS.get(layer.get("Type", "Body"), 1))
        yield from (c for path, front in page.templates if front for c in self._layers_at(path))

    def _layers_at(self, path: str) -> list[Any]:
        try:
            return children(self._package.xml(path), "Content")
        except InvalidError:
            return []

    def _annotations(self, page: _Page, *, words_only: bool = False) -> Iterator[Any]:
        """Yield the appearances of the annotations that are shown; with `words_only` not those of watermarks."""
        for path in page.annotations:
            try:
                root = self._package.xml(path)
            except InvalidError:
                continue
            for annotation in children(root, "Annot"):
                behind = words_only and annotation.get("Type") == "Watermark"
                if annotation.get("Visible", "true").lower() != "false" and not behind:
                    yield from children(annotation, "Appearance")

    def _objects(self, page: _Page, origin: Transform) -> Iterator[tuple[Any, Transform]]:
        """Yield the shown texts and pictures of a page with their way to it, those of annotations last."""
        seen = 0
        for content in self._contents(page):
            for item in _flat(content, origin, page.body.resources, 0):
                seen += 1
                if seen > MOST_TEXT_OBJECTS:
                    return
                yield item
        for annotation in self._annotations(page, words_only=True):
            box = numbers(annotation.get("Boundary", ""))
            moved = combined((1, 0, 0, 1, box[0], box[1]), origin) if len(box) == 4 else origin
            yield from _flat(annotation, moved, page.body.resources, 0)

    def _places(self, body: _Body, signature: OfdSignature) -> Iterator[SignaturePlace]:
        for page_id, box, clip in signature.boxes():
            for number, page in enumerate(self._pages, 1):
                if page.body is body and page.number == page_id:
                    scale = self.pages[number - 1].dpi / 25.4
                    left, top = box[0] - page.area_mm[0], box[1] - page.area_mm[1]
                    width, height = box[2], box[3]
                    if len(clip) == 4:
                        left, top, width, height = left + clip[0], top + clip[1], clip[2], clip[3]
                    edges = (left * scale, top * scale, (left + width) * scale, (top + height) * scale)
                    yield SignaturePlace(number, (round(edges[0]), round(edges[1]), round(edges[2]), round(edges[3])))

    def _put_stamp(self, drawing: Drawing, stamp: Stamp) -> None:
        if stamp.picture not in self._seal_pictures:
            self._seal_pictures[stamp.picture] = _seal_picture(stamp.picture)
        picture = self._seal_pictures[stamp.picture]
        if picture is not None:
            with drawing.shifted(0, 0):
                if stamp.clip_mm:
                    left, top, width, height = stamp.clip_mm
                    place = (stamp.box_mm[0] + left, stamp.box_mm[1] + top, width, height)
                    drawing.add(b"%.5g %.5g %.5g %.5g re W n\n" % place)
                drawing.picture(f"s{hash(stamp.picture)}", picture, stamp.box_mm, blend="Multiply")


def _seal_picture(content: bytes) -> OfdPicture | None:
    """Return the picture of a seal; one drawn as an OFD of its own is drawn large enough to be printed."""
    if content[:2] != b"PK":
        return picture_of(content)
    try:
        with OfdDocument(io.BytesIO(content), "seal.ofd", seals=False) as document:
            pixels = document.page_image(1, SEAL_DPI)
            return OfdPicture(pixels.shape[1], pixels.shape[0], np.ascontiguousarray(pixels).tobytes())
    except InvalidError:
        return None


def _flat(container: Any, transform: Transform, resources: Resources, depth: int) -> Iterator[tuple[Any, Transform]]:
    """Yield the texts and pictures inside a container, those of blocks and composite objects among them."""
    if depth > MOST_DEPTH:
        return
    for item in container:
        kind = local(item)
        if item.get("Visible", "true").lower() == "false":
            continue
        if kind == "TextObject":
            yield item, object_transform(item, transform)
        elif kind == "ImageObject":
            yield item, transform
        elif kind in ("Layer", "PageBlock", "Content"):
            yield from _flat(item, transform, resources, depth + 1)
        elif kind == "CompositeObject":
            unit = resources.elements.get(item.get("ResourceID", ""))
            for content in children(unit, "Content") if unit is not None else []:
                yield from _flat(content, object_transform(item, transform), resources, depth + 2)


def _raw_glyphs(element: Any, transform: Transform, pixels_per_mm: float) -> Iterator[RawGlyph]:
    size, turn = first_number(element.get("Size"), 4.0), turn_of_glyphs(element)
    for glyph in glyphs_of(element):
        if glyph.character:
            character = " " if glyph.character.isspace() else glyph.character
            yield RawGlyph(character, glyph_box(glyph, size, turn, transform, pixels_per_mm))
