"""Signed messages: PKCS#7 and CMS (RFC 5652), their Chinese form (GM/T 0010), and electronic seals (GB/T 38540, GM/T 0031)."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from lantai.recognition.adapters.documents.certificates import (
    Certificate,
    UnknownAlgorithmError,
    certificate_of,
    digest,
    is_signed_by,
)
from lantai.recognition.rules import der
from lantai.recognition.rules.file_signatures import SealFacts

_SIGNED_DATA = ("1.2.840.113549.1.7.2", "1.2.156.10197.6.1.4.2.2")
_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME = (f"1.2.840.113549.1.9.{n}" for n in (3, 4, 5))
_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"


@dataclass(slots=True)
class SignedMessage:
    """What one signature value says and whether it holds; `unsupported` names what could not be computed.

    `digest_holds` is about the content that was handed in; `signature_holds` about the signer's key.
    """

    algorithm: str = ""
    certificate: Certificate | None = None
    digest_holds: bool | None = None
    signature_holds: bool | None = None
    unsupported: str = ""
    signed_at: datetime | None = None
    stamped: bool = False
    seal: SealFacts | None = None
    picture: bytes = b""
    certificates: list[Certificate] = field(default_factory=list)


def opened_signature(value: bytes, content: bytes) -> SignedMessage:
    """Return what the signature `value` over `content` says. Raises ValueError where it is no known form of one."""
    root = der.parsed(value)
    inside = root.children
    if inside and inside[0].tag == der.OBJECT_ID:
        return cms(root, content)
    if inside and inside[0].tag == der.SEQUENCE:
        return seal_signature(root, content)
    if len(inside) == 2 and all(part.tag == der.INTEGER for part in inside):
        return SignedMessage(unsupported="no certificate")
    raise ValueError("not a known form of signature")


def seal_signature(root: der.Node, content: bytes) -> SignedMessage:
    """Return what an SES_Signature says: version 4 or 5 (GB/T 38540-2020) or the older one (GM/T 0031-2014)."""
    parts = root.children
    signed = parts[0]
    body = signed.children
    if len(body) < 5:
        raise ValueError("not an electronic seal signature")
    if len(parts) >= 4:
        certificate, algorithm, signature = parts[1].octets, parts[2].identifier, parts[3].bits
        stamped = len(parts) > 4
    else:
        certificate, algorithm, signature = body[5].octets, body[6].identifier, parts[1].bits
        stamped = False
    found = SignedMessage(algorithm=algorithm, certificate=certificate_of(certificate), stamped=stamped)
    found.signed_at = _moment(body[2])
    found.seal, found.picture, allowed = seal_of(body[1])
    if allowed and certificate not in allowed and not _among(certificate, allowed):
        found.seal = _with_fault(found.seal)
    hashed = body[3].bits
    _check_digest(found, "SM3" if len(hashed) == 32 else "SHA1", content, hashed)
    _check_signature(found, signed.raw, signature)
    return found


def _among(certificate: bytes, allowed: list[bytes]) -> bool:
    """A seal may list digests of its signers' certificates instead of the certificates (GB/T 38540, 7.1.2.3)."""
    return any(len(entry) in (20, 32) and entry == digest("SM3", certificate) for entry in allowed) or all(
        len(entry) < 64 for entry in allowed
    )


def _with_fault(seal: SealFacts | None) -> SealFacts | None:
    return replace(seal, signature_holds=False) if seal else None


def _moment(node: der.Node) -> datetime | None:
    """The older form wraps its time into a bit string, as a time or as a whole time stamp."""
    if node.tag != der.BIT_STRING:
        return node.moment
    try:
        return der.parsed(node.bits).moment or der.moment_of(node.bits.decode("ascii", "replace"))
    except ValueError:
        return der.moment_of(node.bits.decode("ascii", "replace"))


def seal_of(seal: der.Node) -> tuple[SealFacts, bytes, list[bytes]]:
    """Return (facts, picture, certificates that may use it) of an SESeal. Raises ValueError where it is not one."""
    parts = seal.children
    about, header, properties, picture = parts[0], parts[0].at(0), parts[0].at(2).children, parts[0].at(3).children
    listed = next((p for p in properties if p.tag == der.SEQUENCE), None)
    allowed = [node.octets for node in listed.children if node.tag == der.OCTET_STRING] if listed else []
    dates = [p.moment for p in properties if p.tag in (der.UTC_TIME, der.GENERALIZED_TIME)]
    dates += [None] * (3 - len(dates))
    facts = SealFacts(
        name=properties[1].text, seal_id=parts[0].at(1).text, kind=properties[0].integer, maker=header.at(2).text,
        picture_format=picture[0].text.lower(), valid_from=dates[1], valid_until=dates[2],
        signature_holds=_seal_holds(about, parts),
    )  # fmt: skip
    return facts, picture[1].octets, allowed


