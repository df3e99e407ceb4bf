"""What every content store can do, whatever it stands on: six verbs, the same conformance tests for each kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Blob:
    """A sealed file small enough for memory, with the path it is to have in a store, such as "objects/0a1/77…"."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredName:
    """One file found by walking a store."""

    path: str
    size_bytes: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Space:
    """Room in a store, in bytes."""

    total_bytes: int
    free_bytes: int
    writable: bool = True


class Receiving(Protocol):
    """A file on its way into a store: invisible until kept, gone when dropped."""

    def write(self, piece: bytes) -> None: ...

    def keep(self, *, replace: bool = False) -> None:
        """Make the bytes, then the name, durable. Raises ConflictError if the path is taken, unless `replace`."""

    def drop(self) -> None:
        """Forget what was written; harmless after `keep`."""


class Store(Protocol):
    """A place for immutable files. Every failure is an UnavailableError that names the store and what to do."""

    name: str

    def put(self, blobs: Sequence[Blob]) -> None:
        """Store all `blobs` durably and read each back; when it returns, every one of them is there to stay."""

    def receive(self, path: str) -> Receiving:
        """Begin a file of unknown size."""

    def open(self, path: str) -> BinaryIO:
        """Return the file, seekable and from the medium rather than a cache. Raises NotFoundError."""

    def walk(self) -> Iterator[StoredName]:
        """Yield every file there is, kept ones and left-overs, folder by folder."""

    def remove(self, path: str) -> None:
        """Remove one file; harmless when it is not there."""

    def space(self) -> Space:
        """Return how much room there is; the cheapest sign of life."""
