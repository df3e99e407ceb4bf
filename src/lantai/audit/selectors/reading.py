"""Reads the ledger: entries in leaf order, the history of a thing, the proof of an entry, the latest checkpoint."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max

from lantai.audit.models import Checkpoint, LedgerEntry, LedgerLeaf
from lantai.audit.rules.entries import read_body
from lantai.audit.rules.notes import Signer
from lantai.audit.rules.tree import consistency_proof, inclusion_proof
from lantai.audit.selectors.nodes import StoredNodes
from lantai.kernel.errors import ConflictError, NotFoundError
from lantai.kernel.errors import gettext_noop as _


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """One entry with its place: `seq` counts from 1 without gaps; 0 while it waits for the sealer."""

    seq: int
    entry: UUID
    at: datetime
    verb: str
    target_kind: str
    target_id: UUID | None
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    on_behalf_of: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proof:
    """What anybody needs to check that an entry stands in the tree of a checkpoint (RFC 6962)."""

    entry: UUID
    body: bytes
    leaf_index: int
    """Counted from 0, as the standard does."""
    leaf_hash: bytes
    size: int
    root: bytes
    path: tuple[bytes, ...]
    checkpoint: str
    """The signed note (C2SP tlog-checkpoint)."""


def head(*, using: str = "default") -> int:
    """Return how many entries are sealed, which is the `seq` of the last one; 0 when none is."""
    found: int | None = LedgerLeaf.objects.using(using).aggregate(last=Max("seq"))["last"]
    return found or 0


def entries_after(seq: int, *, limit: int, target_kind: str | Collection[str] | None = None) -> list[SealedEntry]:
    """Return up to `limit` sealed entries with a greater `seq`, in order; 0 begins at the first.

    With `target_kind` (one or several) only entries about such targets; a follower then goes on to the `head()` it read.
    """
    leaves = LedgerLeaf.objects.filter(seq__gt=seq).select_related("entry").order_by("seq")
    if target_kind is not None:
        leaves = leaves.filter(
            entry__target_kind__in=[target_kind] if isinstance(target_kind, str) else list(target_kind)
        )
    return [_sealed(leaf.entry, leaf.seq) for leaf in leaves[:limit]]


def history_of(target_kind: str, target_id: UUID, *, limit: int = 500) -> list[SealedEntry]:
    """Return the latest entries about one thing, newest first, sealed or not yet."""
    entries = (
        LedgerEntry.objects.filter(target_id=target_id, target_kind=target_kind).select_related("leaf").order_by("-id")
    )
    return [_sealed(entry, _seq_of(entry)) for entry in entries[:limit]]


def entry_of(entry_id: UUID) -> SealedEntry:
    """Return one entry. Raises NotFoundError."""
    entry = LedgerEntry.objects.select_related("leaf").filter(entry=entry_id).first()
    if entry is None:
        raise _absent()
    return sealed_entry(entry)


def sealed_entry(entry: LedgerEntry) -> SealedEntry:
    """Return `entry` (its leaf selected with it) as others read it."""
    return _sealed(entry, _seq_of(entry))


def _seq_of(entry: LedgerEntry) -> int:
    return entry.leaf.seq if hasattr(entry, "leaf") else 0


def _sealed(entry: LedgerEntry, seq: int) -> SealedEntry:
    body = read_body(bytes(entry.body))
    return SealedEntry(
        seq=seq,
        entry=entry.entry,
        at=entry.at,
        verb=entry.verb,
        target_kind=entry.target_kind,
        target_id=entry.target_id,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        on_behalf_of=body.get("on_behalf_of", ""),
        facts=body["facts"],
    )


def latest_checkpoint() -> Checkpoint | None:
    """Return the newest signed checkpoint, or None before the first."""
    return Checkpoint.objects.order_by("-size").first()


def proof_of(entry_id: UUID) -> Proof:
    """Return the proof of an entry in the newest checkpoint.

    Raises NotFoundError if there is no such entry, ConflictError while no checkpoint covers it yet.
    """
    leaf = LedgerLeaf.objects.select_related("entry").filter(entry__entry=entry_id).first()
    if leaf is None and not LedgerEntry.objects.filter(entry=entry_id).exists():
        raise _absent()
    checkpoint = latest_checkpoint()
    if leaf is None or checkpoint is None or checkpoint.size < leaf.seq:
        raise ConflictError(
            "audit.not_signed", _("This entry is not under a signed checkpoint yet. Try again in a minute.")
        )
    path = inclusion_proof(StoredNodes(), leaf.seq - 1, checkpoint.size)
    return Proof(
        entry=entry_id,
        body=bytes(leaf.entry.body),
        leaf_index=leaf.seq - 1,
        leaf_hash=bytes(leaf.leaf_hash),
        size=checkpoint.size,
        root=bytes(checkpoint.root),
        path=tuple(path),
        checkpoint=checkpoint.note,
    )


def consistency_of(old_size: int, size: int) -> list[bytes]:
    """Return the proof that the ledger of `old_size` entries begins that of `size`. Raises NotFoundError."""
    if not 0 < old_size <= size <= head():
        raise NotFoundError("audit.size", _("The ledger has no tree of this size."))
    return consistency_proof(StoredNodes(), old_size, size)


def verifier_key() -> str:
    """Return the ledger's public key, as other programs take it (C2SP vkey)."""
    return Signer(settings.LANTAI_LEDGER_KEY).verifier_key()


def _absent() -> NotFoundError:
    return NotFoundError("audit.entry", _("The ledger has no such entry."))
