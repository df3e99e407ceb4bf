"""Open a kept file for reading: decrypted, seekable, from whichever copy is good."""

import functools
import io
import logging
from collections.abc import Sequence
from typing import BinaryIO, cast
from uuid import UUID

from lantai.kernel import queue
from lantai.preservation.adapters.reading import Copy, SealedReader
from lantai.preservation.adapters.sealing import Opener
from lantai.preservation.adapters.stores import Store
from lantai.preservation.models import ComputerFile
from lantai.preservation.rules.container import Header
from lantai.preservation.selectors.installation import file_path, master_keys, stores_in_force

log = logging.getLogger(__name__)
BUFFER_BYTES = 128 << 10


def open_file(file: ComputerFile) -> BinaryIO:
    """Return the plain bytes of `file`, seekable. Whether the reader may see them has been decided by the caller.

    Memory stays at a few blocks of 1 MiB whatever the size. A copy that is missing or damaged is passed over, written
    down and healed by a job. Raises UnavailableError when no copy is good or the master key is not there.
    """
    key = file.key
    plain_key = master_keys().unwrap(key.master, bytes(key.wrapped), file.id)
    header = Header(file.id, bytes(file.prefix), key.master, bytes(key.wrapped), file.codec, file.suite)
    path = file_path(file.id)
    copies = [Copy(store.name, functools.partial(store.open, path)) for store in _turned(stores_in_force(), file.id)]
    reader = SealedReader(
        copies, Opener(header, plain_key), file.stored_bytes, functools.partial(_ask_to_heal, file.id)
    )
    return cast(BinaryIO, io.BufferedReader(reader, BUFFER_BYTES))


def _turned(stores: Sequence[Store], file_id: UUID) -> list[Store]:
    """Return the stores beginning with another one from file to file, so that they share the reading."""
    first = file_id.int % len(stores)
    return [*stores[first:], *stores[:first]]


def _ask_to_heal(file_id: UUID, store: str, reason: str) -> None:
    log.warning("the copy of file %s in %s was passed over: %s", file_id, store, reason)
    queue.enqueue("preservation.heal_file", once=f"preservation.heal_file:{file_id}", file_id=str(file_id))
