"""Write signed manifests: what a subject consists of, sealed, in every store, never replaced."""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery

from lantai.audit.services import record_act
from lantai.identity.rules.roles import Role
from lantai.identity.selectors import require
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.canonical import canonical_json
from lantai.kernel.errors import ConflictError
from lantai.kernel.errors import gettext_noop as _
from lantai.kernel.ids import new_id
from lantai.preservation.adapters.sealing import seal_whole
from lantai.preservation.adapters.stores import Blob, Store
from lantai.preservation.models import Manifest
from lantai.preservation.selectors.installation import manifest_path, master_keys, signing_key
from lantai.preservation.services.preparing import stores_ready

GROUP = 256
FORMAT = "lantai-manifest-1"


@dataclass(frozen=True, slots=True)
class ManifestDraft:
    """What is to be signed of one subject: `body` holds canonical JSON values (no floats)."""

    subject_kind: str
    subject_id: UUID
    body: Mapping[str, Any]


def write_manifest(*, actor: Actor, subject_kind: str, subject_id: UUID, body: dict[str, Any]) -> Manifest:
    """Sign `body` as the next version of the subject's manifest and keep it in every store.

    A body equal to the last version's makes no new one: the old row is returned, so a job may run twice.
    """
    return write_manifests(actor=actor, manifests=[ManifestDraft(subject_kind, subject_id, body)])[0]


def write_manifests(*, actor: Actor, manifests: Sequence[ManifestDraft]) -> list[Manifest]:
    """Sign and keep many manifests, as `write_manifest` does, sharing syncs and statements; at most one per subject.

    Raises UnavailableError naming a store that failed, ConflictError when somebody else wrote a version meanwhile.
    """
    require(actor, (Role.ARCHIVIST, Role.LIAISON, Role.HANDLER))
    stores = [store for store, _row in stores_ready(actor=actor)]
    written: list[Manifest] = []
    for at in range(0, len(manifests), GROUP):
        written += _write_group(actor, stores, manifests[at : at + GROUP])
    return written


def _write_group(actor: Actor, stores: Sequence[Store], drafts: Sequence[ManifestDraft]) -> list[Manifest]:
    last = _last_versions(drafts)
    rows: list[Manifest] = []
    blobs: list[Blob] = []
    for draft in drafts:
        before = last.get((draft.subject_kind, draft.subject_id))
        digest = hashlib.sha256(canonical_json(dict(draft.body))).hexdigest()
        if before and before.digest == digest:
            rows.append(before)
            continue
        row, sealed = _signed(draft, digest, before.version + 1 if before else 1)
        rows.append(row)
        blobs.append(Blob(manifest_path(row.id), sealed))
    if blobs:
        _put_everywhere(stores, blobs)
        _record(actor, [row for row in rows if row._state.adding])
    return rows


def _last_versions(drafts: Sequence[ManifestDraft]) -> dict[tuple[str, UUID], Manifest]:
    last = (
        Manifest.objects.filter(subject_kind=OuterRef("subject_kind"), subject_id=OuterRef("subject_id"))
        .order_by("-version")
        .values("id")[:1]
    )
    found = Manifest.objects.filter(subject_id__in=[draft.subject_id for draft in drafts], id=Subquery(last))
    return {(row.subject_kind, row.subject_id): row for row in found}


def _signed(draft: ManifestDraft, digest: str, version: int) -> tuple[Manifest, bytes]:
    key, row_id, made_at = signing_key(), new_id(), clock.now()
    document = key.signed(
        {
            "format": FORMAT,
            "id": str(row_id),
            "subject_kind": draft.subject_kind,
            "subject_id": str(draft.subject_id),
            "version": version,
            "made_at": made_at.isoformat(),
            "body": dict(draft.body),
        }
    )
    _header, sealed = seal_whole(master_keys(), row_id, document)
    row = Manifest(
        id=row_id,
        subject_kind=draft.subject_kind,
        subject_id=draft.subject_id,
        version=version,
        digest=digest,
        stored_digest=hashlib.sha256(sealed).hexdigest(),
        stored_bytes=len(sealed),
        signed_by=key.id,
        made_at=made_at,
        checked_at=made_at,
    )
    return row, sealed


def _put_everywhere(stores: Sequence[Store], blobs: Sequence[Blob]) -> None:
    with ThreadPoolExecutor(len(stores)) as threads:
        jobs = [threads.submit(store.put, blobs) for store in stores]
    for job in jobs:
        job.result()


@transaction.atomic
def _record(actor: Actor, rows: Sequence[Manifest]) -> None:
    try:
        Manifest.objects.bulk_create(rows)
    except IntegrityError as error:
        raise ConflictError(
            "preservation.manifest_version",
            _("Somebody else wrote a manifest of the same subject at the same time. Try again."),
        ) from error
    facts: dict[str, Any] = {"manifests": len(rows)}
    if len(rows) == 1:
        facts |= {"manifest": rows[0].id, "version": rows[0].version, "digest": rows[0].digest}
    else:
        facts["digest"] = hashlib.sha256("".join(row.digest for row in rows).encode()).hexdigest()
    record_act(
        actor=actor,
        verb="preservation.write_manifests",
        target_kind=rows[0].subject_kind if len(rows) == 1 else "",
        target_id=rows[0].subject_id if len(rows) == 1 else None,
        facts=facts,
    )
