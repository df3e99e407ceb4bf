"""Write acts down: one entry each, in the transaction of the act itself."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from psycopg import Cursor

from lantai.audit.models import LedgerEntry
from lantai.audit.rules.entries import READING, Act, entry_body
from lantai.audit.rules.facts import is_code, salted_digest_of
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import UnavailableError
from lantai.kernel.errors import gettext_noop as _
from lantai.kernel.ids import new_id

BATCH = 2000
_INSERT = """
    INSERT INTO audit_ledgerentry
        (entry, body, at, verb, target_kind, target_id, actor_kind, actor_id, actor_name, once_key)
    SELECT * FROM unnest(%s::uuid[], %s::bytea[], %s::timestamptz[], %s::text[], %s::text[], %s::uuid[],
                         %s::text[], %s::uuid[], %s::text[], %s::text[])"""
_ONCE = "ON CONFLICT (once_key) WHERE once_key IS NOT NULL DO NOTHING"


def record_act(
    *,
    actor: Actor,
    verb: str,
    target_kind: str = "",
    target_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
) -> LedgerEntry:
    """Append one entry in the present transaction: it stands if, and only if, the act itself does.

    `facts` hold ids, whole numbers, codes and salted digests. Raises InvalidError for anything else.
    """
    entry = _entry_of(actor, Act(verb, target_kind, target_id, facts or {}))
    entry.save(force_insert=True)
    return entry


def record_acts(*, actor: Actor, acts: Sequence[Act]) -> None:
    """Append one entry for each of `acts`, in their order, in the present transaction. Raises as `record_act`."""
    for first in range(0, len(acts), BATCH):
        _insert([_entry_of(actor, act) for act in acts[first : first + BATCH]])


def record_reading(*, actor: Actor, record_id: UUID) -> bool:
    """Note that `actor` reads a record that is not open; return whether this is the first time in the sitting.

    One entry for each reader, record and sitting, also when many tiles of a page are asked for at once.
    """
    reader = str(actor.id) if actor.id else f"{actor.kind}:{actor.name}"
    sitting = salted_digest(f"{reader} {record_id} {actor.sitting} {actor.on_behalf_of}")
    if LedgerEntry.objects.filter(once_key=sitting).exists():
        return False
    entry = _entry_of(actor, Act(READING, "record", record_id, {"sitting": sitting}), once_key=sitting)
    return _insert([entry], _ONCE) == 1


def salted_digest(value: str) -> str:
    """Return the digest that stands in the ledger for a personal value: HMAC-SHA-256 with the installation's salt.

    Raises UnavailableError before the installation has its secrets.
    """
    salt: str = settings.LANTAI_LEDGER_SALT
    if not salt:
        raise UnavailableError("audit.salt", _("The ledger has no salt yet. Set the installation up first."))
    return salted_digest_of(value, salt)


def _entry_of(actor: Actor, act: Act, once_key: str | None = None) -> LedgerEntry:
    entry, at = new_id(), clock.now()
    behalf = actor.on_behalf_of
    if not is_code(behalf):
        behalf = salted_digest(behalf)
    return LedgerEntry(
        entry=entry,
        body=entry_body(entry=entry, at=at, actor=actor, act=act, on_behalf_of=behalf),
        at=at,
        verb=act.verb,
        target_kind=act.target_kind,
        target_id=act.target_id,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name if actor.is_system and not actor.id else "",
        once_key=once_key,
    )


def _insert(entries: Sequence[LedgerEntry], unless: str = "") -> int:
    """Insert `entries` in one statement, a list for each column; return how many were new."""
    columns = list(
        zip(
            *(
                (
                    entry.entry, bytes(entry.body), entry.at, entry.verb, entry.target_kind, entry.target_id,
                    entry.actor_kind, entry.actor_id, entry.actor_name, entry.once_key,
                )
                for entry in entries
            ),
            strict=True,
        )
    )  # fmt: skip
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        return cursor.execute(f"{_INSERT} {unless}", [list(column) for column in columns]).rowcount
