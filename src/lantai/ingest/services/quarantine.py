"""A page or name that bears a state-secret mark: the item stays out of sight and the security administrator is told."""

from lantai.audit.services import record_act
from lantai.catalogue.services import quarantine_record
from lantai.identity.selectors import holders_of
from lantai.ingest.models import Batch, IntakeItem
from lantai.ingest.services.states import move
from lantai.kernel.actors import Actor, system_actor
from lantai.kernel.errors import InvalidError, gettext_noop
from lantai.messaging.services import tell

HANDS = system_actor("ingest")
NOTICE = gettext_noop(
    "An item of a batch bears a state-secret mark and is in quarantine. Decide on it in the batch %(batch)s."
)


def quarantine_item(*, actor: Actor, item: IntakeItem) -> None:
    """Put an item and its record out of sight and tell the security administrators; called inside a transaction."""
    if item.record_id:
        quarantine_record(actor=actor, record_id=item.record_id, reason="secret_mark")
    move(item, IntakeItem.State.QUARANTINED, reason=secret("ingest.secret_page"))
    record_act(
        actor=actor,
        verb="ingest.quarantine_item",
        target_kind="intake_item",
        target_id=item.id,
        facts={"batch": str(item.batch_id)},
    )
    tell_security_administrators(batch=item.batch)


def secret(code: str) -> InvalidError:
    """Return why an item is kept from everybody."""
    return InvalidError(
        code, gettext_noop("It bears a state-secret mark and waits in quarantine for the security administrator.")
    )


def tell_security_administrators(*, batch: Batch) -> None:
    """Write one message to each security administrator who answers for the batch's archives."""
    for account in holders_of("secadmin", batch.intake.fonds.archives.path):
        tell(
            actor=HANDS, account_id=account.id, verb="ingest.quarantine_item", text=NOTICE,
            path=f"/desk/intake/{batch.id}/?state=quarantined", facts={"batch": batch.source_name},
        )  # fmt: skip
