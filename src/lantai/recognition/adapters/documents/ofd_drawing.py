"""Draw the objects of an OFD page as the operators of a PDF page, which pdfium then turns into pixels.

Both formats draw in the same way (outlines, clips, transforms, opacity, gradients), so that nothing is lost on the way.
All is in millimetres with y downwards inside; text is drawn as the outlines of its letters.
"""

import io
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pikepdf
import pypdfium2

from lantai.recognition.adapters.documents.ofd_fonts import Letters
from lantai.recognition.adapters.documents.ofd_package import child, children, local
from lantai.recognition.adapters.documents.ofd_pictures import OfdPicture
from lantai.recognition.adapters.documents.ofd_resources import Resources
from lantai.recognition.adapters.documents.pdf import inside_pdfium
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.ofd_page import (
    IDENTITY,
    OfdGlyph,
    Path,
    Transform,
    colour_values,
    combined,
    corner_of,
    first_number,
    glyphs_of,
    matrix_of,
    moved,
    numbers,
    path_of,
    turn_of_glyphs,
)

POINTS_PER_MM = 72 / 25.4
MOST_DEPTH = 12
MOST_OBJECTS = 200_000
MOST_CELLS = 4_000
MOST_BYTES = 256 << 20
_JOINS = {"Miter": 0, "Round": 1, "Bevel": 2}
_CAPS = {"Butt": 0, "Round": 1, "Square": 2}
_LINE = ("LineWidth", "Join", "Cap", "DashOffset", "DashPattern", "MiterLimit")


