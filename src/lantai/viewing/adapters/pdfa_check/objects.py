"""What every object of a PDF/A file must not have: foreign filters and files, forbidden actions, limits exceeded."""

from collections.abc import Iterator
from typing import Any

import pikepdf

from lantai.viewing.adapters.pdfa_check.findings import Findings, place_of

FILTERS = {
    "/ASCIIHexDecode", "/ASCII85Decode", "/FlateDecode", "/RunLengthDecode", "/CCITTFaxDecode", "/JBIG2Decode",
    "/DCTDecode", "/JPXDecode",
}  # fmt: skip
_FORBIDDEN_ACTIONS = {
    "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans",
    "/GoTo3DView", "/JavaScript",
}  # fmt: skip
_NAMED = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
_ANNOTATIONS = {
    "/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline",
    "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Popup", "/FileAttachment", "/Widget", "/PrinterMark",
    "/TrapNet", "/Watermark", "/Redact",
}  # fmt: skip
_BLENDS = {
    "/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten", "/ColorDodge", "/ColorBurn",
    "/HardLight", "/SoftLight", "/Difference", "/Exclusion", "/Hue", "/Saturation", "/Color", "/Luminosity",
}  # fmt: skip
_INTENTS = {"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"}
MOST_OBJECTS = 8_388_607
LONGEST_STRING, LONGEST_NAME = 32_767, 127
MOST_DEPTH = 40


def check_objects(pdf: pikepdf.Pdf, found: Findings) -> None:
    """Look at every object of the file once."""
    if len(pdf.objects) > MOST_OBJECTS:
        found.add("6.1.13", "file", "The file has too many objects.")
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array):
            place = place_of(item.objgen)
            for part in _parts(item, 0):
                if isinstance(part, pikepdf.Stream):
                    _check_stream(part, place, found)
                _check_dictionary(part, place, found)


def _parts(item: Any, depth: int) -> Iterator[Any]:
    """Yield the dictionaries that lie in an object itself, not those it refers to."""
    if depth > MOST_DEPTH:
        return
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        yield item
        values = [value for _, value in item.items()]
    else:
        values = list(item)
    for value in values:
        if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect:
            yield from _parts(value, depth + 1)


def _check_stream(stream: Any, place: str, found: Findings) -> None:
    if any(key in stream for key in ("/F", "/FFilter", "/FDecodeParms")):
        found.add("6.1.7.1", place, "A stream lies in another file.")
    filters = stream.get("/Filter", [])
    for name in [filters] if isinstance(filters, pikepdf.Name) else list(filters):
        if str(name) not in FILTERS:
            found.add("6.1.7.2", place, f"A stream is packed with {str(name)[1:]}.")
    if stream.get("/Subtype") == "/Image":
        _check_image(stream, place, found)
    elif stream.get("/Subtype") == "/PS" or stream.get("/Subtype2") == "/PS" or "/PS" in stream:
        found.add("6.2.9", place, "A part of the page is a PostScript program.")
    elif stream.get("/Subtype") == "/Form" and ("/Ref" in stream or "/OPI" in stream):
        found.add("6.2.9", place, "A part of the page lies in another file.")


def _check_image(image: Any, place: str, found: Findings) -> None:
    if "/Alternates" in image:
        found.add("6.2.8", place, "A picture has alternatives.")
    if "/OPI" in image:
        found.add("6.2.8", place, "A picture is a stand-in for another one (OPI).")
    if image.get("/Interpolate", False) is True:
        found.add("6.2.8", place, "A picture asks to be smoothed.")
    mask = image.get("/ImageMask", False) is True
    bits = int(image.get("/BitsPerComponent", 1 if mask else 8))
    if bits not in (1, 2, 4, 8, 16) or (mask and bits != 1):
        found.add("6.2.8", place, f"A picture has {bits} bits for each component.")
    if str(image.get("/Filter", "")) == "/JPXDecode":
        data = bytes(image.read_raw_bytes()[:4096])
        if data[:4] == b"\0\0\0\x0c" and b"colr" not in data:
            found.add("6.2.8.3", place, "A JPEG 2000 picture does not say what its colours are.")


def _check_dictionary(item: Any, place: str, found: Findings) -> None:
    _check_limits(item, place, found)
    kind = str(item.get("/S", "")) if isinstance(item.get("/S"), pikepdf.Name) else ""
    if kind in _FORBIDDEN_ACTIONS and item.get("/Type", "/Action") == "/Action":
        found.add("6.5.1", place, f"There is an action of the kind {kind[1:]}.")
    if kind == "/Named" and str(item.get("/N", "")) not in _NAMED:
        found.add("6.5.1", place, "There is a named action other than turning pages.")
    if "/AA" in item:
        found.add("6.5.2", place, "There are actions that run by themselves (AA).")
    if item.get("/Type") == "/Annot":
        _check_annotation(item, place, found)
    if item.get("/Type") == "/ExtGState" or "/BM" in item:
        _check_state(item, place, found)
    if "/PresSteps" in item:
        found.add("6.10", place, "A page has steps of a presentation.")


def _check_limits(item: Any, place: str, found: Findings) -> None:
    for key, value in item.items():
        if len(key.encode()) - 1 > LONGEST_NAME:
            found.add("6.1.13", place, "A name is too long.")
        if isinstance(value, pikepdf.String) and len(bytes(value)) > LONGEST_STRING and key != "/Contents":
            found.add("6.1.13", place, "A string is too long.")


def _check_annotation(item: Any, place: str, found: Findings) -> None:
    kind = str(item.get("/Subtype", ""))
    if kind not in _ANNOTATIONS:
        found.add("6.3.1", place, f"There is a note of the kind {kind[1:]}.")
        return
    flags = int(item.get("/F", 0))
    if kind != "/Popup" and (not flags & 4 or flags & (1 | 2 | 32 | 256)):
        found.add("6.3.2", place, "A note is hidden or not printed.")
    box = [float(n) for n in item.get("/Rect", [])]
    empty = len(box) == 4 and box[0] == box[2] and box[1] == box[3]
    if kind not in ("/Popup", "/Link") and not empty and "/AP" not in item:
        found.add("6.3.3", place, "A note has no look of its own.")
    if "/AP" in item and set(item.AP.keys()) - {"/N"}:
        found.add("6.3.3", place, "A note has more looks than one.")


def _check_state(item: Any, place: str, found: Findings) -> None:
    if "/TR" in item or str(item.get("/TR2", "/Default")) != "/Default":
        found.add("6.2.5", place, "The drawing state has a transfer function.")
    if "/HTP" in item:
        found.add("6.2.5", place, "The drawing state has a halftone phase.")
    if "/RI" in item and str(item.RI) not in _INTENTS:
        found.add("6.2.6", place, "The rendering intent is none of the four.")
    blends = item.get("/BM", [])
    for name in [blends] if isinstance(blends, pikepdf.Name) else list(blends):
        if str(name) not in _BLENDS:
            found.add("6.2.10", place, f"There is a blend mode {str(name)[1:]}.")
