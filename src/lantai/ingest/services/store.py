"""Storing and describing a slice of items: bytes first, in every store, then the rows that speak of them."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import F

from lantai.catalogue.models import Record
from lantai.catalogue.services import PartDescription, RecordDescription, create_records
from lantai.ingest.models import Batch, HandoverList, IntakeFile, IntakeItem
from lantai.ingest.rules.names import empty
from lantai.ingest.services.receive import source_path
from lantai.ingest.services.states import FIELDS, fail, move
from lantai.kernel.actors import system_actor
from lantai.kernel.errors import ArchiveError, ConflictError, InvalidError, gettext_noop
from lantai.kernel.queue import enqueue
from lantai.preservation.selectors import open_file
from lantai.preservation.services import ManifestDraft, store_files, write_manifests
from lantai.recognition.adapters.documents import open_document

HANDS = system_actor("ingest")
DESCRIBE_AT_ONCE = 64
DEFAULT_CATEGORY = "WS"


def store_slice(*, item_ids: Sequence[UUID | str]) -> None:
    """Store the files of the waiting items among `item_ids` and queue their description.

    An item whose source is gone, empty or changed while it was read is returned with the reason. A store that cannot
    write raises UnavailableError: nothing of the slice is acknowledged and the job is tried again.
    """
    items = list(
        IntakeItem.objects.filter(id__in=item_ids, state=IntakeItem.State.WAITING)
        .select_related("batch__intake__fonds")
        .order_by("order")
    )
    if not items:
        return
    batch = items[0].batch
    files = _files_of(items)
    good = [item for item in items if not _refuse_unreadable(item, files[item.id])]
    _store(batch, [f for item in good for f in files[item.id]])
    with transaction.atomic():
        locked = {
            i.id
            for i in IntakeItem.objects.select_for_update().filter(
                id__in=[g.id for g in good], state=IntakeItem.State.WAITING
            )
        }
        fresh = [item for item in good if item.id in locked]
        stored = [f for item in fresh for f in files[item.id]]
        IntakeFile.objects.bulk_update(stored, ["computer_file"])
        _mark_stored(batch, fresh, files)
        HandoverList.objects.filter(batch=batch).update(
            received_files=F("received_files") + len(stored),
            received_bytes=F("received_bytes") + sum(f.size_bytes for f in stored),
        )
        waiting = [item for item in fresh if item.state == IntakeItem.State.STORED]
        for start in range(0, len(waiting), DESCRIBE_AT_ONCE):
            enqueue("ingest.describe_slice", item_ids=[str(i.id) for i in waiting[start : start + DESCRIBE_AT_ONCE]])
        enqueue("ingest.close_batch", once=f"ingest.close_batch:{batch.id}", batch_id=str(batch.id))


def _files_of(items: Sequence[IntakeItem]) -> dict[UUID, list[IntakeFile]]:
    found: dict[UUID, list[IntakeFile]] = defaultdict(list)
    for file in IntakeFile.objects.filter(item__in=items).select_related("computer_file").order_by("item_id", "order"):
        found[file.item_id].append(file)
    return found


def _refuse_unreadable(item: IntakeItem, files: Sequence[IntakeFile]) -> bool:
    """Return an item whose sources are not what was counted; tell whether it was."""
    for file in files:
        error = _source_fault(source_path(item.batch, file), file)
        if error:
            item.attempt += 1
            fail(item, error)
            return True
    return False


def _source_fault(path: Path, file: IntakeFile) -> ArchiveError | None:
    try:
        size = path.stat().st_size
    except OSError as error:
        return InvalidError(
            "ingest.source_gone",
            gettext_noop("“%(path)s” cannot be read any more (%(reason)s). Put it back and try again."),
            path=file.path,
            reason=error.strerror or "",
        )
    if size == 0:
        return empty(file.path)
    if size != file.size_bytes:
        return InvalidError(
            "ingest.source_changed",
            gettext_noop("“%(path)s” was changed while it was being sent. Send it again."),
            path=file.path,
        )
    return None


def _store(batch: Batch, files: Sequence[IntakeFile]) -> None:
    fresh = [f for f in files if f.computer_file_id is None]
    if fresh:
        stored = store_files(
            actor=HANDS,
            archives_id=batch.intake.fonds.archives_id,
            level=batch.access_level,
            sources=[(os.path.basename(f.path), source_path(batch, f)) for f in fresh],  # noqa: PTH119 - a path of the sender's
        )
        for file, computer_file in zip(fresh, stored, strict=True):
            file.computer_file = computer_file


def _mark_stored(batch: Batch, items: Sequence[IntakeItem], files: dict[UUID, list[IntakeFile]]) -> None:
    """Move items to stored, or to held where the same thing, path and bytes, is in this fonds already."""
    for item in items:
        digest = hashlib.sha256(item.path.encode())
        for file in files[item.id]:
            assert file.computer_file is not None
            digest.update(bytes.fromhex(file.computer_file.digest))
        item.content_key = digest.hexdigest()
    held = dict(
        IntakeItem.objects.filter(
            content_key__in=[i.content_key for i in items],
            record__isnull=False,
            batch__intake__fonds_id=batch.intake.fonds_id,
        ).values_list("content_key", "record_id")
    )
    for item in items:
        item.attempt += 1
        item.record_id = held.get(item.content_key)
        move(item, IntakeItem.State.HELD if item.record_id else IntakeItem.State.STORED, save=False)
    IntakeItem.objects.bulk_update(items, FIELDS)


def describe_slice(*, item_ids: Sequence[UUID | str]) -> None:
    """Open the stored items' documents, make their records with parts, pages and codes, and queue their reading.

    A document that cannot be opened, or whose description cannot be right, is kept and its item returned with the reason.
    """
    items = list(
        IntakeItem.objects.filter(id__in=item_ids, state=IntakeItem.State.STORED)
        .select_related("batch__intake__fonds")
        .order_by("order")
    )
    if not items:
        return
    files = _files_of(items)
    wishes = {item.id: wish for item in items if (wish := _opened(item, files[item.id]))}
    batch = items[0].batch
    with transaction.atomic():
        stored = IntakeItem.objects.select_for_update().filter(id__in=wishes, state=IntakeItem.State.STORED)
        locked = set(stored.values_list("id", flat=True))
        fresh = [item for item in items if item.id in locked]
        described = _make_records(batch, fresh, wishes)
        _queue_reading(batch, described)
        enqueue("ingest.close_batch", once=f"ingest.close_batch:{batch.id}", batch_id=str(batch.id))


def _opened(item: IntakeItem, files: Sequence[IntakeFile]) -> RecordDescription | None:
    """Return the record to make of an item, or None when a file of it cannot be opened: then it is returned."""
    try:
        return _description(item, tuple(_part(file) for file in files))
    except InvalidError as error:
        fail(item, error)
        return None


def _part(file: IntakeFile) -> PartDescription:
    assert file.computer_file is not None
    name = os.path.basename(file.path)  # noqa: PTH119 - a path of the sender's
    with open_file(file.computer_file) as stream, open_document(stream, name) as document:
        return PartDescription(
            computer_file_id=file.computer_file.id,
            name=name,
            media_type=document.media_type,
            pages=tuple(document.pages),
            technical=document.technical,
        )


def _description(item: IntakeItem, parts: Sequence[PartDescription]) -> RecordDescription:
    """Return the record to make. One that will be read stays out of sight until no page shows a secret mark."""
    said = item.description
    dated_on = said.get("dated_on")
    return RecordDescription(
        record_id=item.id,
        level="item",
        category_code=said.get("category_code", DEFAULT_CATEGORY),
        title=said.get("title") or Path(item.path).stem,
        author=said.get("author", ""),
        document_number=said.get("document_number", ""),
        dated_on=date.fromisoformat(dated_on) if dated_on else None,
        year=said.get("year") or (int(dated_on[:4]) if dated_on else None),
        retention=said.get("retention", "Y"),
        organisation=said.get("organisation", ""),
        reference_code=said.get("reference_code", ""),
        access_level=max(said.get("access_level", 0), item.batch.access_level),
        opening=said.get("opening", "not_reviewed"),
        metadata=said.get("metadata", {}),
        quarantined=_will_be_read(item, parts),
        parts=parts,
    )


def _will_be_read(item: IntakeItem, parts: Sequence[PartDescription]) -> bool:
    return item.batch.wants_reading and any(part.pages for part in parts)


def _make_records(batch: Batch, items: Sequence[IntakeItem], wishes: dict[UUID, RecordDescription]) -> list[IntakeItem]:
    """Make the records of `items` and return the items that have one; if one is refused, each is tried by itself."""
    if not items:
        return []
    try:
        with transaction.atomic():
            create_records(
                actor=HANDS,
                fonds_id=batch.intake.fonds_id,
                descriptions=[wishes[i.id] for i in items],
                issue_codes=True,
            )
    except (InvalidError, ConflictError) as error:
        if len(items) == 1:
            fail(items[0], error)
            return []
        return [made for item in items for made in _make_records(batch, [item], wishes)]
    write_manifests(actor=HANDS, manifests=[_manifest(item, wishes[item.id]) for item in items])
    return list(items)


def _manifest(item: IntakeItem, wish: RecordDescription) -> ManifestDraft:
    parts = [
        {"name": p.name, "file": str(p.computer_file_id), "media_type": p.media_type, "pages": len(p.pages)}
        for p in wish.parts
    ]
    return ManifestDraft("record", item.id, {"path": item.path, "description": item.description, "parts": parts})


def _queue_reading(batch: Batch, items: Sequence[IntakeItem]) -> None:
    held_back = set(Record.objects.filter(id__in=[i.id for i in items], quarantined=True).values_list("id", flat=True))
    for item in items:
        item.record_id = item.id
        move(item, IntakeItem.State.READING if item.id in held_back else IntakeItem.State.DONE, save=False)
    IntakeItem.objects.bulk_update(items, FIELDS)
    for item in items:
        if item.id in held_back:
            enqueue("ingest.queue_reading", item_id=str(item.id))
