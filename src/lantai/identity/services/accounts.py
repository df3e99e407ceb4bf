"""Make, describe and deactivate accounts, and reset their passwords: the system administrator's work."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError, transaction

from lantai.audit.services import record_act
from lantai.identity.models import Account, Unit
from lantai.identity.rules.roles import GUARDED, Role, check_not_oneself
from lantai.identity.selectors import grants_in_force, no_such_unit, require
from lantai.identity.services.grants import check_somebody_remains, locked_account, withdraw_all
from lantai.identity.services.guards import forget_failures
from lantai.identity.services.passwords import check_new_password, set_password
from lantai.identity.services.sittings import end_sittings
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, InvalidError, NotPermittedError, gettext_noop

LOGIN_FORM = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


def create_account(
    *,
    actor: Actor,
    login: str,
    name: str,
    unit_id: UUID,
    password: str,
    staff_code: str = "",
    must_change_password: bool = True,
) -> Account:
    """Make an account for a person of a unit. It may do nothing until the security administrator grants it a role.

    `staff_code` (工号) is held by one account only, so that one person has one. Raises InvalidError for a login or
    password that will not do, ConflictError for a login or staff code in use.
    """
    login, name = login.strip().lower(), name.strip()
    with transaction.atomic(), _unused():
        unit = _open_unit(unit_id)
        require(actor, Role.SYSADMIN, unit.path)
        if not LOGIN_FORM.fullmatch(login):
            raise InvalidError(
                "identity.login_form",
                gettext_noop("A login has 2 to 64 small letters, digits, dots and hyphens. Choose another one."),
            )
        if not name:
            raise InvalidError("identity.name", gettext_noop("The account has no name. Enter the person's name."))
        account = Account(login=login, name=name, unit=unit, staff_code=staff_code.strip())
        check_new_password(account, password)
        set_password(account, password, must_change=must_change_password)
        facts = {"unit": unit.id}
        record_act(
            actor=actor, verb="identity.create_account", target_kind="account", target_id=account.id, facts=facts
        )
        return account


def edit_account(*, actor: Actor, account_id: UUID, name: str, unit_id: UUID, staff_code: str = "") -> Account:
    """Give an account another name, unit or staff code; its roles stay as they are."""
    with transaction.atomic(), _unused():
        unit = _open_unit(unit_id)
        account = locked_account(account_id)
        require(actor, Role.SYSADMIN, account.unit.path)
        require(actor, Role.SYSADMIN, unit.path)
        if not name.strip():
            raise InvalidError("identity.name", gettext_noop("The account has no name. Enter the person's name."))
        wanted = {"name": name.strip(), "unit_id": unit.id, "staff_code": staff_code.strip()}
        changed = sorted(field for field, value in wanted.items() if getattr(account, field) != value)
        for field in changed:
            setattr(account, field, wanted[field])
        account.save(update_fields=changed or ["name"])
        facts = {"fields": changed, "unit": unit.id}
        record_act(actor=actor, verb="identity.edit_account", target_kind="account", target_id=account.id, facts=facts)
        return account


def deactivate_account(*, actor: Actor, account_id: UUID) -> Account:
    """Close an account: its sittings end at once and its roles are withdrawn. What it did stays in the ledger.

    Nobody deactivates oneself, nor the last one who holds an administrator's role.
    """
    with transaction.atomic():
        account = locked_account(account_id)
        require(actor, Role.SYSADMIN, account.unit.path)
        check_not_oneself(actor.id, account.id)
        if account.deactivated_at is not None:
            return account
        check_somebody_remains(account)
        account.deactivated_at = clock.now()
        account.save(update_fields=["deactivated_at"])
        facts = {"withdrawn": withdraw_all(account), "sittings": end_sittings(account)}
        record_act(
            actor=actor, verb="identity.deactivate_account", target_kind="account", target_id=account.id, facts=facts
        )
        return account


def reactivate_account(*, actor: Actor, account_id: UUID, password: str) -> Account:
    """Open a deactivated account again with a first password; its former roles do not come back."""
    with transaction.atomic():
        account = locked_account(account_id)
        require(actor, Role.SYSADMIN, account.unit.path)
        if account.deactivated_at is None:
            raise ConflictError("identity.is_active", gettext_noop("This account is active already."))
        check_new_password(account, password)
        set_password(account, password, must_change=True)
        account.deactivated_at = None
        account.save(update_fields=["deactivated_at"])
        record_act(actor=actor, verb="identity.reactivate_account", target_kind="account", target_id=account.id)
        return account


def reset_password(*, actor: Actor, account_id: UUID, password: str) -> Account:
    """Give an account a first password again, end its sittings and lift its lock-out.

    The system administrator may not do this to those who watch over that post (security and audit administrators): with
    the password one would hold their rights. The owner of the machine does it on the command line.
    """
    with transaction.atomic():
        account = locked_account(account_id)
        require(actor, Role.SYSADMIN, account.unit.path)
        check_not_oneself(actor.id, account.id)
        if account.deactivated_at is not None:
            raise ConflictError(
                "identity.is_deactivated", gettext_noop("This account is deactivated. Reactivate it first.")
            )
        if not actor.is_system and grants_in_force().filter(account=account, role__in=GUARDED).exists():
            raise NotPermittedError(
                "identity.guarded",
                gettext_noop(
                    "The passwords of security and audit administrators are reset on the machine itself "
                    "(lantai accounts reset LOGIN), so that no administrator can take another's place."
                ),
            )
        check_new_password(account, password)
        set_password(account, password, must_change=True)
        forget_failures(account.login)
        facts = {"sittings": end_sittings(account)}
        record_act(
            actor=actor, verb="identity.reset_password", target_kind="account", target_id=account.id, facts=facts
        )
        return account


def _open_unit(unit_id: UUID) -> Unit:
    unit = Unit.objects.select_for_update().filter(id=unit_id).first()
    if unit is None:
        raise no_such_unit()
    if unit.closed_at is not None:
        raise ConflictError(
            "identity.unit_closed_to_accounts",
            gettext_noop("This unit is closed. Choose the unit that took over its work."),
        )
    return unit


@contextmanager
def _unused() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "account_one_per_person" in str(error):
            raise ConflictError(
                "identity.one_per_person",
                gettext_noop(
                    "Another account has this staff code. One person has one account: use or reactivate that one."
                ),
            ) from error
        if "identity_account_login" in str(error):
            raise ConflictError(
                "identity.login_in_use", gettext_noop("Another account has this login. Choose another one.")
            ) from error
        raise
