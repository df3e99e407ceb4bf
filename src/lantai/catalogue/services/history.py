"""Write down what an act changed: the values in a revision that can be erased, their digests in the ledger."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from lantai.audit.services import record_act, salted_digest
from lantai.catalogue.models import Record, RecordRevision
from lantai.kernel.actors import Actor
from lantai.kernel.canonical import canonical_json
from lantai.kernel.clock import now

Changes = Mapping[str, tuple[Any, Any]]
"""A field's old and new value, by its name."""


def store_change(
    *, actor: Actor, record: Record, act: str, changes: Changes, facts: Mapping[str, Any] | None = None
) -> None:
    """Count the record's version up, save the changed fields, write the revision and the ledger entry `act`.

    `record` holds the new values already; `changes` name its fields (a foreign key without "_id" may be given as text).
    """
    record.version += 1
    record.updated_at = now()
    record.save(update_fields=[*(name for name in changes if _is_column(name)), "version", "updated_at"])
    plain = {name: [_plain(old), _plain(new)] for name, (old, new) in changes.items()}
    RecordRevision.objects.create(
        record=record,
        version=record.version,
        act=act,
        actor_name=actor.on_behalf_of or actor.name,
        account_id=actor.id,
        changed_at=record.updated_at,
        changes=plain,
    )
    digests = {name: [salted_digest(canonical_json(value).decode()) for value in pair] for name, pair in plain.items()}
    entry = {"version": record.version, "changes": digests, **(facts or {})}
    record_act(actor=actor, verb=act, target_kind="record", target_id=record.id, facts=entry)


def _is_column(name: str) -> bool:
    return any(field.name == name for field in Record._meta.concrete_fields)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | list | dict | None):
        return value
    return str(value)
