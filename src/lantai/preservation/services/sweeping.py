"""Find bytes that no row refers to, left by crashes between storing and recording; remove them once they are proven so."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.identity.rules.roles import Role
from lantai.identity.selectors import require
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import InvalidError
from lantai.kernel.errors import gettext_noop as _
from lantai.preservation.adapters.disk import STAGING
from lantai.preservation.adapters.stores import Store, StoredName
from lantai.preservation.models import ComputerFile, EventKind, Key, Manifest, PreservationEvent, StoreRow
from lantai.preservation.selectors.installation import stored_names
from lantai.preservation.services.preparing import stores_ready

BATCH = 500
LEAST_AGE = timedelta(days=1)
UNDER_WAY = timedelta(hours=1)


@dataclass(slots=True)
class SweepReport:
    """What was removed: files of one store each, and their bytes."""

    removed: int = 0
    bytes: int = 0


def sweep_unreferenced(*, actor: Actor, older_than: timedelta = LEAST_AGE) -> SweepReport:
    """Remove left-overs of storing that are older than a day and that no row refers to; what is not ours is left alone.

    The ledger names the act before the bytes go. Raises InvalidError for an age under a day: storing may be under way.
    """
    require(actor, Role.SYSADMIN)
    if older_than < LEAST_AGE:
        raise InvalidError("preservation.sweep_age", _("Only left-overs older than a day may be removed."))
    before = clock.now() - older_than
    report = SweepReport()
    for store, row in stores_ready(actor=actor, sealing=False):
        old = (found for found in store.walk() if found.changed_at < before)
        for batch in _batches(old):
            _remove(actor, store, row, _unreferenced(batch), report)
    Key.objects.filter(file=None, made_at__lt=before).delete()
    return report


def unknown_files(store: Store) -> Iterator[StoredName]:
    """Yield the files in `store` that are not ours, or ours without a row for longer than storing takes."""
    under_way_since = clock.now() - UNDER_WAY
    for batch in _batches(found for found in store.walk() if not _is_staging(found)):
        ids = _ids(batch)
        referenced = _referenced(ids.values())
        for found in batch:
            file_id = ids.get(found.path)
            if file_id is None or (file_id not in referenced and found.changed_at < under_way_since):
                yield found


def _remove(actor: Actor, store: Store, row: StoreRow, found: Sequence[StoredName], report: SweepReport) -> None:
    if not found:
        return
    size_bytes = sum(one.size_bytes for one in found)
    facts = {"files": len(found), "bytes": size_bytes}
    with transaction.atomic():
        event = PreservationEvent.objects.create(
            kind=EventKind.DELETION,
            store=row,
            agent=actor.name[:120],
            facts=facts | {"paths": [one.path for one in found]},
        )
        record_act(
            actor=actor,
            verb="preservation.sweep_unreferenced",
            target_kind="preservation_event",
            target_id=event.id,
            facts=facts | {"store": row.id},
        )
    for one in found:
        store.remove(one.path)
    report.removed += len(found)
    report.bytes += size_bytes


def _unreferenced(batch: Sequence[StoredName]) -> list[StoredName]:
    """Return those of `batch` that are left-overs: drafts, and names of ours that no row has."""
    ids = _ids(batch)
    referenced = _referenced(ids.values())
    return [one for one in batch if _is_staging(one) or (one.path in ids and ids[one.path] not in referenced)]


def _is_staging(found: StoredName) -> bool:
    return found.path.startswith(f"{STAGING}/")


def _ids(batch: Sequence[StoredName]) -> dict[str, UUID]:
    names = stored_names()
    ids = {}
    for found in batch:
        folder, _slash, name = found.path.partition("/")
        if folder in ("objects", "manifests") and (file_id := names.id_of(name)):
            ids[found.path] = file_id
    return ids


def _referenced(ids: Iterable[UUID]) -> set[UUID]:
    wanted = list(ids)
    files = set(ComputerFile.objects.filter(id__in=wanted).values_list("id", flat=True))
    return files | set(Manifest.objects.filter(id__in=wanted).values_list("id", flat=True))


def _batches(found: Iterable[StoredName]) -> Iterator[list[StoredName]]:
    waiting = iter(found)
    while batch := list(itertools.islice(waiting, BATCH)):
        yield batch
