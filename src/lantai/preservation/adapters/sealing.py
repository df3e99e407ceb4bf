"""Seals and opens the blocks of one file: zstd where it pays, then AES-256-GCM under the file's own key."""

import secrets
import threading
from collections.abc import Callable, Iterable
from uuid import UUID

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lantai.preservation.adapters.key_files import KEY_BYTES, MasterKeys
from lantai.preservation.rules import compression
from lantai.preservation.rules.container import (
    BLOCK_BYTES,
    HEADER_BYTES,
    MOST_BLOCKS,
    PREFIX_BYTES,
    TRAILER_BYTES,
    DamagedError,
    Header,
    Places,
    index_nonce,
    index_place,
    indexed_places,
    nonce_of,
    packed_index,
    packed_trailer,
    plain_places,
)

_local = threading.local()


def _compress(piece: bytes) -> bytes:
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(level=compression.LEVEL)
    packed: bytes = _local.compressor.compress(piece)
    return packed


def codec_for(sample: bytes) -> str:
    """Return the codec for a file that begins with `sample` (at most 1 MiB is looked at)."""
    sample = sample[: compression.SAMPLE_BYTES]
    return "zstd" if sample and compression.pays(len(sample), len(_compress(sample))) else "plain"


class Seal:
    """Seals one file under a fresh key. `block` may be called from several threads at once."""

    def __init__(self, masters: MasterKeys, file_id: UUID, codec: str) -> None:
        fresh = secrets.token_bytes(KEY_BYTES + PREFIX_BYTES)
        key, prefix = fresh[:KEY_BYTES], fresh[KEY_BYTES:]
        master_id, wrapped = masters.wrap(key, file_id)
        self.header = Header(file_id, prefix, master_id, wrapped, codec)
        self._stable = self.header.stable
        self._cipher = AESGCM(key)

    def block(self, number: int, piece: bytes, *, last: bool) -> bytes:
        """Return block `number` of the plain file, sealed; every block but the last holds BLOCK_BYTES."""
        if number > MOST_BLOCKS:
            raise ValueError("a file of more blocks than a nonce can count")
        if self.header.codec == "zstd":
            piece = _compress(piece)
        return self._cipher.encrypt(nonce_of(self.header.prefix, number, last=last), piece, self._stable)

    def finish(self, size_bytes: int, lengths: list[int]) -> bytes:
        """Return what follows the blocks: nothing, or the sealed index and its trailer."""
        if self.header.codec == "plain":
            return b""
        plain = packed_index(size_bytes, lengths)
        sealed = self._cipher.encrypt(index_nonce(self.header.prefix), plain, self._stable)
        return sealed + packed_trailer(len(sealed))

    def authenticates(self, number: int, sealed: bytes | memoryview, *, last: bool) -> bool:
        """Tell whether `sealed`, read back from a store, is block `number` as it was sealed."""
        try:
            self._cipher.decrypt(nonce_of(self.header.prefix, number, last=last), sealed, self._stable)
        except InvalidTag:
            return False
        return True


def seal_whole(masters: MasterKeys, file_id: UUID, content: bytes) -> tuple[Header, bytes]:
    """Return the header and the whole sealed file of `content` that fits in memory."""
    sample = content[: compression.SAMPLE_BYTES]
    seal = Seal(masters, file_id, codec_for(sample))
    pieces = [content[at : at + BLOCK_BYTES] for at in range(0, len(content), BLOCK_BYTES)] or [b""]
    blocks = [seal.block(n, piece, last=n == len(pieces) - 1) for n, piece in enumerate(pieces)]
    finish = seal.finish(len(content), [len(b) for b in blocks])
    return seal.header, b"".join([seal.header.packed(), *blocks, finish])


ReadAt = Callable[[int, int], bytes]


class Opener:
    """Opens the blocks of one sealed file, in any order, with its key."""

    def __init__(self, header: Header, key: bytes) -> None:
        self.header = header
        self._stable = header.stable
        self._cipher = AESGCM(key)

    def places(self, stored_bytes: int, read_at: ReadAt) -> Places:
        """Return where the blocks lie; `read_at(offset, length)` reads the sealed file. Raises DamagedError."""
        if self.header.codec == "plain":
            return plain_places(stored_bytes, self.header.block_bytes)
        if stored_bytes < HEADER_BYTES + TRAILER_BYTES:
            raise DamagedError("the file has been cut")
        at, length = index_place(read_at(stored_bytes - TRAILER_BYTES, TRAILER_BYTES), stored_bytes)
        index = self._decrypt(index_nonce(self.header.prefix), read_at(at, length), "the index")
        return indexed_places(index, at, self.header.block_bytes)

    def block(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        """Return the plain bytes of one block. Raises DamagedError when a bit of it is not as it was sealed."""
        piece = self._decrypt(nonce_of(self.header.prefix, number, last=last), sealed, f"block {number}")
        if self.header.codec == "zstd":
            plain: bytes = zstandard.ZstdDecompressor().decompress(piece, max_output_size=self.header.block_bytes)
            return plain
        return piece

    def _decrypt(self, nonce: bytes, sealed: bytes, what: str) -> bytes:
        try:
            return self._cipher.decrypt(nonce, sealed, self._stable)
        except (InvalidTag, ValueError) as error:
            raise DamagedError(f"{what} is not as it was sealed") from error


def open_whole(masters: MasterKeys, header: Header, sealed: bytes) -> bytes:
    """Return the plain content of a sealed file in memory. Raises DamagedError, UnavailableError."""
    opener = Opener(header, masters.unwrap(header.master_id, header.wrapped_key, header.file_id))
    places = opener.places(len(sealed), lambda at, length: sealed[at : at + length])
    return b"".join(_opened(opener, places, sealed))


def _opened(opener: Opener, places: Places, sealed: bytes) -> Iterable[bytes]:
    for number in range(places.blocks):
        at, length = places.place(number)
        yield opener.block(number, sealed[at : at + length], last=number == places.blocks - 1)
