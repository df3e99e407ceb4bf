"""The signed checkpoint: the C2SP forms `tlog-checkpoint` and `signed-note`, with Ed25519.

<origin>            lantai.ledger/1f3a…
<size>              20852163
<root, base64>      CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— <origin> <base64 of key id and signature>
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lantai.kernel.errors import UnavailableError
from lantai.kernel.errors import gettext_noop as _

ED25519 = b"\x01"
DUE_AFTER = timedelta(seconds=60)
DUE_LEAVES = 10_000


@dataclass(frozen=True, slots=True)
class SignedTree:
    """What a checkpoint says: the name of the log, its size and its root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the part that is signed. Source: C2SP tlog-checkpoint."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


class Signer:
    """Signs and verifies with the ledger's key; `secret` is the installation's secret word (base64url of 32 bytes)."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise UnavailableError("audit.key", _("The ledger has no key yet. Set the installation up first."))
        seed = base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()
        self.origin = f"lantai.ledger/{hashlib.sha256(self.public).hexdigest()[:16]}"

    def sign(self, size: int, root: bytes) -> str:
        """Return the signed note over a tree."""
        text = SignedTree(self.origin, size, root).text()
        signature = key_id(self.origin, self.public) + self._key.sign(text.encode())
        return f"{text}\n— {self.origin} {base64.b64encode(signature).decode()}\n"

    def verifier_key(self) -> str:
        """Return the public key in the form that other programs take. Source: C2SP signed-note, "vkey"."""
        number = key_id(self.origin, self.public).hex()
        return f"{self.origin}+{number}+{base64.b64encode(ED25519 + self.public).decode()}"


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes that name a key in a signature line. Source: C2SP signed-note."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def opened(note: str, public: bytes) -> SignedTree | None:
    """Return what a signed note says, or None unless it is a checkpoint with a right signature by `public`."""
    text, split, signatures = note.rpartition("\n\n")
    lines = text.split("\n")
    if not split or len(lines) < 3 or not lines[0] or not lines[1].isascii() or not lines[1].isdigit():
        return None
    try:
        tree = SignedTree(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True))
    except (binascii.Error, ValueError):
        return None
    signed = (text + "\n").encode()
    return tree if any(_is_signed(signed, line, tree.origin, public) for line in signatures.splitlines()) else None


def _is_signed(signed: bytes, line: str, origin: str, public: bytes) -> bool:
    mark, _, rest = line.partition(" ")
    name, _, encoded = rest.rpartition(" ")
    if mark != "—" or name != origin:
        return False
    try:
        word = base64.b64decode(encoded, validate=True)
        if word[:4] != key_id(name, public):
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(word[4:], signed)
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True


def is_due(*, size: int, signed_size: int, signed_at: datetime | None, now: datetime) -> bool:
    """Tell whether a tree of `size` needs a new checkpoint: at most 10,000 leaves or one minute behind."""
    if size <= signed_size:
        return False
    return signed_at is None or size - signed_size >= DUE_LEAVES or now - signed_at >= DUE_AFTER
