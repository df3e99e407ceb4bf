"""The page of the stores: who sees it, what it says, and the request for a check."""

import shutil
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lantai.audit.models import LedgerEntry
from lantai.identity.models import Account, RoleGrant, Unit
from lantai.kernel import queue
from lantai.preservation.services import check_fixity
from tests.factories.preservation import SYSTEM, make_file, noise, stored_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    jobs: list[str] = []
    monkeypatch.setattr(queue, "enqueue", lambda job, **facts: jobs.append(job))
    return jobs


def signed_in(archives: Unit, role: str) -> Client:
    account = Account.objects.create(login=f"test-{role}", name=role, unit=archives, must_change_password=False)
    RoleGrant.objects.create(account=account, role=role, unit=archives)
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return client


def test_shows_stores_checks_and_findings(archives: Unit, home: Path) -> None:
    file = make_file(archives.id, noise(2000))
    stored_path(file).unlink()
    check_fixity(actor=SYSTEM)
    page = signed_in(archives, "sysadmin").get(reverse("preservation:keeping")).content.decode()
    for words in (
        "store-a",
        "store-b",
        "the copy was missing",
        "healed from store-b",
        "All good",
        "Check everything now",
    ):
        assert words in page
    assert "Some copies are not good" not in page


def test_tells_of_damage_and_of_a_store_that_is_gone(archives: Unit, home: Path) -> None:
    file = make_file(archives.id, noise(2000))
    for store in ("store-a", "store-b"):
        stored_path(file, store).write_bytes(b"spoilt")
    check_fixity(actor=SYSTEM)
    shutil.rmtree(home / "store-b")
    page = signed_in(archives, "sysadmin").get(reverse("preservation:keeping")).content.decode()
    assert "Some copies are not good" in page
    assert "Store store-b is not there" in page
    assert "Faults found" in page


def test_query_count_does_not_grow(
    archives: Unit, home: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        stored_path(make_file(archives.id, noise(500, number))).unlink()
    check_fixity(actor=SYSTEM)
    client = signed_in(archives, "archivist")
    with django_assert_max_num_queries(20):
        assert client.get(reverse("preservation:keeping")).status_code == 200


@pytest.mark.parametrize(
    ("role", "status"), [("sysadmin", 302), ("archivist", 403), ("auditor", 403), ("handler", 403)]
)
def test_only_the_system_administrator_asks_for_a_check(
    archives: Unit, asked: list[str], role: str, status: int
) -> None:
    assert signed_in(archives, role).post(reverse("preservation:ask_for_check")).status_code == status
    assert asked == (["preservation.check_everything"] if status == 302 else [])
    assert LedgerEntry.objects.filter(verb="preservation.ask_for_check").count() == len(asked)


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("handler", 403), ("secadmin", 403)])
def test_who_sees_the_page(archives: Unit, home: Path, role: str, status: int) -> None:
    assert signed_in(archives, role).get(reverse("preservation:keeping")).status_code == status
