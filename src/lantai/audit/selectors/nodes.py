"""Reads the tree's stored hashes: leaves at level 0, blocks of 256 above them."""

from collections.abc import Sequence

from django.db import connections

from lantai.audit.rules.tree import FAN
from lantai.kernel.errors import UnavailableError
from lantai.kernel.errors import gettext_noop as _


class StoredNodes:
    """The `Nodes` of the database; blocks of 256 hashes are read once each and kept as long as the object lives."""

    def __init__(self, using: str = "default") -> None:
        self._using = using
        self._kept: dict[tuple[int, int], list[bytes]] = {}

    def row(self, level: int, start: int, count: int) -> Sequence[bytes]:
        """Return stored hashes; the range lies within one block. Raises UnavailableError when one is missing."""
        block = start // FAN
        if (level, block) not in self._kept:
            self._kept[level, block] = stored_hashes(self._using, level, block * FAN, FAN)
        found = self._kept[level, block][start - block * FAN : start - block * FAN + count]
        if len(found) != count:
            raise UnavailableError(
                "audit.nodes", _("Hashes of the ledger's tree are missing. Run “lantai ledger verify”.")
            )
        return found


def stored_hashes(using: str, level: int, start: int, count: int) -> list[bytes]:
    """Return up to `count` stored hashes of `level` from number `start` on, counted from 0."""
    with connections[using].cursor() as cursor:
        if level == 0:
            cursor.execute(
                "SELECT leaf_hash FROM audit_ledgerleaf WHERE seq > %s AND seq <= %s ORDER BY seq",
                [start, start + count],
            )
        else:
            cursor.execute(
                "SELECT hash FROM audit_ledgernode WHERE level = %s AND number >= %s AND number < %s ORDER BY number",
                [level, start, start + count],
            )
        return [bytes(row[0]) for row in cursor.fetchall()]
