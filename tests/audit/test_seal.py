"""The sealer: numbers without gaps, nothing lost, nothing held up, whoever else is writing."""

import threading
import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.db.utils import ProgrammingError

from lantai.audit import selectors, services
from lantai.audit.models import Checkpoint, LedgerEntry, LedgerLeaf, LedgerNode, Sealing
from lantai.audit.rules.notes import Signer, opened
from lantai.audit.rules.tree import LeafList, leaf_hash, perfect_root, root
from lantai.audit.selectors.nodes import StoredNodes

from .conftest import connect_as, tamper

Write = Callable[..., list[LedgerEntry]]
pytestmark = pytest.mark.usefixtures("ledger")


def insert_of(verb: str) -> str:
    return (
        "INSERT INTO audit_ledgerentry (entry, body, at, verb, target_kind, actor_kind, actor_name)"
        f" VALUES (gen_random_uuid(), '{{}}', now(), '{verb}', '', 'system', 'tester')"
    )


def sealed_verbs() -> list[str]:
    return list(LedgerLeaf.objects.order_by("seq").values_list("entry__verb", flat=True))


def test_committed_entries_get_numbers_without_gaps(write: Write) -> None:
    entries = write(5)
    assert services.seal() == 5
    assert services.seal() == 0
    entries += write(2)
    assert services.seal() == 2
    leaves = LedgerLeaf.objects.order_by("seq").select_related("entry")
    assert [leaf.seq for leaf in leaves] == [1, 2, 3, 4, 5, 6, 7]
    assert [leaf.entry.entry for leaf in leaves] == [entry.entry for entry in entries]
    assert all(bytes(leaf.leaf_hash) == leaf_hash(bytes(leaf.entry.body)) for leaf in leaves)
    assert selectors.head() == 7


def test_what_was_rolled_back_leaves_no_gap(write: Write) -> None:
    write()
    with transaction.atomic():
        write(3)
        transaction.set_rollback(True)
    write()
    assert services.seal() == 2
    assert list(LedgerLeaf.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]


def test_a_long_transaction_holds_nobody_up_and_is_not_forgotten(write: Write) -> None:
    with connect_as("default") as slow, connect_as("default") as slower:
        slow.execute("BEGIN")
        slow.execute(insert_of("audit.slow"))
        slower.execute("BEGIN")
        slower.execute(insert_of("audit.slower"))
        write(3)
        assert services.seal() == 3
        write(2)
        assert services.seal() == 2
        slower.execute("COMMIT")
        assert services.seal() == 1
        write(1)
        assert services.seal() == 1
        slow.execute(insert_of("audit.slow"))
        assert services.seal() == 0
        slow.execute("COMMIT")
        assert services.seal() == 2
        assert services.seal() == 0
    assert sealed_verbs() == [*["audit.try"] * 5, "audit.slower", "audit.try", "audit.slow", "audit.slow"]


def test_an_entry_of_a_savepoint_counts_with_its_transaction(write: Write) -> None:
    with transaction.atomic():
        write()
        with transaction.atomic():
            write()
        assert services.seal() == 0
    assert services.seal() == 2


@pytest.mark.parametrize(("count", "limit"), [(10, 4), (8, 4), (4, 4), (3, 4), (9, 1)])
def test_a_backlog_is_sealed_piece_by_piece(write: Write, count: int, limit: int) -> None:
    entries = write(count)
    passes = []
    while sealed := services.seal(limit=limit):
        passes.append(sealed)
        write(1 if len(passes) < 4 else 0)
    assert max(passes) <= limit
    assert sum(passes) == LedgerEntry.objects.count() == selectors.head()
    first = list(LedgerLeaf.objects.order_by("seq").values_list("entry__entry", flat=True)[:count])
    assert first == [entry.entry for entry in entries]


def test_a_round_that_ends_exactly_at_the_limit_does_not_hide_what_follows(write: Write) -> None:
    write(4)
    assert services.seal(limit=4) == 4
    assert services.seal(limit=4) == 0
    write(4)
    assert services.seal(limit=4) == 4
    write(1)
    assert services.seal(limit=4) == 1


def test_a_transaction_open_across_the_pieces_of_a_backlog_is_not_lost(write: Write) -> None:
    with connect_as("default") as slow:
        slow.execute("BEGIN")
        slow.execute(insert_of("audit.slow"))
        write(6)
        assert services.seal(limit=4) == 4
        slow.execute("COMMIT")
        assert services.seal(limit=4) == 2
        assert services.seal(limit=4) == 1
    assert sealed_verbs()[-1] == "audit.slow"


