"""Reads a sealed file as a plain seekable one, from whichever copy gives good bytes."""

import io
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from lantai.kernel.errors import ArchiveError, NotFoundError, UnavailableError
from lantai.kernel.errors import gettext_noop as _
from lantai.preservation.adapters.sealing import Opener
from lantai.preservation.adapters.streaming import read_fully
from lantai.preservation.rules.container import HEADER_BYTES, DamagedError, Places, read_header

BLOCKS_KEPT = 2
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a sealed file: the name of its store and how to open it there."""

    store: str
    open: Callable[[], BinaryIO]


class SealedReader(io.RawIOBase):
    """The plain bytes of a sealed file, seekable; a block that fails in one copy is read from the next.

    `on_fault(store, reason)` is called once for each copy that failed.
    """

    def __init__(
        self, copies: Sequence[Copy], opener: Opener, stored_bytes: int, on_fault: Callable[[str, str], None]
    ) -> None:
        super().__init__()
        self._copies = list(copies)
        self._opener = opener
        self._stored_bytes = stored_bytes
        self._on_fault = on_fault
        self._open: dict[str, BinaryIO] = {}
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._at = 0
        self._places: Places = self._from_any_copy(self._read_places)

    @property
    def size_bytes(self) -> int:
        return self._places.size_bytes

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size_bytes}[whence]
        if base + offset < 0:
            raise ValueError("a position before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        if self._at >= self.size_bytes:
            return 0
        number, offset = divmod(self._at, self._places.block_bytes)
        block = self._block(number)
        taken = min(len(buffer), len(block) - offset)
        memoryview(buffer).cast("B")[:taken] = memoryview(block)[offset : offset + taken]
        self._at += taken
        return taken

    def close(self) -> None:
        for file in self._open.values():
            file.close()
        self._open.clear()
        super().close()

    def _block(self, number: int) -> bytes:
        if number in self._blocks:
            self._blocks.move_to_end(number)
            return self._blocks[number]
        block = self._from_any_copy(lambda copy: self._read_block(copy, number))
        self._blocks[number] = block
        if len(self._blocks) > BLOCKS_KEPT:
            self._blocks.popitem(last=False)
        return block

    def _read_block(self, copy: BinaryIO, number: int) -> bytes:
        at, length = self._places.place(number)
        return self._opener.block(number, _read_at(copy, at, length), last=number == self._places.blocks - 1)

    def _read_places(self, copy: BinaryIO) -> Places:
        if copy.seek(0, io.SEEK_END) != self._stored_bytes:
            raise DamagedError("the copy has another size")
        if read_header(_read_at(copy, 0, HEADER_BYTES)).stable != self._opener.header.stable:
            raise DamagedError("the copy is of another file")
        return self._opener.places(self._stored_bytes, lambda at, length: _read_at(copy, at, length))

    def _from_any_copy(self, read: Callable[[BinaryIO], Value]) -> Value:
        while self._copies:
            copy = self._copies[0]
            try:
                if copy.store not in self._open:
                    self._open[copy.store] = copy.open()
                return read(self._open[copy.store])
            except NotFoundError:
                reason = "missing"
            except (DamagedError, OSError, ArchiveError) as error:
                reason = str(error)
            self._copies.pop(0)
            if file := self._open.pop(copy.store, None):
                file.close()
            self._on_fault(copy.store, reason)
        raise UnavailableError(
            "preservation.no_good_copy",
            _("No store gives a good copy of this file. It is being looked into; tell the system administrator."),
        )


def _read_at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return read_fully(file, length)
