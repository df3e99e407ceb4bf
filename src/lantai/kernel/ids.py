"""Time-ordered identifiers (UUID version 7, RFC 9562), so that rows made together lie together."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = [0]


def new_id() -> UUID:
    """Return a new UUIDv7; within one process each is greater than the one before.

    The 48-bit millisecond time is followed by a 12-bit step counted inside the millisecond and 62 random bits.
    """
    with _lock:
        stamp = time.time_ns() * 4096 // 1_000_000
        _last[0] = stamp = max(stamp, _last[0] + 1)
    milliseconds, step = stamp >> 12, stamp & 0xFFF
    tail = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | step << 64 | 0b10 << 62 | tail)
