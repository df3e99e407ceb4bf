"""Tell an account something, and note that it was read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import NotPermittedError, gettext_noop
from lantai.messaging.models import Message


def tell(
    *, actor: Actor, account_id: UUID, verb: str, text: str, path: str = "", facts: Mapping[str, Any] | None = None
) -> Message:
    """Write a message to an account in the caller's transaction, and return it.

    `text` is an English source sentence with `%(name)s` places for `facts`; the page translates it, then fills it in.
    `path` is where the reader should go ("/desk/intake/…"). No ledger entry: the act that tells has its own.
    """
    if actor.kind == "anonymous":
        raise NotPermittedError(
            "messaging.tell", gettext_noop("Only somebody who is signed in can tell others something.")
        )
    return Message.objects.create(account_id=account_id, verb=verb, text=text, path=path, facts=dict(facts or {}))


def mark_read(*, actor: Actor, message_ids: list[UUID]) -> int:
    """Note that the actor has read these of the actor's own messages; return how many were new."""
    if actor.id is None:
        return 0
    return Message.objects.filter(account_id=actor.id, id__in=message_ids, read_at=None).update(read_at=now())
