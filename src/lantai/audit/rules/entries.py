"""The exact bytes of a ledger entry, and the values that its columns must repeat."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from lantai.audit.rules.facts import KIND, VERB, checked_facts, is_code
from lantai.kernel.actors import Actor
from lantai.kernel.canonical import canonical_json
from lantai.kernel.errors import InvalidError
from lantai.kernel.errors import gettext_noop as _

VERSION = 1
READING = "audit.record_reading"


@dataclass(frozen=True, slots=True)
class Act:
    """One act to be written down: verb like "catalogue.edit_record", what it was done to, and its facts."""

    verb: str
    target_kind: str = ""
    target_id: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def entry_body(*, entry: UUID, at: datetime, actor: Actor, act: Act, on_behalf_of: str = "") -> bytes:
    """Return the canonical JSON of an entry: the bytes that are kept, hashed and proven.

    An account is named by its id alone, since its name can be erased and an entry cannot. Raises InvalidError for a
    verb, kind or fact that may not stand in the ledger.
    """
    if not VERB.fullmatch(act.verb) or (act.target_kind and not KIND.fullmatch(act.target_kind)):
        raise InvalidError("audit.verb", _("The act %(verb)s has no proper name. Nothing was done."), verb=act.verb)
    body: dict[str, Any] = {
        "v": VERSION,
        "id": str(entry),
        "at": moment_text(at),
        "actor": _actor_body(actor),
        "verb": act.verb,
        "facts": checked_facts(act.facts),
    }
    if act.target_kind or act.target_id:
        body["target"] = {"kind": act.target_kind, "id": str(act.target_id) if act.target_id else ""}
    if on_behalf_of:
        body["on_behalf_of"] = on_behalf_of
    return canonical_json(body)


def _actor_body(actor: Actor) -> dict[str, str]:
    if actor.id:
        return {"kind": actor.kind, "id": str(actor.id)}
    if actor.is_system:
        if not is_code(actor.name):
            raise InvalidError("audit.actor", _("A system actor needs a short code as its name. Nothing was done."))
        return {"kind": actor.kind, "name": actor.name}
    return {"kind": actor.kind}


def moment_text(at: datetime) -> str:
    """Return an aware moment as the ledger writes it: UTC, always six digits of a second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


COLUMNS = ("entry", "at", "verb", "target_kind", "target_id", "actor_kind", "actor_id", "actor_name", "once_key")


def columns_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the columns must say, as text in the order of `COLUMNS`."""
    actor = body["actor"]
    target = body.get("target") or {}
    return (
        body["id"], body["at"], body["verb"], target.get("kind", ""), target.get("id", ""),
        actor["kind"], actor.get("id", ""), actor.get("name", ""),
        body["facts"]["sitting"] if body["verb"] == READING else "",
    )  # fmt: skip


def read_body(body: bytes) -> dict[str, Any]:
    """Return the entry that `body` holds. Raises ValueError if it is no entry of a known version."""
    found = json.loads(body)
    if not isinstance(found, dict) or found.get("v") != VERSION:
        raise ValueError("not a ledger entry of version 1")
    return found
