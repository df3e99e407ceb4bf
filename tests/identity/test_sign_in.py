"""Sign-in: one answer for every failure, a lock-out that time lifts, and nothing personal in the ledger."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from tests.factories import identity as make
from tests.identity.conftest import City

from lantai.audit.models import LedgerEntry
from lantai.identity import services
from lantai.identity.models import Account, SignInGuard
from lantai.identity.rules.sign_in import ADDRESS_FAILURES, LOCK_TIME, LOGIN_FAILURES
from lantai.kernel import clock
from lantai.kernel.actors import ANONYMOUS
from lantai.kernel.errors import NotPermittedError


def attempt(login: str, password: str = "wrong-Password-1", address: str = "10.0.0.1") -> str:
    """Return the login that was opened, or the code of the refusal."""
    try:
        return services.sign_in(actor=ANONYMOUS, login=login, password=password, address=address).login
    except NotPermittedError as error:
        return error.code


def test_the_right_words_open(city: City) -> None:
    assert attempt(f" {city.archivist.login.upper()} ", make.PASSWORD) == city.archivist.login
    assert LedgerEntry.objects.filter(verb="identity.sign_in", actor_id=city.archivist.id).count() == 1


def test_one_answer_for_unknown_wrong_and_deactivated(city: City) -> None:
    gone = make.make_account(unit=city.bureau, deactivated_at=clock.now())
    assert {attempt("nobody"), attempt(city.archivist.login), attempt(gone.login, make.PASSWORD)} == {
        "identity.refused"
    }


def test_an_unknown_login_costs_a_hash_too(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr("lantai.identity.services.signing.make_password", made.append)
    attempt("nobody")
    assert made == ["wrong-Password-1"]


@pytest.mark.parametrize("is_known", [True, False])
def test_five_failures_lock_and_time_unlocks(city: City, is_known: bool) -> None:
    login = city.archivist.login if is_known else "nobody"
    moment = clock.now()
    with clock.held_at(moment):
        answers = [attempt(login) for _ in range(LOGIN_FAILURES + 1)]
        assert answers == ["identity.refused"] * LOGIN_FAILURES + ["identity.locked"]
        assert attempt(login, make.PASSWORD) == "identity.locked"
    with clock.held_at(moment + LOCK_TIME - timedelta(seconds=1)):
        assert attempt(login, make.PASSWORD) == "identity.locked"
    with clock.held_at(moment + LOCK_TIME):
        assert attempt(login, make.PASSWORD) == (login if is_known else "identity.refused")


def test_a_lock_holds_from_every_address_and_others_go_on(city: City) -> None:
    for number in range(LOGIN_FAILURES):
        attempt(city.archivist.login, address=f"10.0.0.{number}")
    assert attempt(city.archivist.login, make.PASSWORD, "10.9.9.9") == "identity.locked"
    assert attempt(city.applicant.login, make.PASSWORD, "10.0.0.1") == city.applicant.login


def test_success_begins_the_count_anew(city: City) -> None:
    for _ in range(LOGIN_FAILURES - 1):
        attempt(city.archivist.login)
    assert attempt(city.archivist.login, make.PASSWORD) == city.archivist.login
    assert attempt(city.archivist.login) == "identity.refused"
    assert attempt(city.archivist.login, make.PASSWORD) == city.archivist.login


def test_an_address_that_tries_many_logins_is_refused(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lantai.identity.services.signing.make_password", str)
    for number in range(ADDRESS_FAILURES):
        assert attempt(f"guess{number}") == "identity.refused"
    assert attempt(city.archivist.login, make.PASSWORD) == "identity.locked"
    assert attempt(city.archivist.login, make.PASSWORD, "10.0.0.2") == city.archivist.login


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_cannot_outrun_the_limit() -> None:
    login = make.make_account().login
    with ThreadPoolExecutor(10) as pool:

        def guess(_: int) -> str:
            try:
                return attempt(login)
            finally:
                connection.close()

        answers = list(pool.map(guess, range(20)))
    assert answers.count("identity.refused") == LOGIN_FAILURES
    assert answers.count("identity.locked") == 20 - LOGIN_FAILURES


def test_a_reset_lifts_the_lock(city: City) -> None:
    for _ in range(LOGIN_FAILURES):
        attempt(city.archivist.login)
    services.reset_password(
        actor=make.actor_of(city.sysadmin), account_id=city.archivist.id, password="first-Password-1"
    )
    assert attempt(city.archivist.login, "first-Password-1") == city.archivist.login


def test_neither_ledger_nor_guard_holds_login_or_address(city: City) -> None:
    attempt("wang.secret", address="10.77.66.55")
    attempt(city.archivist.login, address="10.77.66.55")
    words = [bytes(entry.body).decode() for entry in LedgerEntry.objects.filter(verb="identity.refuse_sign_in")]
    words += list(SignInGuard.objects.values_list("digest", flat=True))
    assert len(words) == 5
    for word in words:
        assert "wang" not in word
        assert "10.77" not in word
        assert city.archivist.login not in word


def test_counts_are_cleared_when_they_no_longer_matter(city: City) -> None:
    attempt("nobody")
    with clock.held_at(clock.now() + timedelta(days=1)):
        assert services.clear_expired() >= 2
    assert not SignInGuard.objects.exists()


def test_a_hash_is_never_weaker_than_argon2id(city: City) -> None:
    for password in Account.objects.values_list("password", flat=True):
        algorithm, variety = password.split("$")[:2]
        assert (algorithm, variety) == ("argon2", "argon2id")
