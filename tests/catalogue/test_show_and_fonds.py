"""The command line's view of the catalogue."""

import argparse

import pytest

from config.commands import fonds, show
from lantai.audit.models import LedgerEntry
from lantai.catalogue.selectors import record_for, record_view
from lantai.identity.selectors import actor_for_login
from lantai.kernel.errors import NotFoundError
from tests.factories.catalogue import make_account, make_place, make_record

pytestmark = pytest.mark.django_db


def test_show_gives_what_the_account_would_see_and_the_ledger_names_both() -> None:
    place = make_place()
    record = make_record(place.fonds, coded=True)
    known = make_account(place.archives, level=20, archivist=place.archives)
    stranger = make_account(place.city)
    shown = show.run(argparse.Namespace(reference="Z109-WS·2011·Y-0001", login=known.login))
    actor = actor_for_login(known.login)
    assert shown == record_view(actor, record_for(actor, record.id))
    entry = LedgerEntry.objects.get(verb="catalogue.read_record_as")
    assert known.login in bytes(entry.body).decode()
    assert "owner" in bytes(entry.body).decode()
    with pytest.raises(NotFoundError):
        show.run(argparse.Namespace(reference="Z109-WS·2011·Y-0001", login=stranger.login))


def test_fonds_lists_all_that_are_kept() -> None:
    make_place("Z110")
    make_place("Z109")
    assert fonds.run(argparse.Namespace()) == [
        {"code": "Z109", "title": "市住建局"},
        {"code": "Z110", "title": "市住建局"},
    ]
