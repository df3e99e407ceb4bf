"""The index made anew beside the one that answers, and put in its place in one step."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from lantai.audit import selectors as audit
from lantai.audit.services import record_act
from lantai.catalogue import selectors as catalogue
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, UnavailableError, gettext_noop
from lantai.search.adapters.engine import IndexWriter
from lantai.search.adapters.generations import Generation
from lantai.search.adapters.tantivy_engine import TantivyEngine, TantivyWriter
from lantai.search.rules.documents import document_of
from lantai.search.selectors import generations, indexed_records, keys_after
from lantai.search.selectors.sources import INDEXER
from lantai.search.services.writing import take_in

REBUILD_LOCK = 0x6C616E7461690002
HEAP_BYTES = 512 << 20
RECORDS_AT_ONCE = 200
RECORDS_PER_COMMIT = 20_000
ACTS_AT_ONCE = 1000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild made: how many records the new index holds, and how long it took."""

    items: int
    seconds: float


def rebuild_index(*, actor: Actor, progress: Progress | None = None) -> Rebuilt:
    """Build a new generation from the database, let it catch up with the ledger and make it answer.

    Searches go on in the old one meanwhile, and so does the indexer. `progress` hears how many records are done of how
    many. Raises ConflictError while another rebuild runs, UnavailableError when the new index does not hold what the
    catalogue does (then the old one stays).
    """
    started = time.monotonic()
    with _alone_at_it():
        first_position = audit.head()
        generation = generations().create()
        try:
            items = _build(generation, first_position, progress or _silent)
        except BaseException:
            generations().discard(generation)
            raise
        generations().switch_to(generation)
        generations().prune()
    with transaction.atomic():
        record_act(actor=actor, verb="search.rebuild_index", facts={"generation": generation.number, "items": items})
    return Rebuilt(items, round(time.monotonic() - started, 3))


def _build(generation: Generation, position: int, progress: Progress) -> int:
    writer = TantivyWriter(generation.folder, heap_bytes=HEAP_BYTES)
    try:
        _load(writer, position, progress)
        reached = _catch_up(writer, position)
    finally:
        writer.close()
    made = TantivyEngine(generation.folder)
    _check(made.size(), moved=reached != audit.head())
    return made.size()


def _load(writer: IndexWriter, position: int, progress: Progress) -> None:
    """Write every record there is, in the order of ids. What changes meanwhile is news and comes after."""
    total = catalogue.visible_records(INDEXER).filter(quarantined=False).count()
    done, last, uncommitted = 0, None, 0
    while ids := keys_after(last, RECORDS_AT_ONCE):
        for record in indexed_records(ids):
            writer.add(document_of(record))
        last = ids[-1]
        done += len(ids)
        uncommitted += len(ids)
        if uncommitted >= RECORDS_PER_COMMIT:
            writer.commit(position)
            uncommitted = 0
        progress(done, max(total, done))
    writer.commit(position)


def _catch_up(writer: IndexWriter, position: int) -> int:
    """Take in the acts since `position` and return the position reached."""
    while entries := audit.entries_after(position, limit=ACTS_AT_ONCE):
        take_in(writer, entries)
        position = entries[-1].seq
    return position


def _check(items: int, *, moved: bool) -> None:
    """Refuse an index that does not hold every record; while acts come in, only one that is empty."""
    expected = catalogue.visible_records(INDEXER).filter(quarantined=False).count()
    if (items != expected and not moved) or (expected and not items):
        raise UnavailableError(
            "search.incomplete",
            gettext_noop(
                "The new index holds %(items)s of %(expected)s records, so the old one stays. Rebuild it again."
            ),
            items=items,
            expected=expected,
        )


@contextmanager
def _alone_at_it() -> Iterator[None]:
    """Hold the session lock that lets one rebuild run in the whole installation. Raises ConflictError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [REBUILD_LOCK])
        if not cursor.fetchone()[0]:
            raise ConflictError(
                "search.rebuild_runs", gettext_noop("The index is being rebuilt already. Wait until that is done.")
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [REBUILD_LOCK])


def _silent(done: int, total: int) -> None:
    """Tell nobody how far it is."""
