"""What others read: entries in leaf order, the history of a thing, proofs that hold on their own."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.conf import settings

from lantai.audit import selectors, services
from lantai.audit.models import LedgerEntry
from lantai.audit.rules.notes import Signer, opened
from lantai.audit.rules.tree import is_consistent, is_included, leaf_hash
from lantai.kernel.errors import ConflictError, NotFoundError

from .conftest import HAND

Write = Callable[..., list[LedgerEntry]]
pytestmark = pytest.mark.usefixtures("ledger")


def test_followers_get_sealed_entries_in_order_and_page_by_page(write: Write) -> None:
    entries = write(5)
    assert selectors.entries_after(0, limit=10) == []
    services.seal()
    first = selectors.entries_after(0, limit=3)
    rest = selectors.entries_after(first[-1].seq, limit=3)
    assert [news.seq for news in first + rest] == [1, 2, 3, 4, 5]
    assert [news.entry for news in first + rest] == [entry.entry for entry in entries]
    assert rest[-1].facts == {"number": 4}
    assert selectors.entries_after(5, limit=3) == []


def test_followers_may_ask_for_kinds_of_target(write: Write) -> None:
    write(2)
    services.record_act(actor=HAND, verb="audit.try", target_kind="record", target_id=uuid4())
    services.record_act(actor=HAND, verb="audit.try", target_kind="page", target_id=uuid4())
    services.seal()
    assert [news.seq for news in selectors.entries_after(0, limit=9, target_kind="record")] == [3]
    assert [news.seq for news in selectors.entries_after(0, limit=9, target_kind=("record", "page"))] == [3, 4]


def test_a_history_has_the_newest_act_first_sealed_or_not(write: Write) -> None:
    target = uuid4()
    services.record_act(actor=HAND, verb="audit.first", target_kind="record", target_id=target)
    services.seal()
    services.record_act(actor=HAND, verb="audit.second", target_kind="record", target_id=target)
    services.record_act(actor=HAND, verb="audit.other", target_kind="page", target_id=target)
    write(1)
    assert [(act.verb, act.seq) for act in selectors.history_of("record", target)] == [
        ("audit.second", 0),
        ("audit.first", 1),
    ]


def test_a_history_costs_one_query(write: Write, django_assert_num_queries: Callable[..., object]) -> None:
    (entry,) = write(1)
    assert entry.target_id is not None
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert len(selectors.history_of("thing", entry.target_id)) == 1


@pytest.mark.parametrize("count", [1, 2, 300, 1000])
def test_a_proof_holds_on_its_own(write: Write, count: int) -> None:
    services.record_acts(actor=HAND, acts=[services.Act("audit.try", facts={"number": n}) for n in range(count - 1)])
    (entry,) = write(1)
    services.seal()
    services.sign_checkpoint()
    proof = selectors.proof_of(entry.entry)
    key = selectors.verifier_key().split("+", 2)
    tree = opened(proof.checkpoint, Signer(settings.LANTAI_LEDGER_KEY).public)
    assert tree is not None
    assert tree.origin == key[0]
    assert (tree.size, tree.root) == (proof.size, proof.root) == (count, proof.root)
    assert proof.leaf_hash == leaf_hash(proof.body) == leaf_hash(bytes(entry.body))
    assert is_included(proof.leaf_hash, proof.leaf_index, tree.size, proof.path, tree.root)


def test_there_is_no_proof_before_a_checkpoint(write: Write) -> None:
    write(1)
    services.seal()
    (entry,) = write(1)
    with pytest.raises(ConflictError):
        selectors.proof_of(entry.entry)
    services.seal()
    with pytest.raises(ConflictError):
        selectors.proof_of(entry.entry)
    services.sign_checkpoint()
    assert selectors.proof_of(entry.entry).size == 2
    with pytest.raises(NotFoundError):
        selectors.proof_of(uuid4())


def test_a_later_ledger_is_proven_to_begin_with_an_earlier_one(write: Write) -> None:
    services.record_acts(actor=HAND, acts=[services.Act("audit.try")] * 300)
    services.seal()
    old = services.sign_checkpoint()
    services.record_acts(actor=HAND, acts=[services.Act("audit.try")] * 400)
    services.seal()
    new = services.sign_checkpoint()
    assert old is not None
    assert new is not None
    path = selectors.consistency_of(300, 700)
    assert is_consistent(300, 700, path, bytes(old.root), bytes(new.root))
    for old_size, size in ((0, 700), (300, 701), (5, 4)):
        with pytest.raises(NotFoundError):
            selectors.consistency_of(old_size, size)
