"""Receiving: open a batch, count every file into the handover list, and queue the items; nothing is promised before."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from lantai.audit.services import record_act
from lantai.catalogue.models import Fonds
from lantai.catalogue.selectors.fonds import fonds_to_work_on
from lantai.identity.selectors import require
from lantai.ingest.adapters.folders import walk
from lantai.ingest.adapters.packed_files import unfold
from lantai.ingest.adapters.spreadsheets import rows_of
from lantai.ingest.models import Batch, HandoverList, Intake, IntakeFile, IntakeItem
from lantai.ingest.rules.catalogue_rows import CatalogueRow, Fault, read_rows
from lantai.ingest.rules.grouping import SentFile, SentItem, is_catalogue, items_of
from lantai.ingest.rules.names import doubled, normal_path, path_bytes
from lantai.ingest.rules.roles import MAY_TAKE_IN
from lantai.ingest.services.quarantine import tell_security_administrators
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ArchiveError
from lantai.kernel.ids import new_id
from lantai.kernel.queue import enqueue
from lantai.recognition.rules.secrecy import secrecy_mark

ITEMS_A_SLICE = 1000
FILES_A_STORE_SLICE = 256
BYTES_A_STORE_SLICE = 256 << 20

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What linking a catalogue to a folder finds, before anything is taken in."""

    rows: int
    linked: int
    missing: list[dict[str, Any]]
    """Rows whose file is not there: row, file."""
    unlisted: list[str]
    """Files that no row names."""
    faults: list[dict[str, Any]]
    """Cells that cannot be right: row, column, value, message."""


@transaction.atomic
def open_batch(
    *, actor: Actor, fonds_id: UUID, source: str, source_name: str, kind: str = Intake.Kind.DIGITISATION,
    staging: str = "", wants_reading: bool = True, access_level: int = 0,
) -> Batch:  # fmt: skip
    """Open a batch of an intake of `kind` into a fonds.

    Raises NotPermittedError unless the actor may take in for the fonds' owner.
    """
    fonds = fonds_to_work_on(fonds_id)
    permit_taking_in(actor, fonds)
    account = actor.id if actor.kind == "account" else None
    intake = Intake.objects.create(kind=kind, fonds=fonds, sent_by_unit=fonds.owner_unit, created_by_id=account)
    batch = Batch.objects.create(
        intake=intake,
        source=source,
        source_name=source_name,
        staging=staging,
        wants_reading=wants_reading,
        access_level=access_level,
    )
    HandoverList.objects.create(batch=batch)
    record_act(
        actor=actor,
        verb="ingest.open_batch",
        target_kind="batch",
        target_id=batch.id,
        facts={"kind": kind, "fonds": str(fonds.id)},
    )
    return batch


def permit_taking_in(actor: Actor, fonds: Fonds) -> None:
    """Raise NotPermittedError unless the actor takes in for the fonds' owner or for the archives that keeps it."""
    if not any(actor.holds(role, fonds.owner_unit.path) for role in MAY_TAKE_IN):
        require(actor, MAY_TAKE_IN, fonds.archives.path)


def take_in_folder(
    *, actor: Actor, fonds_id: UUID, folder: Path, catalogue: Path | None = None, **options: Any
) -> Batch:
    """Open a batch for `folder` and receive it; an earlier batch of the same folder that was cut off is gone on with."""
    source_name = str(folder.resolve())
    unfinished = Batch.objects.filter(
        source_name=source_name, state=Batch.State.RECEIVING, intake__fonds_id=fonds_id, source=Batch.Source.FOLDER
    ).first()
    batch = unfinished or open_batch(
        actor=actor, fonds_id=fonds_id, source=Batch.Source.FOLDER, source_name=source_name, **options
    )
    return receive_folder(actor=actor, batch_id=batch.id, folder=folder, catalogue=catalogue)


def take_in_packed_file(*, actor: Actor, fonds_id: UUID, packed: Path, name: str = "", **options: Any) -> Batch:
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
            source_name=name or packed.name,
            staging=str(staging),
            **options,
        )
    except ArchiveError:
        shutil.rmtree(staging)
        raise
    return receive_folder(actor=actor, batch_id=batch.id, folder=staging, refused=refused)


def receive_folder(
    *,
    actor: Actor,
    batch_id: UUID,
    folder: Path,
    catalogue: Path | None = None,
    refused: list[tuple[str, ArchiveError]] | None = None,
) -> Batch:
    """Count all below `folder` into the batch's items and handover list, link the catalogue, and queue the storing.

    Safe to run again: an item already counted stays. A file that cannot be taken becomes an item with its reason.
    """
    batch = Batch.objects.select_related("intake__fonds").get(id=batch_id)
    files = _sorted_files(folder, refused or [])
    listing = _read_catalogue(folder, catalogue, [f for f in files.good if is_catalogue(f.path)])
    items = items_of((f for f in files.good if not is_catalogue(f.path)), frozenset(listing.rows))
    order = 0
    while piece := list(islice(items, ITEMS_A_SLICE)):
        _add_items(batch, piece, listing.rows, order)
        order += len(piece)
    _add_refused(batch, files.refused, order)
    return _close_receiving(actor, batch, listing, files)


def compare_catalogue(*, folder: Path, catalogue: Path | None = None) -> Comparison:
    """Return what linking would find, with nothing taken in: a dry run."""
    files = _sorted_files(folder, [])
    return _read_catalogue(folder, catalogue, [f for f in files.good if is_catalogue(f.path)]).compared(files.good)


