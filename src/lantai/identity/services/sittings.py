"""Begin, note and end sittings; an ended one cannot go on, whatever the browser still holds."""

from datetime import timedelta
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from lantai.audit.services import record_act
from lantai.identity.models import Account, Sitting
from lantai.identity.rules.sign_in import IDLE_LIMIT, SITTING_LIMIT
from lantai.identity.services.guards import clear_guards
from lantai.kernel import clock
from lantai.kernel.actors import Actor


def begin_sitting(*, account: Account, session_key: str, device: str = "") -> None:
    """Note a session of `account` in its list of sittings."""
    moment = clock.now()
    Sitting.objects.bulk_create(
        [Sitting(account=account, session_key=session_key, device=device[:80], began_at=moment, seen_at=moment)],
        ignore_conflicts=True,
    )


def note_sitting(*, session_key: str) -> None:
    """Note that the sitting was used just now."""
    Sitting.objects.filter(session_key=session_key).update(seen_at=clock.now())


def end_sitting(*, session_key: str) -> None:
    """Take a session off the list; the page ends the session itself."""
    Sitting.objects.filter(session_key=session_key).delete()


def sign_out(*, actor: Actor, session_key: str) -> None:
    """End the actor's present sitting; the page ends the session itself."""
    with transaction.atomic():
        end_sitting(session_key=session_key)
        record_act(actor=actor, verb="identity.sign_out", target_kind="account", target_id=actor.id)


def end_other_sittings(*, actor: Actor, session_key: str, sitting_id: UUID | None = None) -> int:
    """End the actor's other sittings, or the one named; return how many. The present one goes on."""
    with transaction.atomic():
        rows = (
            Sitting.objects.filter(account_id=actor.id).exclude(session_key=session_key)
            if actor.id
            else Sitting.objects.none()
        )
        ended = _end(list(rows.filter(id=sitting_id) if sitting_id else rows))
        facts = {"sittings": ended}
        record_act(actor=actor, verb="identity.end_sittings", target_kind="account", target_id=actor.id, facts=facts)
        return ended


def end_sittings(account: Account) -> int:
    """End every sitting of `account` in the caller's transaction; return how many were listed.

    A new `session_version` also ends sessions that no list holds.
    """
    Account.objects.filter(id=account.id).update(session_version=F("session_version") + 1)
    account.refresh_from_db(fields=["session_version"])
    return _end(list(Sitting.objects.filter(account=account)))


def clear_expired() -> int:
    """Delete sessions, sittings and counts of failures that are over; return how many rows of ours."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    moment = clock.now()
    over = Sitting.objects.filter(seen_at__lt=moment - IDLE_LIMIT - timedelta(minutes=2))
    too_long = Sitting.objects.filter(began_at__lt=moment - SITTING_LIMIT)
    return over.delete()[0] + too_long.delete()[0] + clear_guards()


def _end(sittings: list[Sitting]) -> int:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for sitting in sittings:
        store.delete(sitting.session_key)
    Sitting.objects.filter(id__in=[sitting.id for sitting in sittings]).delete()
    return len(sittings)
