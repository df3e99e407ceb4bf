"""PostgreSQL's snapshots as the sealer notes them: which transactions had ended at a moment."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A pg_snapshot: transactions below `limit` had ended, but for those still `open`."""

    limit: int
    open: frozenset[int]

    def sees(self, transaction: int) -> bool:
        """Tell whether the transaction had ended. Source: PostgreSQL, pg_visible_in_snapshot."""
        return transaction < self.limit and transaction not in self.open


def read_snapshot(text: str) -> Snapshot:
    """Return the snapshot written "xmin:xmax:xip,xip". Raises ValueError if it is none."""
    _, limit, still_open = text.split(":")
    return Snapshot(int(limit), frozenset(int(word) for word in still_open.split(",") if word))
