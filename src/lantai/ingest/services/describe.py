"""Describing a slice of stored items: their documents are opened once, their records, codes and manifests made."""

from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.db import transaction

from lantai.catalogue.models import Page, Record
from lantai.catalogue.services import PartDescription, RecordDescription, create_records
from lantai.ingest.models import Batch, IntakeFile, IntakeItem
from lantai.ingest.services.quarantine import quarantine_item
from lantai.ingest.services.states import begin, close_soon, fail, move, put_off, save_items
from lantai.ingest.services.store import files_of
from lantai.kernel.actors import system_actor
from lantai.kernel.errors import ConflictError, InvalidError, UnavailableError
from lantai.kernel.queue import enqueue
from lantai.preservation.selectors import open_file
from lantai.preservation.services import ManifestDraft, write_manifests
from lantai.recognition.adapters.documents import open_document
from lantai.recognition.selectors import files_by_model
from lantai.recognition.services import note_assumed_values

HANDS = system_actor("ingest")
DEFAULT_CATEGORY = "WS"
PAGES_A_JOB = 4


def describe_slice(*, item_ids: Sequence[UUID | str]) -> None:
    """Open the stored items' documents, make their records with parts, pages and codes, and queue their reading.

    A document that cannot be opened, or whose description cannot be right, is kept and its item returned with the reason.
    Items whose work broke off before go on one by one, so that one bad file holds up no other.
    """
    items = begin(item_ids, IntakeItem.State.STORED)
    if len(items) > 1 and any(item.attempt > 1 for item in items):
        with transaction.atomic():
            for item in items:
                enqueue("ingest.describe_slice", item_ids=[str(item.id)])
        return
    if items:
        _describe(items)


def _describe(items: Sequence[IntakeItem]) -> None:
    files = files_of(items)
    try:
        wishes = {item.id: wish for item in items if (wish := _opened(item, files[item.id]))}
        write_manifests(actor=HANDS, manifests=[_manifest(i, wishes[i.id]) for i in items if i.id in wishes])
    except UnavailableError as error:
        if put_off([item for item in items if item.state == IntakeItem.State.STORED], error):
            raise
        return
    with transaction.atomic():
        stored = IntakeItem.objects.select_for_update().filter(id__in=wishes, state=IntakeItem.State.STORED)
        locked = set(stored.values_list("id", flat=True))
        described = _make_records(items[0].batch, [item for item in items if item.id in locked], wishes)
        _go_on(described, wishes)
        close_soon([item for item in items if item.state == IntakeItem.State.FAILED])


def _opened(item: IntakeItem, files: Sequence[IntakeFile]) -> RecordDescription | None:
    """Return the record to make of an item, or None when a file of it cannot be opened: then it is returned."""
    try:
        return _description(item, tuple(_part(file) for file in files))
    except InvalidError as error:
        fail(item, error)
        return None


def _part(file: IntakeFile) -> PartDescription:
    assert file.computer_file is not None
    name = file.path.rpartition("/")[2]
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
        title=said.get("title") or _name_of(item, parts),
        author=said.get("author", ""),
        document_number=said.get("document_number", ""),
        dated_on=date.fromisoformat(dated_on) if dated_on else None,
        year=said.get("year") or (int(dated_on[:4]) if dated_on else None),
        retention=said.get("retention", "Y"),
        organisation=said.get("organisation", ""),
        reference_code=said.get("reference_code", ""),
        access_level=max(said.get("access_level", 0), item.batch.access_level),
        opening=said.get("opening", "not_reviewed"),
        metadata=_metadata(said),
        quarantined=item.batch.wants_reading and any(part.pages for part in parts),
        parts=parts,
    )


def _metadata(said: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata of the catalogue row; with it how many pages it states, which are counted when all are read."""
    stated = {"total_number_of_pages": str(said["page_count"])} if said.get("page_count") else {}
    return {**stated, **said.get("metadata", {})}


def _name_of(item: IntakeItem, parts: Sequence[PartDescription]) -> str:
    """Return the name that stands for a title: a folder's whole, a file's without its ending."""
    name = PurePosixPath(item.path)
    return name.stem if [name.name] == [part.name for part in parts] else name.name


def _make_records(batch: Batch, items: Sequence[IntakeItem], wishes: dict[UUID, RecordDescription]) -> list[IntakeItem]:
    """Make the records of `items` and return the items that have one; if one is refused, each is tried by itself."""
    if not items:
        return []
    try:
        _create(batch, items, wishes)
    except (InvalidError, ConflictError) as error:
        if len(items) == 1:
            fail(items[0], error)
            return []
        return [made for item in items for made in _make_records(batch, [item], wishes)]
    return list(items)


def _create(batch: Batch, items: Sequence[IntakeItem], wishes: dict[UUID, RecordDescription]) -> None:
    """Make the records; a code that would hold a category which nobody gave waits until the record has been read."""
    waits = files_by_model(batch.intake.fonds.archives_id)
    waiting = [i for i in items if waits and _is_for_filing(i, wishes[i.id])]
    coded = [i for i in items if i not in waiting]
    for some, issue_codes in ((coded, True), (waiting, False)):
        descriptions = [wishes[i.id] for i in some]
        create_records(actor=HANDS, fonds_id=batch.intake.fonds_id, descriptions=descriptions, issue_codes=issue_codes)
    note_assumed_values(actor=HANDS, values=[value for i in items for value in _assumed(i, wishes[i.id])])


def _is_for_filing(item: IntakeItem, wish: RecordDescription) -> bool:
    return wish.quarantined and not wish.reference_code and "category_code" not in item.description


def _assumed(item: IntakeItem, wish: RecordDescription) -> list[tuple[UUID, str, str]]:
    """Return (record, field, value) of what stands in the description only because nobody gave it."""
    values = {"category_code": ("category", wish.category_code), "retention": ("retention", wish.retention)}
    return [(item.id, field, value) for said, (field, value) in values.items() if said not in item.description]


def _manifest(item: IntakeItem, wish: RecordDescription) -> ManifestDraft:
    parts = [
        {"name": p.name, "file": str(p.computer_file_id), "media_type": p.media_type, "pages": len(p.pages)}
        for p in wish.parts
    ]
    return ManifestDraft("record", item.id, {"path": item.path, "description": item.description, "parts": parts})


def _go_on(items: Sequence[IntakeItem], wishes: dict[UUID, RecordDescription]) -> None:
    """Queue the reading of what is to be read; the rest is done, or in quarantine for what its description says."""
    ids = [item.id for item in items]
    hidden = set(Record.objects.filter(id__in=ids, quarantined=True).values_list("id", flat=True))
    for item in items:
        item.record_id = item.id
        if wishes[item.id].quarantined and item.id in hidden:
            move(item, IntakeItem.State.READING, save=False)
        elif item.id in hidden:
            quarantine_item(actor=HANDS, item=item)
        else:
            move(item, IntakeItem.State.DONE, save=False)
    save_items([item for item in items if item.state != IntakeItem.State.QUARANTINED])
    close_soon([item for item in items if item.state != IntakeItem.State.READING])
    reading = [item.id for item in items if item.state == IntakeItem.State.READING]
    pages = Page.objects.filter(record_id__in=reading).order_by("record_id", "number")
    _queue_reading([str(page) for page in pages.values_list("id", flat=True)])


def _queue_reading(page_ids: Sequence[str]) -> None:
    for start in range(0, len(page_ids), PAGES_A_JOB):
        enqueue("ingest.read_slice", page_ids=page_ids[start : start + PAGES_A_JOB])
