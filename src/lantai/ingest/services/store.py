"""Storing a slice of items: the bytes first, in every store, then the rows that speak of them."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from lantai.ingest.models import Batch, HandoverList, IntakeFile, IntakeItem
from lantai.ingest.rules.names import changed, empty, path_bytes
from lantai.ingest.rules.roles import UNDER_WAY
from lantai.ingest.services.states import begin, close_soon, fail, move, put_off, save_files, save_items
from lantai.kernel.actors import system_actor
from lantai.kernel.errors import ArchiveError, ConflictError, InvalidError, UnavailableError, gettext_noop
from lantai.kernel.queue import enqueue
from lantai.preservation.services import store_files

HANDS = system_actor("ingest")
DESCRIBE_AT_ONCE = 128
SOURCE_UNREADABLE = "preservation.source"


def store_slice(*, item_ids: Sequence[UUID | str]) -> None:
    """Store the files of the waiting items among `item_ids` and queue their description.

    An item whose source is gone, empty or changed since it was counted is returned with the reason. A store that cannot
    write raises UnavailableError, nothing of the slice being acknowledged, so that the queue tries again; after some
    tries the items are returned with what the store said.
    """
    items = begin(item_ids, IntakeItem.State.WAITING)
    files = files_of(items)
    good = _without_faulty(items, files)
    fresh = [f for item in good for f in files[item.id] if f.computer_file_id is None]
    if not good:
        return
    batch = good[0].batch
    try:
        _store(batch, fresh)
    except UnavailableError as error:
        if error.code == SOURCE_UNREADABLE:
            _store_singly(good, error)
        elif put_off(good, error):
            raise
        return
    _keep(batch, good, files, {f.id for f in fresh})


def files_of(items: Sequence[IntakeItem]) -> dict[UUID, list[IntakeFile]]:
    """Return the files of each item in page order."""
    found: dict[UUID, list[IntakeFile]] = defaultdict(list)
    rows = IntakeFile.objects.filter(item__in=items).select_related("computer_file__key")
    for file in rows.order_by("item_id", "order"):
        found[file.item_id].append(file)
    return found


def source_path(batch: Batch, file: IntakeFile) -> Path:
    """Return where the bytes of `file` lie now: in our staging folder, or in the sender's own."""
    raw = path_bytes(file.path, bytes(file.raw_path) if file.raw_path is not None else None)
    return Path(os.fsdecode(os.path.join(os.fsencode(batch.staging or batch.source_name), raw)))  # noqa: PTH118 - bytes


def _without_faulty(items: Sequence[IntakeItem], files: dict[UUID, list[IntakeFile]]) -> list[IntakeItem]:
    """Return the items whose sources are still what was counted; the others are returned to the sender."""
    faulty = []
    for item in items:
        missing = [f for f in files[item.id] if f.computer_file_id is None]
        fault = next((fault for f in missing if (fault := _source_fault(source_path(item.batch, f), f))), None)
        if fault:
            fail(item, fault, save=False)
            faulty.append(item)
    close_soon(faulty)
    return [item for item in items if item.state == IntakeItem.State.WAITING]


def _source_fault(path: Path, file: IntakeFile) -> ArchiveError | None:
    """Return why a source is not what was counted, having opened it as storing will."""
    try:
        source = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            size = os.fstat(source).st_size
        finally:
            os.close(source)
    except OSError as error:
        return InvalidError(
            "ingest.source_gone",
            gettext_noop("“%(path)s” cannot be read any more (%(reason)s). Put it back and try again."),
            path=file.path,
            reason=error.strerror or "",
        )
    if size == 0:
        return empty(file.path)
    return changed(file.path) if size != file.size_bytes else None


def _store(batch: Batch, files: Sequence[IntakeFile]) -> None:
    stored = store_files(
        actor=HANDS,
        archives_id=batch.intake.fonds.archives_id,
        level=batch.access_level,
        sources=[(f.path.rpartition("/")[2], source_path(batch, f)) for f in files],
    )
    for file, computer_file in zip(files, stored, strict=True):
        file.computer_file = computer_file


