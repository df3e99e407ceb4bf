"""Open what archives receive: PDF, OFD, pictures, sound, film, drawings; anything else is kept and not rendered."""

from typing import BinaryIO

from lantai.recognition.adapters.documents.base import READ_DPI, Document
from lantai.recognition.adapters.documents.kinds import HEAD_BYTES, identify, refuse_empty
from lantai.recognition.rules.layout import PageSize, TextBox

__all__ = ["READ_DPI", "Document", "PageSize", "TextBox", "open_document"]


def open_document(stream: BinaryIO, name: str, *, known: bool = False) -> Document:
    """Return the document in the seekable `stream`; its kind is told by its first bytes, never by its `name` alone.

    The stream must stay open as long as the document is used. `known` spares a file that was opened when it was taken in
    the search for bombs, which reads all of it. Raises InvalidError, code "documents.empty",
    "documents.truncated", "documents.damaged", "documents.encrypted", "documents.too_large" or "documents.bomb",
    with a sentence for the person who sent the file.
    """
    refuse_empty(stream, name)
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    kind, media_type = identify(head, stream, name)
    stream.seek(0)
    if kind == "pdf":
        from lantai.recognition.adapters.documents.pdf import PdfDocument

        return PdfDocument(stream, name, known=known)
    if kind == "image":
        from lantai.recognition.adapters.documents.pictures import PictureDocument

        return PictureDocument(stream, name, media_type)
    if kind == "ofd":
        from lantai.recognition.adapters.documents.ofd import OfdDocument

        return OfdDocument(stream, name)
    if kind in ("audio", "video"):
        from lantai.recognition.adapters.documents.media import MediaDocument

        return MediaDocument(stream, name, kind, media_type)
    if kind in ("dwg", "dxf", "ifc"):
        from lantai.recognition.adapters.documents.drawings import DwgDocument, DxfDocument, IfcDocument

        return {"dwg": DwgDocument, "dxf": DxfDocument, "ifc": IfcDocument}[kind](stream, name)
    return Document(stream, name, "other", media_type)
