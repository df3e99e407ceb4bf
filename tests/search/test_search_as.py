"""The machine's owner looks through an account's eyes, and the ledger names both."""

import pytest

from lantai.audit import selectors as audit
from lantai.audit.services import salted_digest, seal
from lantai.identity.models import Account
from lantai.kernel.actors import system_actor
from lantai.kernel.errors import NotFoundError
from lantai.search.services import search_as
from tests.factories.catalogue import make_account, make_place, make_record
from tests.search.conftest import Carry

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sealer"])


def test_the_answer_is_the_accounts_and_the_ledger_names_both(carry_news: Carry) -> None:
    place = make_place()
    make_record(place.fonds, "离婚登记审查处理表", access_level=20)
    make_record(place.fonds, "结婚登记审查处理表")
    carry_news()
    archivist = make_account(place.archives, level=10, archivist=place.archives)
    applicant = make_account(place.office)
    owner = system_actor("owner")
    assert search_as(actor=owner, login=archivist.login, text="登记审查").total == 1
    assert search_as(actor=owner, login=applicant.login, text="登记审查").total == 0
    seal()
    first, second = audit.entries_after(audit.head() - 2, limit=2)
    assert (first.verb, first.actor_name, first.on_behalf_of) == ("search.search_as", "owner", archivist.login)
    assert (first.target_id, second.target_id) == (archivist.id, applicant.id)
    assert first.facts == {"query": salted_digest("登记审查"), "total": 1}


def test_an_unknown_account_is_told(carry_news: Carry) -> None:
    with pytest.raises(NotFoundError):
        search_as(actor=system_actor("owner"), login="nobody", text="x")
    assert not Account.objects.filter(login="nobody").exists()
