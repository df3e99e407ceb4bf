"""Receiving: count every file into the handover list and queue the items; nothing is promised before."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from lantai.audit.services import record_act
from lantai.catalogue.rules.metadata import is_state_secret
from lantai.ingest.adapters.packed_files import unfold
from lantai.ingest.models import Batch, HandoverList, IntakeFile, IntakeItem
from lantai.ingest.rules.catalogue_rows import CatalogueRow
from lantai.ingest.rules.grouping import SentItem, is_catalogue, items_of
from lantai.ingest.services.linking import Files, Listing, files_below, listing_of
from lantai.ingest.services.opening import open_batch
from lantai.ingest.services.quarantine import secret, tell_security_administrators
from lantai.ingest.services.states import move
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ArchiveError, ConflictError, gettext_noop
from lantai.kernel.ids import new_id
from lantai.kernel.queue import enqueue
from lantai.recognition.rules.secrecy import secrecy_mark

ITEMS_AT_ONCE = 1000
FILES_A_STORE_SLICE = 256
BYTES_A_STORE_SLICE = 64 << 20

Wanted = Callable[[SentItem], bool]


def take_in_folder(
    *, actor: Actor, fonds_id: UUID, folder: Path, catalogue: Path | None = None, **options: Any
) -> Batch:
    """Receive `folder` as a batch; a batch of the same folder that is not finished yet is gone on with."""
    source_name = str(folder.resolve())
    unfinished = Batch.objects.exclude(state=Batch.State.FINISHED).filter(
        source_name=source_name, intake__fonds_id=fonds_id, source=Batch.Source.FOLDER
    )
    batch = unfinished.first() or open_batch(
        actor=actor, fonds_id=fonds_id, source=Batch.Source.FOLDER, source_name=source_name, **options
    )
    return receive_folder(actor=actor, batch_id=batch.id, folder=folder, catalogue=catalogue)


def take_in_packed_file(
    *, actor: Actor, fonds_id: UUID, packed: Path, catalogue: Path | None = None, **options: Any
) -> Batch:
    """Unfold a zip or tar into staging and receive what was in it.

    Raises InvalidError, with nothing kept, when the packed file as a whole cannot be trusted.
    """
    staging = settings.HOME / "tmp" / "incoming" / str(new_id())
    staging.mkdir(parents=True)
    try:
        refused = unfold(packed, staging)
        batch = open_batch(
            actor=actor,
            fonds_id=fonds_id,
            source=Batch.Source.PACKED,
            source_name=packed.name,
            staging=str(staging),
            **options,
        )
    except ArchiveError:
        shutil.rmtree(staging)
        raise
    return receive_folder(actor=actor, batch_id=batch.id, folder=staging, catalogue=catalogue, refused=refused)


def receive_folder(
    *,
    actor: Actor,
    batch_id: UUID,
    folder: Path,
    catalogue: Path | None = None,
    refused: Sequence[tuple[str, ArchiveError]] = (),
    wanted: Wanted | None = None,
) -> Batch:
    """Count all below `folder` (or the `wanted` items) into the batch's items and handover list, and queue the storing.

    Safe to run again: an item already counted stays. A file that cannot be taken becomes an item with its reason.
    Raises ConflictError for a finished batch, InvalidError for a catalogue that is none.
    """
    files = files_below(folder)
    files.refused += refused
    listing = listing_of(folder, catalogue, files.good)
    items = items_of((f for f in files.good if not is_catalogue(f.path)), frozenset(listing.rows))
    batch = _begin_receiving(batch_id)
    order = 0
    for piece in _pieces(filter(wanted, items) if wanted else items):
        _add_items(batch, piece, listing.rows, order)
        order += len(piece)
    _add_refused(batch, files.refused, order)
    return _end_receiving(actor, batch, listing, files)


def _pieces(items: Iterable[SentItem]) -> Iterator[list[SentItem]]:
    source = iter(items)
    while piece := list(islice(source, ITEMS_AT_ONCE)):
        yield piece


@transaction.atomic
def _begin_receiving(batch_id: UUID) -> Batch:
    """Hold the batch open while it is counted, so that it does not close between two slices."""
    batch = Batch.objects.select_for_update(of=("self",)).select_related("intake__fonds__archives").get(id=batch_id)
    if batch.state == Batch.State.FINISHED:
        raise ConflictError("ingest.batch_finished", gettext_noop("This batch is finished. Open a new one."))
    batch.state = Batch.State.RECEIVING
    batch.save(update_fields=["state"])
    return batch


@transaction.atomic
def _add_items(batch: Batch, items: list[SentItem], rows: dict[str, CatalogueRow], order: int) -> None:
    Batch.objects.select_for_update().get(id=batch.id)
    known = set(batch.items.filter(path__in=[i.path for i in items]).values_list("path", flat=True))
    made: list[IntakeItem] = []
    files: list[IntakeFile] = []
    for place, item in enumerate(items, start=order):
        if item.path in known:
            continue
        made.append(_item_row(batch, item, rows.get(item.path), place))
        files += [
            IntakeFile(item=made[-1], path=f.path, raw_path=f.raw_path, order=n, size_bytes=f.size_bytes)
            for n, f in enumerate(item.files)
        ]
    IntakeItem.objects.bulk_create(made)
    IntakeFile.objects.bulk_create(files, batch_size=5000)
    HandoverList.objects.filter(batch=batch).update(
        sent_files=F("sent_files") + len(files), sent_bytes=F("sent_bytes") + sum(f.size_bytes for f in files)
    )
    if any(m.state == IntakeItem.State.QUARANTINED for m in made):
        tell_security_administrators(batch=batch)
    for item_ids in _store_slices([m for m in made if m.state == IntakeItem.State.WAITING], files):
        enqueue("ingest.store_slice", item_ids=item_ids)


def _item_row(batch: Batch, item: SentItem, row: CatalogueRow | None, place: int) -> IntakeItem:
    """Return the item's row; what its name or the catalogue marks as a state secret is not even stored."""
    said = {} if row is None else {**row.values, **({"metadata": row.metadata} if row.metadata else {})}
    made = IntakeItem(batch=batch, path=item.path, order=place, description=said)
    if secrecy_mark(item.path) or (row and (row.secret_mark or _is_marked(row))):
        move(made, IntakeItem.State.QUARANTINED, reason=secret("ingest.secret_name"), save=False)
    return made


