"""The stores in force and the keys of this installation, from its settings and its secrets folder."""

import functools
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings

from lantai.preservation.adapters.disk import DiskStore
from lantai.preservation.adapters.key_files import MasterKeys, StoredNames, read_master_keys, read_stored_names
from lantai.preservation.adapters.signing import SigningKey, read_signing_key
from lantai.preservation.adapters.stores import Store


def secrets_folder() -> Path:
    return Path(settings.HOME) / "secrets"


def master_key_file() -> Path:
    return secrets_folder() / "master.key"


def name_key_file() -> Path:
    return secrets_folder() / "names.key"


def signing_key_file() -> Path:
    return secrets_folder() / "manifest.key"


def stores_in_force() -> list[Store]:
    """Return the stores that every file goes to, in the order of the setting. Each is named for its folder."""
    return [store_at(folder.name, folder) for folder in store_folders()]


def store_folders() -> Sequence[Path]:
    folders: Sequence[Path] = settings.LANTAI_STORES
    return folders


@functools.lru_cache(maxsize=64)
def store_at(name: str, folder: Path) -> Store:
    return DiskStore(name, folder)


def master_keys() -> MasterKeys:
    """Return the master keys; read again when the file has changed. Raises UnavailableError without them."""
    return _master_keys(master_key_file(), _changed(master_key_file()))


def stored_names() -> StoredNames:
    """Return what turns ids into stored names. Raises UnavailableError without the name key."""
    return _stored_names(name_key_file(), _changed(name_key_file()))


def signing_key() -> SigningKey:
    """Return the key that signs manifests. Raises UnavailableError without it."""
    return _signing_key(signing_key_file(), _changed(signing_key_file()))


def file_path(file_id: UUID) -> str:
    """Return the path that a file has in every store."""
    return f"objects/{stored_names().name_of(file_id)}"


def file_paths(file_ids: Sequence[UUID]) -> list[str]:
    """Return the path of each file, in one go."""
    return [f"objects/{name}" for name in stored_names().names_of(file_ids)]


def manifest_path(manifest_id: UUID) -> str:
    """Return the path that a manifest has in every store."""
    return f"manifests/{stored_names().name_of(manifest_id)}"


def manifest_paths(manifest_ids: Sequence[UUID]) -> list[str]:
    """Return the path of each manifest, in one go."""
    return [f"manifests/{name}" for name in stored_names().names_of(manifest_ids)]


@functools.lru_cache(maxsize=4)
def _master_keys(file: Path, changed: int) -> MasterKeys:
    return read_master_keys(file)


@functools.lru_cache(maxsize=4)
def _stored_names(file: Path, changed: int) -> StoredNames:
    return read_stored_names(file)


@functools.lru_cache(maxsize=4)
def _signing_key(file: Path, changed: int) -> SigningKey:
    return read_signing_key(file)


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
