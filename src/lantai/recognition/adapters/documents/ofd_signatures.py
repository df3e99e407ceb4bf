"""The signatures of an OFD (GB/T 33190, clause 18): read, and checked against the entries they protect."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lantai.kernel.errors import InvalidError
from lantai.recognition.adapters.documents.certificates import UnknownAlgorithmError, algorithm_words, digest
from lantai.recognition.adapters.documents.ofd_package import OfdPackage, child, children, local, text_of
from lantai.recognition.adapters.documents.signed_messages import SignedMessage, opened_signature, seal_of
from lantai.recognition.rules import der
from lantai.recognition.rules.file_signatures import UNREADABLE, Checks, FileSignature, SignaturePlace, outcome_of
from lantai.recognition.rules.ofd_page import numbers

MOST_SIGNATURES = 500
DEFAULT_METHOD = "MD5"
_NEVER_SIGNED = ("signatures.xml",)


@dataclass(frozen=True, slots=True)
class Stamp:
    """The appearance of a signature on a page: the page's ID, the box (left, top, width, height) in mm, its clip."""

    page_id: str
    box_mm: tuple[float, float, float, float]
    clip_mm: tuple[float, float, float, float] | None
    picture: bytes


@dataclass(slots=True)
class OfdSignature:
    """One entry of Signatures.xml as the package spells it."""

    number: str
    kind: str
    path: str
    root: Any
    value: bytes
    seal: bytes

    @property
    def info(self) -> Any:
        return child(self.root, "SignedInfo")

    def boxes(self) -> Iterator[tuple[str, tuple[float, float, float, float], tuple[float, ...]]]:
        """Yield (page ID, box, clip) of each stamp annotation."""
        for stamp in children(self.info, "StampAnnot") if self.info is not None else []:
            box = numbers(stamp.get("Boundary", ""))
            if len(box) == 4:
                yield stamp.get("PageRef", ""), (box[0], box[1], box[2], box[3]), tuple(numbers(stamp.get("Clip", "")))


def signatures_in(package: OfdPackage, listing: str) -> list[OfdSignature]:
    """Return the signatures that the entry `listing` (Signatures.xml) names, in its order."""
    if not package.has(listing):
        return []
    found: list[OfdSignature] = []
    for element in package.xml(listing).iter():
        if local(element) == "Signature" and element.get("BaseLoc") and len(found) < MOST_SIGNATURES:
            path = package.found(element.get("BaseLoc"), listing)
            found.append(_opened(package, element, path))
    return found


def _opened(package: OfdPackage, element: Any, path: str) -> OfdSignature:
    number, kind = element.get("ID", ""), element.get("Type", "Seal")
    empty = OfdSignature(number, kind, path, (), b"", b"")
    try:
        root = package.xml(path)
        info = child(root, "SignedInfo")
        value = package.read(package.found(text_of(root, "SignedValue"), path))
        seal = child(info, "Seal") if info is not None else None
        seal_path = package.found(text_of(seal, "BaseLoc"), path) if seal is not None else ""
        return OfdSignature(number, kind, path, root, _plain(value), package.read(seal_path) if seal_path else b"")
    except InvalidError:
        return empty


