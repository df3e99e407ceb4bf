"""Runs of one to four characters of many texts at once, as numbers that can be turned back into characters."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int32]

BREAK = "\n"
_BREAK = ord(BREAK)
MOST = 4
_MIX = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F)


def grams_of(texts: Sequence[str], low: int, high: int) -> tuple[Rows, Keys]:
    """Return (row of the text, key) of every run of `low` to `high` characters (at most 4) that crosses no line end."""
    raw = [(text + BREAK).encode("utf-16-le", "surrogatepass") for text in texts]
    lengths = np.array([len(piece) // 2 for piece in raw], dtype=np.int64)
    units = np.frombuffer(b"".join(raw), dtype=np.uint16)
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    inside = units != _BREAK
    wide = units.astype(np.uint64)
    key, whole = wide, inside
    found: list[tuple[Rows, Keys]] = []
    for size in range(1, min(high, MOST) + 1):
        count = len(wide) - size + 1
        if size > 1:
            key = key[:count] | (wide[size - 1 :] << np.uint64(16 * (size - 1)))
            whole = whole[:count] & inside[size - 1 :]
        if size >= low:
            found.append((rows[:count][whole], key[whole]))
    return np.concatenate([r for r, _ in found]), np.concatenate([k for _, k in found])


def text_of(key: int) -> str:
    """Return the characters of a key."""
    units = [(key >> shift) & 0xFFFF for shift in range(0, 64, 16)]
    return np.array([u for u in units if u], dtype=np.uint16).tobytes().decode("utf-16-le", "replace")


class Lookup:
    """Finds the place of many keys among known ones: a hash table, what collides in a smaller one after it."""

    def __init__(self, known: Keys) -> None:
        self._known = np.append(known, np.uint64(0))
        self._tables: list[tuple[np.uint64, np.uint64, npt.NDArray[np.int32]]] = []
        left = np.arange(len(known), dtype=np.int32)
        for round_number in range(64):
            if not len(left):
                break
            bits = max(4, int(4 * len(left)).bit_length())
            factor = np.uint64(_MIX[round_number % len(_MIX)] ^ (round_number << 32))
            shift = np.uint64(64 - bits)
            table = np.full(1 << bits, -1, dtype=np.int32)
            slots = (known[left] * factor) >> shift
            table[slots] = left
            left = left[table[slots] != left]
            self._tables.append((factor, shift, table))

    def places(self, keys: Keys) -> npt.NDArray[np.int32]:
        """Return the place of each key, -1 for one that is not known."""
        found = np.full(len(keys), -1, dtype=np.int32)
        for factor, shift, table in self._tables:
            at = table[(keys * factor) >> shift]
            hit = self._known[at] == keys
            hit &= at >= 0
            found[hit] = at[hit]
        return found


def alike_groups(texts: Sequence[str], *, bands: int = 10, in_a_band: int = 4) -> npt.NDArray[np.int64]:
    """Return for each text the row of the first one that it is nearly the same as (itself where there is none).

    Four-character shingles, min-hashed; texts that agree in one of the bands go together, which about two of three
    do that share three quarters of their shingles. Source: Broder 1997; Leskovec, Mining of Massive Datasets, ch. 3.
    """
    padded = [text.replace(BREAK, "") or "?" for text in texts]
    padded = [text if len(text) >= MOST else text.ljust(MOST, "_") for text in padded]
    rows, keys = grams_of(padded, MOST, MOST)
    mixed = keys * np.uint64(_MIX[0])
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(_MIX[1])
    starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    random = np.random.default_rng(20260101)
    factors = random.integers(1, 1 << 62, size=bands * in_a_band, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    parents = list(range(len(texts)))
    for band in range(bands):
        marks = []
        for factor in factors[band * in_a_band : (band + 1) * in_a_band]:
            hashed = mixed * factor
            hashed ^= hashed >> np.uint64(31)
            marks.append(np.minimum.reduceat(hashed, starts))
        _join(parents, [mark.tobytes() for mark in np.stack(marks, axis=1)])
    return np.array([_root(parents, row) for row in range(len(texts))], dtype=np.int64)


def _join(parents: list[int], marks: Sequence[bytes]) -> None:
    first: dict[bytes, int] = {}
    for row, mark in enumerate(marks):
        other = first.setdefault(mark, row)
        one, two = sorted((_root(parents, row), _root(parents, other)))
        parents[two] = one


def _root(parents: list[int], row: int) -> int:
    while parents[row] != row:
        parents[row] = parents[parents[row]]
        row = parents[row]
    return row