class Drawing:
    """A page of `width_mm` x `height_mm` under way; `resources` finds what the drawn objects name."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self.width_mm, self.height_mm = width_mm, height_mm
        self._operators: list[bytes] = []
        self._size = 0
        self._objects = 0
        self._states: dict[tuple[float, float, str], str] = {}
        self._pictures: dict[str, tuple[OfdPicture, tuple[int, int, bytes] | None]] = {}
        self._shadings: list[pikepdf.Dictionary] = []

    def put(self, element: Any, resources: Resources, *, parameters: Sequence[Any] = (), depth: int = 0) -> None:
        """Draw what a Content, Layer, PageBlock or Appearance holds, in its order."""
        if depth > MOST_DEPTH:
            return
        for item in element:
            kind = local(item)
            if kind in ("Layer", "PageBlock", "Content"):
                own = resources.chain(item.get("DrawParam"))
                self.put(item, resources, parameters=[*own, *parameters], depth=depth + 1)
            elif kind in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
                self._put_object(kind, item, resources, parameters, depth)

    def shifted(self, x: float, y: float) -> "_Frame":
        """Return a frame inside which everything stands `x` and `y` mm further."""
        return _Frame(self, (1, 0, 0, 1, x, y))

    def picture(self, name: str, picture: OfdPicture, box_mm: Sequence[float], *, blend: str = "Normal") -> None:
        """Draw `picture` into the box (left, top, width, height)."""
        with _Frame(self, (box_mm[2], 0, 0, box_mm[3], box_mm[0], box_mm[1])):
            self._state(1.0, 1.0, blend)
            self._image(name, picture, None)

    def _put_object(self, kind: str, item: Any, resources: Resources, parameters: Sequence[Any], depth: int) -> None:
        self._objects += 1
        if self._objects > MOST_OBJECTS or item.get("Visible", "true").lower() == "false":
            return
        brush = _Brush(item, [*resources.chain(item.get("DrawParam")), *parameters], resources)
        with _Frame(self, corner_of(item)):
            clips = child(item, "Clips")
            before = clips is not None and clips.get("TransFlag", "true").lower() == "false"
            if before:
                self._clip(clips, resources)
            self.add(_matrix(matrix_of(item)))
            if clips is not None and not before:
                self._clip(clips, resources)
            if kind == "PathObject":
                self._path(item, brush, depth)
            elif kind == "TextObject":
                self._text(item, brush, depth)
            elif kind == "ImageObject":
                self._image_object(item, brush)
            else:
                self._composite(item, brush, depth)

    def _path(self, item: Any, brush: "_Brush", depth: int) -> None:
        path = path_of("".join(e.text or "" for e in item if local(e) == "AbbreviatedData"))
        if path:
            # A path without a colour to fill with is not filled (GB/T 33190, clause 9.1); text is black.
            fills = item.get("Fill", "false").lower() == "true" and brush.element("FillColor") is not None
            strokes = item.get("Stroke", "true").lower() == "true"
            self._paint(path, brush, fills, strokes, "*" if item.get("Rule") == "Even-Odd" else "", depth)

    def _text(self, item: Any, brush: "_Brush", depth: int) -> None:
        fills = item.get("Fill", "true").lower() != "false"
        strokes = item.get("Stroke", "false").lower() == "true"
        path: Path = []
        for outline, place in letter_outlines(item, brush.resources):
            path += moved(outline, place)
        if path:
            self._paint(path, brush, fills, strokes, "", depth)

    def _paint(self, path: Path, brush: "_Brush", fills: bool, strokes: bool, rule: str, depth: int) -> None:
        fill, stroke = brush.element("FillColor"), brush.element("StrokeColor")
        self._state(brush.alpha(fill), brush.alpha(stroke))
        drawn = _drawn(path)
        inked = fills and not self._special(fill, drawn, rule, brush, depth)
        if inked:
            self.add(b"%.4g %.4g %.4g rg\n" % brush.rgb(fill))
        if strokes:
            self.add(brush.line())
            self.add(b"%.4g %.4g %.4g RG\n" % brush.rgb(stroke))
        if inked or strokes:
            self.add(drawn)
            self.add((("B" if inked and strokes else "f" if inked else "S") + (rule if inked else "")).encode() + b"\n")

    def _special(self, colour: Any | None, drawn: bytes, rule: str, brush: "_Brush", depth: int) -> bool:
        """Fill with a gradient or pattern, if that is what the colour is; tell whether it was one."""
        if colour is None or not len(colour):
            return False
        kind = local(colour[0])
        with _Frame(self, IDENTITY):
            self.add(drawn + b"W" + rule.encode() + b" n\n")
            if kind in ("AxialShd", "RadialShd"):
                shading = _shading(colour[0], brush.resources)
                if shading is not None:
                    self._shadings.append(shading)
                    self.add(b"/H%d sh\n" % (len(self._shadings) - 1))
            elif kind == "Pattern":
                self._pattern(colour[0], drawn, brush, depth)
            elif kind in ("GouraudShd", "LaGouraudShd"):
                self.add(b"%.4g %.4g %.4g rg\n" % _middle_colour(colour[0], brush.resources) + drawn + b"f\n")
            else:
                return False
        return True

    def _pattern(self, pattern: Any, drawn: bytes, brush: "_Brush", depth: int) -> None:
        """Repeat the cell of a Pattern over the box of the outline; the clip cuts it to the outline."""
        cell = child(pattern, "CellContent")
        found = numbers(drawn.decode())
        if cell is None or len(found) < 4:
            return
        width, height = first_number(pattern.get("Width"), 10), first_number(pattern.get("Height"), 10)
        step_x = abs(first_number(pattern.get("XStep"), width)) or width
        step_y = abs(first_number(pattern.get("YStep"), height)) or height
        left, right, top, bottom = min(found[::2]), max(found[::2]), min(found[1::2]), max(found[1::2])
        across, down = math.ceil((right - left) / step_x) + 1, math.ceil((bottom - top) / step_y) + 1
        if across * down > MOST_CELLS or step_x <= 0 or step_y <= 0:
            return
        thumb = cell.get("Thumbnail")
        for row in range(down):
            for column in range(across):
                place: Transform = (1, 0, 0, 1, left + column * step_x, top + row * step_y)
                with _Frame(self, combined(matrix_of(pattern), place)):
                    picture = brush.resources.picture(thumb) if thumb and not len(cell) else None
                    if picture:
                        self.picture(f"i{thumb}", picture, (0, 0, width, height))
                    self.put(cell, brush.resources, depth=depth + 2)

    def _image_object(self, item: Any, brush: "_Brush") -> None:
        name = item.get("ResourceID", "")
        picture = brush.resources.picture(name)
        if picture is None:
            return
        if matrix_of(item) == IDENTITY:
            box = numbers(item.get("Boundary", ""))
            if len(box) == 4:
                self.add(_matrix((box[2], 0, 0, box[3], 0, 0)))
        self._state(brush.alpha(None), 1.0)
        mask = item.get("ImageMask", "")
        self._image(f"{id(brush.resources)}-{name}-{mask}", picture, brush.resources.mask(mask) if mask else None)

    def _image(self, name: str, picture: OfdPicture, mask: tuple[int, int, bytes] | None) -> None:
        if name not in self._pictures:
            self._size += len(picture.rgb)
            if self._size > 2 * MOST_BYTES:
                return
            self._pictures[name] = (picture, mask)
        self.add(b"q 1 0 0 -1 0 1 cm /I%d Do Q\n" % list(self._pictures).index(name))

    def _composite(self, item: Any, brush: "_Brush", depth: int) -> None:
        unit = brush.resources.elements.get(item.get("ResourceID", ""))
        if unit is not None:
            for content in children(unit, "Content"):
                self.put(content, brush.resources, parameters=brush.parameters, depth=depth + 2)

    def _clip(self, clips: Any, resources: Resources) -> None:
        for clip in children(clips, "Clip"):
            drawn: list[bytes] = []
            rule = ""
            for area in children(clip, "Area"):
                for shape in area:
                    if local(shape) == "Path":
                        rule = "*" if shape.get("Rule") == "Even-Odd" else rule
                    drawn.append(_drawn(moved(_outline_of(shape, resources), matrix_of(area))))
            if any(drawn):
                self.add(b"".join(drawn) + b"W" + rule.encode() + b" n\n")

    def _state(self, fill: float, stroke: float, blend: str = "Normal") -> None:
        if (fill, stroke, blend) != (1.0, 1.0, "Normal"):
            name = self._states.setdefault((fill, stroke, blend), f"G{len(self._states)}")
            self.add(b"/%s gs\n" % name.encode())

    def add(self, operators: bytes) -> None:
        self._size += len(operators)
        if self._size <= MOST_BYTES:
            self._operators.append(operators)

    def pixels(self, width_px: int, height_px: int) -> Image:
        """Return the page as a picture, (height, width, 3) uint8 RGB on white."""
        content = self._as_pdf()
        with inside_pdfium:
            document = pypdfium2.PdfDocument(content)
            try:
                page = document[0]
                scale = max(width_px / page.get_width(), height_px / page.get_height())
                bitmap = page.render(scale=scale, may_draw_forms=False)
                bgr = bitmap.to_numpy()
                rgb = np.ascontiguousarray(bgr[:height_px, :width_px, 2::-1])
                bitmap.close()
                page.close()
            finally:
                document.close()
        short = (height_px - rgb.shape[0], width_px - rgb.shape[1])
        return np.pad(rgb, ((0, short[0]), (0, short[1]), (0, 0)), constant_values=255) if any(short) else rgb

    def _as_pdf(self) -> bytes:
        pdf = pikepdf.Pdf.new()
        size = (max(self.width_mm * POINTS_PER_MM, 1), max(self.height_mm * POINTS_PER_MM, 1))
        page = pdf.add_blank_page(page_size=size).obj
        name = pikepdf.Name
        resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(), ExtGState=pikepdf.Dictionary())
        for (fill, stroke, blend), state in self._states.items():
            resources.ExtGState[f"/{state}"] = pikepdf.Dictionary(ca=fill, CA=stroke, BM=name(f"/{blend}"))
        for index, (picture, mask) in enumerate(self._pictures.values()):
            resources.XObject[f"/I{index}"] = _image_stream(pdf, picture, mask)
        resources.Shading = pikepdf.Dictionary({f"/H{i}": shading for i, shading in enumerate(self._shadings)})
        page.Resources = resources
        start = b"%.6f 0 0 %.6f 0 %.6f cm\n" % (POINTS_PER_MM, -POINTS_PER_MM, size[1])
        page.Contents = pdf.make_stream(start + b"".join(self._operators))
        out = io.BytesIO()
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        return out.getvalue()


class _Frame:
    """Saves the state of the drawing, moves into `transform`, and restores the state at the end."""

    def __init__(self, drawing: Drawing, transform: Transform) -> None:
        self._drawing = drawing
        self._transform = transform

    def __enter__(self) -> None:
        self._drawing.add(b"q\n" + _matrix(self._transform))

    def __exit__(self, *_: object) -> None:
        self._drawing.add(b"Q\n")


class _Brush:
    """Colours and lines of one object: its own, else those of its drawing parameters, nearest first."""

    def __init__(self, item: Any, parameters: Sequence[Any], resources: Resources) -> None:
        self._item = item
        self.parameters = parameters
        self.resources = resources

    def element(self, name: str) -> Any | None:
        for source in (self._item, *self.parameters):
            found = child(source, name)
            if found is not None:
                return found
        return None

    def rgb(self, colour: Any | None) -> tuple[float, float, float]:
        return (self.resources.rgb(colour) if colour is not None else None) or (0.0, 0.0, 0.0)

    def alpha(self, colour: Any | None) -> float:
        """Return the opacity (0 to 1) of the object and of its colour together."""
        own = first_number(self._item.get("Alpha"), 255.0) / 255
        shade = first_number(colour.get("Alpha"), 255.0) / 255 if colour is not None else 1.0
        return round(max(0.0, min(1.0, own * shade)), 4)

    def line(self) -> bytes:
        found: dict[str, str] = {}
        for source in (self._item, *self.parameters):
            for name in _LINE:
                if name not in found and source.get(name):
                    found[name] = source.get(name)
        dashes = [max(n, 0.0) for n in numbers(found.get("DashPattern", ""))][:16]
        pattern = " ".join(f"{n:.4g}" for n in dashes) if sum(dashes) > 0 else ""
        return (
            f"{max(first_number(found.get('LineWidth'), 0.353), 0):.4g} w {_JOINS.get(found.get('Join', ''), 0)} j "
            f"{_CAPS.get(found.get('Cap', ''), 0)} J {max(first_number(found.get('MiterLimit'), 3.528), 1):.4g} M "
            f"[{pattern}] {first_number(found.get('DashOffset'), 0):.4g} d\n"
        ).encode()


def letter_outlines(item: Any, resources: Resources) -> Iterator[tuple[Path, Transform]]:
    """Yield the outline of each letter of a TextObject and the way from it to the object's space."""
    size = first_number(item.get("Size"), 4.0)
    stretch = first_number(item.get("HScale"), 1.0) or 1.0
    angle = math.radians(turn_of_glyphs(item))
    slant = 0.2 if item.get("Italic", "false").lower() == "true" else 0.0
    fonts = resources.letters(item.get("Font", ""))
    for glyph in glyphs_of(item):
        found = _letter(glyph, fonts)
        if found is None or not found[1]:
            continue
        letters, outline, embedded = found
        unit = size * letters.unit
        lean = 0.0 if embedded else slant
        upright: Transform = (unit * stretch, 0, unit * lean, -unit, 0, 0)
        turned: Transform = (math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle), glyph.x, glyph.y)
        yield outline, combined(upright, turned)