def _plain(value: bytes) -> bytes:
    """Return the bytes of a value that some makers write in Base64."""
    if value[:1] == b"\x30":
        return value
    try:
        return base64.b64decode(b"".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return value


def stamps_of(signature: OfdSignature) -> list[Stamp]:
    """Return what a signature shows on pages; nothing where its seal cannot be read."""
    picture = _picture(signature)
    stamps = []
    for page, box, clip in signature.boxes() if picture else ():
        cut = (clip[0], clip[1], clip[2], clip[3]) if len(clip) == 4 else None
        stamps.append(Stamp(page, box, cut, picture))
    return stamps


def _picture(signature: OfdSignature) -> bytes:
    for value, path in ((signature.value, (0, 1)), (signature.seal, ())):
        try:
            found = seal_of(der.parsed(value).at(*path))[1]
        except (ValueError, IndexError):
            continue
        if found:
            return found
    return b""


def checked(
    package: OfdPackage, signature: OfdSignature, places: tuple[SignaturePlace, ...], listing: str
) -> FileSignature:
    """Return the signature with its outcome: digests of entries first, then the signed value, then dates."""
    form = "seal" if signature.seal or signature.kind.lower() == "seal" else "sign"
    if not len(signature.root):
        return FileSignature(signature.number, form, UNREADABLE, places=places, reason="the signature's entries")
    info = signature.info
    given = der.moment_of(text_of(info, "SignatureDateTime")) if info is not None else None
    broken, unsupported, covered = _references(package, signature)
    try:
        message = opened_signature(signature.value, package.read(signature.path))
    except (ValueError, IndexError, InvalidError) as error:
        outcome = outcome_of(Checks(not broken, None, "signature value"))
        return FileSignature(
            signature.number, form, outcome if broken else UNREADABLE, signed_at=given, places=places,
            broken=tuple(broken), reason=str(error)[:120],
        )  # fmt: skip
    if message.digest_holds is False:
        broken.append(signature.path)
    return _concluded(
        signature.number, form, message, given, places, broken, unsupported, covered >= _owed(package, listing)
    )


def _concluded(
    number: str, form: str, message: SignedMessage, given: Any, places: tuple[SignaturePlace, ...],
    broken: list[str], unsupported: str, covers_all: bool,
) -> FileSignature:  # fmt: skip
    certificate, seal = message.certificate, message.seal
    dates = (certificate.valid_from, certificate.valid_until) if certificate else (None, None)
    signed_at = message.signed_at or given
    unsupported = unsupported or message.unsupported
    checks = Checks(
        digests=None if unsupported and not broken else not broken, signature=message.signature_holds,
        unsupported=unsupported, seal=seal.signature_holds if seal else None, signed_at=signed_at, certificate=dates,
        seal_dates=(seal.valid_from, seal.valid_until) if seal else (None, None),
    )  # fmt: skip
    return FileSignature(
        number, "seal" if seal else form, outcome_of(checks), signer=certificate.subject if certificate else "",
        issuer=certificate.issuer if certificate else "", algorithm=algorithm_words(message.algorithm),
        signed_at=signed_at, certificate_from=dates[0], certificate_until=dates[1], seal=seal, places=places,
        broken=tuple(broken), covers_all=covers_all, reason=unsupported,
    )  # fmt: skip


def _references(package: OfdPackage, signature: OfdSignature) -> tuple[list[str], str, set[str]]:
    """Return (entries whose digest is not the signed one, an algorithm that is not known, entries covered)."""
    broken: list[str] = []
    covered: set[str] = set()
    listed = child(signature.info, "References") if signature.info is not None else None
    if listed is None:
        return broken, "", covered
    method = (listed.get("CheckMethod") or DEFAULT_METHOD).strip()
    for reference in children(listed, "Reference"):
        place = reference.get("FileRef", "")
        path = package.found(place, signature.path)
        covered.add(path.lower().lstrip("/"))
        try:
            expected = base64.b64decode(text_of(reference, "CheckValue"))
            if not path or digest(method, package.read(path)) != expected:
                broken.append(place)
        except UnknownAlgorithmError as error:
            return broken, str(error), covered
        except (binascii.Error, ValueError, InvalidError):
            broken.append(place)
    return broken, "", covered


def _owed(package: OfdPackage, listing: str) -> set[str]:
    """Return the entries that a signature over all of the file covers: all but those of signatures themselves."""
    folder = listing.rpartition("/")[0].lower() + "/"
    return {
        name.lower().lstrip("/")
        for name in package.names
        if not name.lower().lstrip("/").startswith(folder.lstrip("/")) and not name.lower().endswith(_NEVER_SIGNED)
    }