def _is_marked(row: CatalogueRow) -> bool:
    return is_state_secret(row.metadata) or any(
        secrecy_mark(value) for value in (*row.values.values(), *row.metadata.values()) if isinstance(value, str)
    )


def _store_slices(items: list[IntakeItem], files: list[IntakeFile]) -> Iterator[list[str]]:
    """Yield item ids in slices of bounded files and bytes."""
    weight: dict[UUID, tuple[int, int]] = {}
    for file in files:
        count, size = weight.get(file.item_id, (0, 0))
        weight[file.item_id] = (count + 1, size + file.size_bytes)
    piece: list[str] = []
    count = size = 0
    for item in items:
        more, larger = weight[item.id]
        if piece and (count + more > FILES_A_STORE_SLICE or size + larger > BYTES_A_STORE_SLICE):
            yield piece
            piece, count, size = [], 0, 0
        piece.append(str(item.id))
        count, size = count + more, size + larger
    if piece:
        yield piece


def _add_refused(batch: Batch, refused: list[tuple[str, ArchiveError]], order: int) -> None:
    """Make an item of each refused file; the second of two equal names gets a number, so that both are seen."""
    known = dict(batch.items.filter(path__in=[path for path, _ in refused]).values_list("path", "error_code"))
    rows: dict[str, IntakeItem] = {}
    for path, error in refused:
        number, name = 1, path
        while known.get(name, error.code) != error.code or name in rows:
            number += 1
            name = f"{path} ({number})"
        rows[name] = IntakeItem(
            batch=batch, path=name, order=order + len(rows), state=IntakeItem.State.FAILED,
            error_code=error.code, error_message=error.message, error_facts={k: str(v) for k, v in error.facts.items()},
        )  # fmt: skip
    IntakeItem.objects.bulk_create(rows.values(), ignore_conflicts=True)


@transaction.atomic
def _end_receiving(actor: Actor, batch: Batch, listing: Listing, files: Files) -> Batch:
    batch = Batch.objects.select_for_update().get(id=batch.id)
    if listing.rows or listing.faults:
        batch.catalogue_report = asdict(listing.compared(files.good))
    batch.state = Batch.State.WORKING
    batch.save(update_fields=["state", "catalogue_report"])
    handover = HandoverList.objects.get(batch=batch)
    record_act(
        actor=actor, verb="ingest.receive_folder", target_kind="batch", target_id=batch.id,
        facts={"files": handover.sent_files, "bytes": handover.sent_bytes, "refused": len(files.refused)},
    )  # fmt: skip
    enqueue("ingest.close_batch", once=f"ingest.close_batch:{batch.id}", batch_id=str(batch.id))
    return batch
