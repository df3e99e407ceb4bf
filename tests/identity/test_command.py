"""The `accounts` verb: what the owner of the machine does without a browser."""

import argparse
import io
from typing import Any

import pytest
from tests.factories import identity as make

from config.commands import accounts
from lantai.audit.models import LedgerEntry
from lantai.identity import services
from lantai.identity.models import Account
from lantai.kernel.actors import ANONYMOUS
from lantai.kernel.errors import NotFoundError


def run(*words: str) -> Any:
    parser = argparse.ArgumentParser()
    accounts.add_arguments(parser)
    return accounts.run(parser.parse_args(words))


@pytest.fixture
def city(db: None) -> None:
    make.with_levels()
    run("add-unit", "city", "砚州市", "--code", "YZ")
    run("add-unit", "archives", "砚州市档案馆", "--code", "DAG", "--below", "YZ")


def test_the_first_administrators_are_made_here(city: None) -> None:
    for login, role in (("shi", "sysadmin"), ("an", "secadmin"), ("ji", "auditor")):
        made = run("add", login, "--name", f"{login}先生", "--unit", "YZ", "--role", role)
        account = services.sign_in(actor=ANONYMOUS, login=login, password=made["first_password"], address="10.0.0.1")
        assert account.must_change_password
    assert [row["roles"] for row in run("list")] == [["secadmin@YZ"], ["auditor@YZ"], ["sysadmin@YZ"]]
    entries = LedgerEntry.objects.filter(verb="identity.create_account")
    assert {(entry.actor_kind, entry.actor_name) for entry in entries} == {("system", accounts.OWNER)}


def test_an_account_is_led_through_its_life(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("From-the-pipe-1\n"))
    assert run("add", "su", "--name", "苏文卷", "--unit", "DAG", "--level", "20", "--password-stdin") == {"login": "su"}
    run("grant", "su", "archivist", "DAG", "--until", "2099-12-31")
    account = Account.objects.get(login="su")
    assert (make.roles_of(account.id), account.level) == ({"archivist"}, 20)
    assert run("withdraw", "su", "archivist", "DAG")["withdrawn"] == 1
    assert make.actor_of(account).roles == ()
    run("deactivate", "su")
    assert not Account.objects.get(login="su").is_active
    assert run("reactivate", "su")["first_password"] != run("reset", "su")["first_password"]


def test_a_name_that_is_not_there_is_told(city: None) -> None:
    with pytest.raises(NotFoundError):
        run("reset", "nobody")
    with pytest.raises(NotFoundError):
        run("add", "su", "--name", "苏文卷", "--unit", "NOWHERE")
