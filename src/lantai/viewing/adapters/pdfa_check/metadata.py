"""The metadata of a PDF/A file (clauses 6.6.2 to 6.6.4), and that it agrees with the document information (6.1.5)."""

from typing import Any

import pikepdf
from lxml import etree

from lantai.viewing.adapters.pdfa_check.findings import Findings

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC, _XMP, _PDF = (
    "{http://purl.org/dc/elements/1.1/}",
    "{http://ns.adobe.com/xap/1.0/}",
    "{http://ns.adobe.com/pdf/1.3/}",
)
_ID = "{http://www.aiim.org/pdfa/ns/id/}"
_SAME = {
    "/Title": f"{_DC}title", "/Author": f"{_DC}creator", "/Subject": f"{_DC}description", "/Keywords": f"{_PDF}Keywords",
    "/Creator": f"{_XMP}CreatorTool", "/Producer": f"{_PDF}Producer",
}  # fmt: skip
_MOMENTS = {"/CreationDate": f"{_XMP}CreateDate", "/ModDate": f"{_XMP}ModifyDate"}


def check_metadata(pdf: pikepdf.Pdf, found: Findings) -> None:
    """Look for the metadata stream, what it says of PDF/A, and whether the older dictionary says the same."""
    stream = pdf.Root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream):
        found.add("6.6.2.1", "catalogue", "The file has no metadata stream.")
        return
    if stream.get("/Type") != "/Metadata" or stream.get("/Subtype") != "/XML":
        found.add("6.6.2.1", "metadata", "The metadata stream is not marked as XML metadata.")
    packet = bytes(stream.read_bytes())
    try:
        root = etree.fromstring(_plain(packet), etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        found.add("6.6.2.1", "metadata", "The metadata is not sound XML.")
        return
    if b"bytes=" in packet[:200] or b"encoding=" in packet[:200].split(b"?>")[0]:
        found.add("6.6.2.1", "metadata", "The packet header has an attribute that is no longer used.")
    values = _values(root)
    if values.get(f"{_ID}part") != "2":
        found.add("6.6.4", "metadata", "The metadata does not say that this is part 2 of PDF/A.")
    if values.get(f"{_ID}conformance") not in ("A", "B", "U"):
        found.add("6.6.4", "metadata", "The metadata states no level of conformance.")
    _check_information(pdf, values, found)


def _plain(packet: bytes) -> bytes:
    return packet.strip().removeprefix(b"\xef\xbb\xbf")


def _values(root: Any) -> dict[str, str]:
    """Return the first value of each property, whether written as an element, a list or an attribute."""
    values: dict[str, str] = {}
    for description in root.iter(f"{_RDF}Description"):
        values |= {str(name): value for name, value in description.attrib.items() if str(name) != f"{_RDF}about"}
        for element in description:
            items = list(element.iter(f"{_RDF}li"))
            text = "; ".join((item.text or "").strip() for item in items) if items else (element.text or "").strip()
            values.setdefault(str(element.tag), text)
    return values


def _check_information(pdf: pikepdf.Pdf, values: dict[str, str], found: Findings) -> None:
    information = pdf.trailer.get("/Info", pikepdf.Dictionary())
    for key, name in _SAME.items():
        if key in information and str(information[key]).strip() != values.get(name, "").strip():
            found.add("6.1.5", key[1:], "The document information and the metadata differ.")
    for key, name in _MOMENTS.items():
        if key in information and _digits(str(information[key])) != _digits(values.get(name, "")):
            found.add("6.1.5", key[1:], "The document information and the metadata differ.")


def _digits(moment: str) -> str:
    """Return a moment to the minute with its zone, in digits alone: 2024-01-02T03:04:05+08:00 as 202401020304+08."""
    text = moment.removeprefix("D:").replace("'", "").replace(":", "").replace("-", "", 2).replace("T", "")
    date, mark, zone = text.partition("+")
    return date[:12] + (mark + zone[:2] if mark else "")
