"""Reads stored files to their ends and compares them; copies a good one over a bad one. No key is needed."""

import hashlib
from collections.abc import Callable, Sequence

from lantai.kernel.digests import CHUNK_BYTES
from lantai.kernel.errors import ArchiveError, NotFoundError
from lantai.preservation.adapters.stores import Store
from lantai.preservation.rules.findings import Expected, Found, fault_of


def check_copies(store: Store, expected: Sequence[Expected], count: Callable[[int], None]) -> list[Found]:
    """Read each of `expected` in `store` from its medium; `count(bytes)` is told as reading goes on."""
    return [check_copy(store, one, count) for one in expected]


def check_copy(store: Store, expected: Expected, count: Callable[[int], None] = lambda _bytes: None) -> Found:
    """Read one copy to its end and compare size and digest."""
    digest, size_bytes = hashlib.sha256(), 0
    at_a_time = min(CHUNK_BYTES, expected.stored_bytes + 1)
    try:
        with store.open(expected.path) as copy:
            while piece := copy.read(at_a_time):
                digest.update(piece)
                size_bytes += len(piece)
                count(len(piece))
    except NotFoundError:
        return Found(expected, "missing", 0)
    except OSError as error:
        return Found(expected, "unreadable", size_bytes, error.strerror or str(error))
    except ArchiveError as error:
        return Found(expected, "unreadable", size_bytes, error.code)
    return Found(expected, fault_of(expected, size_bytes, digest.hexdigest()), size_bytes)


def copy_over(source: Store, target: Store, expected: Expected) -> bool:
    """Replace the copy in `target` by the one in `source` if that is good; tell whether `target` is good now.

    The bad copy stays in place until the good bytes are durable beside it. Raises UnavailableError when `target` fails.
    """
    digest, size_bytes = hashlib.sha256(), 0
    receiving = target.receive(expected.path)
    try:
        with source.open(expected.path) as copy:
            while piece := copy.read(CHUNK_BYTES):
                digest.update(piece)
                size_bytes += len(piece)
                receiving.write(piece)
        if fault_of(expected, size_bytes, digest.hexdigest()):
            return False
        receiving.keep(replace=True)
    except NotFoundError:
        return False
    finally:
        receiving.drop()
    return not check_copy(target, expected).fault
