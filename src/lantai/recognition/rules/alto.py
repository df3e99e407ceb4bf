"""Write and read page layouts as ALTO 4 (Library of Congress), so that the text outlives this software.

One page to a file, measured in pixels of the upright page. Each line is one String with a Glyph for each character
where its place is known; rows are TextBlocks. Turn and skew stand in the processing settings.
"""

import re
from typing import Any

from lxml import etree

from lantai.recognition.rules.layout import Box, Line, PageLayout, union

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
# lxml wants None for the namespace without a prefix; its stubs do not know.
_NAMES: Any = {None: NAMESPACE, "xsi": _XSI}
_SETTINGS = re.compile(r"turn_degrees=(\d+) angle_degrees=(-?[\d.]+)")


def write_alto(layout: PageLayout, *, page_number: int = 1, source_name: str = "", engine: str = "") -> bytes:
    """Return `layout` as an ALTO 4.4 document in UTF-8."""
    root = etree.Element(_tag("alto"), nsmap=_NAMES)
    root.set(f"{{{_XSI}}}schemaLocation", f"{NAMESPACE} {SCHEMA}")
    _description(root, layout, source_name, engine)
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
        lines += [_read_line(item, row) for item in block.iter(_tag("String"))]
    setting = next((e.text or "" for e in root.iter(_tag("processingStepSettings"))), "")
    turned = _SETTINGS.fullmatch(setting)
    return PageLayout(
        lines=tuple(lines),
        width_px=int(page.get("WIDTH", "0")),
        height_px=int(page.get("HEIGHT", "0")),
        angle_degrees=float(turned.group(2)) if turned else 0.0,
        turn_degrees=int(turned.group(1)) if turned else 0,
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
    element = _child(block, "TextLine", ID=f"l{number}", **place)
    string = _child(element, "String", ID=f"s{number}", CONTENT=line.text, WC=f"{line.confidence:.4f}", **place)
    if len(line.glyphs_px) == len(line.text):
        for character, (left, right) in zip(line.text, line.glyphs_px, strict=True):
            _child(string, "Glyph", CONTENT=character, **_place((left, line.box_px[1], right, line.box_px[3])))


def _read_line(element: etree._Element, row: int) -> Line:
    glyphs = element.findall(_tag("Glyph"))
    return Line(
        text=element.get("CONTENT", ""),
        box_px=_box(element),
        confidence=float(element.get("WC", "1")),
        row=row,
        glyphs_px=tuple((_box(glyph)[0], _box(glyph)[2]) for glyph in glyphs),
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
