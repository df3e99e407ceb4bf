"""How an item moves from state to state, with its reason."""

from lantai.ingest.models import IntakeItem
from lantai.kernel import clock
from lantai.kernel.errors import ArchiveError

FIELDS = ["state", "error_code", "error_message", "error_facts", "record", "content_key", "attempt", "changed_at"]


def move(item: IntakeItem, state: str, *, code: str = "", save: bool = True) -> None:
    """Put `item` into `state` and forget an earlier error."""
    item.state, item.error_code, item.error_message, item.error_facts = state, code, "", {}
    item.changed_at = clock.now()
    if save:
        item.save(update_fields=FIELDS)


def fail(item: IntakeItem, error: ArchiveError, *, save: bool = True) -> None:
    """Return `item` with the reason; its bytes, once stored, stay."""
    item.state, item.error_code, item.error_message = IntakeItem.State.FAILED, error.code, error.message
    item.error_facts = {key: str(value) for key, value in error.facts.items()}
    item.changed_at = clock.now()
    if save:
        item.save(update_fields=FIELDS)
