"""A store on a real disk that fails as told: the fault-injecting store of the tests."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from lantai.preservation.adapters.disk import DiskReceiving, DiskStore
from lantai.preservation.adapters.stores import Blob


class FailingStore(DiskStore):
    """Passes the first `healthy_puts` calls on, then fails every write with `number` (an errno)."""

    def __init__(self, name: str, root: Path, *, number: int = errno.EROFS, healthy_puts: int = 0) -> None:
        super().__init__(name, root)
        self._number = number
        self._left = healthy_puts

    def put(self, blobs: Sequence[Blob]) -> None:
        self._fail_when_due()
        super().put(blobs)

    def receive(self, path: str) -> DiskReceiving:
        self._fail_when_due()
        return super().receive(path)

    def _fail_when_due(self) -> None:
        if self._left <= 0:
            raise self._failure(OSError(self._number, os.strerror(self._number)))
        self._left -= 1