def _seal_holds(about: der.Node, parts: list[der.Node]) -> bool | None:
    """Tell whether the maker's signature on the seal holds; None where that cannot be computed."""
    try:
        if len(parts) >= 4:
            signer, algorithm, value = parts[1:4]
        else:
            signer, algorithm, value = parts[1].children[:3]
        key = certificate_of(signer.octets).key
        whole = der.sequence(about.raw, signer.raw, algorithm.raw)
        return any(is_signed_by(key, algorithm.identifier, text, value.bits) for text in (whole, about.raw))
    except (UnknownAlgorithmError, ValueError):
        return None


def cms(root: der.Node, content: bytes | None) -> SignedMessage:
    """Return what a SignedData over `content` says, its first signer taken. Raises ValueError where it is not one."""
    if root.at(0).identifier not in _SIGNED_DATA:
        raise ValueError("not signed data")
    parts = root.at(1, 0).children
    held = parts[2].children
    enclosed = held[1].at(0).octets if len(held) > 1 else None
    found = SignedMessage()
    for node in parts[3:]:
        if node.tag == der.CONTEXT_0:
            found.certificates = [certificate_of(n.raw) for n in node.children if n.tag == der.SEQUENCE]
    signers = parts[-1].children
    if not signers:
        raise ValueError("nobody has signed")
    _first_signer(found, signers[0], content, enclosed)
    return found


def _first_signer(found: SignedMessage, signer: der.Node, content: bytes | None, enclosed: bytes | None) -> None:
    parts = signer.children
    hashed_by = parts[2].at(0).identifier
    attributes = parts[3] if parts[3].tag == der.CONTEXT_0 else None
    rest = parts[4:] if attributes else parts[3:]
    found.algorithm = rest[0].at(0).identifier
    signature = rest[1].octets
    found.certificate = _signer_certificate(found.certificates, parts[1])
    found.stamped = any(_TIME_STAMP in _identifiers(node) for node in rest[2:])
    message = content if content is not None else enclosed
    if message is None:
        raise ValueError("the signed content is missing")
    if attributes is None:
        # GM/T 0010 signers put the digest itself inside, and sign the digest or the content.
        if enclosed is not None and content is not None:
            _check_enclosed(found, hashed_by, content, enclosed)
            message = enclosed
        else:
            found.digest_holds = True
        _check_signature(found, message, signature, digest_name=hashed_by)
        return
    values = {pair.at(0).identifier: pair.at(1, 0) for pair in attributes.children}
    found.signed_at = values[_SIGNING_TIME].moment if _SIGNING_TIME in values else None
    if _MESSAGE_DIGEST not in values:
        raise ValueError("the digest is missing")
    over = enclosed if enclosed is not None else message
    _check_digest(found, hashed_by, over, values[_MESSAGE_DIGEST].octets)
    if enclosed is not None and content is not None and found.digest_holds:
        _check_enclosed(found, hashed_by, content, enclosed)
    _check_signature(found, der.retagged(attributes, der.SET), signature, digest_name=hashed_by)


def _check_enclosed(found: SignedMessage, algorithm: str, content: bytes, enclosed: bytes) -> None:
    """What is enclosed may be the content, its digest, or its digest by SHA-1 or SM3 (adbe.pkcs7.sha1, GM/T 0010)."""
    if enclosed == content:
        found.digest_holds = True
        return
    choices = {algorithm, "SM3", "SHA1", "SHA256"}
    try:
        found.digest_holds = any(digest(choice, content) == enclosed for choice in choices)
    except UnknownAlgorithmError as error:
        found.unsupported = str(error)


def _check_digest(found: SignedMessage, algorithm: str, content: bytes, expected: bytes) -> None:
    try:
        found.digest_holds = digest(algorithm, content) == expected
    except UnknownAlgorithmError as error:
        found.unsupported = str(error)


def _check_signature(found: SignedMessage, message: bytes, signature: bytes, *, digest_name: str = "") -> None:
    if found.certificate is None:
        found.unsupported = found.unsupported or "no certificate"
        return
    try:
        found.signature_holds = is_signed_by(
            found.certificate.key, found.algorithm, message, signature, digest_name=digest_name
        )
    except UnknownAlgorithmError as error:
        found.unsupported = str(error)


def _signer_certificate(certificates: list[Certificate], name: der.Node) -> Certificate | None:
    """Return the certificate with the signer's serial number, else the only one there is."""
    serials = [node.integer for node in name.children if node.tag == der.INTEGER] if name.tag == der.SEQUENCE else []
    for certificate in certificates:
        if certificate.serial in serials:
            return certificate
    return certificates[0] if len(certificates) == 1 else None


def _identifiers(node: der.Node) -> list[str]:
    try:
        return [child.at(0).identifier for child in node.children]
    except ValueError:
        return []
