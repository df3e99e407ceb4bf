"""Trying returned items again, from where they stopped."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.ingest.models import Batch, IntakeItem
from lantai.ingest.services.receive import permit_taking_in
from lantai.ingest.services.states import move
from lantai.kernel.actors import Actor
from lantai.kernel.queue import enqueue


@transaction.atomic
def retry_items(*, actor: Actor, batch_id: UUID, item_ids: Sequence[UUID] | None = None) -> int:
    """Send the batch's returned items (or those named) through again; return how many.

    An item whose bytes are kept goes on at its description; one whose bytes are not is stored first. A file refused
    for its name has nothing to go on with and stays returned.
    """
    batch = (
        Batch.objects.select_for_update(of=("self",))
        .select_related("intake__fonds__owner_unit", "intake__fonds__archives")
        .get(id=batch_id)
    )
    permit_taking_in(actor, batch.intake.fonds)
    failed = IntakeItem.objects.select_for_update().filter(batch=batch, state=IntakeItem.State.FAILED)
    if item_ids is not None:
        failed = failed.filter(id__in=item_ids)
    again = [item for item in failed if item.files.exists()]
    for item in again:
        kept = not item.files.filter(computer_file__isnull=True).exists()
        move(item, IntakeItem.State.STORED if kept else IntakeItem.State.WAITING)
        enqueue("ingest.describe_slice" if kept else "ingest.store_slice", item_ids=[str(item.id)])
    if again:
        batch.state, batch.finished_at = Batch.State.WORKING, None
        batch.save(update_fields=["state", "finished_at"])
        record_act(
            actor=actor, verb="ingest.retry_items", target_kind="batch", target_id=batch.id, facts={"items": len(again)}
        )
    return len(again)
