"""What an engine must do, whichever it is. There is no question without a reader's rights (`within`)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lantai.kernel.filters import Filter
from lantai.search.rules.documents import Document
from lantai.search.rules.queries import Query


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: how many there are, and the keys and scores of those asked for, best first."""

    total: int
    hits: list[tuple[str, float]] = field(default_factory=list)


class SearchEngine(Protocol):
    """Answers questions about one generation of the index, as it stood at the last `refresh`."""

    def refresh(self) -> None:
        """Make everything committed so far visible."""

    def search(
        self, query: Query, *, within: Filter, limit: int = 10, offset: int = 0, newest_first: bool = False
    ) -> Found:
        """Return the hits from number `offset` on, by score or by day."""

    def counts(self, query: Query, *, within: Filter, fields: Sequence[str]) -> dict[str, dict[str | int, int]]:
        """Return for each of `fields` how many hits have each value."""

    def checkpoint(self) -> int:
        """Return the ledger position up to which this generation has been written."""

    def size(self) -> int:
        """Return how many records the generation holds."""


class IndexWriter(Protocol):
    """The one writer of a generation. Nothing is visible or kept before `commit`."""

    def put(self, document: Document) -> None:
        """Write `document` in place of any with the same key."""

    def add(self, document: Document) -> None:
        """Write `document`, which no generation held before: for building."""

    def drop(self, key: str) -> None:
        """Remove the document with this key, if there is one."""

    def commit(self, checkpoint: int) -> None:
        """Keep all that was written, together with the ledger position it reaches, or nothing of it."""

    def close(self) -> None:
        """Let go of the generation; what was not committed is forgotten."""
