"""Sittings through the pages: they begin at sign-in and end when idle, old, signed out, or ended from elsewhere."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import identity as make
from tests.identity.conftest import City

from lantai.audit.models import LedgerEntry
from lantai.identity.models import Account, Sitting
from lantai.identity.rules.sign_in import IDLE_LIMIT, PASSWORD_LIFE, SITTING_LIMIT
from lantai.kernel import clock

pytestmark = pytest.mark.django_db


def is_in(browser: Client) -> bool:
    return browser.get("/account/").status_code == 200


def test_sign_in_leads_where_one_wanted_to_go(city: City) -> None:
    form = {"login": city.archivist.login, "password": make.PASSWORD}
    assert Client().post("/sign-in/", form | {"next": "/account/"})["Location"] == "/account/"
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert Client().post("/sign-in/", form | {"next": elsewhere})["Location"] == "/desk/"


def test_a_refusal_says_what_to_do_and_keeps_the_login(city: City) -> None:
    answer = Client().post("/sign-in/", {"login": "nobody", "password": "wrong"})
    assert answer.status_code == 422
    assert 'value="nobody"' in answer.content.decode()
    assert "wrong" not in answer.content.decode().replace("field-wrong", "")


def test_the_session_key_changes_at_sign_in(city: City) -> None:
    browser = Client()
    browser.get("/sign-in/")
    session = browser.session
    session["kept"] = True
    session.save()
    before = session.session_key or ""
    browser.cookies["lantai_session"] = before
    browser.post("/sign-in/", {"login": city.archivist.login, "password": make.PASSWORD})
    assert browser.session.session_key != before


def test_sign_out_ends_the_sitting(city: City) -> None:
    browser = make.signed_in(city.archivist)
    key = browser.session.session_key or ""
    assert browser.get("/sign-out/").status_code == 405
    browser.post("/sign-out/")
    assert not is_in(browser)
    assert not Sitting.objects.filter(session_key=key).exists()
    assert LedgerEntry.objects.filter(verb="identity.sign_out", actor_id=city.archivist.id).exists()
    stolen = Client()
    stolen.cookies["lantai_session"] = key
    assert not is_in(stolen)


def test_an_idle_sitting_ends(city: City) -> None:
    moment = clock.now()
    with clock.held_at(moment):
        browser = make.signed_in(city.archivist)
    with clock.held_at(moment + IDLE_LIMIT - timedelta(seconds=5)):
        assert is_in(browser)
    with clock.held_at(moment + 2 * IDLE_LIMIT - timedelta(seconds=10)):
        assert is_in(browser)
    with clock.held_at(moment + 3 * IDLE_LIMIT):
        assert not is_in(browser)
        assert not is_in(browser)


def test_no_sitting_lasts_longer_than_a_working_day(city: City) -> None:
    moment = clock.now()
    with clock.held_at(moment):
        browser = make.signed_in(city.archivist)
    step = IDLE_LIMIT - timedelta(minutes=1)
    elapsed = step
    while elapsed < SITTING_LIMIT:
        with clock.held_at(moment + elapsed):
            assert is_in(browser)
        elapsed += step
    with clock.held_at(moment + SITTING_LIMIT):
        assert not is_in(browser)


def test_a_new_password_ends_the_others_and_keeps_this_one(city: City) -> None:
    here, elsewhere = make.signed_in(city.archivist), make.signed_in(city.archivist)
    new = "Another-good-1"
    answer = here.post("/account/password/", {"old": make.PASSWORD, "new": new, "again": new})
    assert answer.status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)
    assert Sitting.objects.filter(account=city.archivist).count() == 1


def test_a_first_password_opens_one_page_only(city: City) -> None:
    Account.objects.filter(id=city.archivist.id).update(must_change_password=True)
    browser = make.signed_in(city.archivist)
    assert browser.get("/account/")["Location"] == "/account/password/"
    assert browser.get("/api/v1/anything").status_code in {403, 404}
    assert browser.get("/account/password/").status_code == 200
    new = "Another-good-1"
    browser.post("/account/password/", {"old": make.PASSWORD, "new": new, "again": new})
    assert is_in(browser)


def test_an_old_password_is_due(city: City) -> None:
    with clock.held_at(clock.now() + PASSWORD_LIFE):
        browser = make.signed_in(city.archivist)
        assert browser.get("/account/")["Location"] == "/account/password/"


def test_two_new_passwords_that_differ_are_refused(city: City) -> None:
    browser = make.signed_in(city.archivist)
    answer = browser.post("/account/password/", {"old": make.PASSWORD, "new": "Another-good-1", "again": "x"})
    assert answer.status_code == 422
    assert is_in(browser)


def test_other_sittings_are_listed_and_ended(city: City) -> None:
    here, elsewhere, third = (make.signed_in(city.archivist) for _ in range(3))
    named = Sitting.objects.get(session_key=elsewhere.session.session_key)
    here.post("/account/sittings/end/", {"sitting": str(named.id)})
    assert [is_in(here), is_in(elsewhere), is_in(third)] == [True, False, True]
    here.post("/account/sittings/end/")
    assert [is_in(here), is_in(third)] == [True, False]


def test_nobody_ends_a_strangers_sitting(city: City) -> None:
    mine, theirs = make.signed_in(city.applicant), make.signed_in(city.archivist)
    named = Sitting.objects.get(session_key=theirs.session.session_key)
    mine.post("/account/sittings/end/", {"sitting": str(named.id)})
    assert is_in(theirs)


def test_a_moved_account_stays_signed_in_and_the_page_is_never_cached(city: City) -> None:
    browser = make.signed_in(city.archivist)
    answer = browser.get("/account/")
    assert "no-store" in answer["Cache-Control"]
