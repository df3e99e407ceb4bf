"""Certificates and signature values: names, dates, and whether a signature was made with a certificate's key."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key

from lantai.recognition.rules import der, sm2

SM2_CURVE = "1.2.156.10197.1.301"
SM3_OID = "1.2.156.10197.1.401"
SM2_WITH_SM3 = ("1.2.156.10197.1.501", "1.2.156.10197.1.301", "1.2.156.10197.1.301.1", "1.2.156.10197.1.301.2")
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    SM3_OID: hashes.SM3, "1.2.156.10197.1.401.1": hashes.SM3,
    "1.3.14.3.2.26": hashes.SHA1, "2.16.840.1.101.3.4.2.1": hashes.SHA256, "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512, "2.16.840.1.101.3.4.2.4": hashes.SHA224,
    "1.2.840.113549.2.5": hashes.MD5, "SM3": hashes.SM3, "MD5": hashes.MD5, "SHA1": hashes.SHA1,
    "SHA256": hashes.SHA256, "SHA384": hashes.SHA384, "SHA512": hashes.SHA512,
}  # fmt: skip
_SIGNED_WITH: dict[str, str] = {
    "1.2.840.113549.1.1.4": "MD5", "1.2.840.113549.1.1.5": "SHA1", "1.2.840.113549.1.1.11": "SHA256",
    "1.2.840.113549.1.1.12": "SHA384", "1.2.840.113549.1.1.13": "SHA512", "1.2.156.10197.1.504": "SM3",
    "1.2.840.10045.4.3.2": "SHA256", "1.2.840.10045.4.3.3": "SHA384", "1.2.840.10045.4.3.4": "SHA512",
    "1.2.840.10045.4.1": "SHA1",
}  # fmt: skip
_WORDS = {
    **dict.fromkeys(SM2_WITH_SM3, "SM2 with SM3"), "1.2.840.113549.1.1.1": "RSA", "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.113549.1.1.5": "RSA with SHA-1", "1.2.840.113549.1.1.11": "RSA with SHA-256",
    "1.2.840.113549.1.1.12": "RSA with SHA-384", "1.2.840.113549.1.1.13": "RSA with SHA-512",
    "1.2.840.10045.4.3.2": "ECDSA with SHA-256", "1.2.840.10045.4.3.3": "ECDSA with SHA-384",
    "1.2.840.10045.4.3.4": "ECDSA with SHA-512", "1.2.840.10045.2.1": "ECDSA", "1.2.840.113549.1.1.4": "RSA with MD5",
    "1.2.156.10197.1.504": "RSA with SM3",
}  # fmt: skip


class UnknownAlgorithmError(Exception):
    """A signature or digest uses an algorithm that cannot be computed here; its name is the message."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A signer's certificate: the names in it, its dates, its public key as SubjectPublicKeyInfo."""

    subject: str
    issuer: str
    serial: int
    valid_from: datetime | None
    valid_until: datetime | None
    key: bytes
    raw: bytes


def digest(algorithm: str, content: bytes) -> bytes:
    """Return the digest of `content` by an algorithm's name or identifier. Raises UnknownAlgorithmError."""
    name = algorithm.strip()
    found = _HASHES.get(name) or _HASHES.get(name.upper().replace("-", ""))
    if found is None:
        raise UnknownAlgorithmError(name or "digest")
    work = hashes.Hash(found())
    work.update(content)
    return work.finalize()


def sm3(content: bytes) -> bytes:
    return digest("SM3", content)


def algorithm_words(identifier: str) -> str:
    """Return the usual name of an algorithm, or its identifier."""
    return _WORDS.get(identifier.strip(), identifier.strip())


def certificate_of(raw: bytes) -> Certificate:
    """Return what a DER certificate says. Raises ValueError where it is not one."""
    body = der.parsed(raw).at(0).children
    if body and body[0].tag == der.CONTEXT_0:
        body = body[1:]
    if len(body) < 6:
        raise ValueError("not a certificate")
    dates = body[3].children
    return Certificate(
        subject=_name(body[4]), issuer=_name(body[2]), serial=body[0].integer, valid_from=dates[0].moment,
        valid_until=dates[1].moment, key=body[5].raw, raw=raw,
    )  # fmt: skip


_NAME_PARTS = ("2.5.4.3", "2.5.4.11", "2.5.4.10")


def _name(name: der.Node) -> str:
    """Return the common name and the organisation of a distinguished name, as far as it has them."""
    parts: dict[str, str] = {}
    for part in name.children:
        for pair in part.children:
            parts.setdefault(pair.at(0).identifier, pair.at(1).text.strip())
    common, unit, body = (parts.get(key, "") for key in _NAME_PARTS)
    first = common or unit or body
    return f"{first} ({body})" if body and body not in first else first


def is_signed_by(key: bytes, algorithm: str, message: bytes, signature: bytes, *, digest_name: str = "") -> bool:
    """Tell whether `signature` over `message` was made with the private half of `key` (SubjectPublicKeyInfo).

    Raises UnknownAlgorithmError for what cannot be computed, ValueError for a key or signature that is not one.
    """
    about = der.parsed(key).at(0).children
    curve = about[1].identifier if len(about) > 1 and about[1].tag == der.OBJECT_ID else ""
    if curve == SM2_CURVE:
        point = sm2.point_of(der.parsed(key).at(1).bits)
        r, s = _pair(signature)
        return sm2.is_signed(point, sm2.signed_digest(point, message, sm3), r, s)
    name = _SIGNED_WITH.get(algorithm) or digest_name
    if not name:
        raise UnknownAlgorithmError(algorithm_words(algorithm))
    chosen = _HASHES.get(name)
    if chosen is None:
        raise UnknownAlgorithmError(name)
    try:
        public = load_der_public_key(key)
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, digest(name, message), padding.PKCS1v15(), Prehashed(chosen()))
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, digest(name, message), ec.ECDSA(Prehashed(chosen())))
        else:
            raise UnknownAlgorithmError(algorithm_words(algorithm))
    except InvalidSignature:
        return False
    except UnsupportedAlgorithm as error:
        raise UnknownAlgorithmError(algorithm_words(algorithm)) from error
    return True


def _pair(signature: bytes) -> tuple[int, int]:
    """Return (r, s) of a signature in DER, or of 64 bare bytes."""
    if len(signature) == 64 and signature[0] != der.SEQUENCE:
        return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        pair = der.parsed(signature).children
    except ValueError:
        if len(signature) == 64:
            return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        raise
    if len(pair) != 2:
        raise ValueError("not a pair of numbers")
    return pair[0].integer, pair[1].integer
