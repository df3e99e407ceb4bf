"""Opening a batch, and who may."""

from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Fonds
from lantai.catalogue.selectors.fonds import fonds_to_work_on
from lantai.identity.selectors import require
from lantai.ingest.models import Batch, HandoverList, Intake
from lantai.ingest.rules.roles import MAY_TAKE_IN
from lantai.kernel.actors import Actor
from lantai.kernel.errors import InvalidError, gettext_noop


@transaction.atomic
def open_batch(
    *, actor: Actor, fonds_id: UUID, source: str, source_name: str, kind: str = Intake.Kind.DIGITISATION,
    staging: str = "", wants_reading: bool = True, access_level: int = 0,
) -> Batch:  # fmt: skip
    """Open a batch of an intake of `kind` into a fonds, sent by the unit that owns the fonds.

    Filing goes to the archive room, transfer to the archives, so a transfer needs another body to receive it than the
    one that sends. Raises NotPermittedError unless the actor may take in for the fonds' owner, InvalidError for an
    unknown kind or a transfer to oneself.
    """
    fonds = fonds_to_work_on(fonds_id)
    permit_taking_in(actor, fonds)
    if kind not in Intake.Kind.values:
        raise InvalidError(
            "ingest.kind", gettext_noop("An intake is a filing, a transfer, a digitisation or a donation.")
        )
    if kind == Intake.Kind.TRANSFER and fonds.archives_id == fonds.owner_unit_id:
        raise InvalidError(
            "ingest.transfer_to_itself",
            gettext_noop(
                "The fonds belongs to the archives itself, which cannot transfer to itself. Choose another kind or another fonds."
            ),
        )
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
    facts = {"kind": kind, "fonds": str(fonds.id)}
    record_act(actor=actor, verb="ingest.open_batch", target_kind="batch", target_id=batch.id, facts=facts)
    return batch


def permit_taking_in(actor: Actor, fonds: Fonds) -> None:
    """Raise NotPermittedError unless the actor takes in for the fonds' owner or for the archives that keeps it."""
    if not any(actor.holds(role, fonds.owner_unit.path) for role in MAY_TAKE_IN):
        require(actor, MAY_TAKE_IN, fonds.archives.path)
