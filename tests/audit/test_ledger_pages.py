"""The auditor's pages, the interface for programs, and the command."""

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from config.commands import ledger as command
from lantai.audit import services
from lantai.audit.models import LedgerEntry
from lantai.audit.rules.tree import is_included, leaf_hash
from lantai.identity.models import Account
from lantai.kernel.clock import today
from lantai.kernel.errors import InvalidError, NotFoundError
from tests.factories import identity as make

from .conftest import HAND, tamper

Write = Callable[..., list[LedgerEntry]]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sealer"])


@pytest.fixture
def unit_account() -> Callable[[str], Account]:
    """Return a maker of accounts by role, in a database that commits."""
    unit = make.make_unit("砚州市")

    def made(role: str) -> Account:
        return make.make_account(unit=unit, role=role)

    return made


@pytest.fixture
def auditor(unit_account: Callable[[str], Account]) -> Client:
    return make.browser_of(unit_account("auditor"))


def sign() -> None:
    services.seal()
    services.sign_checkpoint()


def test_the_auditor_leafs_through_everything_page_by_page(auditor: Client, write: Write) -> None:
    write(120)
    seen: list[str] = []
    address = "/manage/ledger/"
    while address:
        answer = auditor.get(address)
        assert answer.status_code == 200
        seen += [str(entry.entry) for entry, _login in answer.context["rows"]]
        cursor = answer.context["next_cursor"]
        address = f"/manage/ledger/?cursor={cursor}" if cursor else ""
    everything = [str(number) for number in LedgerEntry.objects.order_by("-at", "-id").values_list("entry", flat=True)]
    assert len(everything) >= 120
    assert seen[-len(everything) :] == everything


def test_each_filter_narrows_the_list(
    auditor: Client, unit_account: Callable[[str], Account], write: Write, settings: Any
) -> None:
    account = unit_account("archivist")
    target = uuid4()
    services.record_act(actor=make.actor_of(account), verb="audit.special", target_kind="record", target_id=target)
    write(2)
    day = today().isoformat()
    queries = ["verb=audit.special", f"target={target}", f"account={account.login}", f"account={account.id}"]
    for query in [*queries, f"from_on={day}&until_on={day}&{queries[0]}"]:
        answer = auditor.get(f"/manage/ledger/?{query}")
        assert [entry.verb for entry, _login in answer.context["rows"]] == ["audit.special"], query
    for query in ("account=nobody", "until_on=2020-01-01", f"target={uuid4()}"):
        assert auditor.get(f"/manage/ledger/?{query}").context["rows"] == [], query
    assert auditor.get("/manage/ledger/?target=nonsense").context["form"].errors


def test_the_list_costs_the_same_for_many_entries(
    auditor: Client, write: Write, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    write(60)
    auditor.get("/manage/ledger/")
    with django_assert_max_num_queries(14):
        auditor.get("/manage/ledger/")


def test_an_entry_shows_its_proof_once_it_is_signed(auditor: Client, write: Write) -> None:
    (entry,) = write(1)
    address = f"/manage/ledger/{entry.entry}/"
    assert auditor.get(address).context["proof"] is None
    sign()
    answer = auditor.get(address)
    assert bytes(entry.body).decode().replace('"', "&quot;") in answer.content.decode()
    assert leaf_hash(bytes(entry.body)).hex() in answer.content.decode()
    assert auditor.get(f"/manage/ledger/{uuid4()}/").status_code == 404


@pytest.mark.parametrize("role", ["archivist", "sysadmin", "secadmin", "applicant", "supervisor"])
def test_nobody_else_reads_the_ledger(unit_account: Callable[[str], Account], write: Write, role: str) -> None:
    (entry,) = write(1)
    client = make.browser_of(unit_account(role))
    assert client.get("/manage/ledger/").status_code == 403
    assert client.get(f"/manage/ledger/{entry.entry}/").status_code == 403


def test_who_is_not_signed_in_is_asked_to(write: Write) -> None:
    answer = Client().get("/manage/ledger/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/?next=/manage/ledger/")


def test_anybody_may_check_what_they_hold(write: Write) -> None:
    client = Client()
    assert client.get("/api/v1/ledger/checkpoint").status_code == 404
    entries = write(5)
    sign()
    checkpoint = client.get("/api/v1/ledger/checkpoint").json()
    proof = client.get(f"/api/v1/ledger/proof/{entries[2].entry}").json()
    assert proof["body"] is None
    assert proof["checkpoint"] == checkpoint["checkpoint"]
    assert is_included(
        leaf_hash(bytes(entries[2].body)),
        proof["leaf_index"],
        checkpoint["size"],
        [bytes.fromhex(step) for step in proof["path"]],
        bytes.fromhex(checkpoint["root"]),
    )
    assert client.get("/api/v1/ledger/consistency?old_size=2&size=5").json()["path"]
    assert client.get("/api/v1/ledger/consistency?old_size=2&size=6").status_code == 404
    assert client.get(f"/api/v1/ledger/proof/{uuid4()}").status_code == 404


def test_the_auditor_gets_the_bytes_with_the_proof(auditor: Client, write: Write) -> None:
    (entry,) = write(1)
    assert auditor.get(f"/api/v1/ledger/proof/{entry.entry}").status_code == 409
    sign()
    assert auditor.get(f"/api/v1/ledger/proof/{entry.entry}").json()["body"] == bytes(entry.body).decode()


def run(act: str, **options: Any) -> dict[str, Any]:
    return command.run(Namespace(**({"act": act, "entry": None, "against": None} | options)))


def test_the_command_verifies_signs_and_proves(write: Write, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        run("checkpoint")
    entries = write(4)
    signed = run("checkpoint")
    assert signed["size"] == 4
    assert run("verify") == {
        "entries": 4, "root": signed["root"], "ok": True, "first_fault": None, "unsealed": 0, "checkpoints": 1, "exit": 0,
    }  # fmt: skip
    assert run("prove", entry=entries[0].entry)["root"] == signed["root"]
    with pytest.raises(InvalidError):
        run("prove")
    kept = tmp_path / "checkpoint"
    kept.write_text(signed["checkpoint"])
    assert run("verify", against=kept)["ok"]
    tamper("DELETE FROM audit_ledgerentry WHERE entry = %s", entries[1].entry)
    found = run("verify")
    assert (found["ok"], found["exit"], found["first_fault"]["code"], found["first_fault"]["seq"]) == (
        False, 3, "entry_missing", 2,
    )  # fmt: skip
    assert json.dumps(found)


def test_the_ledgers_secrets_are_the_installations_own() -> None:
    services.record_act(actor=HAND, verb="audit.try")
    body = bytes(LedgerEntry.objects.get().body).decode()
    assert settings.LANTAI_LEDGER_SALT not in body
    assert settings.LANTAI_LEDGER_KEY != settings.LANTAI_LEDGER_SALT
