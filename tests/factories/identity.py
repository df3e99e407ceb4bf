"""Small makers for tests of identity: units, accounts with their roles, actors, signed-in browsers."""

from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.test import Client

from lantai.identity.models import Account, RoleGrant, Unit
from lantai.identity.rules.tree import Kind, path_of
from lantai.identity.selectors import actor_for
from lantai.identity.services import install_defaults
from lantai.kernel.actors import Actor, system_actor
from lantai.kernel.ids import new_id

SYSTEM = system_actor("tests")
PASSWORD = "Lantern-7-orchard"


@lru_cache(maxsize=4)
def _hash_of(password: str) -> str:
    return make_password(password)


def make_unit(name: str = "", kind: str = Kind.DEPARTMENT, parent: Unit | None = None, **values: Any) -> Unit:
    """Return a new unit below `parent`, or at the root."""
    unit_id = new_id()
    name = name or f"单位{unit_id.hex[-6:]}"
    path = path_of(unit_id, parent.path if parent else "/")
    return Unit.objects.create(id=unit_id, parent=parent, path=path, kind=kind, name_zh=name, **values)


def make_account(
    login: str = "",
    *,
    unit: Unit | None = None,
    role: str = "",
    at: Unit | None = None,
    until: date | None = None,
    **values: Any,
) -> Account:
    """Return an account whose password is `PASSWORD`, holding `role` at `at` (or at its unit) if one is named."""
    unit = unit or make_unit()
    login = login or f"a{new_id().hex[-10:]}"
    values = {"name": login, "must_change_password": False, "password": _hash_of(PASSWORD)} | values
    account = Account.objects.create(login=login, unit=unit, **values)
    if role:
        make_grant(account, role, at or unit, until=until)
    return account


def make_grant(account: Account, role: str, unit: Unit, **values: Any) -> RoleGrant:
    """Return a grant written as it is, past all rules."""
    return RoleGrant.objects.create(account=account, role=role, unit=unit, **values)


def make_actor(role: str, unit: Unit, *, sitting: str = "", **values: Any) -> Actor:
    """Return the actor of a new account holding `role` at `unit`."""
    return actor_for(make_account(unit=unit, role=role, **values), sitting=sitting)


def actor_of(account: Account) -> Actor:
    """Return who acts for `account` as its row stands now."""
    return actor_for(Account.objects.get(id=account.id))


def signed_in(account: Account) -> Client:
    """Return a browser in which `account` has signed in through the page."""
    client = Client()
    answer = client.post("/sign-in/", {"login": account.login, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def browser_of(account: Account) -> Client:
    """Return a browser in which `account` is signed in already, without the cost of a password."""
    client = Client()
    client.force_login(account)
    return client


def roles_of(account_id: UUID) -> set[str]:
    """Return the roles that `account` holds now."""
    return set(RoleGrant.objects.filter(account_id=account_id, withdrawn_at=None).values_list("role", flat=True))


def with_levels() -> None:
    """Make the access levels an installation begins with."""
    install_defaults(actor=SYSTEM)