def _letter(glyph: OfdGlyph, fonts: Sequence[tuple[Letters, bool]]) -> "tuple[Letters, Path, bool] | None":
    """Return the letters that have the character or glyph, and its outline; nothing for white space."""
    if glyph.glyph is not None:
        for letters, embedded in fonts:
            outline = letters.of_glyph(glyph.glyph) if embedded else None
            if outline is not None:
                return letters, outline, embedded
    if not glyph.character or glyph.character.isspace():
        return None
    for letters, embedded in fonts:
        outline = letters.of_character(glyph.character)
        if outline is not None and (outline or not embedded):
            return letters, outline, embedded
    return None


def _outline_of(shape: Any, resources: Resources) -> Path:
    """Return the outline of a Path or Text inside a clip, in the space around it."""
    place = combined(matrix_of(shape), corner_of(shape))
    if local(shape) == "Path":
        return moved(path_of("".join(e.text or "" for e in shape if local(e) == "AbbreviatedData")), place)
    outline: Path = []
    if local(shape) == "Text":
        for letter, own in letter_outlines(shape, resources):
            outline += moved(letter, combined(own, place))
    return outline


def _matrix(transform: Transform) -> bytes:
    return b"" if transform == IDENTITY else b"%.6g %.6g %.6g %.6g %.6g %.6g cm\n" % transform


