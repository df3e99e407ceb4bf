"""Carries one source of any size into several stores at once, in one pass and constant memory."""

import contextlib
import hashlib
import io
import queue
import threading
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from lantai.kernel.digests import Digester
from lantai.kernel.errors import ArchiveError, UnavailableError
from lantai.kernel.errors import gettext_noop as _
from lantai.preservation.adapters.sealing import Seal
from lantai.preservation.adapters.stores import Receiving, Store
from lantai.preservation.rules.container import BLOCK_BYTES

BLOCKS_AHEAD = 4
PIECES_WAITING = 4


class Readable(Protocol):
    """Anything that gives bytes in order, possibly fewer than asked."""

    def read(self, length: int, /) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """What went into the stores: digest and size of the plain file and of the sealed one."""

    digest: str
    size_bytes: int
    stored_digest: str
    stored_bytes: int


class Transfer:
    """A file on its way into `stores`: `send` writes it everywhere, then `keep` names it or `drop` forgets it."""

    def __init__(self, stores: Sequence[Store], path: str, seal: Seal) -> None:
        self._stores = stores
        self._path = path
        self._seal = seal
        self._receiving: list[Receiving] = []
        self._pieces = array("I")
        self._blocks = 0

    def send(self, source: Iterator[tuple[bytes, bool]], digester: Digester) -> Sent:
        """Seal and write every (block, is last) of `source`. Raises UnavailableError naming the store that failed."""
        with contextlib.ExitStack() as stack:
            for store in self._stores:
                self._receiving.append(store.receive(self._path))
            stored = hashlib.sha256()
            sinks = [_Sink(stored.update), *(_Sink(receiving.write) for receiving in self._receiving)]
            for sink in sinks:
                stack.callback(sink.stop)
            for piece in self._sealed(source, digester):
                self._pieces.append(len(piece))
                for sink in sinks:
                    sink.give(piece)
            for sink in sinks:
                sink.finish()
        return Sent(digester.hexdigest(), digester.size_bytes, stored.hexdigest(), sum(self._pieces))

    def keep(self, *, replace: bool = False) -> None:
        """Make the file durable in every store at once, and read every copy back."""
        with ThreadPoolExecutor(len(self._stores)) as threads:
            jobs = [
                threads.submit(self._keep_one, store, receiving, replace)
                for store, receiving in zip(self._stores, self._receiving, strict=True)
            ]
        for job in jobs:
            job.result()

    def drop(self) -> None:
        for receiving in self._receiving:
            receiving.drop()

    def _keep_one(self, store: Store, receiving: Receiving, replace: bool) -> None:
        receiving.keep(replace=replace)
        with store.open(self._path) as copy:
            if not self._reads_back(copy):
                raise UnavailableError(
                    "preservation.read_back",
                    _(
                        "Store %(store)s gave other bytes back than were written to it. Look at the disk, then try again."
                    ),
                    store=store.name,
                )

    def _reads_back(self, copy: BinaryIO) -> bool:
        """Tell whether every block of `copy` authenticates; header and index are compared as they are."""
        if copy.read(self._pieces[0]) != self._seal.header.packed():
            return False
        for number in range(self._blocks):
            sealed = read_fully(copy, self._pieces[1 + number])
            if not self._seal.authenticates(number, sealed, last=number == self._blocks - 1):
                return False
        return b"".join(iter(lambda: copy.read(BLOCK_BYTES), b"")) == self._finish

    def _sealed(self, source: Iterator[tuple[bytes, bool]], digester: Digester) -> Iterator[bytes]:
        """Yield header, sealed blocks in order, and index; blocks are sealed by two threads, a few ahead."""
        yield self._seal.header.packed()
        lengths: list[int] = []
        with ThreadPoolExecutor(2) as threads:
            ahead: deque[Future[bytes]] = deque()
            for number, (block, last) in enumerate(source):
                ahead.append(threads.submit(self._seal.block, number, block, last=last))
                digester.update(block)
                if len(ahead) > BLOCKS_AHEAD:
                    yield self._counted(ahead.popleft().result(), lengths)
            while ahead:
                yield self._counted(ahead.popleft().result(), lengths)
        self._finish = self._seal.finish(digester.size_bytes, lengths)
        if self._finish:
            yield self._finish

    def _counted(self, block: bytes, lengths: list[int]) -> bytes:
        self._blocks += 1
        if self._seal.header.codec != "plain":
            lengths.append(len(block))
        return block


class _Sink:
    """Feeds pieces to a function in a thread of its own; a failure there comes back to the giver."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self._waiting: queue.Queue[bytes | None] = queue.Queue(PIECES_WAITING)
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def give(self, piece: bytes) -> None:
        if self._failure:
            raise self._failure
        self._waiting.put(piece)

    def finish(self) -> None:
        """Wait until everything given has been taken. Raises what the function raised."""
        self.stop()
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (piece := self._waiting.get()) is not None:
            if self._failure is None:
                try:
                    self._take(piece)
                except (ArchiveError, OSError, MemoryError) as error:
                    self._failure = error


def blocks_of(source: Readable, first: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield (block, is last): `first` has been read already; an empty source is one empty last block."""
    block = first
    while len(block) == BLOCK_BYTES:
        following = read_fully(source, BLOCK_BYTES)
        yield block, not following
        if not following:
            return
        block = following
    yield block, True


def read_fully(source: Readable, length: int) -> bytes:
    """Return `length` bytes, fewer only at the end; a raw source may give less at a time."""
    first = source.read(length) or b""
    if len(first) == length or not first:
        return first
    whole = io.BytesIO()
    whole.write(first)
    while whole.tell() < length and (piece := source.read(length - whole.tell())):
        whole.write(piece)
    return whole.getvalue()
