"""What an account has been told."""

from django.db.models import QuerySet

from lantai.kernel.actors import Actor
from lantai.messaging.models import Message


def messages_for(actor: Actor, *, unread_only: bool = False) -> QuerySet[Message]:
    """Return the actor's own messages, newest first."""
    rows = (
        Message.objects.filter(account_id=actor.id).order_by("-told_at", "-id") if actor.id else Message.objects.none()
    )
    return rows.filter(read_at=None) if unread_only else rows