def _drawn(path: Path) -> bytes:
    pieces = []
    for kind, points in path:
        numbers_of_points = [n for point in points for n in point]
        pieces.append(("%.6g " * len(numbers_of_points) + kind) % tuple(numbers_of_points))
    return "\n".join(pieces).encode() + b"\n"


def _image_stream(pdf: pikepdf.Pdf, picture: OfdPicture, mask: tuple[int, int, bytes] | None) -> pikepdf.Object:
    name = pikepdf.Name
    entries: dict[str, Any] = {
        "Type": name.XObject, "Subtype": name.Image, "Width": picture.width, "Height": picture.height,
        "ColorSpace": name.DeviceRGB, "BitsPerComponent": 8,
    }  # fmt: skip
    if picture.jpeg:
        entries["Filter"] = name.DCTDecode
    opacity = mask or ((picture.width, picture.height, picture.opacity) if picture.opacity else None)
    if opacity:
        entries["SMask"] = pdf.make_stream(
            opacity[2], Type=name.XObject, Subtype=name.Image, Width=opacity[0], Height=opacity[1],
            ColorSpace=name.DeviceGray, BitsPerComponent=8,
        )  # fmt: skip
    return pdf.make_stream(picture.rgb, **entries)


def _shading(element: Any, resources: Resources) -> pikepdf.Dictionary | None:
    """Return an axial or radial gradient as a PDF shading; None where its points are missing."""
    start, end = numbers(element.get("StartPoint", "")), numbers(element.get("EndPoint", ""))
    stops = _stops(element, resources)
    if len(start) != 2 or len(end) != 2 or not stops:
        return None
    extend = int(first_number(element.get("Extend"), 0))
    name = pikepdf.Name
    radial = local(element) == "RadialShd"
    coordinates: list[float] = [*start, *end]
    if radial:
        radii = first_number(element.get("StartRadius"), 0), first_number(element.get("EndRadius"), 0)
        coordinates = [*start, abs(radii[0]), *end, abs(radii[1])]
    return pikepdf.Dictionary(
        ShadingType=3 if radial else 2, ColorSpace=name.DeviceRGB, Coords=pikepdf.Array(coordinates),
        Function=_blend(stops), Extend=pikepdf.Array([bool(extend & 1), bool(extend & 2)]),
    )  # fmt: skip


