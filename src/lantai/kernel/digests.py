"""Digests of streams of bytes, several algorithms in one pass."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

CHUNK_BYTES = 1 << 20


def chunks_of(stream: BinaryIO, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Yield the rest of `stream` in pieces of at most `size` bytes."""
    while piece := stream.read(size):
        yield piece


class Digester:
    """Counts and digests the bytes that pass through; `algorithms` are names hashlib knows ("sha256", "sm3")."""

    def __init__(self, algorithms: tuple[str, ...] = ("sha256",)) -> None:
        self._hashes = {name: hashlib.new(name, usedforsecurity=True) for name in algorithms}
        self.size_bytes = 0

    def update(self, piece: bytes | memoryview) -> None:
        for digest in self._hashes.values():
            digest.update(piece)
        self.size_bytes += len(piece)

    def hexdigest(self, algorithm: str = "sha256") -> str:
        return self._hashes[algorithm].hexdigest()


def digest_of(pieces: Iterable[bytes], algorithm: str = "sha256") -> str:
    """Return the hexadecimal digest of all `pieces` in order."""
    digester = Digester((algorithm,))
    for piece in pieces:
        digester.update(piece)
    return digester.hexdigest(algorithm)
