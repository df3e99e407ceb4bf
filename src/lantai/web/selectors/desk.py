"""The three columns of the desk: what waits, what runs, what changed."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantai.audit import selectors as audit
from lantai.audit.selectors import SealedEntry
from lantai.catalogue import selectors as catalogue
from lantai.catalogue.models import Record
from lantai.catalogue.selectors.records import defects_for
from lantai.identity.selectors import names_of
from lantai.ingest import selectors as ingest
from lantai.ingest.models import Batch
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.recognition import selectors as recognition
from lantai.web.rules.words import is_news, words_for

LOOKED_THROUGH = 400
"""Ledger entries about records that are looked through for the news, newest first."""
GROUPS_SHOWN = 12
TITLES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for the reader: how many, where to do it, how pressing."""

    words: Promise
    count: int
    path: str
    state: str = "waiting"


@dataclass(frozen=True, slots=True)
class Running:
    batch: Batch
    progress: ingest.Progress


@dataclass(frozen=True, slots=True)
class Change:
    """One act of one hand: on how many records, when last, and the latest of the records."""

    words: str
    actor_name: str
    actor_kind: str
    at: datetime
    count: int
    records: list[Record] = field(default_factory=list)


def waiting_for(actor: Actor) -> list[Task]:
    """Return what waits for `actor`, the pressing first, leaving out what counts nothing."""
    asked: tuple[tuple[Promise, Callable[[Actor], int], str, str], ...] = (
        (_("Items returned by the checks"), ingest.returned_count, "/desk/intake/", "late"),
        (_("Records in quarantine"), _quarantined, "/desk/quarantine/", "late"),
        (_("Defects to close"), _open_defects, "/desk/defects/", "near"),
        (_("Suggestions to check"), recognition.waiting_count, "/desk/review/", "waiting"),
    )
    tasks = [Task(words, count(actor), path, state) for words, count, path, state in asked]
    return [task for task in tasks if task.count]


def _quarantined(actor: Actor) -> int:
    return catalogue.quarantined_records(actor).count()


def _open_defects(actor: Actor) -> int:
    return defects_for(actor).filter(closed_at=None).count()


def may_take_in(actor: Actor) -> bool:
    """Tell whether `actor` takes records in for any fonds."""
    return ingest.fonds_to_take_in_for(actor).exists()


def running_for(actor: Actor) -> list[Running]:
    """Return the batches under way that `actor` may see, with how far they are."""
    return [Running(batch, ingest.progress(batch)) for batch in ingest.running_batches(actor)]


def changes_for(actor: Actor) -> list[Change]:
    """Return what happened since yesterday began to records that `actor` may see, by act and hand, newest first."""
    yesterday = datetime.combine(clock.today() - timedelta(days=1), time.min, clock.CHINA)
    start = max(0, audit.head() - LOOKED_THROUGH)
    recent = audit.entries_after(start, limit=LOOKED_THROUGH, target_kind="record")
    fresh = [entry for entry in reversed(recent) if entry.at >= yesterday and is_news(entry.verb, entry.actor_kind)]
    ids = {entry.target_id for entry in fresh if entry.target_id}
    rows = {row.id: row for row in catalogue.visible_records(actor).filter(id__in=ids)}
    grouped: dict[tuple[str, str, object], list[SealedEntry]] = defaultdict(list)
    for entry in fresh:
        if entry.target_id in rows:
            grouped[entry.verb, entry.actor_kind, entry.actor_id or entry.actor_name].append(entry)
    names = names_of({entry.actor_id for entry in fresh if entry.actor_id})
    return [_change(entries, rows, names) for entries in list(grouped.values())[:GROUPS_SHOWN]]


def _change(entries: list[SealedEntry], rows: dict[UUID, Record], names: dict[UUID, str]) -> Change:
    latest = entries[0]
    name = names.get(latest.actor_id, "") if latest.actor_id else latest.actor_name
    touched = list(dict.fromkeys(entry.target_id for entry in entries if entry.target_id))
    shown = [rows[record_id] for record_id in touched[:TITLES_SHOWN]]
    return Change(words_for(latest.verb), name, latest.actor_kind, latest.at, len(touched), shown)
