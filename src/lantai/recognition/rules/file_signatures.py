"""What is known of an electronic signature in a file: who signed, when, over what, and whether it still holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lantai.recognition.rules.layout import Box
from lantai.recognition.rules.seals import OVAL, RED, ROUND, Seal

VALID = "valid"
DIGEST_BROKEN = "digest_broken"
SIGNATURE_BROKEN = "signature_broken"
SEAL_BROKEN = "seal_broken"
CERTIFICATE_EXPIRED = "certificate_expired"
SEAL_EXPIRED = "seal_expired"
UNSUPPORTED = "unsupported"
UNREADABLE = "unreadable"
OUTCOMES = (
    VALID, DIGEST_BROKEN, SIGNATURE_BROKEN, SEAL_BROKEN, CERTIFICATE_EXPIRED, SEAL_EXPIRED, UNSUPPORTED, UNREADABLE,
)  # fmt: skip
BROKEN = (DIGEST_BROKEN, SIGNATURE_BROKEN, SEAL_BROKEN)


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """Where a signature or its seal stands: a page of the file, from 1, and a box in pixels of that page."""

    page_number: int
    box_px: Box


@dataclass(frozen=True, slots=True)
class SealFacts:
    """The electronic seal inside a signature, as its maker describes it."""

    name: str = ""
    seal_id: str = ""
    kind: int = 0
    maker: str = ""
    picture_format: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    signature_holds: bool | None = None


@dataclass(frozen=True, slots=True)
class FileSignature:
    """One signature of a file. `broken` names the entries or byte ranges whose digest is no longer the signed one.

    `outcome` is one of OUTCOMES. "valid" says that the signed bytes are unchanged and the signature was made with the
    key of the certificate; no certificate is traced to a root. `covers_all` tells whether all of the file was signed.
    """

    number: str
    form: str
    outcome: str
    signer: str = ""
    issuer: str = ""
    algorithm: str = ""
    signed_at: datetime | None = None
    certificate_from: datetime | None = None
    certificate_until: datetime | None = None
    seal: SealFacts | None = None
    places: tuple[SignaturePlace, ...] = ()
    broken: tuple[str, ...] = ()
    covers_all: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Checks:
    """What was found out about one signature; None where it could not be checked. `unsupported` names an algorithm."""

    digests: bool | None
    signature: bool | None
    unsupported: str = ""
    seal: bool | None = None
    signed_at: datetime | None = None
    certificate: tuple[datetime | None, datetime | None] = (None, None)
    seal_dates: tuple[datetime | None, datetime | None] = (None, None)


def outcome_of(checks: Checks) -> str:
    """Return the one word for a signature: what is broken goes before what has expired, and that before valid."""
    if checks.digests is False:
        return DIGEST_BROKEN
    if checks.signature is False:
        return SIGNATURE_BROKEN
    if checks.seal is False:
        return SEAL_BROKEN
    if checks.unsupported or checks.signature is None or checks.digests is None:
        return UNSUPPORTED
    if not is_within(checks.signed_at, checks.certificate):
        return CERTIFICATE_EXPIRED
    return VALID if is_within(checks.signed_at, checks.seal_dates) else SEAL_EXPIRED


def is_within(moment: datetime | None, dates: tuple[datetime | None, datetime | None]) -> bool:
    """Tell whether a moment lies between two dates; what is not known does not speak against it."""
    if moment is None:
        return True
    start, end = dates
    return not (start and moment < start) and not (end and moment > end)


def counted(signatures: Sequence[FileSignature]) -> dict[str, int]:
    """Return how many signatures there are of each outcome that occurs."""
    found: dict[str, int] = {}
    for signature in signatures:
        found[signature.outcome] = found.get(signature.outcome, 0) + 1
    return found


def seals_on(signatures: Sequence[FileSignature], page_number: int) -> tuple[Seal, ...]:
    """Return the electronic seals shown on a page of the file, as seals that need not be looked for.

    Their place is certain; shape and ink are those that the seals of bodies have, for the file does not tell them.
    """
    boxes = [
        place.box_px
        for signature in signatures
        if signature.seal is not None
        for place in signature.places
        if place.page_number == page_number
    ]
    return tuple(
        Seal(
            shape=ROUND if 0.8 < (right - left) / max(bottom - top, 1) < 1.25 else OVAL,
            colour=RED,
            centre=((left + right) / 2, (top + bottom) / 2),
            radii=((right - left) / 2, (bottom - top) / 2),
            angle_degrees=0.0,
            box_px=(left, top, right, bottom),
            confidence=1.0,
        )
        for left, top, right, bottom in boxes
    )
