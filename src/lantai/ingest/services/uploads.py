"""Uploads from a browser: files in pieces that may stop and go on, gathered into one batch and then submitted."""

import os
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction

from lantai.ingest.adapters.packed_files import is_packed, unfold
from lantai.ingest.models import Batch, Upload
from lantai.ingest.rules.names import doubled, empty, normal_path
from lantai.ingest.services.opening import open_batch, permit_taking_in
from lantai.ingest.services.receive import receive_folder
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ArchiveError, ConflictError, InvalidError, UnavailableError, gettext_noop
from lantai.kernel.ids import new_id

UPLOAD_LIMIT_BYTES = 50 << 30
PIECE_LIMIT_BYTES = 16 << 20


class Readable(Protocol):
    """What a piece comes from: a request or a file."""

    def read(self, size: int, /) -> bytes: ...


def open_upload_batch(*, actor: Actor, fonds_id: UUID, kind: str, name: str, wants_reading: bool = True) -> Batch:
    """Open a batch that gathers uploads in a staging folder of ours."""
    staging = settings.HOME / "tmp" / "incoming" / str(new_id())
    batch = open_batch(
        actor=actor,
        fonds_id=fonds_id,
        source=Batch.Source.UPLOAD,
        source_name=name,
        kind=kind,
        staging=str(staging),
        wants_reading=wants_reading,
    )
    staging.mkdir(parents=True)
    return batch


def begin_upload(*, actor: Actor, batch_id: UUID, path: str, size_bytes: int) -> Upload:
    """Announce one file; the same path and size again returns the upload so far, so that it goes on where it stopped."""
    batch = _receiving_batch(actor, batch_id)
    path = normal_path(path)
    if size_bytes <= 0:
        raise empty(path)
    if size_bytes > UPLOAD_LIMIT_BYTES:
        raise InvalidError(
            "ingest.too_large",
            gettext_noop("“%(path)s” is too large to upload. Give it to the archives on a disk."),
            path=path,
        )
    upload, _ = Upload.objects.get_or_create(batch=batch, path=path, defaults={"size_bytes": size_bytes})
    if upload.size_bytes != size_bytes:
        raise doubled(path)
    return upload


def continue_upload(*, actor: Actor, upload_id: UUID, offset: int, piece: Readable) -> Upload:
    """Append a piece of at most 16 MiB at `offset`, durably, and return the upload with what is now on disk.

    Raises ConflictError with the true offset when the piece does not begin where the file ends.
    """
    content = piece.read(PIECE_LIMIT_BYTES)  # before any row is locked: a phone may take minutes over it
    with transaction.atomic():
        upload = Upload.objects.select_for_update(of=("self",)).select_related("batch").get(id=upload_id)
        _receiving_batch(actor, upload.batch_id)
        if offset != upload.received_bytes:
            raise ConflictError(
                "ingest.upload_offset",
                gettext_noop("%(received_bytes)s bytes have arrived so far. Go on from there."),
                received_bytes=upload.received_bytes,
            )
        upload.received_bytes = _append(_place(upload), offset, content[: upload.size_bytes - offset])
        upload.changed_at = clock.now()
        upload.save(update_fields=["received_bytes", "changed_at"])
    return upload


@transaction.atomic
def remove_upload(*, actor: Actor, upload_id: UUID) -> None:
    """Take a file out of a batch that is still gathering; the same name may then be sent anew."""
    upload = Upload.objects.select_for_update(of=("self",)).select_related("batch").get(id=upload_id)
    _receiving_batch(actor, upload.batch_id)
    _place(upload).unlink(missing_ok=True)
    upload.delete()


def submit_uploads(*, actor: Actor, batch_id: UUID) -> Batch:
    """Receive what was uploaded; packed files are unfolded first. Raises ConflictError while a file is not whole."""
    batch = _receiving_batch(actor, batch_id)
    uploads = list(batch.uploads.order_by("path"))
    short = next((u for u in uploads if u.received_bytes < u.size_bytes), None)
    if short or not uploads:
        raise ConflictError(
            "ingest.upload_open",
            gettext_noop("“%(path)s” has not arrived whole yet. Let it finish, or remove it.")
            if short
            else gettext_noop("Nothing has been uploaded yet. Add files first."),
            path=short.path if short else "",
        )
    staging = Path(batch.staging)
    refused: list[tuple[str, ArchiveError]] = []
    for upload in uploads:
        if is_packed(upload.path):
            refused += _unfold_in_place(staging, staging / upload.path)
    return receive_folder(actor=actor, batch_id=batch.id, folder=staging, refused=refused)


def _unfold_in_place(staging: Path, packed: Path) -> list[tuple[str, ArchiveError]]:
    if not packed.exists():
        return []
    name = packed.name
    target = packed.with_name(name.split(".")[0])
    try:
        refused = unfold(packed, target)
    except InvalidError as error:
        return [(str(packed.relative_to(staging)), error)]
    packed.unlink()
    base = target.relative_to(staging)
    return [(f"{base}/{path}", error) for path, error in refused]


def _receiving_batch(actor: Actor, batch_id: UUID) -> Batch:
    batch = Batch.objects.select_related("intake__fonds__owner_unit", "intake__fonds__archives").get(id=batch_id)
    permit_taking_in(actor, batch.intake.fonds)
    if batch.state != Batch.State.RECEIVING:
        raise ConflictError(
            "ingest.batch_closed", gettext_noop("This batch has been submitted. Open a new one for more files.")
        )
    return batch


def _place(upload: Upload) -> Path:
    return Path(upload.batch.staging) / upload.path


def _append(file: Path, offset: int, content: bytes) -> int:
    """Write `content` at `offset` durably and return how long the file is now.

    A file that is shorter than `offset` (the machine lost power before its folder was synced) begins anew.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("r+b" if file.exists() else "wb") as out:
            if out.seek(0, os.SEEK_END) < offset:
                out.truncate(0)
                return 0
            out.seek(offset)
            out.truncate()
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if offset == 0:
            _sync_folder(file.parent)
    except OSError as error:
        raise UnavailableError(
            "ingest.staging_full",
            gettext_noop("There is no room to keep “%(name)s” (%(reason)s). Make room on the disk and try again."),
            name=file.name,
            reason=error.strerror or str(error),
        ) from error
    return offset + len(content)


def _sync_folder(folder: Path) -> None:
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
