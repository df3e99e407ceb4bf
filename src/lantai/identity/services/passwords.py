"""Set and change passwords (argon2id), the former ones remembered by their hashes."""

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from lantai.audit.services import record_act
from lantai.identity.models import Account, UsedPassword
from lantai.identity.rules.sign_in import LOGIN_FAILURES, PASSWORD_HISTORY, check_password_form
from lantai.identity.selectors import own_account
from lantai.identity.services.guards import count_attempt, count_failure, forget_failures
from lantai.identity.services.sittings import end_sittings
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import InvalidError, NotPermittedError, gettext_noop


def change_password(*, actor: Actor, old: str, new: str) -> Account:
    """Change the actor's own password and end all the actor's sittings; the page begins a new one.

    Raises NotPermittedError for a wrong old password (it counts as a failed sign-in), InvalidError for a new one
    that is too plain or was used before.
    """
    account = own_account(actor)
    count_attempt(account.login)
    if not check_password(old, account.password):
        count_failure(account.login, LOGIN_FAILURES)
        raise NotPermittedError(
            "identity.old_password", gettext_noop("The present password is not right. Type it again, minding capitals.")
        )
    check_new_password(account, new)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(id=account.id)
        set_password(account, new, must_change=False)
        forget_failures(account.login)
        facts = {"sittings": end_sittings(account)}
        record_act(
            actor=actor, verb="identity.change_password", target_kind="account", target_id=account.id, facts=facts
        )
        return account


def check_new_password(account: Account, password: str) -> None:
    """Raise InvalidError unless `password` is good enough and none of the account's last ones."""
    check_password_form(password, account.login, account.name)
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError as error:
        raise InvalidError(
            "identity.password_common",
            gettext_noop("This password is on the lists that attackers try first. Choose another one."),
        ) from error
    used = (
        [row.password for row in account.used_passwords.order_by("-set_at")[:PASSWORD_HISTORY]]
        if account.password
        else []
    )
    if any(check_password(password, former) for former in used):
        raise InvalidError(
            "identity.password_used",
            gettext_noop("This is one of your last %(count)d passwords. Choose a new one."),
            count=PASSWORD_HISTORY,
        )


def set_password(account: Account, password: str, *, must_change: bool) -> None:
    """Put the password's hash into `account` (a row or a new one), save it, and remember the hash."""
    account.password = make_password(password)
    account.password_set_at = clock.now()
    account.must_change_password = must_change
    account.save(
        update_fields=None if account._state.adding else ["password", "password_set_at", "must_change_password"]
    )
    UsedPassword.objects.create(account=account, password=account.password, set_at=account.password_set_at)
    kept = list(account.used_passwords.order_by("-set_at").values_list("id", flat=True)[:PASSWORD_HISTORY])
    account.used_passwords.exclude(id__in=kept).delete()
