"""Writes the rows of a group of stored files in three statements; bytes lie in every store before this is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from lantai.audit.services import record_act
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.ids import new_id
from lantai.preservation.models import ComputerFile, EventKind, Key, PreservationEvent, StoreRow
from lantai.preservation.rules.container import Header


@dataclass(frozen=True, slots=True)
class Kept:
    """A file whose bytes lie in every store, read back and good."""

    header: Header
    digest: str
    size_bytes: int
    media_type: str
    stored_digest: str
    stored_bytes: int


@transaction.atomic
def record_kept(
    *, actor: Actor, archives_id: UUID, level: int, stores: Sequence[StoreRow], kept: Sequence[Kept]
) -> dict[str, ComputerFile]:
    """Insert files, keys and copies, and return the file that stands for each digest.

    Where another process kept the same bytes a moment before, its row stands; ours stay unreferenced, to be swept.
    """
    event = PreservationEvent.objects.create(
        kind=EventKind.INGESTION, agent=actor.name, facts={"files": len(kept), "bytes": sum(k.size_bytes for k in kept)}
    )
    keys = [new_id() for _ in kept]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO preservation_key (id, master, wrapped, made_at)"
            " SELECT a.*, %s FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[]) a",
            [clock.now(), keys, [k.header.master_id for k in kept], [k.header.wrapped_key for k in kept]],
        )
        cursor.execute(
            "INSERT INTO preservation_computerfile (archives_id, level, ingestion_id, suite,"
            " id, digest, size_bytes, media_type, stored_digest, stored_bytes, codec, prefix, key_id)"
            " SELECT %s, %s, %s, 'international', a.* FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::text[],"
            " %s::text[], %s::bigint[], %s::text[], %s::bytea[], %s::uuid[]) a"
            " ON CONFLICT (archives_id, digest, level, suite) DO NOTHING RETURNING id",
            [
                archives_id, level, event.id,
                [k.header.file_id for k in kept], [k.digest for k in kept], [k.size_bytes for k in kept],
                [k.media_type for k in kept], [k.stored_digest for k in kept], [k.stored_bytes for k in kept],
                [k.header.codec for k in kept], [k.header.prefix for k in kept], keys,
            ],
        )  # fmt: skip
        inserted = {row[0] for row in cursor.fetchall()}
        copies = [(new_id(), file_id, store.id) for store in stores for file_id in inserted]
        cursor.execute(
            "INSERT INTO preservation_storedcopy (id, file_id, store_id, state, checked_at)"
            " SELECT a.*, 'good', %s FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) a",
            [clock.now(), *([copy[n] for copy in copies] for n in range(3))],
        )
    files = {
        k.digest: _row(k, key, event, archives_id, level)
        for k, key in zip(kept, keys, strict=True)
        if k.header.file_id in inserted
    }
    if len(inserted) < len(kept):
        lost = [key for k, key in zip(kept, keys, strict=True) if k.header.file_id not in inserted]
        Key.objects.filter(id__in=lost).delete()
        files |= kept_already(archives_id, level, [k.digest for k in kept if k.digest not in files])
    record_act(
        actor=actor,
        verb="preservation.store_files",
        target_kind="preservation_event",
        target_id=event.id,
        facts={
            "archives": archives_id,
            "level": level,
            "files": len(inserted),
            "bytes": sum(k.size_bytes for k in kept),
        },
    )
    return files


def kept_already(archives_id: UUID, level: int, digests: Sequence[str]) -> dict[str, ComputerFile]:
    """Return the files of this archives and level that have one of `digests`, by digest. One query."""
    rows = ComputerFile.objects.filter(archives_id=archives_id, level=level, suite="international", digest__in=digests)
    return {row.digest: row for row in rows}


def _row(kept: Kept, key: UUID, event: PreservationEvent, archives_id: UUID, level: int) -> ComputerFile:
    file = ComputerFile(
        id=kept.header.file_id,
        archives_id=archives_id,
        level=level,
        digest=kept.digest,
        size_bytes=kept.size_bytes,
        media_type=kept.media_type,
        stored_digest=kept.stored_digest,
        stored_bytes=kept.stored_bytes,
        codec=kept.header.codec,
        suite=kept.header.suite,
        prefix=kept.header.prefix,
        key_id=key,
        ingestion=event,
    )
    file._state.adding = False
    file._state.db = "default"
    return file
