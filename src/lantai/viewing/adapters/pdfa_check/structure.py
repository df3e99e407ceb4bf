"""The frame of a PDF/A file: its first and last bytes, its trailer, its catalogue (clauses 6.1, 6.2.3, 6.4, 6.5, 6.8 to 6.11)."""

import re
from typing import Any, BinaryIO

import pikepdf

from lantai.viewing.adapters.pdfa_check.findings import Findings

_HEADER = re.compile(rb"^%PDF-1\.[0-7](\r\n|\r|\n)%([^\r\n]*)")
_TAIL_BYTES = 2048


def check_bytes(stream: BinaryIO, found: Findings) -> None:
    """Clauses 6.1.2 and 6.1.3: the header with its binary comment, nothing after the end."""
    stream.seek(0)
    head = stream.read(128)
    match = _HEADER.match(head)
    if match is None:
        found.add("6.1.2", "header", "The file does not begin with a header of PDF 1.0 to 1.7 and a comment.")
    elif sum(byte > 127 for byte in match.group(2)[:4]) < 4:
        found.add("6.1.2", "header", "The comment after the header has fewer than four bytes above 127.")
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(max(size - _TAIL_BYTES, 0))
    tail = stream.read()
    end = tail.rfind(b"%%EOF")
    if end < 0 or tail[end + 5 :] not in (b"", b"\n", b"\r", b"\r\n"):
        found.add("6.1.3", "end", "There is data after the end mark, or no end mark.")


def check_trailer(pdf: pikepdf.Pdf, found: Findings) -> None:
    """Clause 6.1.3: an identifier, no encryption."""
    name = pdf.trailer.get("/ID")
    if not isinstance(name, pikepdf.Array) or len(name) != 2 or not all(len(bytes(part)) for part in name):
        found.add("6.1.3", "trailer", "The file has no identifier (ID).")
    if "/Encrypt" in pdf.trailer:
        found.add("6.1.3", "trailer", "The file is encrypted.")


def check_catalogue(pdf: pikepdf.Pdf, found: Findings) -> str:
    """Look at the catalogue and return the kind of colour of the output intent: "RGB", "GRAY", "CMYK" or ""."""
    root = pdf.Root
    if "/AA" in root:
        found.add("6.5.2", "catalogue", "The file has actions of its own (AA).")
    if "/Requirements" in root:
        found.add("6.11", "catalogue", "The file states requirements for its reader.")
    names = root.get("/Names", pikepdf.Dictionary())
    if "/AlternatePresentations" in names:
        found.add("6.10", "catalogue", "The file has alternate presentations.")
    if "/JavaScript" in names:
        found.add("6.5.1", "catalogue", "The file has scripts.")
    if "/EmbeddedFiles" in names:
        _check_attached(names.EmbeddedFiles, found)
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary):
        if "/XFA" in form:
            found.add("6.4.2", "form", "The form is an XFA form.")
        if form.get("/NeedAppearances", False) is True:
            found.add("6.4.1", "form", "The form leaves the look of its fields to the reader.")
    if root.get("/NeedsRendering", False) is True:
        found.add("6.4.2", "catalogue", "The file needs rendering by a form program.")
    _check_optional_content(root.get("/OCProperties"), found)
    return _output_intent(root, found)


def _check_attached(tree: Any, found: Findings) -> None:
    """Clause 6.8: what is attached must be PDF/A itself. That is not looked into; other kinds are told by their names."""
    names = tree.get("/Names", [])
    for index in range(1, len(names), 2):
        entry = names[index]
        name = str(entry.get("/UF", entry.get("/F", "")))
        if "/F" not in entry or "/UF" not in entry:
            found.add("6.8", name or "attachment", "An attachment lacks one of its two names (F, UF).")
        if not name.lower().endswith(".pdf"):
            found.add("6.8", name or "attachment", "An attachment is not a PDF/A file.")


def _check_optional_content(properties: Any, found: Findings) -> None:
    """Clause 6.9: every configuration of layers has a name, and none has automatic states."""
    if not isinstance(properties, pikepdf.Dictionary):
        return
    for configuration in [properties.get("/D"), *properties.get("/Configs", [])]:
        if not isinstance(configuration, pikepdf.Dictionary):
            continue
        if "/Name" not in configuration:
            found.add("6.9", "layers", "A configuration of layers has no name.")
        if "/AS" in configuration:
            found.add("6.9", "layers", "A configuration of layers switches by itself (AS).")


_SPACES = {b"RGB ": "RGB", b"GRAY": "GRAY", b"CMYK": "CMYK"}
_PARTS = {"RGB": 3, "GRAY": 1, "CMYK": 4}


def _output_intent(root: Any, found: Findings) -> str:
    """Clause 6.2.3: intents of PDF/A, all with one sound profile."""
    intents = [i for i in root.get("/OutputIntents", []) if isinstance(i, pikepdf.Dictionary)]
    profiles = {i.DestOutputProfile.objgen for i in intents if "/DestOutputProfile" in i}
    if len(profiles) > 1:
        found.add("6.2.3", "output intents", "The output intents name different profiles.")
    chosen = ""
    for intent in intents:
        if "/DestOutputProfileRef" in intent:
            found.add("6.2.3", "output intent", "The profile is only referred to.")
        if intent.get("/S") != "/GTS_PDFA1" or "/DestOutputProfile" not in intent:
            continue
        chosen = check_profile(intent.DestOutputProfile, "6.2.3", "output intent", found) or chosen
    return chosen


def check_profile(stream: Any, clause: str, place: str, found: Findings) -> str:
    """Check an ICC profile stream and return its kind of colour; "" where it is not a sound one."""
    data = bytes(stream.read_bytes())
    if len(data) < 132 or data[36:40] != b"acsp" or int.from_bytes(data[:4], "big") != len(data):
        found.add(clause, place, "The ICC profile is not one.")
        return ""
    if data[12:16] not in (b"mntr", b"prtr", b"scnr", b"spac") or data[8] > 4:
        found.add(clause, place, "The ICC profile is of a kind or version that is not allowed.")
    kind = _SPACES.get(data[16:20], "")
    if kind and int(stream.get("/N", 0)) != _PARTS[kind]:
        found.add(clause, place, "The ICC profile does not have the number of components that is stated.")
    return kind