def test_many_writers_and_two_sealers_lose_and_double_nothing() -> None:
    stop = threading.Event()
    written = [0] * 4

    def write_on(number: int) -> None:
        with connect_as("default") as link:
            while not stop.is_set():
                link.execute("BEGIN")
                for _ in range(3):
                    link.execute(insert_of(f"audit.writer_{number}"))
                time.sleep(0.002 * number)
                link.execute("ROLLBACK" if written[number] % 5 == 4 else "COMMIT")
                written[number] += 1

    def seal_on() -> None:
        while not stop.is_set():
            services.seal(limit=7)
        connections["sealer"].close()
        connections["default"].close()

    threads = [threading.Thread(target=write_on, args=(n,)) for n in range(4)]
    threads += [threading.Thread(target=seal_on) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    stop.set()
    for thread in threads:
        thread.join()
    while services.seal() or services.seal():
        pass
    kept = sum(3 * (count - count // 5) for count in written)
    assert kept > 30
    assert LedgerEntry.objects.count() == kept == selectors.head()
    assert list(LedgerLeaf.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, kept + 1))


@pytest.mark.parametrize("limit", [1, 3, 4, 5])
def test_a_large_transaction_is_sealed_piece_by_piece_with_others(limit: int) -> None:
    """Entries of two transactions by turns, one committed last but begun first, and a third between the pieces."""
    with connect_as("default") as one, connect_as("default") as other:
        for link in (one, other):
            link.execute("BEGIN")
        for _ in range(5):
            one.execute(insert_of("audit.one"))
            other.execute(insert_of("audit.other"))
        other.execute("COMMIT")
        passes = [services.seal(limit=limit)]
        one.execute("COMMIT")
        other.execute(insert_of("audit.third"))
    while sealed := services.seal(limit=limit):
        passes.append(sealed)
    assert sum(passes) == 11
    assert sorted(sealed_verbs()) == ["audit.one"] * 5 + ["audit.other"] * 5 + ["audit.third"]


def test_after_a_restore_into_another_cluster_nothing_is_lost(write: Write) -> None:
    write(3)
    services.seal()
    write(2)
    # As a dump brought from a cluster far ahead: the ids of its transactions are greater than any here.
    tamper("UPDATE audit_sealing SET cluster = '1', until = '900000000:900000000:'")
    tamper("UPDATE audit_ledgerentry SET transaction = '899999990'")
    assert services.seal() == 2
    write(2)
    assert services.seal() == 2
    assert services.seal() == 0
    passes = Sealing.objects.count()
    assert services.seal() == 0
    assert Sealing.objects.count() == passes
    assert selectors.head() == 7


def test_the_transaction_of_an_entry_cannot_be_made_up() -> None:
    with connect_as("default") as link:
        statement = (
            insert_of("audit.forged").replace("(entry,", "(transaction, entry,").replace("VALUES (", "VALUES ('1', ")
        )
        link.execute(statement)
        assert link.execute("SELECT transaction::text::int FROM audit_ledgerentry").fetchone() != (1,)


def test_blocks_of_256_are_stored_and_give_the_right_root() -> None:
    with connect_as("default") as link:
        link.execute(
            "INSERT INTO audit_ledgerentry (entry, body, at, verb, target_kind, actor_kind, actor_name)"
            " SELECT gen_random_uuid(), convert_to(n::text, 'UTF8'), now(), 'audit.try', '', 'system', 't'"
            " FROM generate_series(1, 66000) n"
        )
    while services.seal(limit=9_999):
        pass
    hashes = [bytes(h) for h in LedgerLeaf.objects.order_by("seq").values_list("leaf_hash", flat=True)]
    assert len(hashes) == 66_000
    assert LedgerNode.objects.filter(level=1).count() == 66_000 // 256
    assert bytes(LedgerNode.objects.get(level=2, number=0).hash) == perfect_root(hashes[:65_536])
    for size in (1, 255, 256, 257, 65_535, 65_536, 65_999, 66_000):
        assert root(StoredNodes(), size) == root(LeafList(hashes), size)


def test_the_first_pass_signs_and_the_next_waits_a_minute(write: Write) -> None:
    write()
    services.seal()
    write()
    services.seal()
    (checkpoint,) = Checkpoint.objects.all()
    assert checkpoint.size == 1
    latest = services.sign_checkpoint()
    assert latest is not None
    assert latest.size == 2
    assert services.sign_checkpoint() == latest
    public = Signer(settings.LANTAI_LEDGER_KEY).public
    tree = opened(latest.note, public)
    assert tree is not None
    assert (tree.size, tree.root) == (2, root(StoredNodes(), 2))


def test_an_empty_ledger_has_no_checkpoint() -> None:
    assert services.seal() == 0
    assert services.sign_checkpoint() is None


def test_sealing_wakes_the_listeners(write: Write) -> None:
    with connect_as("default") as listener:
        listener.execute("LISTEN ledger")
        write(3)
        services.seal()
        (notice,) = listener.notifies(timeout=5, stop_after=1)
    assert notice.payload == "3"


def test_the_loop_seals_until_it_is_stopped(write: Write) -> None:
    stop = threading.Event()

    def loop() -> None:
        services.keep_sealing(stop)
        connections["sealer"].close()

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        write(3)
        deadline = time.monotonic() + 10
        while selectors.head() < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        stop.set()
        thread.join(timeout=10)
    assert selectors.head() == 3
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("alias", "statement"),
    [
        (alias, statement.format(table=table))
        for alias in ("default", "sealer", "owner")
        for table in (LedgerEntry._meta.db_table, LedgerLeaf._meta.db_table, LedgerNode._meta.db_table,
                      Sealing._meta.db_table, Checkpoint._meta.db_table)
        for statement in ("UPDATE {table} SET id = id", "DELETE FROM {table}", "TRUNCATE {table}")
    ],
)  # fmt: skip
def test_no_role_changes_or_removes_a_row(write: Write, alias: str, statement: str) -> None:
    write()
    services.seal()
    column = {"audit_ledgerleaf": "seq", "audit_ledgernode": "level", "audit_checkpoint": "size"}
    for table, name in column.items():
        statement = statement.replace(f"{table} SET id = id", f"{table} SET {name} = {name}")
    with pytest.raises(ProgrammingError), connections[alias].cursor() as cursor:
        cursor.execute(statement)
    connections[alias].close()
    assert LedgerEntry.objects.count() == LedgerLeaf.objects.count() == Checkpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("alias", "table"),
    [("default", "audit_ledgerleaf"), ("default", "audit_checkpoint"), ("sealer", "audit_ledgerentry")],
)
def test_app_and_sealer_insert_only_what_is_theirs(alias: str, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connections[alias].cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} DEFAULT VALUES")
    connections[alias].close()
