"""A content store in a folder of a local disk: every acknowledged byte has been fsynced, named, and read back.

Bytes are written under staging/, made durable, renamed without replacing, and the folder made durable. A batch shares
one syncfs for its bytes and one fsync for each folder its names went to.
"""

import contextlib
import ctypes
import errno
import itertools
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import BinaryIO, cast

from lantai.kernel.errors import ArchiveError, ConflictError, NotFoundError, UnavailableError
from lantai.kernel.errors import gettext_noop as _
from lantai.preservation.adapters.stores import Blob, Space, StoredName

STAGING = "staging"
SYNC_EACH_UP_TO = 4
FLUSH_EVERY_BYTES = 64 << 20
_RENAME_NOREPLACE = 1
_AT_FDCWD = -100
_libc = ctypes.CDLL(None, use_errno=True)

_FULL = _("Store %(store)s is full. Make room on it or move it to a larger disk; until then nothing is taken in.")
_READ_ONLY = _(
    "Store %(store)s has become read-only, often the sign of a failing disk. "
    "Repair or replace the disk; until then nothing is taken in."
)
_DENIED = _(
    "Store %(store)s may not be written by Lantai. "
    "Give its folder back to the user that runs Lantai; until then nothing is taken in."
)
_GONE = _("Store %(store)s is not there. Connect or mount its disk; until then nothing is taken in.")
_BROKEN = _("Store %(store)s failed: %(reason)s. Look at the disk; until it is mended nothing is taken in.")
_FAILURES = {
    errno.ENOSPC: ("preservation.store_full", _FULL),
    errno.EDQUOT: ("preservation.store_full", _FULL),
    errno.EROFS: ("preservation.store_read_only", _READ_ONLY),
    errno.EACCES: ("preservation.store_denied", _DENIED),
    errno.EPERM: ("preservation.store_denied", _DENIED),
    errno.ENOENT: ("preservation.store_gone", _GONE),
    errno.ENOTDIR: ("preservation.store_gone", _GONE),
}


