"""Verifying: a sound ledger passes, and whatever its owner alters, removes or moves is found and named."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from lantai.audit import selectors, services
from lantai.audit.models import Checkpoint, LedgerEntry, LedgerLeaf
from lantai.audit.rules.faults import MESSAGES, Fault
from lantai.audit.rules.notes import Signer
from lantai.audit.rules.tree import leaf_hash

from .conftest import HAND, connect_as, tamper

Write = Callable[..., list[LedgerEntry]]
pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture
def sealed(write: Write) -> list[LedgerEntry]:
    """Nine entries, sealed in three passes, with checkpoints over three and nine."""
    entries = write(3)
    services.seal()
    entries += write(4)
    services.seal()
    entries += write(2)
    services.seal()
    services.sign_checkpoint()
    return entries


def fault() -> Fault:
    """Return the first fault, whose sentence must fill in."""
    found = selectors.verify_ledger()
    assert not found.ok
    assert found.first_fault is not None
    assert str(found.first_fault)
    return found.first_fault


def swap(one: int, other: int) -> None:
    """Let two entries change places in the tree, each still fitting its own hash."""
    tamper("UPDATE audit_ledgerleaf SET entry_id = -entry_id WHERE seq = ANY (%s)", [one, other])
    tamper(
        "UPDATE audit_ledgerleaf a SET entry_id = -b.entry_id, leaf_hash = b.leaf_hash FROM audit_ledgerleaf b"
        " WHERE a.seq = ANY (%s) AND b.seq = %s - a.seq",
        [one, other],
        one + other,
    )


def test_a_sound_ledger_passes(sealed: list[LedgerEntry], write: Write) -> None:
    write(2)
    services.record_reading(actor=HAND, record_id=uuid4())
    found = selectors.verify_ledger()
    latest = Checkpoint.objects.latest("size")
    assert found == selectors.Verification(
        entries=9, root=bytes(latest.root).hex(), unsealed=3, checkpoints=2, first_fault=None
    )


def test_an_empty_ledger_passes() -> None:
    found = selectors.verify_ledger()
    assert (found.ok, found.entries, found.unsealed) == (True, 0, 0)


@pytest.mark.parametrize("seq", [1, 4, 9])
def test_altered_bytes_are_named(sealed: list[LedgerEntry], seq: int) -> None:
    tamper(
        "UPDATE audit_ledgerentry SET body = replace(convert_from(body, 'UTF8'), 'audit.try', 'audit.lie')::bytea WHERE entry = %s",
        sealed[seq - 1].entry,
    )
    assert fault() == Fault("entry_altered", seq, str(sealed[seq - 1].entry))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verb", "audit.lie"), ("at", "2020-01-01T00:00:00Z"), ("target_kind", "other"), ("target_id", uuid4()),
        ("target_id", None), ("actor_kind", "account"), ("actor_id", uuid4()), ("actor_name", "somebody"),
        ("entry", uuid4()), ("once_key", "x"),
    ],
)  # fmt: skip
def test_an_altered_column_is_named(sealed: list[LedgerEntry], column: str, value: Any) -> None:
    tamper(f"UPDATE audit_ledgerentry SET {column} = %s WHERE entry = %s", value, sealed[4].entry)
    assert fault() == Fault("column_altered", 5, str(sealed[4].entry), {"column": column})


def test_an_altered_column_of_an_entry_not_sealed_yet_is_named(sealed: list[LedgerEntry], write: Write) -> None:
    (entry,) = write(1)
    tamper("UPDATE audit_ledgerentry SET verb = 'audit.lie' WHERE entry = %s", entry.entry)
    assert fault() == Fault("column_altered", 0, str(entry.entry), {"column": "verb"})


@pytest.mark.parametrize("seq", [1, 5, 9])
def test_a_removed_entry_is_named(sealed: list[LedgerEntry], seq: int) -> None:
    tamper("DELETE FROM audit_ledgerentry WHERE entry = %s", sealed[seq - 1].entry)
    assert fault() == Fault("entry_missing", seq)


@pytest.mark.parametrize("seq", [1, 5, 8])
def test_a_removed_leaf_is_named(sealed: list[LedgerEntry], seq: int) -> None:
    tamper("DELETE FROM audit_ledgerleaf WHERE seq = %s", seq)
    assert fault() == Fault("leaf_missing", seq)


def test_an_entry_removed_with_its_leaf_is_named_though_the_numbers_were_closed_up(sealed: list[LedgerEntry]) -> None:
    tamper("DELETE FROM audit_ledgerentry WHERE entry = %s", sealed[4].entry)
    tamper("DELETE FROM audit_ledgerleaf WHERE seq = 5")
    for seq in range(6, 10):
        tamper("UPDATE audit_ledgerleaf SET seq = seq - 1 WHERE seq = %s", seq)
    assert fault().seq == 7
    tamper("UPDATE audit_sealing SET size = size - 1 WHERE size > 3")
    tamper("UPDATE audit_sealing SET size_before = size_before - 1 WHERE size_before > 3")
    assert fault() == Fault("end_missing", 9, facts={"last": 8})


def test_the_last_leaf_removed_under_a_checkpoint_is_missed(sealed: list[LedgerEntry]) -> None:
    tamper("DELETE FROM audit_ledgerleaf WHERE seq = 9")
    tamper("DELETE FROM audit_ledgerentry WHERE entry = %s", sealed[8].entry)
    tamper("UPDATE audit_sealing SET size = 8 WHERE size = 9")
    assert fault() == Fault("end_missing", 9, facts={"last": 8})


def test_the_last_leaf_removed_before_any_checkpoint_is_missed(sealed: list[LedgerEntry], write: Write) -> None:
    write(1)
    services.seal()
    tamper("DELETE FROM audit_ledgerleaf WHERE seq = 10")
    assert fault() == Fault("end_missing", 10, facts={"last": 9})


@pytest.mark.parametrize(("one", "other"), [(4, 6), (5, 6), (1, 3), (2, 5), (3, 4), (1, 9), (8, 9)])
def test_the_first_of_two_entries_that_changed_places_is_named(sealed: list[LedgerEntry], one: int, other: int) -> None:
    swap(one, other)
    assert fault() == Fault("leaf_reordered", one, str(sealed[other - 1].entry))


def test_entries_that_changed_places_are_caught_by_the_root_when_the_notes_were_changed_too(
    sealed: list[LedgerEntry],
) -> None:
    swap(5, 6)
    tamper("UPDATE audit_ledgerentry SET transaction = '1'")
    tamper("UPDATE audit_sealing SET seen = ''")
    tamper(
        "UPDATE audit_ledgerentry e SET id = -l.seq - 100 FROM audit_ledgerleaf l WHERE l.entry_id = e.id",
    )
    tamper("UPDATE audit_ledgerleaf SET entry_id = -seq - 100")
    tamper("UPDATE audit_ledgerentry SET id = -id")
    tamper("UPDATE audit_ledgerleaf SET entry_id = -entry_id")
    assert fault() == Fault("checkpoint_root", 9, facts={"last": 3})


def test_an_entry_replaced_with_its_hash_is_caught_by_the_signed_root(sealed: list[LedgerEntry]) -> None:
    body = bytes(sealed[4].body).replace(b'"number":1', b'"number":7')
    tamper("UPDATE audit_ledgerentry SET body = %s WHERE entry = %s", body, sealed[4].entry)
    tamper("UPDATE audit_ledgerleaf SET leaf_hash = %s WHERE seq = 5", leaf_hash(body))
    assert fault() == Fault("checkpoint_root", 9, facts={"last": 3})


def test_a_checkpoint_signed_with_another_key_is_named(sealed: list[LedgerEntry]) -> None:
    root = bytes(Checkpoint.objects.get(size=9).root)
    tamper("UPDATE audit_checkpoint SET note = %s WHERE size = 9", Signer("A" * 43).sign(9, root))
    assert fault() == Fault("checkpoint_forged", 9)


def test_a_checkpoint_with_an_altered_root_is_named(sealed: list[LedgerEntry]) -> None:
    tamper("UPDATE audit_checkpoint SET root = sha256(root) WHERE size = 9")
    assert fault() == Fault("checkpoint_forged", 9)


def test_a_checkpoint_over_more_than_there_is_is_named(sealed: list[LedgerEntry]) -> None:
    tamper("UPDATE audit_checkpoint SET size = 12 WHERE size = 9")
    assert fault() == Fault("end_missing", 12, facts={"last": 9})


def test_an_altered_note_of_the_sealer_is_named(sealed: list[LedgerEntry]) -> None:
    tamper("UPDATE audit_sealing SET size = 6 WHERE size = 7")
    assert fault() == Fault("sealing_altered", 9, facts={"first": 8})
    tamper("TRUNCATE audit_sealing")
    assert fault() == Fault("sealing_altered", 1, facts={"first": 1})


def test_stored_hashes_that_do_not_fit_are_named() -> None:
    services.record_acts(actor=HAND, acts=[services.Act("audit.try")] * 600)
    services.seal(limit=350)
    services.seal()
    assert selectors.verify_ledger().entries == LedgerLeaf.objects.count() == 600
    tamper("UPDATE audit_ledgernode SET hash = sha256(hash) WHERE number = 1")
    assert fault() == Fault("node_altered", 512, facts={"first": 257})
    tamper("DELETE FROM audit_ledgernode WHERE number = 0")
    assert fault() == Fault("node_missing", 256, facts={"first": 1})


def test_bytes_that_are_no_act_are_named(sealed: list[LedgerEntry]) -> None:
    with connect_as("default") as link:
        link.execute(
            "INSERT INTO audit_ledgerentry (entry, body, at, verb, target_kind, actor_kind, actor_name)"
            " VALUES (gen_random_uuid(), '{}', now(), 'x', '', '', '')"
        )
    assert fault().code == "entry_unreadable"
    services.seal()
    assert (fault().code, fault().seq) == ("entry_unreadable", 10)


def test_a_checkpoint_kept_elsewhere_must_be_the_beginning(sealed: list[LedgerEntry], write: Write) -> None:
    kept = Checkpoint.objects.get(size=3).note
    later = Checkpoint.objects.get(size=9).note
    assert selectors.verify_ledger(against=kept).ok
    assert selectors.verify_ledger(against=later).ok
    tampered = Signer(settings.LANTAI_LEDGER_KEY).sign(5, bytes(32))
    found = selectors.verify_ledger(against=tampered).first_fault
    assert found == Fault("checkpoint_root", 5, facts={"last": 3})
    longer = Signer(settings.LANTAI_LEDGER_KEY).sign(10, bytes(32))
    assert selectors.verify_ledger(against=longer).first_fault == Fault("end_missing", 10, facts={"last": 9})
    foreign = selectors.verify_ledger(against=Signer("A" * 43).sign(3, bytes(32))).first_fault
    assert foreign == Fault("checkpoint_forged", 0)


def test_progress_reaches_the_end(sealed: list[LedgerEntry]) -> None:
    seen: list[tuple[int, int]] = []
    selectors.verify_ledger(progress=lambda done, total: seen.append((done, total)))
    assert seen == [(9, 9)]


def test_every_fault_has_its_sentence() -> None:
    facts = {"column": "verb", "first": 1, "last": 2}
    assert all(str(Fault(code, 3, "x", facts)) for code in MESSAGES)
