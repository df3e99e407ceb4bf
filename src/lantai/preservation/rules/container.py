"""The shape of a sealed file: header, blocks, index. Layout and arithmetic only; the ciphers are an adapter's.

    header (128 bytes)   magic, version, suite, codec, wrapping, block size, file id, nonce prefix | master id, wrapped key
    block 0 … block n    ciphertext and 16-byte tag; the last one is flagged, so a cut end is noticed
    index, trailer       only when compressed: the sealed length of every block, for reading from the middle

Nonce = prefix (7) ‖ block number (4) ‖ flag (1), the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015);
each block also authenticates the first 40 header bytes, so a block moved or put into another file is noticed.
"""

import struct
from dataclasses import dataclass
from uuid import UUID

MAGIC = b"\x89LANTAI\n"
VERSION = 1
BLOCK_BYTES = 1 << 20
TAG_BYTES = 16
HEADER_BYTES = 128
PREFIX_BYTES = 7
WRAPPED_BYTES = 60
MOST_BLOCKS = 0xFFFFFFFE
INDEX_NUMBER = 0xFFFFFFFF

SUITES = {"international": 1}
CODECS = {"plain": 0, "zstd": 1}
WRAPPED_BY_MASTER = 1

_STABLE = struct.Struct(">8sBBBBI16s7sx")
_TRAILER = struct.Struct(">I4s")
_INDEX_HEAD = struct.Struct(">QI")
_TRAILER_MAGIC = b"LTIX"


class DamagedError(Exception):
    """The bytes are not, or no longer, what was sealed; the text says what was noticed."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a sealed file says of itself; enough to open it with the master key and nothing else."""

    file_id: UUID
    prefix: bytes
    master_id: UUID
    wrapped_key: bytes
    codec: str = "plain"
    suite: str = "international"
    block_bytes: int = BLOCK_BYTES

    @property
    def stable(self) -> bytes:
        """The 40 bytes that every block authenticates; the wrapped key is not among them, so it may be wrapped anew."""
        return _STABLE.pack(
            MAGIC, VERSION, SUITES[self.suite], CODECS[self.codec], WRAPPED_BY_MASTER,
            self.block_bytes, self.file_id.bytes, self.prefix,
        )  # fmt: skip

    def packed(self) -> bytes:
        return (self.stable + self.master_id.bytes + self.wrapped_key).ljust(HEADER_BYTES, b"\0")


def read_header(head: bytes) -> Header:
    """Return the header in the first 128 bytes. Raises DamagedError when they are not a header of ours."""
    if len(head) < HEADER_BYTES:
        raise DamagedError("the file is shorter than its header")
    magic, version, suite, codec, wrapping, block_bytes, file_id, prefix = _STABLE.unpack_from(head)
    suites = {number: name for name, number in SUITES.items()}
    codecs = {number: name for name, number in CODECS.items()}
    if (magic, version, wrapping) != (MAGIC, VERSION, WRAPPED_BY_MASTER) or suite not in suites or codec not in codecs:
        raise DamagedError("the header is not one of a sealed file")
    master_at = _STABLE.size
    wrapped_at = master_at + 16
    header = Header(
        file_id=UUID(bytes=file_id),
        prefix=prefix,
        master_id=UUID(bytes=head[master_at:wrapped_at]),
        wrapped_key=head[wrapped_at : wrapped_at + WRAPPED_BYTES],
        codec=codecs[codec],
        suite=suites[suite],
        block_bytes=block_bytes,
    )
    if header.packed() != head[:HEADER_BYTES] or not block_bytes:
        raise DamagedError("the header has bytes set that must be zero")
    return header


def nonce_of(prefix: bytes, number: int, *, last: bool) -> bytes:
    """Return the 12-byte nonce of one block; `number` counts from 0."""
    return prefix + number.to_bytes(4, "big") + (b"\1" if last else b"\0")


def index_nonce(prefix: bytes) -> bytes:
    """Return the nonce of the index, which no block can have."""
    return prefix + INDEX_NUMBER.to_bytes(4, "big") + b"\2"


@dataclass(frozen=True, slots=True)
class Places:
    """Where each block lies: `starts[n]` to `starts[n + 1]` in the sealed file; `size_bytes` of the plain file."""

    starts: "range | tuple[int, ...]"
    end: int
    size_bytes: int
    block_bytes: int

    @property
    def blocks(self) -> int:
        return len(self.starts)

    def place(self, number: int) -> tuple[int, int]:
        """Return (offset, length) of sealed block `number`."""
        start = self.starts[number]
        stop = self.starts[number + 1] if number + 1 < len(self.starts) else self.end
        return start, stop - start


def plain_places(stored_bytes: int, block_bytes: int = BLOCK_BYTES) -> Places:
    """Return the places in an uncompressed sealed file of `stored_bytes`. Raises DamagedError for an impossible size."""
    sealed_block = block_bytes + TAG_BYTES
    blocks, rest = divmod(stored_bytes - HEADER_BYTES, sealed_block)
    if stored_bytes < HEADER_BYTES + TAG_BYTES or 0 < rest < TAG_BYTES:
        raise DamagedError("the file has been cut")
    count = blocks + (rest > 0)
    starts = range(HEADER_BYTES, HEADER_BYTES + count * sealed_block, sealed_block)
    return Places(starts, stored_bytes, stored_bytes - HEADER_BYTES - count * TAG_BYTES, block_bytes)


def packed_index(size_bytes: int, lengths: list[int]) -> bytes:
    """Return the plain index: size of the plain file, number of blocks, sealed length of each."""
    return _INDEX_HEAD.pack(size_bytes, len(lengths)) + struct.pack(f">{len(lengths)}I", *lengths)


def packed_trailer(index_bytes: int) -> bytes:
    return _TRAILER.pack(index_bytes, _TRAILER_MAGIC)


TRAILER_BYTES = _TRAILER.size


def index_place(trailer: bytes, stored_bytes: int) -> tuple[int, int]:
    """Return (offset, length) of the sealed index. Raises DamagedError when the trailer cannot be right."""
    if len(trailer) != TRAILER_BYTES:
        raise DamagedError("the file has been cut")
    length, magic = _TRAILER.unpack(trailer)
    offset = stored_bytes - TRAILER_BYTES - length
    if magic != _TRAILER_MAGIC or offset < HEADER_BYTES:
        raise DamagedError("the file has been cut")
    return offset, length


def indexed_places(index: bytes, end: int, block_bytes: int) -> Places:
    """Return the places that an opened index tells; `end` is where the blocks end. Raises DamagedError if they disagree."""
    size_bytes, count = _INDEX_HEAD.unpack_from(index)
    lengths = struct.unpack_from(f">{count}I", index, _INDEX_HEAD.size)
    starts = [HEADER_BYTES]
    for length in lengths:
        starts.append(starts[-1] + length)
    if starts[-1] != end:
        raise DamagedError("the index does not fit the file")
    return Places(tuple(starts[:-1]), end, size_bytes, block_bytes)