class DiskStore:
    """A folder as a Store. The folder itself must exist: an unmounted disk must not be mistaken for an empty one."""

    def __init__(self, name: str, root: Path) -> None:
        self.name = name
        self.root = root
        self._place = f"{root}/"
        self._drafts = f"{root}/{STAGING}/{secrets.token_hex(8)}-"
        self._draft_numbers = itertools.count()
        self._known_folders: set[str] = set()

    def put(self, blobs: Sequence[Blob]) -> None:
        drafts: list[tuple[str, Blob]] = []
        with self._told():
            self._make_staging()
            try:
                with self._syncing(len(blobs)) as sync_each:
                    for blob in blobs:
                        draft = self._draft()
                        drafts.append((draft, blob))
                        self._write_whole(draft, blob.content, sync=sync_each)
                for draft, blob in drafts:
                    self._name(draft, blob.path)
                for folder in {blob.path.rpartition("/")[0] for blob in blobs}:
                    _sync_folder(self._place + folder)
            except (OSError, ArchiveError):
                _remove_all(draft for draft, _blob in drafts)
                raise
            for blob in blobs:
                self._read_back(blob)

    def receive(self, path: str) -> "DiskReceiving":
        with self._told():
            self._make_staging()
            return DiskReceiving(self, self._draft(), path)

    def open(self, path: str) -> BinaryIO:
        try:
            file = FileIO(self._place + path)
        except FileNotFoundError as error:
            raise NotFoundError(
                "preservation.copy_missing", _("Store %(store)s has no copy of this file."), store=self.name
            ) from error
        except OSError as error:
            raise self._failure(error) from error
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return cast(BinaryIO, file)

    def walk(self) -> Iterator[StoredName]:
        with self._told():
            yield from self._walk(self.root, "")

    def remove(self, path: str) -> None:
        with self._told(), contextlib.suppress(FileNotFoundError):
            (self.root / path).unlink()
            _sync_folder(str((self.root / path).parent))

    def space(self) -> Space:
        with self._told():
            found = os.statvfs(self.root)
            writable = not found.f_flag & os.ST_RDONLY
            return Space(found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize, writable)

    def _walk(self, folder: Path, prefix: str) -> Iterator[StoredName]:
        folders = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                    continue
                with contextlib.suppress(FileNotFoundError):
                    found = entry.stat(follow_symlinks=False)
                    changed_at = datetime.fromtimestamp(max(found.st_mtime, found.st_ctime), UTC)
                    yield StoredName(prefix + entry.name, found.st_size, changed_at)
        for name in sorted(folders):
            yield from self._walk(folder / name, f"{prefix}{name}/")

    def _draft(self) -> str:
        """Return the path of a new draft: a random word of this process, and a number."""
        return f"{self._drafts}{os.getpid()}-{next(self._draft_numbers)}"

    def _make_staging(self) -> None:
        """Make the folder of drafts, also when somebody emptied the store under this process."""
        if not (self.root / STAGING).is_dir():
            self._known_folders.clear()
        self._make_folder(STAGING)

    def _make_folder(self, folder: str) -> None:
        """Make `folder` below the root, one level at a time and durably; the root itself is never made here."""
        if folder in self._known_folders:
            return
        parent = self.root
        for part in folder.split("/"):
            place = parent / part
            with contextlib.suppress(FileExistsError):
                place.mkdir()
                _sync_folder(str(parent))
            parent = place
        self._known_folders.add(folder)

    @staticmethod
    def _write_whole(draft: str, content: bytes, *, sync: bool) -> None:
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            _write_all(file, content)
            if sync:
                os.fsync(file)
        finally:
            os.close(file)

    @contextlib.contextmanager
    def _syncing(self, count: int) -> Iterator[bool]:
        """Yield whether each file must be fsynced; if not, sync the file system when all are written.

        The folder is opened first: syncfs tells of write errors since the opening.
        """
        if count <= SYNC_EACH_UP_TO:
            yield True
            return
        folder = os.open(self.root, os.O_RDONLY)
        try:
            yield False
            if _libc.syncfs(folder):
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number))
        finally:
            os.close(folder)

    def _name(self, draft: str, path: str, *, replace: bool = False) -> None:
        self._make_folder(path.rpartition("/")[0])
        target = self._place + path
        try:
            self._rename(draft, target, replace=replace)
        except FileNotFoundError:
            # Somebody removed the folder that this process remembers having made.
            self._known_folders.clear()
            self._make_folder(path.rpartition("/")[0])
            self._rename(draft, target, replace=replace)

    def _rename(self, draft: str, target: str, *, replace: bool) -> None:
        if replace:
            os.replace(draft, target)  # noqa: PTH105
            return
        try:
            _rename_without_replacing(draft, target)
        except FileExistsError as error:
            raise ConflictError(
                "preservation.path_taken", _("Store %(store)s already has a file by that name."), store=self.name
            ) from error

    def _read_back(self, blob: Blob) -> None:
        file = os.open(self._place + blob.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            if _read_exactly(file, len(blob.content) + 1) != blob.content:
                raise OSError(errno.EIO, "a file read back is not what was written")
        finally:
            os.close(file)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> UnavailableError:
        code, message = _FAILURES.get(error.errno or 0, ("preservation.store_failed", _BROKEN))
        return UnavailableError(code, message, store=self.name, reason=error.strerror or str(error))


class DiskReceiving:
    """One file streaming into a DiskStore. What has been written goes out to the disk every 64 MiB, so memory stays flat."""

    def __init__(self, store: DiskStore, draft: str, path: str) -> None:
        self._store = store
        self._draft = draft
        self._path = path
        self._waiting = 0
        self._kept = False
        self._file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    def write(self, piece: bytes) -> None:
        with self._store._told():
            _write_all(self._file, piece)
            self._waiting += len(piece)
            if self._waiting >= FLUSH_EVERY_BYTES:
                os.fdatasync(self._file)
                os.posix_fadvise(self._file, 0, 0, os.POSIX_FADV_DONTNEED)
                self._waiting = 0

    def keep(self, *, replace: bool = False) -> None:
        with self._store._told():
            os.fsync(self._file)
            self._close()
            self._store._name(self._draft, self._path, replace=replace)
            self._kept = True
            _sync_folder(str((self._store.root / self._path).parent))

    def drop(self) -> None:
        self._close()
        if not self._kept:
            _remove_all([self._draft])

    def _close(self) -> None:
        if self._file >= 0:
            file, self._file = self._file, -1
            os.close(file)


def _write_all(file: int, content: bytes) -> None:
    done = os.write(file, content)
    if done < len(content):
        view = memoryview(content)
        while done < len(content):
            done += os.write(file, view[done:])


def _read_exactly(file: int, length: int) -> bytes:
    first = os.read(file, length)
    pieces = [first]
    found = len(first)
    while found < length and (piece := os.read(file, length - found)):
        pieces.append(piece)
        found += len(piece)
    return b"".join(pieces) if len(pieces) > 1 else first


def _sync_folder(folder: str) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _rename_without_replacing(draft: str, target: str) -> None:
    """Rename, or fail with FileExistsError; by link and unlink where the file system cannot refuse by itself."""
    if _libc.renameat2(_AT_FDCWD, os.fsencode(draft), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE) == 0:
        return
    number = ctypes.get_errno()
    if number not in (errno.EINVAL, errno.ENOSYS):
        raise OSError(number, os.strerror(number), target)
    os.link(draft, target)
    os.unlink(draft)  # noqa: PTH108


def _remove_all(drafts: Iterable[str]) -> None:
    for draft in drafts:
        with contextlib.suppress(OSError):
            os.unlink(draft)  # noqa: PTH108
