"""The ledger for programs: anybody may take the checkpoint and check what they hold against it."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from lantai.audit import selectors
from lantai.audit.schemas import CheckpointAnswer, ConsistencyAnswer, ProofAnswer
from lantai.kernel.actors import ANONYMOUS, Actor
from lantai.kernel.errors import NotFoundError
from lantai.kernel.errors import gettext_noop as _

router = Router()


@router.get("/ledger/checkpoint", response=CheckpointAnswer, auth=None)
def checkpoint(request: HttpRequest) -> CheckpointAnswer:
    """Return the newest signed checkpoint. Public: it tells how many acts there were, and nothing of them."""
    latest = selectors.latest_checkpoint()
    if latest is None:
        raise NotFoundError("audit.no_checkpoint", _("The ledger has no checkpoint yet."))
    return CheckpointAnswer(
        size=latest.size, root=bytes(latest.root).hex(), checkpoint=latest.note, verifier_key=selectors.verifier_key()
    )


@router.get("/ledger/proof/{uuid:entry}", response=ProofAnswer, auth=None)
def proof(request: HttpRequest, entry: UUID) -> ProofAnswer:
    """Return the proof of an entry. Whoever holds its bytes checks them by it; only the auditor is given the bytes."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    found = selectors.proof_of(entry)
    return ProofAnswer(
        entry=str(found.entry),
        leaf_index=found.leaf_index,
        leaf_hash=found.leaf_hash.hex(),
        size=found.size,
        root=found.root.hex(),
        path=[step.hex() for step in found.path],
        checkpoint=found.checkpoint,
        body=found.body.decode() if actor.holds(selectors.AUDITOR) else None,
    )


@router.get("/ledger/consistency", response=ConsistencyAnswer, auth=None)
def consistency(request: HttpRequest, old_size: int, size: int) -> ConsistencyAnswer:
    """Return the proof that nothing before `old_size` was changed on the way to `size`."""
    path = selectors.consistency_of(old_size, size)
    return ConsistencyAnswer(old_size=old_size, size=size, path=[step.hex() for step in path])
