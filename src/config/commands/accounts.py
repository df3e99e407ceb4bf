"""Units and accounts from the command line, for the owner of the machine: list, add, grant, withdraw, reset, deactivate."""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantai.identity.models import Account
    from lantai.kernel.actors import Actor

OWNER = "machine-owner"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the acts of this verb."""
    acts = parser.add_subparsers(dest="act", metavar="ACT")
    acts.add_parser("list", help="every account with its roles (the default)")
    unit = acts.add_parser("add-unit", help="make a unit; without --below at the root")
    unit.add_argument(
        "kind", help="city, district, township, authority, archives, archive_room, department, enterprise"
    )
    unit.add_argument("name", help="its Chinese name")
    unit.add_argument("--code", default="", help="its short code")
    unit.add_argument("--english", default="", help="its English name")
    unit.add_argument("--uscc", default="", help="its unified social credit code")
    unit.add_argument("--below", default="", metavar="CODE", help="code of the unit above")
    account = acts.add_parser(
        "add", help="make an account; its first password is printed, or read with --password-stdin"
    )
    account.add_argument("login")
    account.add_argument("--name", required=True, help="the person's name")
    account.add_argument("--unit", required=True, metavar="CODE", help="code of its unit")
    account.add_argument("--role", default="", help="a role to grant at that unit")
    account.add_argument("--level", type=int, default=0, help="greatest access level it may see (0, 10, 20)")
    for name, words in (("reset", "give a first password again"), ("reactivate", "open a deactivated account again")):
        acts.add_parser(name, help=words).add_argument("login")
    for name in ("add", "reset", "reactivate"):
        acts.choices[name].add_argument("--password-stdin", action="store_true", help="read the first password")
    acts.add_parser("deactivate", help="close an account").add_argument("login")
    for name, words in (("grant", "grant a role at a unit"), ("withdraw", "withdraw a role held at a unit")):
        act = acts.add_parser(name, help=words)
        act.add_argument("login")
        act.add_argument("role")
        act.add_argument("unit", metavar="CODE")
    acts.choices["grant"].add_argument(
        "--until", type=date.fromisoformat, default=None, help="its last day, 2027-12-31"
    )


def run(options: argparse.Namespace) -> Any:
    """Carry out the act as the machine's owner; the ledger says so."""
    from lantai.kernel.actors import system_actor

    return ACTS[options.act or "list"](options, system_actor(OWNER))


def _list(options: argparse.Namespace, actor: "Actor") -> list[dict[str, Any]]:
    from lantai.identity.selectors import accounts_for, grants_of

    return [
        {
            "login": account.login,
            "name": account.name,
            "unit": account.unit.code or str(account.unit_id),
            "level": account.level,
            "active": account.is_active,
            "roles": [f"{grant.role}@{grant.unit.code or grant.unit_id}" for grant in grants_of(account)],
        }
        for account in accounts_for(actor).order_by("login")
    ]


def _add_unit(options: argparse.Namespace, actor: "Actor") -> dict[str, Any]:
    from lantai.identity.selectors import unit_by_code
    from lantai.identity.services import create_unit

    unit = create_unit(
        actor=actor,
        parent_id=unit_by_code(options.below).id if options.below else None,
        kind=options.kind,
        name_zh=options.name,
        name_en=options.english,
        code=options.code,
        uscc=options.uscc,
    )
    return {"unit": str(unit.id), "code": unit.code}


def _add(options: argparse.Namespace, actor: "Actor") -> dict[str, Any]:
    from django.db import transaction

    from lantai.identity import services
    from lantai.identity.selectors import unit_by_code

    unit, password = unit_by_code(options.unit), _first_password(options)
    with transaction.atomic():
        account = services.create_account(
            actor=actor, login=options.login, name=options.name, unit_id=unit.id, password=password
        )
        if options.role:
            services.grant_role(actor=actor, account_id=account.id, role=options.role, unit_id=unit.id)
        if options.level:
            services.set_level(actor=actor, account_id=account.id, level=options.level)
    return _told(options, account.login, password)


def _reset(options: argparse.Namespace, actor: "Actor") -> dict[str, Any]:
    from lantai.identity import services

    password = _first_password(options)
    act = services.reset_password if options.act == "reset" else services.reactivate_account
    act(actor=actor, account_id=_account(options, actor).id, password=password)
    return _told(options, options.login, password)


def _deactivate(options: argparse.Namespace, actor: "Actor") -> dict[str, Any]:
    from lantai.identity.services import deactivate_account

    deactivate_account(actor=actor, account_id=_account(options, actor).id)
    return {"login": options.login, "active": False}


def _grant(options: argparse.Namespace, actor: "Actor") -> dict[str, Any]:
    from lantai.identity.selectors import unit_by_code
    from lantai.identity.services import grant_role

    account, unit = _account(options, actor), unit_by_code(options.unit)
    grant_role(actor=actor, account_id=account.id, role=options.role, unit_id=unit.id, until=options.until)
    return {"login": options.login, "role": options.role, "unit": options.unit}


def _withdraw(options: argparse.Namespace, actor: "Actor") -> dict[str, Any]:
    from lantai.identity.selectors import grants_of, unit_by_code
    from lantai.identity.services import withdraw_role

    unit = unit_by_code(options.unit)
    held = [
        grant for grant in grants_of(_account(options, actor)) if (grant.role, grant.unit_id) == (options.role, unit.id)
    ]
    for grant in held:
        withdraw_role(actor=actor, grant_id=grant.id)
    return {"login": options.login, "role": options.role, "unit": options.unit, "withdrawn": len(held)}


def _account(options: argparse.Namespace, actor: "Actor") -> "Account":
    from lantai.identity.selectors import account_by_login

    return account_by_login(actor, options.login)


def _first_password(options: argparse.Namespace) -> str:
    from lantai.identity.rules.sign_in import new_password

    return sys.stdin.readline().rstrip("\n") if options.password_stdin else new_password()


def _told(options: argparse.Namespace, login: str, password: str) -> dict[str, Any]:
    return {"login": login} if options.password_stdin else {"login": login, "first_password": password}


ACTS: dict[str, Callable[[argparse.Namespace, "Actor"], Any]] = {
    "list": _list,
    "add-unit": _add_unit,
    "add": _add,
    "reset": _reset,
    "reactivate": _reset,
    "deactivate": _deactivate,
    "grant": _grant,
    "withdraw": _withdraw,
}
