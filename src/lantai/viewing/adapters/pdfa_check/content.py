"""The pages of a PDF/A file: their operators, their colours, their fonts (clauses 6.1.13, 6.2.2, 6.2.4, 6.2.10, 6.2.11)."""

from typing import Any

import pikepdf

from lantai.viewing.adapters.pdfa_check.findings import Findings, place_of
from lantai.viewing.adapters.pdfa_check.objects import FILTERS
from lantai.viewing.adapters.pdfa_check.structure import check_profile

_OPERATORS = frozenset(
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n "  # noqa: SIM905
    "q Q re RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"".split()
)
_SHORT_FILTERS = {"/A85", "/AHx", "/Fl", "/RL", "/CCF", "/DCT"}
_COLOURS = {"g": "GRAY", "G": "GRAY", "rg": "RGB", "RG": "RGB", "k": "CMYK", "K": "CMYK"}
_DEVICES = {"/DeviceGray": "GRAY", "/DeviceRGB": "RGB", "/DeviceCMYK": "CMYK"}
_CMAPS = {"/Identity-H", "/Identity-V"}
_CHINESE_CMAPS = ("/UniGB-", "/GB", "/UniCNS-", "/UniJIS", "/UniKS-")
MOST_SAVED_STATES = 28
LEAST_SIDE, MOST_SIDE = 3.0, 14_400.0
MOST_DEPTH = 12


def check_pages(pdf: pikepdf.Pdf, intent: str, found: Findings) -> None:
    """Look at every page; `intent` is the kind of colour of the output intent."""
    seen: set[tuple[int, int]] = set()
    for number, page in enumerate(pdf.pages, 1):
        place = f"page {number}"
        _check_size(page, place, found)
        group = page.obj.get("/Group")
        if group is not None and group.get("/S") == "/Transparency" and not intent and "/CS" not in group:
            found.add("6.2.10", place, "A page with transparency has no colour space to blend in.")
        resources = _resources(page.obj)
        if resources is None:
            found.add("6.2.2", place, "The page names no resources.")
            continue
        _check_content(page, place, intent, found)
        _check_resources(resources, place, intent, found, seen, 0)


def _resources(page: Any) -> Any:
    node, depth = page, 0
    while node is not None and depth < MOST_DEPTH:
        if "/Resources" in node:
            return node.Resources
        node, depth = node.get("/Parent"), depth + 1
    return None


def _check_size(page: pikepdf.Page, place: str, found: Findings) -> None:
    for name in ("/MediaBox", "/CropBox", "/TrimBox", "/ArtBox", "/BleedBox"):
        box = [float(n) for n in page.obj.get(name, [])]
        if len(box) == 4:
            sides = (abs(box[2] - box[0]), abs(box[3] - box[1]))
            if min(sides) < LEAST_SIDE or max(sides) > MOST_SIDE:
                found.add("6.1.13", place, "A side of the page is shorter than 3 or longer than 14,400 units.")


def _check_content(page: Any, place: str, intent: str, found: Findings) -> None:
    depth = 0
    try:
        items = pikepdf.parse_content_stream(page)
    except pikepdf.PdfError as error:
        found.add("6.2.2", place, f"The content cannot be read: {error}")
        return
    for item in items:
        if isinstance(item, pikepdf.ContentStreamInlineImage):
            _check_inline(item, place, intent, found)
            continue
        operator = str(item.operator)
        if operator not in _OPERATORS:
            found.add("6.2.2", place, f"There is no operator {operator}.")
        depth += (operator == "q") - (operator == "Q")
        if depth > MOST_SAVED_STATES:
            found.add("6.1.13", place, "Drawing states are saved more than 28 deep.")
        if operator in _COLOURS:
            _check_device(_COLOURS[operator], place, intent, found)
        if operator in ("cs", "CS") and item.operands and str(item.operands[0]) in _DEVICES:
            _check_device(_DEVICES[str(item.operands[0])], place, intent, found)


def _check_inline(item: Any, place: str, intent: str, found: Findings) -> None:
    filters = item.iimage.filters
    for name in filters:
        if str(name) not in FILTERS and str(name) not in _SHORT_FILTERS:
            found.add("6.1.10", place, f"A picture in the content is packed with {str(name)[1:]}.")


def _check_device(kind: str, place: str, intent: str, found: Findings) -> None:
    """Clause 6.2.4.3: a device's own colours need an output intent that explains them."""
    if not intent or (kind != "GRAY" and kind != intent):
        found.add(
            "6.2.4.3", place, f"Device{kind.title() if kind == 'GRAY' else kind} has no output intent of its kind."
        )


