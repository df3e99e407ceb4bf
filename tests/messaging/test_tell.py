"""Telling an account something: it reads its own messages and nobody else's."""

import pytest
from tests.factories import identity as make

from lantai.kernel.actors import ANONYMOUS
from lantai.kernel.errors import NotPermittedError
from lantai.messaging import selectors, services


def test_a_message_reaches_its_account_alone(db: None) -> None:
    reader, other = (make.make_account() for _ in range(2))
    services.tell(
        actor=make.SYSTEM,
        account_id=reader.id,
        verb="ingest.quarantine_item",
        text="%(count)d items wait in quarantine.",
        facts={"count": 3},
        path="/desk/quarantine/",
    )
    told = selectors.messages_for(make.actor_of(reader))
    assert [(m.text % m.facts, m.path) for m in told] == [("3 items wait in quarantine.", "/desk/quarantine/")]
    assert not selectors.messages_for(make.actor_of(other)).exists()
    assert not selectors.messages_for(ANONYMOUS).exists()


def test_a_read_message_no_longer_waits(db: None) -> None:
    reader, other = (make.actor_of(make.make_account()) for _ in range(2))
    assert reader.id
    told = services.tell(actor=make.SYSTEM, account_id=reader.id, verb="audit.note", text="Look.")
    assert services.mark_read(actor=other, message_ids=[told.id]) == 0
    assert services.mark_read(actor=reader, message_ids=[told.id]) == 1
    assert not selectors.messages_for(reader, unread_only=True).exists()
    assert selectors.messages_for(reader).exists()


def test_nobody_unknown_tells_anything(db: None) -> None:
    with pytest.raises(NotPermittedError):
        services.tell(actor=ANONYMOUS, account_id=make.make_account().id, verb="audit.note", text="Look.")