def _stops(element: Any, resources: Resources) -> list[tuple[float, tuple[float, float, float]]]:
    """Return (place from 0 to 1, colour) of the segments of a gradient, in their order."""
    segments = children(element, "Segment")[:64]
    found = []
    for index, segment in enumerate(segments):
        colour = child(segment, "Color")
        otherwise = index / max(len(segments) - 1, 1)
        place = max(0.0, min(1.0, first_number(segment.get("Position"), otherwise)))
        if colour is not None:
            found.append((place, resources.rgb(colour) or (0.0, 0.0, 0.0)))
    return sorted(found, key=lambda stop: stop[0])


def _blend(stops: list[tuple[float, tuple[float, float, float]]]) -> pikepdf.Dictionary:
    if len(stops) == 1:
        stops = [stops[0], stops[0]]
    pieces = [
        pikepdf.Dictionary(
            FunctionType=2, Domain=pikepdf.Array([0, 1]), C0=pikepdf.Array(a[1]), C1=pikepdf.Array(b[1]), N=1
        )
        for a, b in pairwise(stops)
    ]
    return pikepdf.Dictionary(
        FunctionType=3, Domain=pikepdf.Array([0, 1]), Functions=pikepdf.Array(pieces),
        Bounds=pikepdf.Array([stop[0] for stop in stops[1:-1]]), Encode=pikepdf.Array([0, 1] * len(pieces)),
    )  # fmt: skip


def _middle_colour(element: Any, resources: Resources) -> tuple[float, float, float]:
    """Return the mean colour of the corners of a Gouraud gradient, which pages of records hardly ever have."""
    found = [resources.rgb(e) for e in element.iter() if local(e) == "Color" and colour_values(e.get("Value", ""))]
    known = [colour for colour in found if colour]
    if not known:
        return 0.0, 0.0, 0.0
    red, green, blue = (sum(colour[i] for colour in known) / len(known) for i in range(3))
    return red, green, blue