@dataclass(slots=True)
class _Files:
    good: list[SentFile]
    refused: list[tuple[str, ArchiveError]]


@dataclass(slots=True)
class _Listing:
    rows: dict[str, CatalogueRow]
    faults: list[Fault]

    def compared(self, files: list[SentFile]) -> Comparison:
        present = {f.path for f in files} | {f.folder for f in files}
        missing = [{"row": r.row, "file": path} for path, r in self.rows.items() if path not in present]
        unlisted = [
            f.path
            for f in files
            if self.rows and not is_catalogue(f.path) and f.path not in self.rows and f.folder not in self.rows
        ]
        return Comparison(
            len(self.rows), len(self.rows) - len(missing), missing, unlisted, [asdict(f) for f in self.faults]
        )


def _sorted_files(folder: Path, refused: list[tuple[str, ArchiveError]]) -> _Files:
    files = _Files([], list(refused))
    seen: set[str] = set()
    for found in walk(folder):
        if isinstance(found, tuple):
            files.refused.append(found)
        elif found.path in seen:
            files.refused.append((found.path, doubled(found.path)))
        else:
            seen.add(found.path)
            files.good.append(found)
    files.good.sort(key=lambda f: (f.folder, f.path))
    return files


def _read_catalogue(folder: Path, catalogue: Path | None, found: list[SentFile]) -> _Listing:
    """Return the rows by path below the source; a catalogue inside a folder names files from that folder on."""
    listing = _Listing({}, [])
    sources = [(catalogue, "")] if catalogue else [(folder / f.path, f.folder) for f in found]
    for file, base in sources:
        rows, faults = read_rows(rows_of(file))
        listing.faults += faults
        for row in rows:
            path = normal_path(f"{base}/{row.file}" if base else row.file)
            listing.rows[path] = row
    return listing


def _add_items(batch: Batch, items: list[SentItem], rows: dict[str, CatalogueRow], order: int) -> None:
    known = set(batch.items.filter(path__in=[i.path for i in items]).values_list("path", flat=True))
    fresh = [(place, item) for place, item in enumerate(items, start=order) if item.path not in known]
    made, files = [], []
    for place, item in fresh:
        row = rows.get(item.path)
        one = IntakeItem(batch=batch, path=item.path, order=place, description=_description(row))
        mark = (
            secrecy_mark(item.path)
            or (row.secret_mark if row else "")
            or secrecy_mark(str(one.description.get("title", "")))
        )
        if mark:
            one.state, one.error_code = IntakeItem.State.QUARANTINED, "ingest.secret_name"
        made.append(one)
        files += [
            IntakeFile(item=one, path=f.path, raw_path=f.raw_path, order=n, size_bytes=f.size_bytes)
            for n, f in enumerate(item.files)
        ]
    with transaction.atomic():
        IntakeItem.objects.bulk_create(made)
        IntakeFile.objects.bulk_create(files, batch_size=5000)
        HandoverList.objects.filter(batch=batch).update(
            sent_files=F("sent_files") + len(files), sent_bytes=F("sent_bytes") + sum(f.size_bytes for f in files)
        )
        if any(m.state == IntakeItem.State.QUARANTINED for m in made):
            tell_security_administrators(batch=batch)
        for item_ids in _store_slices([m for m in made if m.state == IntakeItem.State.WAITING], files):
            enqueue("ingest.store_slice", item_ids=item_ids)


def _description(row: CatalogueRow | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {**row.values, "metadata": row.metadata} if row.metadata else dict(row.values)


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
    known = set(batch.items.filter(path__in=[path for path, _ in refused]).values_list("path", flat=True))
    rows: dict[str, IntakeItem] = {}
    for place, (path, error) in enumerate(refused, start=order):
        name = path if path not in known and path not in rows else f"{path} ({place})"
        rows[name] = IntakeItem(
            batch=batch, path=name, order=place, state=IntakeItem.State.FAILED,
            error_code=error.code, error_message=error.message, error_facts={k: str(v) for k, v in error.facts.items()},
        )  # fmt: skip
    IntakeItem.objects.bulk_create(rows.values(), ignore_conflicts=True)


@transaction.atomic
def _close_receiving(actor: Actor, batch: Batch, listing: _Listing, files: _Files) -> Batch:
    batch = Batch.objects.select_for_update().get(id=batch.id)
    if listing.rows or listing.faults:
        batch.catalogue_report = asdict(listing.compared(files.good))
    if batch.state == Batch.State.RECEIVING:
        batch.state = Batch.State.WORKING
        handover = HandoverList.objects.get(batch=batch)
        record_act(
            actor=actor, verb="ingest.receive_folder", target_kind="batch", target_id=batch.id,
            facts={"files": handover.sent_files, "bytes": handover.sent_bytes, "refused": len(files.refused)},
        )  # fmt: skip
    batch.save(update_fields=["state", "catalogue_report"])
    enqueue("ingest.close_batch", once=f"ingest.close_batch:{batch.id}", batch_id=str(batch.id))
    return batch


def source_path(batch: Batch, file: IntakeFile) -> Path:
    """Return where the bytes of `file` lie now: in our staging folder, or in the sender's own."""
    import os

    raw = path_bytes(file.path, bytes(file.raw_path) if file.raw_path is not None else None)
    return Path(os.fsdecode(os.path.join(os.fsencode(batch.staging or batch.source_name), raw)))  # noqa: PTH118


def touch(items: list[IntakeItem]) -> None:
    """Stamp items as changed now, before they are saved in bulk."""
    for item in items:
        item.changed_at = clock.now()
