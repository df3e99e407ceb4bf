"""The installation's Ed25519 key, which signs manifests so that a stranger can tell ours from a forged one."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lantai.kernel.canonical import canonical_json
from lantai.kernel.ids import new_id
from lantai.preservation.adapters.key_files import read_secret, write_secret


@dataclass(frozen=True)
class SigningKey:
    """Signs with the private key; the public one goes into what is signed and is kept beside the secrets."""

    id: UUID
    private: Ed25519PrivateKey

    @property
    def public_text(self) -> str:
        return b64encode(self.private.public_key().public_bytes_raw()).decode()

    def signed(self, body: dict[str, Any]) -> bytes:
        """Return {"manifest", "key", "public_key", "signature"} in canonical form; the signature is over "manifest"."""
        signature = b64encode(self.private.sign(canonical_json(body))).decode()
        return canonical_json(
            {"manifest": body, "key": str(self.id), "public_key": self.public_text, "signature": signature}
        )


def is_signed_by(document: dict[str, Any], public_text: str) -> bool:
    """Tell whether `document`, as `signed` made it, was signed by the owner of `public_text`."""
    public = Ed25519PublicKey.from_public_bytes(b64decode(public_text))
    try:
        public.verify(b64decode(document["signature"]), canonical_json(document["manifest"]))
    except (InvalidSignature, KeyError, ValueError):
        return False
    return True


def read_signing_key(file: Path) -> SigningKey:
    """Return the signing key in `file`. Raises UnavailableError when it cannot be read."""
    kept = read_secret(file)
    return SigningKey(UUID(kept["id"]), Ed25519PrivateKey.from_private_bytes(b64decode(kept["private"])))


def make_signing_key(file: Path) -> SigningKey:
    """Make the signing key if there is none; return it."""
    if not file.exists():
        private = b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
        write_secret(file, {"id": str(new_id()), "private": private}, first=True)
    return read_signing_key(file)
