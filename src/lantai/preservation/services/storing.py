"""Store files: bytes durable and read back in every store first, then their rows; groups share syncs and statements."""

import functools
import hashlib
import mimetypes
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from lantai.identity.rules.roles import Role
from lantai.identity.selectors import require, unit_of
from lantai.kernel.actors import Actor
from lantai.kernel.digests import Digester
from lantai.kernel.errors import UnavailableError
from lantai.kernel.errors import gettext_noop as _
from lantai.kernel.ids import new_id
from lantai.preservation.adapters.sealing import Seal, codec_for, seal_whole
from lantai.preservation.adapters.stores import Blob, Store
from lantai.preservation.adapters.streaming import Readable, Transfer, blocks_of, read_fully
from lantai.preservation.models import ComputerFile, StoreRow
from lantai.preservation.rules.container import BLOCK_BYTES
from lantai.preservation.selectors.installation import file_path, file_paths, master_keys
from lantai.preservation.services.preparing import stores_ready
from lantai.preservation.services.rows import Kept, kept_already, record_kept

GROUP_FILES = 256
GROUP_BYTES = 16 << 20
WHOLE_UP_TO_BYTES = 4 << 20
STORERS = (Role.ARCHIVIST, Role.LIAISON, Role.HANDLER)


def store_file(
    *, actor: Actor, source: BinaryIO, name: str, archives_id: UUID, level: int = 0, media_type: str = ""
) -> ComputerFile:
    """Store what `source` still holds, in one pass and constant memory; return the row, the old one if it was kept before.

    When this returns, every store has the bytes, synced and read back. Raises UnavailableError naming the store that
    failed; then nothing was taken in.
    """
    with _Storing(actor, archives_id, level) as storing:
        head = read_fully(source, WHOLE_UP_TO_BYTES + 1)
        item = _Item(name, media_type or media_type_of(name))
        if len(head) <= WHOLE_UP_TO_BYTES:
            return storing.keep_group([item.holding(head)])[0]
        return storing.keep_stream(item, head, source)


def store_files(
    *, actor: Actor, archives_id: UUID, level: int, sources: Iterable[tuple[str, Path]]
) -> list[ComputerFile]:
    """Store the files at the given paths, each with the name it goes by; return their rows in the same order.

    Groups of up to 256 files share syncs, statements and one ledger entry; the next group is read and sealed while the
    stores take the one before. A group that returned is safe: after a failure, calling again stores only the rest.
    Raises UnavailableError naming the store, or the source file that cannot be read.
    """
    with _Storing(actor, archives_id, level) as storing:
        files: list[ComputerFile] = []
        under_way: _Group | None = None
        for part in _parts(sources):
            group = storing.begin(part) if isinstance(part, list) else None
            if under_way:
                files += storing.end(under_way)
            under_way = group
            if isinstance(part, _Item):
                files.append(storing.keep_path(part))
        if under_way:
            files += storing.end(under_way)
        return files


@functools.lru_cache(maxsize=512)
def _type_of(suffix: str) -> str:
    return mimetypes.guess_type(f"x{suffix}")[0] or ""


def media_type_of(name: str) -> str:
    """Return the media type that the name's ending stands for, or ""; recognition looks at the bytes."""
    return _type_of(name[name.rfind(".") :].lower()) if "." in name else ""


@dataclass(slots=True)
class _Item:
    name: str
    media_type: str
    path: Path | None = None
    content: bytes = b""
    digest: str = ""

    def holding(self, content: bytes) -> "_Item":
        self.content = content
        self.digest = hashlib.sha256(content).hexdigest()
        return self


@dataclass(slots=True)
class _Group:
    """Files on their way into the stores."""

    digests: list[str]
    known: dict[str, ComputerFile]
    kept: list[Kept] = field(default_factory=list)
    jobs: list[Future[None]] = field(default_factory=list)


def _parts(sources: Iterable[tuple[str, Path]]) -> Iterator["list[_Item] | _Item"]:
    """Yield groups of small files with their content, and large files one by one, in the order of `sources`."""
    group: list[_Item] = []
    size = 0
    for name, path in sources:
        item = _Item(name, media_type_of(name), path)
        with _source_told(item), FileIO(path) as file:
            content = read_fully(file, _small_or_more(file))
        if len(content) > WHOLE_UP_TO_BYTES:
            if group:
                yield group
            group, size = [], 0
            yield item
            continue
        group.append(item.holding(content))
        size += len(content)
        if len(group) >= GROUP_FILES or size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _small_or_more(file: FileIO) -> int:
    """Return how many bytes tell the whole of a small file, or that it is a large one."""
    return min(os.fstat(file.fileno()).st_size, WHOLE_UP_TO_BYTES) + 1


