"""The security administrator decides on an item in quarantine."""

from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.identity.selectors import require
from lantai.ingest.models import Batch, IntakeItem
from lantai.ingest.rules.roles import DECIDES_ON_QUARANTINE
from lantai.ingest.services.finish import release_item
from lantai.ingest.services.states import move
from lantai.kernel.actors import Actor
from lantai.kernel.errors import InvalidError, NotFoundError, gettext_noop
from lantai.kernel.queue import enqueue


@transaction.atomic
def decide_quarantine(*, actor: Actor, item_id: UUID, release: bool, reason: str) -> IntakeItem:
    """Release an item that is no state secret after all, or keep it refused; the ledger has who decided.

    An item stopped for its name goes on at its storing. Raises InvalidError without a reason.
    """
    item = (
        IntakeItem.objects.select_for_update(of=("self",))
        .select_related("batch__intake__fonds__archives")
        .filter(id=item_id, state=IntakeItem.State.QUARANTINED)
        .first()
    )
    if item is None:
        raise NotFoundError("ingest.not_in_quarantine", gettext_noop("The item is not in quarantine any more."))
    require(actor, DECIDES_ON_QUARANTINE, item.batch.intake.fonds.archives.path)
    if not reason.strip():
        raise InvalidError("ingest.quarantine_reason", gettext_noop("Say why you decide so."))
    if release and item.record_id:
        release_item(actor=actor, item=item, basis=reason)
    elif release:
        move(item, IntakeItem.State.WAITING)
        Batch.objects.filter(id=item.batch_id).update(state=Batch.State.WORKING, finished_at=None)
        enqueue("ingest.store_slice", item_ids=[str(item.id)])
    else:
        move(item, IntakeItem.State.REFUSED)
    facts = {"release": release, "batch": str(item.batch_id)}
    record_act(actor=actor, verb="ingest.decide_quarantine", target_kind="intake_item", target_id=item.id, facts=facts)
    return item
