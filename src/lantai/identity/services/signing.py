"""Sign in: one answer and one cost for an unknown login, a wrong password and a deactivated account."""

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from lantai.audit.services import record_act, salted_digest
from lantai.identity.models import Account
from lantai.identity.rules.sign_in import ADDRESS_FAILURES, LOGIN_FAILURES
from lantai.identity.selectors import actor_for
from lantai.identity.services.guards import count_attempt, count_failure, forget_failures, take_back_attempt
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotPermittedError, gettext_noop

LOGIN_LENGTH = 64


def sign_in(*, actor: Actor, login: str, password: str, address: str) -> Account:
    """Return the account that `login` and `password` open; the page begins the session.

    Raises NotPermittedError "identity.refused" when they do not, "identity.locked" after too many failures under the
    login or from the address. The ledger names a known account by id, a login and an address by salted digest.
    """
    login = login.strip().lower()[:LOGIN_LENGTH]
    count_attempt(f"address {address}", ADDRESS_FAILURES)
    count_attempt(login, LOGIN_FAILURES)
    account = Account.objects.select_related("unit").filter(login=login).first()
    if account is None:
        make_password(password)
        is_right = False
    else:
        is_right = check_password(password, account.password) and account.is_active
    if account is None or not is_right:
        _refuse(actor, account, login, address)
        raise NotPermittedError(
            "identity.refused",
            gettext_noop(
                "Login or password is not right. Check both and try again; after five failures the login rests."
            ),
        )
    with transaction.atomic():
        forget_failures(login)
        take_back_attempt(f"address {address}")
        Account.objects.filter(id=account.id).update(last_login=clock.now())
        facts = {"address": salted_digest(address)}
        record_act(
            actor=actor_for(account), verb="identity.sign_in", target_kind="account", target_id=account.id, facts=facts
        )
    return account


def _refuse(actor: Actor, account: Account | None, login: str, address: str) -> None:
    with transaction.atomic():
        locked = count_failure(login, LOGIN_FAILURES)
        address_locked = count_failure(f"address {address}", ADDRESS_FAILURES)
        facts = {
            "login": salted_digest(login),
            "address": salted_digest(address),
            "locked": locked,
            "address_locked": address_locked,
        }
        record_act(
            actor=actor,
            verb="identity.refuse_sign_in",
            target_kind="account",
            target_id=account.id if account else None,
            facts=facts,
        )
