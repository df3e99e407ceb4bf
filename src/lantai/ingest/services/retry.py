"""Trying returned items again, from where they stopped."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.ingest.models import Batch, IntakeFile, IntakeItem
from lantai.ingest.services.opening import permit_taking_in
from lantai.ingest.services.states import move, save_items
from lantai.kernel.actors import Actor
from lantai.kernel.queue import enqueue

ITEMS_A_JOB = 64


@transaction.atomic
def retry_items(*, actor: Actor, batch_id: UUID, item_ids: Sequence[UUID] | None = None) -> int:
    """Send the batch's returned items (or those named) through again; return how many.

    What is kept of an item is not stored twice, nor its pages read twice. A file refused for its name has nothing to go
    on with and stays returned.
    """
    rows = Batch.objects.select_for_update(of=("self",))
    batch = rows.select_related("intake__fonds__owner_unit", "intake__fonds__archives").get(id=batch_id)
    permit_taking_in(actor, batch.intake.fonds)
    failed = IntakeItem.objects.select_for_update().filter(batch=batch, state=IntakeItem.State.FAILED)
    if item_ids is not None:
        failed = failed.filter(id__in=item_ids)
    again = list(failed.filter(id__in=IntakeFile.objects.filter(item__batch=batch).values("item_id")).order_by("order"))
    for item in again:
        move(item, IntakeItem.State.WAITING, save=False)
    save_items(again)
    for start in range(0, len(again), ITEMS_A_JOB):
        enqueue("ingest.store_slice", item_ids=[str(item.id) for item in again[start : start + ITEMS_A_JOB]])
    if again:
        batch.state, batch.finished_at = Batch.State.WORKING, None
        batch.save(update_fields=["state", "finished_at"])
        record_act(
            actor=actor, verb="ingest.retry_items", target_kind="batch", target_id=batch.id, facts={"items": len(again)}
        )
    return len(again)
