"""Who else may see a record: grants for a time, quarantine and release, and the note that a reading leaves."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act, record_reading
from lantai.catalogue.models import Grant, Record
from lantai.catalogue.selectors.records import record_view
from lantai.catalogue.selectors.viewing import may_view, record_for
from lantai.catalogue.services.editing import lock_record
from lantai.catalogue.services.history import store_change
from lantai.catalogue.services.inheriting import carry_down
from lantai.catalogue.services.permits import permit_granting, permit_guarding
from lantai.identity.selectors import actor_for_login, require
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now, today
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop

LONGEST_GRANT_DAYS = 366
QUARANTINERS = ("archivist", "secadmin")


def read_record(*, actor: Actor, reference: str | UUID) -> Record:
    """Return the record like `selectors.record_for`; reading one that is not open leaves a note in the ledger."""
    record = record_for(actor, reference)
    note_reading(actor=actor, record=record)
    return record


def read_record_as(*, actor: Actor, login: str, reference: str) -> dict[str, Any]:
    """Return the view of a record that the account `login` has, and write down that `actor` looked through its eyes.

    `actor` is the machine's owner, on the command line. Raises NotFoundError for an unknown login and for what the
    account may not see.
    """
    account = actor_for_login(login)
    record = record_for(account, reference)
    with transaction.atomic():
        speaking = replace(actor, on_behalf_of=login)
        record_act(actor=speaking, verb="catalogue.read_record_as", target_kind="record", target_id=record.id)
    return record_view(account, record)


def note_reading(*, actor: Actor, record: Record) -> None:
    """Note in the ledger that `actor` reads a record that is not open: once for each reader, record and sitting."""
    if record.opening != "open" or record.access_level > 0 or record.quarantined:
        with transaction.atomic():
            record_reading(actor=actor, record_id=record.id)


@transaction.atomic
def grant_view(
    *, actor: Actor, record_id: UUID, account_id: UUID, until_on: date, reason: str, masked: bool = False
) -> Grant:
    """Give an account the right to view one record, or its masked copy, up to and on a day, at most a year ahead.

    Raises InvalidError for a day that cannot be right or without a reason.
    """
    record = lock_record(actor, record_id)
    permit_granting(actor, record)
    if record.quarantined:
        raise ConflictError(
            "catalogue.quarantined",
            gettext_noop("This record is quarantined. The security administrator decides on it before anything else."),
        )
    if not today() <= until_on <= today() + timedelta(days=LONGEST_GRANT_DAYS):
        raise InvalidError(
            "catalogue.grant_day",
            gettext_noop("The right to view ends today at the earliest and in a year at the latest."),
        )
    if not reason.strip():
        raise InvalidError("catalogue.grant_reason", gettext_noop("Say why this person may view the record."))
    grant = Grant.objects.create(
        record=record,
        account_id=account_id,
        until_on=until_on,
        reason=reason.strip(),
        granted_by=actor.name,
        created_at=now(),
        masked=masked,
    )
    facts = {"grant": grant.id, "account": account_id, "until_on": until_on, "masked": masked}
    record_act(actor=actor, verb="catalogue.grant_view", target_kind="record", target_id=record.id, facts=facts)
    return grant


@transaction.atomic
def revoke_view(*, actor: Actor, grant_id: UUID) -> Grant:
    """Take a right to view back at once; taken back twice it stays as it is."""
    rows = Grant.objects.select_for_update(of=("self",)).select_related("record__archives")
    grant = rows.filter(id=grant_id).first()
    if grant is None or not may_view(actor, grant.record):
        raise NotFoundError("catalogue.grant", gettext_noop("There is no such right to view. Load the record again."))
    permit_granting(actor, grant.record)
    if grant.revoked_at is None:
        grant.revoked_at = now()
        grant.save(update_fields=["revoked_at"])
        facts = {"grant": grant.id, "account": grant.account_id}
        record_act(
            actor=actor, verb="catalogue.revoke_view", target_kind="record", target_id=grant.record_id, facts=facts
        )
    return grant


@transaction.atomic
def quarantine_record(*, actor: Actor, record_id: UUID, reason: str) -> Record:
    """Hide a record, and all below it, from everybody until the security administrator decides; `reason` is a code.

    Quarantined already, it stays as it is.
    """
    record = lock_record(actor, record_id)
    require(actor, QUARANTINERS, record.archives.path)
    if not record.quarantined or record.quarantine_inherited:
        changes = {
            "quarantined": (record.quarantined, True),
            "quarantine_inherited": (record.quarantine_inherited, False),
        }
        record.quarantined, record.quarantine_inherited = True, False
        store_change(
            actor=actor, record=record, act="catalogue.quarantine_record", changes=changes, facts={"reason": reason}
        )
        carry_down(actor=actor, record=record)
    return record


@transaction.atomic
def release_record(*, actor: Actor, record_id: UUID, basis: str) -> Record:
    """Let a quarantined record be seen again, with what lay in quarantine for its sake; the security administrator decides.

    What was quarantined on its own account stays so. Raises InvalidError without a basis, ConflictError while the record
    above is quarantined.
    """
    record = lock_record(actor, record_id)
    permit_guarding(actor, record)
    if not basis.strip():
        raise InvalidError("catalogue.release_basis", gettext_noop("Say on what basis the record is released."))
    if record.parent and record.parent.quarantined:
        raise ConflictError(
            "catalogue.above_quarantined", gettext_noop("The file above is quarantined too. Decide on the file first.")
        )
    if record.quarantined:
        changes = {
            "quarantined": (True, False),
            "quarantine_inherited": (record.quarantine_inherited, False),
            "basis": ("", basis.strip()),
        }
        record.quarantined = record.quarantine_inherited = False
        store_change(actor=actor, record=record, act="catalogue.release_record", changes=changes)
        carry_down(actor=actor, record=record)
    return record
