"""Write and read page layouts as ALTO 4 (Library of Congress), so that the text outlives this software.

One page to a file, measured in pixels of the upright page. Each line is one String with a Glyph for each character
where its place is known; rows are TextBlocks. How sure a character is stands in the GC of its Glyph (0 to 1) and, as the
standard has it, in the CC of the String (9 to 0); writing from top to bottom has BASEDIRECTION ttb, handwriting a tag;
writing that was not read is an Illustration. Turn and skew stand in the processing settings.
"""

import re
from typing import Any

from lxml import etree

from lantai.recognition.rules.layout import Box, Line, PageLayout, span_box, union

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
HANDWRITTEN, UNREAD, DOWNWARDS = "handwritten", "unread", "ttb"
# lxml wants None for the namespace without a prefix; its stubs do not know.
_NAMES: Any = {None: NAMESPACE, "xsi": _XSI}
_SETTINGS = re.compile(r"turn_degrees=(\d+) angle_degrees=(-?[\d.]+)")


def write_alto(layout: PageLayout, *, page_number: int = 1, source_name: str = "", engine: str = "") -> bytes:
    """Return `layout` as an ALTO 4.4 document in UTF-8."""
    root = etree.Element(_tag("alto"), nsmap=_NAMES)
    root.set(f"{{{_XSI}}}schemaLocation", f"{NAMESPACE} {SCHEMA}")
    _description(root, layout, source_name, engine)
    if any(line.handwritten for line in layout.lines):
        _child(_child(root, "Tags"), "OtherTag", ID=HANDWRITTEN, LABEL=HANDWRITTEN)
    page = _child(
        _child(root, "Layout"),
        "Page",
        ID=f"p{page_number}",
        PHYSICAL_IMG_NR=str(page_number),
        WIDTH=str(layout.width_px),
        HEIGHT=str(layout.height_px),
        PC=f"{layout.confidence:.4f}",
    )
    space = _child(page, "PrintSpace", **_place((0, 0, layout.width_px, layout.height_px)))
    block = None
    row = -1
    for number, line in enumerate(layout.lines, 1):
        if block is None or line.row != row:
            row = line.row
            boxes = [other.box_px for other in layout.lines if other.row == row]
            block = _child(space, "TextBlock", ID=f"b{row + 1}", **_place(union(boxes)))
        _line(block, line, number)
    for number, box in enumerate(layout.unread_px, 1):
        _child(space, "Illustration", ID=f"u{number}", TYPE=UNREAD, **_place(box))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False))


def read_alto(content: bytes) -> PageLayout:
    """Return the layout written in `content`. Raises ValueError if it is not an ALTO document with one page."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError("not an XML document") from error
    page = root.find(f".//{_tag('Page')}")
    if page is None:
        raise ValueError("not an ALTO document of version 4")
    lines = []
    for row, block in enumerate(page.iter(_tag("TextBlock"))):
        for element in block.iter(_tag("TextLine")):
            lines += [_read_line(element, item, row) for item in element.iter(_tag("String"))]
    unread = tuple(_box(e) for e in root.iter(_tag("Illustration")) if e.get("TYPE") == UNREAD)
    setting = next((e.text or "" for e in root.iter(_tag("processingStepSettings"))), "")
    turned = _SETTINGS.fullmatch(setting)
    return PageLayout(
        lines=tuple(lines),
        width_px=int(page.get("WIDTH", "0")),
        height_px=int(page.get("HEIGHT", "0")),
        angle_degrees=float(turned.group(2)) if turned else 0.0,
        turn_degrees=int(turned.group(1)) if turned else 0,
        unread_px=unread,
    )


def _description(root: etree._Element, layout: PageLayout, source_name: str, engine: str) -> None:
    description = _child(root, "Description")
    _child(description, "MeasurementUnit").text = "pixel"
    if source_name:
        _child(_child(description, "sourceImageInformation"), "fileName").text = source_name
    step = _child(description, "Processing", ID="reading")
    _child(step, "processingStepDescription").text = "text recognition" if engine else "text layer of the file"
    _child(
        step, "processingStepSettings"
    ).text = f"turn_degrees={layout.turn_degrees} angle_degrees={layout.angle_degrees:g}"
    if engine:
        software = _child(step, "processingSoftware")
        _child(software, "softwareName").text = engine


def _line(block: etree._Element, line: Line, number: int) -> None:
    place = _place(line.box_px)
    marks = {"BASEDIRECTION": DOWNWARDS} if line.vertical else {}
    if line.handwritten:
        marks["TAGREFS"] = HANDWRITTEN
    element = _child(block, "TextLine", ID=f"l{number}", **marks, **place)
    sure = line.sureness if len(line.sureness) == len(line.text) else ()
    digits = {"CC": " ".join(str(round(9 * (1 - share))) for share in sure)} if sure else {}
    string = _child(
        element, "String", ID=f"s{number}", CONTENT=line.text, WC=f"{line.confidence:.4f}", **digits, **place
    )
    if len(line.glyphs_px) == len(line.text):
        for index, character in enumerate(line.text):
            trust = {"GC": f"{sure[index]:.4f}"} if sure else {}
            _child(string, "Glyph", CONTENT=character, **trust, **_place(span_box(line, index, index + 1)))


def _read_line(element: etree._Element, string: etree._Element, row: int) -> Line:
    glyphs = string.findall(_tag("Glyph"))
    vertical = element.get("BASEDIRECTION") == DOWNWARDS
    start, end = (1, 3) if vertical else (0, 2)
    known = bool(glyphs) and all(glyph.get("GC") for glyph in glyphs)
    return Line(
        text=string.get("CONTENT", ""),
        box_px=_box(string),
        confidence=float(string.get("WC", "1")),
        row=row,
        glyphs_px=tuple((_box(glyph)[start], _box(glyph)[end]) for glyph in glyphs),
        sureness=tuple(float(glyph.get("GC", "1")) for glyph in glyphs) if known else (),
        vertical=vertical,
        handwritten=HANDWRITTEN in (element.get("TAGREFS") or "").split(),
    )


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _child(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _tag(name), attributes)


def _place(box: Box) -> dict[str, str]:
    left, top, right, bottom = box
    return {"HPOS": str(left), "VPOS": str(top), "WIDTH": str(right - left), "HEIGHT": str(bottom - top)}


def _box(element: etree._Element) -> Box:
    left, top = round(float(element.get("HPOS", "0"))), round(float(element.get("VPOS", "0")))
    return left, top, left + round(float(element.get("WIDTH", "0"))), top + round(float(element.get("HEIGHT", "0")))