@transaction.atomic
def _store_singly(items: Sequence[IntakeItem], error: UnavailableError) -> None:
    """Give each of `items` a job of its own, so that one bad file of the sender's holds up no other; return a single one."""
    if len(items) > 1:
        for item in items:
            enqueue("ingest.store_slice", item_ids=[str(item.id)])
        return
    fail(items[0], error, save=False)
    close_soon(items)


@transaction.atomic
def _keep(
    batch: Batch, items: Sequence[IntakeItem], files: dict[UUID, list[IntakeFile]], stored_now: set[UUID]
) -> None:
    """Write down what the stores have acknowledged, counting each file as received once."""
    _lock_fonds(batch.intake.fonds_id)
    waiting = IntakeItem.objects.filter(id__in=[item.id for item in items], state=IntakeItem.State.WAITING)
    still = set(waiting.select_for_update().values_list("id", flat=True))
    items = [item for item in items if item.id in still]
    kept = [item for item in items if _is_as_counted(item, files[item.id])]
    _move_stored(kept, files)
    save_files([f for item in kept for f in files[item.id] if f.id in stored_now])
    received = [f for item in kept for f in files[item.id] if f.id in stored_now]
    HandoverList.objects.filter(batch=batch).update(
        received_files=F("received_files") + len(received),
        received_bytes=F("received_bytes") + sum(f.size_bytes for f in received),
    )
    save_items([item for item in items if item.state == IntakeItem.State.STORED])
    close_soon([item for item in items if item.state != IntakeItem.State.STORED])
    stored = [str(item.id) for item in items if item.state == IntakeItem.State.STORED]
    for start in range(0, len(stored), DESCRIBE_AT_ONCE):
        enqueue("ingest.describe_slice", item_ids=stored[start : start + DESCRIBE_AT_ONCE])


def _lock_fonds(fonds_id: UUID) -> None:
    """Let one worker at a time look for what a fonds holds already, so that two batches do not both miss the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [fonds_id.int % (1 << 63)])


def _is_as_counted(item: IntakeItem, files: Sequence[IntakeFile]) -> bool:
    """Tell whether as many bytes were stored as were counted; otherwise the sender was still writing, and it is returned."""
    for file in files:
        assert file.computer_file is not None
        if file.computer_file.size_bytes != file.size_bytes:
            fail(item, changed(file.path), save=False)
            return False
    return True


def _move_stored(items: Sequence[IntakeItem], files: dict[UUID, list[IntakeFile]]) -> None:
    """Move items to stored, or to held where the same thing, path and bytes, is in this fonds already."""
    for item in items:
        digest = hashlib.sha256(item.path.encode())
        for file in files[item.id]:
            assert file.computer_file is not None
            digest.update(bytes.fromhex(file.computer_file.digest))
        item.content_key = digest.hexdigest()
    held = _same_elsewhere(items)
    for item in items:
        state, record_id = held.get(item.content_key, ("", None))
        if state in UNDER_WAY and item.record_id is None:
            fail(item, _being_taken_in(item.path), save=False)
        elif record_id and item.record_id is None:
            item.record_id = record_id
            move(item, IntakeItem.State.HELD, save=False)
        else:
            move(item, IntakeItem.State.STORED, save=False)


def _same_elsewhere(items: Sequence[IntakeItem]) -> dict[str, tuple[str, UUID | None]]:
    """Return state and record of another item of the fonds with the same content, by content key; one with a record wins."""
    if not items:
        return {}
    rows = IntakeItem.objects.filter(
        content_key__in=[i.content_key for i in items], batch__intake__fonds_id=items[0].batch.intake.fonds_id
    ).exclude(id__in=[i.id for i in items])
    rows = rows.filter(Q(record__isnull=False) | Q(state__in=UNDER_WAY)).order_by(F("record_id").asc(nulls_first=True))
    return {key: (state, record) for key, state, record in rows.values_list("content_key", "state", "record_id")}


def _being_taken_in(path: str) -> ConflictError:
    return ConflictError(
        "ingest.being_taken_in",
        gettext_noop("“%(path)s” is being taken in by another batch just now. Try again when that one has finished."),
        path=path,
    )
