"""The demo city: complete, the same when made again, and open to its six accounts."""

import pytest
from tests.factories import identity as make

from lantai.identity import selectors, services
from lantai.identity.models import Account, Unit
from lantai.kernel.actors import ANONYMOUS
from lantai.kernel.errors import NotPermittedError

LOGINS = ("applicant", "archivist", "supervisor", "sysadmin", "secadmin", "auditor")


def test_the_city_is_made_once(db: None) -> None:
    services.install_demo_city(actor=make.SYSTEM)
    units, accounts = Unit.objects.count(), Account.objects.count()
    again = services.install_demo_city(actor=make.SYSTEM)
    assert (Unit.objects.count(), Account.objects.count()) == (units, accounts)
    assert again["YZ-DAG"] == again["砚州市档案馆"]


def test_the_owners_of_the_samples_fonds_hand_over_to_the_city_archives(db: None) -> None:
    from sample.item import FONDS

    units = services.install_demo_city(actor=make.SYSTEM)
    for fonds in FONDS:
        assert selectors.archives_of(units[fonds.owner]) == units["YZ-DAG"]


def test_each_account_opens_and_holds_the_role_of_its_name(db: None) -> None:
    services.install_demo_city(actor=make.SYSTEM)
    for login in LOGINS:
        account = services.sign_in(actor=ANONYMOUS, login=login, password=services.DEMO_PASSWORD, address="10.0.0.1")
        assert not account.must_change_password
        assert {held.role for held in selectors.actor_for_login(login).roles} == {login}


def test_no_person_makes_a_demo(db: None) -> None:
    actor = make.make_actor("sysadmin", make.make_unit())
    with pytest.raises(NotPermittedError):
        services.install_demo_city(actor=actor)
