"""The sealer: gives committed entries their numbers and builds the tree over them, as the role that may only insert.

An entry is sealed when its transaction has committed, whatever else is still open. Each round takes the entries whose
transaction is visible now and was not in the round before, which two snapshots say exactly: no open transaction holds
others up, none is forgotten when it commits at last, and the index on the transaction keeps each look short.
"""

import logging
import threading
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import close_old_connections, connections, transaction
from django.db.backends.utils import CursorWrapper

from lantai.audit.models import LedgerNode, Sealing
from lantai.audit.rules.tree import GrowingTree, open_rows
from lantai.audit.selectors.nodes import stored_hashes
from lantai.audit.services.signing import SEALER, SEALING_LOCK, sign_if_due
from lantai.kernel import clock

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.2
AFTER_TROUBLE_SECONDS = 2.0
CHANNEL = "ledger"
NOTHING_SEEN = "1:1:"
"""The snapshot before the first transaction."""

# What a pass may take: entries not visible in the snapshot `seen` but in `until`, after the place where the last pass of
# the round stopped. Each arm reads the index on (transaction, id) over exactly its part, in order, so that neither a
# transaction open for hours nor a million entries in one transaction make a look long. (One condition with a row
# comparison would read the index from that place on, far before the part.)
_ARM = """
    (SELECT e.id, e.transaction, e.body FROM audit_ledgerentry e
     WHERE {which} AND NOT EXISTS (SELECT FROM audit_ledgerleaf l WHERE l.entry_id = e.id)
     ORDER BY e.transaction, e.id LIMIT %(limit)s)"""
_AFTER = "%(after_transaction)s::text::xid8"
_SEEN_UNTIL = "AND pg_visible_in_snapshot(e.transaction, %(until)s::pg_snapshot)"
_REST_OF_ONE = f"e.transaction = {_AFTER} AND e.id > %(after_id)s"
_OPEN_BEFORE = f"""e.transaction = ANY (ARRAY(SELECT pg_snapshot_xip(%(seen)s::pg_snapshot)))
    AND e.transaction > {_AFTER} {_SEEN_UNTIL}"""
_BEGUN_SINCE = f"""e.transaction >= pg_snapshot_xmax(%(seen)s::pg_snapshot) AND e.transaction > {_AFTER}
    AND e.transaction < pg_snapshot_xmax(%(until)s::pg_snapshot) {_SEEN_UNTIL}"""
_SINCE = " UNION ALL ".join(_ARM.format(which=which) for which in (_REST_OF_ONE, _OPEN_BEFORE, _BEGUN_SINCE))
_EVERYTHING = " UNION ALL ".join(_ARM.format(which=which) for which in (_REST_OF_ONE, f"e.transaction > {_AFTER}"))
_INSERT = """
    INSERT INTO audit_ledgerleaf (seq, entry_id, leaf_hash)
    SELECT %(size)s + row_number() OVER (ORDER BY fresh.transaction, fresh.id), fresh.id,
           sha256('\\x00'::bytea || fresh.body)
    FROM (SELECT * FROM ({source}) AS candidates ORDER BY transaction, id LIMIT %(limit)s) AS fresh
    RETURNING seq, leaf_hash"""


@dataclass(frozen=True, slots=True)
class _Round:
    """What the sealer goes by in one pass."""

    size: int
    seen: str
    until: str
    cluster: str
    must_end: bool
    """The round is noted even if it finds nothing, so that the next look is a short one again."""
    after_transaction: int = 0
    after_id: int = 0


def seal(limit: int = 10_000) -> int:
    """Number up to `limit` committed entries, extend the tree, sign a checkpoint if one is due; return how many.

    Waits while another sealer works. Wakes the listeners of the channel "ledger".
    """
    with transaction.atomic(using=SEALER), connections[SEALER].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING_LOCK])
        present = _present_round(cursor)
        count = _take(cursor, present, limit)
        if present.must_end and not count:
            present = _present_round(cursor)
            count = _take(cursor, present, limit)
        size = present.size + count
        sign_if_due(size)
        if count:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(size)])
    return count


def _take(cursor: CursorWrapper, present: _Round, limit: int) -> int:
    """Seal what the round still has, up to `limit`, and note the pass; return how many."""
    leaves = _number(cursor, present, limit)
    if leaves or present.must_end:
        _extend(present.size, leaves)
        Sealing.objects.using(SEALER).create(
            size_before=present.size,
            size=present.size + len(leaves),
            seen=present.seen,
            until=present.until,
            is_last=len(leaves) < limit,
            cluster=present.cluster,
            at=clock.now(),
        )
    return len(leaves)


def _present_round(cursor: CursorWrapper) -> _Round:
    """Return where the last pass stopped: in the middle of a round, or at its end, so that a new one begins."""
    cursor.execute("SELECT pg_current_snapshot()::text, system_identifier::text FROM pg_control_system()")
    now, cluster = cursor.fetchone()
    last = Sealing.objects.using(SEALER).order_by("-id").first()
    if last is None:
        return _Round(0, NOTHING_SEEN, now, cluster, must_end=False)
    if last.cluster != cluster:
        return _Round(last.size, "", now, cluster, must_end=True)
    if last.is_last:
        return _Round(last.size, last.until, now, cluster, must_end=False)
    cursor.execute(
        "SELECT e.transaction::text::bigint, e.id FROM audit_ledgerleaf l JOIN audit_ledgerentry e ON e.id = l.entry_id"
        " WHERE l.seq = %s",
        [last.size],
    )
    after_transaction, after_id = cursor.fetchone() or (0, 0)
    return _Round(last.size, last.seen, last.until, cluster, True, after_transaction, after_id)


def _number(cursor: CursorWrapper, present: _Round, limit: int) -> list[bytes]:
    """Insert the leaves of one pass; return their hashes in order.

    After a restore into another cluster transaction ids begin anew, so the first round there looks at every entry.
    """
    cursor.execute(
        _INSERT.format(source=_SINCE if present.seen else _EVERYTHING),
        {
            "size": present.size,
            "seen": present.seen,
            "until": present.until,
            "after_transaction": str(present.after_transaction),
            "after_id": present.after_id,
            "limit": limit,
        },
    )
    return [bytes(row[1]) for row in sorted(cursor.fetchall())]


def _extend(size: int, leaves: list[bytes]) -> None:
    """Store the blocks of 256 that `leaves`, appended to a tree of `size`, complete."""
    tree = GrowingTree()
    tree.load(size, [stored_hashes(SEALER, level, first, count) for level, first, count in open_rows(size)])
    blocks = [block for leaf in leaves for block in tree.add(leaf)]
    LedgerNode.objects.using(SEALER).bulk_create(
        LedgerNode(level=level, number=number, hash=digest) for level, number, digest in blocks
    )


def keep_sealing(stop: threading.Event) -> None:
    """Seal five times a second until `stop` is set; wait and go on when the database is away.

    Looks rather than listens: a notice from every inserting transaction would make their commits wait for each other.
    """
    pause = PAUSE_SECONDS
    while not stop.wait(pause):
        try:
            close_old_connections()
            while seal() and not stop.is_set():
                pass
            pause = PAUSE_SECONDS
        except DatabaseError as error:
            log.warning("nothing sealed for %.0f s: %s", AFTER_TROUBLE_SECONDS, error)
            connections[SEALER].close()
            pause = AFTER_TROUBLE_SECONDS