class _source_told:  # noqa: N801
    """Tells which source file could not be read."""

    def __init__(self, item: _Item) -> None:
        self._item = item

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise UnavailableError(
                "preservation.source",
                _("The file %(name)s cannot be read (%(reason)s). Look at the disk it lies on, then try again."),
                name=self._item.name,
                reason=error.strerror or str(error),
            ) from error


class _Storing:
    """One call's work: the stores in force, their threads, and whose files these are."""

    def __init__(self, actor: Actor, archives_id: UUID, level: int) -> None:
        if not actor.is_system:
            require(actor, STORERS, unit_of(archives_id).path)
        self._actor = actor
        self._archives_id = archives_id
        self._level = level
        self._stores: list[Store] = []
        self._rows: list[StoreRow] = []
        for store, row in stores_ready(actor=actor):
            self._stores.append(store)
            self._rows.append(row)
        self._masters = master_keys()
        self._in_flight: set[str] = set()
        self._threads = ThreadPoolExecutor(len(self._stores), thread_name_prefix="store")

    def __enter__(self) -> "_Storing":
        return self

    def __exit__(self, *error: object) -> None:
        self._threads.shutdown(wait=True)

    def begin(self, items: Sequence[_Item]) -> _Group:
        """Seal what is new among `items` and set the stores to work on it."""
        digests = [item.digest for item in items]
        group = _Group(digests, kept_already(self._archives_id, self._level, digests))
        seen = self._in_flight.union(group.known)
        fresh = {item.digest: item for item in items if item.digest not in seen}
        ids = [new_id() for _ in fresh]
        blobs = [
            self._sealed(group, item, file_id, path)
            for item, file_id, path in zip(fresh.values(), ids, file_paths(ids), strict=True)
        ]
        self._in_flight = {kept.digest for kept in group.kept}
        if blobs:
            group.jobs = [self._threads.submit(store.put, blobs) for store in self._stores]
        return group

    def _sealed(self, group: _Group, item: _Item, file_id: UUID, path: str) -> Blob:
        header, sealed = seal_whole(self._masters, file_id, item.content)
        stored_digest = hashlib.sha256(sealed).hexdigest()
        group.kept.append(Kept(header, item.digest, len(item.content), item.media_type, stored_digest, len(sealed)))
        item.content = b""
        return Blob(path, sealed)

    def end(self, group: _Group) -> list[ComputerFile]:
        """Wait for every store, then write the rows; return the file of each item in order. Groups end as they began."""
        wait(group.jobs)
        for job in group.jobs:
            job.result()
        if group.kept:
            group.known |= self._record(group.kept)
        if missing := [digest for digest in group.digests if digest not in group.known]:
            group.known |= kept_already(self._archives_id, self._level, missing)
        return [group.known[digest] for digest in group.digests]

    def keep_group(self, items: Sequence[_Item]) -> list[ComputerFile]:
        return self.end(self.begin(items))

    def keep_path(self, item: _Item) -> ComputerFile:
        if item.path is None:
            raise ValueError("an item without a path")
        with _source_told(item), FileIO(item.path) as source:
            return self.keep_stream(item, b"", source)

    def keep_stream(self, item: _Item, head: bytes, source: Readable) -> ComputerFile:
        """Store a file of any size: written to every store while it is digested, named only if it is new."""
        stream = _Rest(head, source)
        first = read_fully(stream, BLOCK_BYTES)
        seal = Seal(self._masters, new_id(), codec_for(first))
        transfer = Transfer(self._stores, file_path(seal.header.file_id), seal)
        try:
            sent = transfer.send(blocks_of(stream, first), Digester())
            known = kept_already(self._archives_id, self._level, [sent.digest])
            if known:
                return known[sent.digest]
            transfer.keep()
        finally:
            transfer.drop()
        kept = Kept(seal.header, sent.digest, sent.size_bytes, item.media_type, sent.stored_digest, sent.stored_bytes)
        return self._record([kept])[sent.digest]

    def _record(self, kept: Sequence[Kept]) -> dict[str, ComputerFile]:
        return record_kept(
            actor=self._actor, archives_id=self._archives_id, level=self._level, stores=self._rows, kept=kept
        )


class _Rest:
    """A source whose first bytes have been read already."""

    def __init__(self, head: bytes, source: Readable) -> None:
        self._head = memoryview(head)
        self._source = source

    def read(self, length: int, /) -> bytes | None:
        if self._head:
            piece = bytes(self._head[:length])
            self._head = self._head[length:]
            return piece
        return self._source.read(length)
