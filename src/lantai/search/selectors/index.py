"""The index of this installation: where it lies, the engine that answers, and how far it has come."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from lantai.audit import selectors as audit
from lantai.search.adapters.engine import SearchEngine
from lantai.search.adapters.generations import Generations, IndexReader


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the index stands: `behind` counts sealed acts it has not taken in; `fits` is False when it must be rebuilt."""

    generation: int
    position: int
    behind: int
    items: int
    fits: bool


def generations() -> Generations:
    """Return the index folder of this installation."""
    return Generations(Path(settings.HOME) / "index")


@lru_cache(maxsize=8)
def _reader(root: Path) -> IndexReader:
    return IndexReader(Generations(root))


def engine(*, fresh: bool = False) -> SearchEngine | None:
    """Return the engine that answers, or None before anything was indexed; see `IndexReader.engine`."""
    return _reader(generations().root).engine(fresh=fresh)


def index_state() -> IndexState:
    """Return how the index stands, for `doctor` and the pages of the administrators."""
    head = audit.head()
    current = generations().current()
    if current is None:
        return IndexState(0, 0, head, 0, fits=True)
    if not current.fits():
        return IndexState(current.number, 0, head, 0, fits=False)
    answering = engine(fresh=True)
    if answering is None:
        return IndexState(0, 0, head, 0, fits=True)
    position = answering.checkpoint()
    # An index ahead of the ledger belongs to a database that was put back since: it would take the next acts for known.
    return IndexState(current.number, position, max(0, head - position), answering.size(), fits=position <= head)
