"""Writes the rows of a group of stored files in one statement; bytes lie in every store before this is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import connection, transaction

from lantai.audit.services import record_act
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.preservation.models import ComputerFile, EventKind, PreservationEvent, StoreRow
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


_INSERT = """
WITH given AS (
    SELECT * FROM unnest(
        %(ids)b::uuid[], %(digests)b::text[], %(sizes)b::bigint[], %(media_types)b::text[], %(stored_digests)b::text[],
        %(stored_sizes)b::bigint[], %(codecs)b::text[], %(prefixes)b::bytea[], %(masters)b::uuid[], %(wrapped)b::bytea[]
    ) AS given (id, digest, size_bytes, media_type, stored_digest, stored_bytes, codec, prefix, master, wrapped)
), files AS (
    INSERT INTO preservation_computerfile (
        id, archives_id, level, digest, size_bytes, media_type, stored_digest, stored_bytes, codec, suite, prefix,
        key_id, ingestion_id
    )
    SELECT id, %(archives)b, %(level)b, digest, size_bytes, media_type, stored_digest, stored_bytes, codec,
        'international', prefix, id, %(event)b
    FROM given
    ON CONFLICT (archives_id, digest, level, suite) DO NOTHING
    RETURNING id
), keys AS (
    INSERT INTO preservation_key (id, master, wrapped, made_at)
    SELECT id, master, wrapped, %(at)b FROM given JOIN files USING (id)
), copies AS (
    INSERT INTO preservation_storedcopy (id, file_id, store_id, state, checked_at)
    SELECT gen_random_uuid(), files.id, store, 'good', %(at)b FROM files CROSS JOIN unnest(%(stores)b::uuid[]) AS store
)
SELECT id FROM files
"""


_KNOWN = """
SELECT digest FROM preservation_computerfile
WHERE archives_id = %(archives)b AND digest = ANY(%(digests)b::text[]) AND level = %(level)b AND suite = 'international'
"""


@transaction.atomic
def record_kept(
    *, actor: Actor, archives_id: UUID, level: int, stores: Sequence[StoreRow], kept: Sequence[Kept]
) -> dict[str, ComputerFile]:
    """Insert files, keys and copies, and return the file that stands for each digest.

    Where another process kept the same bytes a moment before, its row stands; ours stay unreferenced, to be swept.
    """
    size_bytes = sum(k.size_bytes for k in kept)
    event = PreservationEvent.objects.create(
        kind=EventKind.INGESTION, agent=actor.name[:120], facts={"files": len(kept), "bytes": size_bytes}
    )
    inserted = _insert(archives_id, level, event, stores, kept)
    files = {k.digest: _row(k, event.id, archives_id, level) for k in kept if k.header.file_id in inserted}
    if len(inserted) < len(kept):
        files |= kept_already(archives_id, level, [k.digest for k in kept if k.digest not in files])
    record_act(
        actor=actor,
        verb="preservation.store_files",
        target_kind="preservation_event",
        target_id=event.id,
        facts={"archives": archives_id, "level": level, "files": len(inserted), "bytes": size_bytes},
    )
    return files


def _insert(
    archives_id: UUID, level: int, event: PreservationEvent, stores: Sequence[StoreRow], kept: Sequence[Kept]
) -> set[UUID]:
    """Insert the rows in one statement; return the ids of the files that were not there."""
    values = {
        "archives": archives_id,
        "level": level,
        "event": event.id,
        "at": clock.now(),
        "stores": [store.id for store in stores],
        "ids": [k.header.file_id for k in kept],
        "digests": [k.digest for k in kept],
        "sizes": [k.size_bytes for k in kept],
        "media_types": [k.media_type for k in kept],
        "stored_digests": [k.stored_digest for k in kept],
        "stored_sizes": [k.stored_bytes for k in kept],
        "codecs": [k.header.codec for k in kept],
        "prefixes": [k.header.prefix for k in kept],
        "masters": [k.header.master_id for k in kept],
        "wrapped": [k.header.wrapped_key for k in kept],
    }
    return {row[0] for row in _execute(_INSERT, values)}


def _execute(statement: LiteralString, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement on psycopg's own cursor: Django's writes arrays into its text, which costs thrice the time."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement, values).fetchall()


def kept_already(archives_id: UUID, level: int, digests: Sequence[str]) -> dict[str, ComputerFile]:
    """Return the files of this archives and level that have one of `digests`, by digest. One query when none is known."""
    known = [row[0] for row in _execute(_KNOWN, {"archives": archives_id, "level": level, "digests": list(digests)})]
    if not known:
        return {}
    files = ComputerFile.objects.filter(archives_id=archives_id, level=level, suite="international", digest__in=known)
    return {row.digest: row for row in files}


_COLUMNS = (
    "id", "archives_id", "level", "digest", "size_bytes", "media_type", "stored_digest", "stored_bytes", "codec",
    "suite", "prefix", "key_id", "ingestion_id",
)  # fmt: skip


def _row(kept: Kept, event_id: UUID, archives_id: UUID, level: int) -> ComputerFile:
    header = kept.header
    return ComputerFile.from_db(
        "default",
        _COLUMNS,
        (
            header.file_id, archives_id, level, kept.digest, kept.size_bytes, kept.media_type, kept.stored_digest,
            kept.stored_bytes, header.codec, header.suite, header.prefix, header.file_id, event_id,
        ),
    )  # fmt: skip