def _check_resources(
    resources: Any, place: str, intent: str, found: Findings, seen: set[tuple[int, int]], depth: int
) -> None:
    if depth > MOST_DEPTH:
        return
    for space in _values(resources.get("/ColorSpace")):
        _check_space(space, place, intent, found)
    for font in _values(resources.get("/Font")):
        if font.objgen == (0, 0) or font.objgen not in seen:
            seen.add(font.objgen)
            _check_font(font, found)
    for item in _values(resources.get("/XObject")):
        if item.objgen in seen:
            continue
        seen.add(item.objgen)
        if item.get("/Subtype") == "/Image" and item.get("/ImageMask", False) is not True:
            if item.get("/Filter") != "/JPXDecode" or "/ColorSpace" in item:
                _check_space(item.get("/ColorSpace"), place_of(item.objgen), intent, found)
        elif item.get("/Subtype") == "/Form":
            _check_content(item, place_of(item.objgen), intent, found)
            if "/Resources" in item:
                _check_resources(item.Resources, place, intent, found, seen, depth + 1)


def _values(group: Any) -> list[Any]:
    return [value for _, value in group.items()] if isinstance(group, pikepdf.Dictionary) else []


def _check_space(space: Any, place: str, intent: str, found: Findings, depth: int = 0) -> None:
    if isinstance(space, pikepdf.Name):
        if str(space) in _DEVICES:
            _check_device(_DEVICES[str(space)], place, intent, found)
        return
    if not isinstance(space, pikepdf.Array) or not len(space) or depth > MOST_DEPTH:
        return
    kind = str(space[0])
    if kind == "/ICCBased" and len(space) > 1:
        check_profile(space[1], "6.2.4.2", place, found)
    elif kind in ("/Indexed", "/Pattern") and len(space) > 1:
        _check_space(space[1], place, intent, found, depth + 1)
    elif kind in ("/Separation", "/DeviceN") and len(space) > 2:
        _check_space(space[2], place, intent, found, depth + 1)


def _check_font(font: Any, found: Findings) -> None:
    place = f"{place_of(font.objgen)} {str(font.get('/BaseFont', ''))[1:]}"
    kind = str(font.get("/Subtype", ""))
    if kind == "/Type3":
        return
    if kind == "/Type0":
        _check_composite(font, place, found)
        return
    if not _embedded(font.get("/FontDescriptor")):
        found.add("6.2.11.4.1", place, "A font is not embedded.")
    symbolic = int(font.get("/FontDescriptor", pikepdf.Dictionary()).get("/Flags", 4)) & 4
    if kind == "/TrueType" and not symbolic and "/Encoding" not in font:
        found.add("6.2.11.6", place, "A TrueType font has no encoding.")
    if "/ToUnicode" not in font and "/Encoding" not in font:
        found.add("6.2.11.7.2", place, "A font does not say which characters it shows (ToUnicode).")


def _check_composite(font: Any, place: str, found: Findings) -> None:
    encoding = font.get("/Encoding")
    known = isinstance(encoding, pikepdf.Name) and (str(encoding) in _CMAPS or str(encoding).startswith(_CHINESE_CMAPS))
    if not known and not isinstance(encoding, pikepdf.Stream):
        found.add("6.2.11.3.3", place, "The encoding of a composite font is neither a known one nor embedded.")
    descendants = font.get("/DescendantFonts", [])
    if len(descendants) != 1:
        found.add("6.2.11.2", place, "A composite font does not have one descendant.")
        return
    descendant = descendants[0]
    if "/CIDSystemInfo" not in descendant:
        found.add("6.2.11.3.1", place, "A font does not say which characters it counts (CIDSystemInfo).")
    if not _embedded(descendant.get("/FontDescriptor")):
        found.add("6.2.11.4.1", place, "A font is not embedded.")
    glyphs = descendant.get("/CIDToGIDMap")
    if descendant.get("/Subtype") == "/CIDFontType2" and not (
        isinstance(glyphs, pikepdf.Stream) or str(glyphs) == "/Identity"
    ):
        found.add("6.2.11.3.2", place, "A font does not say which glyphs stand for its characters (CIDToGIDMap).")
    if "/ToUnicode" not in font and isinstance(encoding, pikepdf.Name) and str(encoding) in _CMAPS:
        found.add("6.2.11.7.2", place, "A font does not say which characters it shows (ToUnicode).")


def _embedded(descriptor: Any) -> bool:
    return isinstance(descriptor, pikepdf.Dictionary) and any(
        isinstance(descriptor.get(key), pikepdf.Stream) for key in ("/FontFile", "/FontFile2", "/FontFile3")
    )
