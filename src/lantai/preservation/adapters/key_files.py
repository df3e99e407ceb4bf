"""The installation's keys on disk, outside the database: master keys that wrap file keys, and the key of stored names.

Files readable by their owner alone. Whoever loses the master keys loses every stored file, so they are backed up apart
from the stores. The name key is a file of its own: copies can be found and checked while the master keys are locked away.
"""

import contextlib
import functools
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lantai.kernel import clock
from lantai.kernel.errors import UnavailableError
from lantai.kernel.errors import gettext_noop as _
from lantai.kernel.ids import new_id
from lantai.preservation.rules.container import DamagedError

KEY_BYTES = 32
SHARDS_HEX = 3


@dataclass(frozen=True)
class MasterKeys:
    """Wraps and opens file keys. Retired master keys open but no longer wrap."""

    current: UUID
    keys: dict[UUID, bytes]

    def wrap(self, key: bytes, file_id: UUID) -> tuple[UUID, bytes]:
        """Return (master key id, 60 bytes) from which only the master key gets `key` back, for this file alone."""
        nonce = secrets.token_bytes(12)
        return self.current, nonce + self._cipher(self.current).encrypt(nonce, key, file_id.bytes)

    def unwrap(self, master_id: UUID, wrapped: bytes, file_id: UUID) -> bytes:
        """Return the file key. Raises UnavailableError without the master key, DamagedError for other bytes."""
        try:
            return self._cipher(master_id).decrypt(wrapped[:12], wrapped[12:], file_id.bytes)
        except InvalidTag as error:
            raise DamagedError("the wrapped key does not open") from error

    def _cipher(self, master_id: UUID) -> AESGCM:
        if master_id not in self.keys:
            raise UnavailableError(
                "preservation.master_key_missing",
                _("The master key %(master)s is not on this machine. Put secrets/master.key back from its safe place."),
                master=str(master_id),
            )
        return self._ciphers[master_id]

    @functools.cached_property
    def _ciphers(self) -> dict[UUID, AESGCM]:
        return {master_id: AESGCM(key) for master_id, key in self.keys.items()}


@dataclass(frozen=True)
class StoredNames:
    """Turns ids into the names of stored files, and back."""

    name_key: bytes

    def name_of(self, file_id: UUID) -> str:
        """Return "abc/0123…": a shard and the id under a keyed permutation, so that a name tells a stranger nothing.

        Files made in the same second share a shard: a batch dirties few folders, and over time all 4096 fill evenly.
        """
        return self.names_of([file_id])[0]

    def names_of(self, file_ids: Sequence[UUID]) -> list[str]:
        """Return the name of each id, as `name_of` does, in one pass of the cipher."""
        names = self._names.encryptor().update(b"".join([file_id.bytes for file_id in file_ids])).hex()
        key = self.name_key
        return [f"{_shard(key, file_id.int >> 90)}/{names[32 * n : 32 * n + 32]}" for n, file_id in enumerate(file_ids)]

    def id_of(self, stored_name: str) -> UUID | None:
        """Return the id that a stored name was made from, or None when it was not made with this key."""
        with contextlib.suppress(ValueError):
            name = bytes.fromhex(stored_name.rpartition("/")[2])
            if len(name) == 16:
                file_id = UUID(bytes=self._names.decryptor().update(name))
                return file_id if self.name_of(file_id) == stored_name else None
        return None

    @functools.cached_property
    def _names(self) -> Cipher[modes.ECB]:
        # One block, never two: ECB on a single unique id is a plain keyed permutation.
        return Cipher(algorithms.AES(self.name_key), modes.ECB())  # noqa: S305


@functools.lru_cache(maxsize=1024)
def _shard(name_key: bytes, second: int) -> str:
    cipher = Cipher(algorithms.AES(name_key), modes.ECB())  # noqa: S305
    return cipher.encryptor().update(b"shard".ljust(8, b"\0") + second.to_bytes(8, "big")).hex()[:SHARDS_HEX]


def read_master_keys(file: Path) -> MasterKeys:
    """Return the master keys in `file`. Raises UnavailableError when it is not there or not readable."""
    kept = read_secret(file)
    return MasterKeys(UUID(kept["current"]), {UUID(one["id"]): b64decode(one["key"]) for one in kept["keys"]})


def make_master_keys(file: Path) -> MasterKeys:
    """Make the master key file if there is none, durably; return what it holds."""
    if not file.exists():
        first = _new_key()
        write_secret(file, {"current": first["id"], "keys": [first]}, first=True)
    return read_master_keys(file)


def add_master_key(file: Path) -> MasterKeys:
    """Add a new master key that wraps from now on; the older ones stay, to open what they wrapped."""
    kept = read_secret(file)
    added = _new_key()
    write_secret(file, {"current": added["id"], "keys": [*kept["keys"], added]})
    return read_master_keys(file)


def read_stored_names(file: Path) -> StoredNames:
    """Return the name key in `file`. Raises UnavailableError when it is not there or not readable."""
    return StoredNames(b64decode(read_secret(file)["key"]))


def make_stored_names(file: Path) -> StoredNames:
    """Make the name key if there is none, durably; return it."""
    if not file.exists():
        write_secret(file, _new_key(), first=True)
    return read_stored_names(file)


def read_secret(file: Path) -> dict[str, Any]:
    """Return the JSON of a key file. Raises UnavailableError telling which file is missing or unreadable."""
    try:
        kept: dict[str, Any] = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise UnavailableError(
            "preservation.key_file",
            _("The key file secrets/%(file)s cannot be read (%(reason)s). Put it back from its safe place."),
            file=file.name,
            reason=getattr(error, "strerror", None) or "damaged",
        ) from error
    return kept


def _new_key() -> dict[str, str]:
    key = b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    return {"id": str(new_id()), "key": key, "made_at": clock.now().isoformat()}


def write_secret(file: Path, content: object, *, first: bool = False) -> None:
    """Write JSON that only its owner can read, durably and all at once.

    With `first`, a file that another process has made in the meantime stands: its keys may be in use already.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_suffix(f".{os.getpid()}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(content, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    if first:
        with contextlib.suppress(FileExistsError):
            file.hardlink_to(draft)
        draft.unlink()
    else:
        draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
