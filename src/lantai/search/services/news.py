"""The index follows the ledger: what an act changed is found within a second of its commit.

One process writes at a time: the lock in the generation's folder keeps others on this machine out, an advisory lock of
PostgreSQL those on other machines. A batch and the ledger position it reaches are one commit, and writing a record
again changes nothing, so that a killed indexer goes on where it was.
"""

import logging
import threading
import time
from collections.abc import Sequence

from django.db import connection, transaction

from lantai.audit import selectors as audit
from lantai.audit.selectors import SealedEntry
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, UnavailableError
from lantai.language.rules import DICTIONARY_VERSION
from lantai.search.adapters.generations import Generation
from lantai.search.adapters.tantivy_engine import TantivyEngine, TantivyWriter
from lantai.search.models import IndexCursor
from lantai.search.rules.fields import SCHEMA_VERSION
from lantai.search.selectors import engine, generations
from lantai.search.selectors.sources import INDEXER
from lantai.search.services.rebuilding import rebuild_index
from lantai.search.services.writing import take_in

log = logging.getLogger(__name__)

INDEX_LOCK = 0x6C616E7461690001
PAUSE_SECONDS = 0.2
IDLE_SECONDS = 3.0
BUSY_SECONDS = 15.0
CURSOR_NAME = "records"


class _Indexer:
    """The writer of this process, kept open while news flows and let go when none has come for a while."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writer: TantivyWriter | None = None
        self._generation: Generation | None = None
        self._position = 0
        self._last_news = 0.0

    def step(self, limit: int) -> int:
        """Take in up to `limit` acts and return how many. Raises ConflictError while another process writes."""
        with self._lock:
            generation = generations().current() or _first_generation()
            if self._generation is None or generation.folder != self._generation.folder:
                self._release()
                self._generation = generation
                self._position = _position_of(generation)
            entries = audit.entries_after(self._position, limit=limit)
            if not entries:
                if self._writer is not None and time.monotonic() - self._last_news > IDLE_SECONDS:
                    self._release()
                return 0
            return self._take_in(generation, entries, limit)

    def _take_in(self, generation: Generation, entries: Sequence[SealedEntry], limit: int) -> int:
        if self._writer is None:
            self._writer = TantivyWriter(generation.folder)
            self._position = _position_of(generation)
            entries = audit.entries_after(self._position, limit=limit)
        try:
            with transaction.atomic():
                if not entries or not _alone():
                    return 0
                take_in(self._writer, entries)
                self._position = entries[-1].seq
                _note_cursor(generation, self._position)
        except BaseException:
            self._release()
            raise
        self._last_news = time.monotonic()
        return len(entries)

    def _release(self) -> None:
        writer, self._writer, self._generation = self._writer, None, None
        if writer is not None:
            writer.close()

    def close(self) -> None:
        with self._lock:
            self._release()


_indexer = _Indexer()


def index_news(*, limit: int = 1000) -> int:
    """Take up to `limit` sealed acts into the index and return how many were passed; 0 when there is no news.

    While another process writes the index, wait for it to take in what is sealed now, at most BUSY_SECONDS. An index
    of another version is built anew.
    """
    current = generations().current()
    try:
        if current is not None and not current.fits():
            log.warning("the index was built for another version: building it anew")
            return rebuild_index(actor=INDEXER).items
        return _indexer.step(limit)
    except ConflictError:
        return _watch_other_writer()


def follow_news(stop: threading.Event, *, limit: int = 1000) -> None:
    """Keep the index up with the ledger until `stop` is set."""
    while not stop.is_set():
        if index_news(limit=limit) == 0:
            stop.wait(PAUSE_SECONDS)
    close_index()


def close_index() -> None:
    """Let go of the index, so that another process may write it."""
    _indexer.close()


def wait_until_indexed(seq: int, *, timeout_seconds: float = 60.0) -> bool:
    """Return True once the index has taken in the ledger up to `seq`, False if that takes too long.

    Takes the news in itself where no other process does.
    """
    until = time.monotonic() + timeout_seconds
    while True:
        moved = index_news()
        if _answering_position() >= seq:
            return True
        if time.monotonic() > until:
            return False
        if not moved:
            time.sleep(PAUSE_SECONDS)


def _first_generation() -> Generation:
    made = generations().create()
    generations().switch_to(made)
    return made


def _position_of(generation: Generation) -> int:
    return TantivyEngine(generation.folder).checkpoint()


def _alone() -> bool:
    """Tell whether no other machine is indexing; holds for the present transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [INDEX_LOCK])
        return bool(cursor.fetchone()[0])


def _note_cursor(generation: Generation, position: int) -> None:
    answering = engine(fresh=True)
    IndexCursor.objects.update_or_create(
        name=CURSOR_NAME,
        defaults={
            "generation": generation.number,
            "position": position,
            "schema_version": SCHEMA_VERSION,
            "dictionary": DICTIONARY_VERSION,
            "items": answering.size() if answering else 0,
            "updated_at": now(),
        },
    )


def _watch_other_writer() -> int:
    """Return how many acts the other writer took in up to the present head, waiting for it a while."""
    head = audit.head()
    start = position = _answering_position()
    until = time.monotonic() + BUSY_SECONDS
    while position < head and time.monotonic() < until:
        time.sleep(PAUSE_SECONDS / 4)
        position = _answering_position()
    return max(0, min(position, head) - start)


def _answering_position() -> int:
    """Return the position of the generation that answers; 0 while there is none that this program can read."""
    try:
        answering = engine(fresh=True)
    except UnavailableError:
        return 0
    return answering.checkpoint() if answering else 0
