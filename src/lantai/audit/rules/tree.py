"""The Merkle tree of RFC 6962: hashes, roots, inclusion and consistency proofs, and how anybody checks them.

Leaves are counted from 0 here, as the standard does. Only whole blocks of 256 are stored (see `Nodes`), so a proof or
root over millions of leaves reads a few hundred hashes.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Protocol

HASH_BYTES = 32
FAN_BITS = 8
FAN = 1 << FAN_BITS
"""A stored node of level n + 1 stands for 256 of level n; level 0 are the leaves' hashes."""
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Nodes(Protocol):
    """Where complete subtrees' hashes are read from."""

    def row(self, level: int, start: int, count: int) -> Sequence[bytes]:
        """Return the hashes number `start` … `start + count - 1` of `level`, where level n has 256**n leaves each."""
        ...


def leaf_hash(body: bytes) -> bytes:
    """Return the hash of a leaf. Source: RFC 6962, section 2.1."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two subtrees. Source: RFC 6962, section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a power of two of hashes (at least one)."""
    level = list(hashes)
    sha256 = hashlib.sha256
    while len(level) > 1:
        level = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level), 2)]
    return level[0]


def root(nodes: Nodes, size: int) -> bytes:
    """Return the root of the first `size` leaves."""
    return range_root(nodes, 0, size) if size else EMPTY_ROOT


def range_root(nodes: Nodes, start: int, end: int) -> bytes:
    """Return the hash over the leaves `start` … `end - 1`, where `start` is where a subtree of that size may begin."""
    parts = [_perfect(nodes, size_bits, place >> size_bits) for place, size_bits in _perfect_parts(start, end)]
    return _folded(parts)


def _perfect_parts(start: int, end: int) -> list[tuple[int, int]]:
    """Return the complete subtrees of the range from the left, as (first leaf, bits of its size)."""
    parts = []
    while start < end:
        bits = (end - start).bit_length() - 1
        parts.append((start, bits))
        start += 1 << bits
    return parts


def _folded(parts: Sequence[bytes]) -> bytes:
    """Return the hash over subtrees of falling size: the right ones are joined first."""
    joined = parts[-1]
    for part in reversed(parts[:-1]):
        joined = node_hash(part, joined)
    return joined


def _perfect(nodes: Nodes, bits: int, number: int) -> bytes:
    """Return the hash of complete subtree `number` with 2**bits leaves."""
    level, rest = divmod(bits, FAN_BITS)
    return perfect_root(nodes.row(level, number << rest, 1 << rest))


def _split(size: int) -> int:
    """Return the greatest power of two below `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(nodes: Nodes, leaf_index: int, size: int) -> list[bytes]:
    """Return the audit path of a leaf in the tree of `size` leaves, lowest first. Source: RFC 6962, section 2.1.1."""
    if not 0 <= leaf_index < size:
        raise ValueError("the leaf is not in a tree of this size")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if leaf_index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return [range_root(nodes, first, last) for first, last in reversed(path)]


def consistency_proof(nodes: Nodes, old_size: int, size: int) -> list[bytes]:
    """Return the proof that the tree of `old_size` begins that of `size`. Source: RFC 6962, section 2.1.2."""
    if not 0 < old_size <= size:
        raise ValueError("the old tree must be a part of the new one and not empty")
    path: list[tuple[int, int]] = []
    start, end, is_whole = 0, size, True
    while old_size < end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start, is_whole = middle, False
    if not is_whole:
        path.append((start, end))
    return [range_root(nodes, first, last) for first, last in reversed(path)]


def root_from_inclusion(leaf: bytes, leaf_index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that `path` leads to, or None if it does not fit the place. Source: RFC 9162, 2.1.3.2."""
    if not 0 <= leaf_index < size:
        return None
    place, last, reached = leaf_index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            reached = node_hash(step, reached)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, step)
        place, last = place >> 1, last >> 1
    return reached if last == 0 else None


def is_included(leaf: bytes, leaf_index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """Tell whether the leaf hash stands at `leaf_index` in the tree with this size and root."""
    return root_from_inclusion(leaf, leaf_index, size, path) == expected_root


def is_consistent(old_size: int, size: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Tell whether the tree with `old_root` begins the one with `new_root`. Source: RFC 9162, 2.1.4.2."""
    if old_size == size:
        return not path and old_root == new_root
    if not 0 < old_size < size:
        return False
    steps = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if not steps:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_reached = new_reached = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_reached, new_reached = node_hash(step, old_reached), node_hash(step, new_reached)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new_reached = node_hash(new_reached, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old_reached == old_root and new_reached == new_root


class LeafList:
    """The `Nodes` of a list of leaf hashes in memory: for small trees and as the yardstick of the tests."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._leaves = list(leaves)

    def row(self, level: int, start: int, count: int) -> Sequence[bytes]:
        width = FAN**level
        return [perfect_root(self._leaves[n * width : (n + 1) * width]) for n in range(start, start + count)]


class GrowingTree:
    """Takes leaf hashes one by one in constant memory, gives each complete block, and knows the root at any moment."""

    def __init__(self) -> None:
        self.size = 0
        self._levels: list[list[bytes]] = [[]]
        self._blocks: list[int] = [0]

    def add(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Append a leaf hash; return the (level, number, hash) of the blocks of 256 that it completes."""
        self.size += 1
        row = self._levels[0]
        row.append(leaf)
        return self._completed() if len(row) == FAN else []

    def _completed(self) -> list[tuple[int, int, bytes]]:
        found = []
        level = 0
        while len(self._levels[level]) == FAN:
            block = perfect_root(self._levels[level])
            self._levels[level] = []
            if level + 1 == len(self._levels):
                self._levels.append([])
                self._blocks.append(0)
            found.append((level + 1, self._blocks[level], block))
            self._blocks[level] += 1
            level += 1
            self._levels[level].append(block)
        return found

    def load(self, size: int, rows: Sequence[Sequence[bytes]]) -> None:
        """Take up a tree of `size` leaves again; `rows[n]` are the hashes of level n that are not yet a whole block."""
        self.size = size
        self._levels = [list(row) for row in rows]
        self._blocks = [size >> (FAN_BITS * (level + 1)) for level in range(len(rows))]

    def root(self) -> bytes:
        """Return the root over everything added so far."""
        parts: list[bytes] = []
        for row in reversed(self._levels):
            start = 0
            while start < len(row):
                count = 1 << ((len(row) - start).bit_length() - 1)
                parts.append(perfect_root(row[start : start + count]))
                start += count
        return _folded(parts) if parts else EMPTY_ROOT


def open_rows(size: int) -> list[tuple[int, int, int]]:
    """Return (level, first number, count) of the stored hashes that are not yet part of a whole block."""
    rows = []
    level = 0
    while level == 0 or size >> (FAN_BITS * level):
        whole = size >> (FAN_BITS * level)
        rows.append((level, whole - whole % FAN, whole % FAN))
        level += 1
    return rows
