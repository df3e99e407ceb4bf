"""The signatures of a PDF (ISO 32000-1, clause 12.8): read through pikepdf, checked over the byte ranges they name."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf

from lantai.recognition.adapters.documents.certificates import algorithm_words
from lantai.recognition.adapters.documents.signed_messages import SignedMessage, cms
from lantai.recognition.rules import der
from lantai.recognition.rules.file_signatures import UNREADABLE, Checks, FileSignature, SignaturePlace, outcome_of
from lantai.recognition.rules.layout import PageSize

MOST_FIELDS = 2_000
MOST_DEPTH = 20
MOST_SIGNED_BYTES = 1 << 30
_CMS_FILTERS = ("/adbe.pkcs7.detached", "/adbe.pkcs7.sha1", "/ETSI.CAdES.detached", "/ETSI.RFC3161")


def pdf_signatures(stream: BinaryIO, pages: list[PageSize]) -> list[FileSignature]:
    """Return the signed signature fields of the PDF in `stream`, checked. An unreadable structure has none."""
    stream.seek(0)
    try:
        with pikepdf.Pdf.open(stream) as pdf:
            places = _places(pdf, pages)
            return [
                _checked(stream, field, value, places.get(_key(field), ()), f"{number}")
                for number, (field, value) in enumerate(_signed_fields(pdf), 1)
            ]
    except (pikepdf.PdfError, ValueError, TypeError, LookupError, RecursionError):
        return []
    finally:
        stream.seek(0)


def _signed_fields(pdf: pikepdf.Pdf) -> Iterator[tuple[Any, Any]]:
    form = pdf.Root.get("/AcroForm")
    waiting = [(field, 0) for field in form.get("/Fields", [])] if form is not None else []
    seen = 0
    while waiting and seen < MOST_FIELDS:
        field, depth = waiting.pop(0)
        seen += 1
        if depth < MOST_DEPTH:
            waiting += [(kid, depth + 1) for kid in field.get("/Kids", [])]
        value = field.get("/V")
        if field.get("/FT") == "/Sig" and isinstance(value, pikepdf.Dictionary) and "/Contents" in value:
            yield field, value


def _key(field: Any) -> tuple[int, int]:
    number: tuple[int, int] = field.objgen
    return number


def _places(pdf: pikepdf.Pdf, pages: list[PageSize]) -> dict[tuple[int, int], tuple[SignaturePlace, ...]]:
    """Return where the fields stand: the boxes of their widgets in pixels of the shown page."""
    found: dict[tuple[int, int], tuple[SignaturePlace, ...]] = {}
    for number, (page, size) in enumerate(zip(pdf.pages, pages, strict=False), 1):
        for widget in page.obj.get("/Annots", []):
            if widget.get("/FT") != "/Sig" and "/Parent" not in widget:
                continue
            box = _box(page, widget, size)
            if box:
                for owner in (widget, widget.get("/Parent")):
                    if owner is not None:
                        found[_key(owner)] = (*found.get(_key(owner), ()), SignaturePlace(number, box))
    return found


def _box(page: pikepdf.Page, widget: Any, size: PageSize) -> tuple[int, int, int, int] | None:
    """Return the box of a widget, None where it has no size or its page is turned."""
    corners = [float(n) for n in widget.get("/Rect", [])]
    crop = [float(n) for n in page.cropbox]
    turn = int(page.obj.get("/Rotate", 0)) % 360
    if len(corners) != 4 or len(crop) != 4 or turn:
        return None
    left, right = sorted((corners[0], corners[2]))
    bottom, top = sorted((corners[1], corners[3]))
    if right - left < 1 or top - bottom < 1:
        return None
    across, down = size.width_px / max(crop[2] - crop[0], 1), size.height_px / max(crop[3] - crop[1], 1)
    return (
        round((left - crop[0]) * across), round((crop[3] - top) * down),
        round((right - crop[0]) * across), round((crop[3] - bottom) * down),
    )  # fmt: skip


def _checked(
    stream: BinaryIO, field: Any, value: Any, places: tuple[SignaturePlace, ...], number: str
) -> FileSignature:
    name = str(field.get("/T", ""))[:80] or number
    form = "stamp" if value.get("/Type") == "/DocTimeStamp" else "sign"
    kind = str(value.get("/SubFilter", ""))
    given = der.moment_of(str(value.get("/M", "")).removeprefix("D:").replace("'", ""))
    try:
        signed, covers_all = _signed_bytes(stream, value)
        if kind not in _CMS_FILTERS:
            message = SignedMessage(unsupported=kind.removeprefix("/") or "signature format")
        else:
            message = cms(der.parsed(bytes(value.Contents)), signed)
    except (ValueError, IndexError, AttributeError) as error:
        return FileSignature(name, form, UNREADABLE, signed_at=given, places=places, reason=str(error)[:120])
    certificate = message.certificate
    signed_at = message.signed_at or given
    dates = (certificate.valid_from, certificate.valid_until) if certificate else (None, None)
    checks = Checks(
        message.digest_holds, message.signature_holds, message.unsupported, signed_at=signed_at, certificate=dates
    )
    return FileSignature(
        name, form, outcome_of(checks), signer=certificate.subject if certificate else str(value.get("/Name", ""))[:200],
        issuer=certificate.issuer if certificate else "", algorithm=algorithm_words(message.algorithm),
        signed_at=signed_at, certificate_from=dates[0], certificate_until=dates[1], places=places,
        broken=("ByteRange",) if message.digest_holds is False else (), covers_all=covers_all,
        reason=message.unsupported,
    )  # fmt: skip


def _signed_bytes(stream: BinaryIO, value: Any) -> tuple[bytes, bool]:
    """Return the bytes that the ByteRange names, and whether they are the whole file but for the signature itself."""
    ranges = [int(n) for n in value.get("/ByteRange", [])]
    if len(ranges) < 2 or len(ranges) % 2 or any(n < 0 for n in ranges) or sum(ranges[1::2]) > MOST_SIGNED_BYTES:
        raise ValueError("the byte range is not one")
    stream.seek(0, 2)
    size = stream.tell()
    pieces = []
    for start, length in zip(ranges[::2], ranges[1::2], strict=True):
        stream.seek(start)
        piece = stream.read(length)
        if len(piece) < length:
            raise ValueError("the byte range leads beyond the file")
        pieces.append(piece)
    whole = ranges[0] == 0 and len(ranges) == 4 and ranges[2] + ranges[3] >= size - 2
    hole = ranges[2] - ranges[1] if len(ranges) == 4 else 0
    return b"".join(pieces), whole and hole <= 2 * len(bytes(value.Contents)) + 4
