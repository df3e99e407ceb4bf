"""Verify the whole ledger: every byte, number, hash and signature, in one pass and in constant memory."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from json import JSONDecoder
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg import Connection, Cursor

from lantai.audit.rules.entries import COLUMNS, VERSION, columns_of
from lantai.audit.rules.faults import Fault
from lantai.audit.rules.notes import SignedTree, Signer, opened
from lantai.audit.rules.snapshots import Snapshot, read_snapshot
from lantai.audit.rules.tree import FAN_BITS, GrowingTree

Progress = Callable[[int, int], None]
Row = tuple[Any, ...]

WINDOW = 10_000
_SEPARATOR = "\x1f"
_SCAN = JSONDecoder().scan_once  # type: ignore[attr-defined]  # the decoder without its search for blanks
_EXTENT = (
    "SELECT coalesce((SELECT max(seq) FROM audit_ledgerleaf), 0),"
    " coalesce(greatest((SELECT max(size) FROM audit_checkpoint), (SELECT max(size) FROM audit_sealing)), 0)"
)
_SAID = (
    "concat_ws(E'\\x1f', e.entry, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), e.verb,"
    " e.target_kind, coalesce(e.target_id::text, ''), e.actor_kind, coalesce(e.actor_id::text, ''), e.actor_name,"
    " coalesce(e.once_key, ''))"
)
_LEAVES = f"""
    SELECT l.seq, l.leaf_hash, e.body, {_SAID}, e.transaction::text::bigint, e.id
    FROM audit_ledgerleaf l LEFT JOIN audit_ledgerentry e ON e.id = l.entry_id
    WHERE l.seq > %s AND l.seq <= %s ORDER BY l.seq"""  # noqa: S608 - of our own parts
_UNSEALED = f"""
    SELECT e.id, e.body, {_SAID} FROM audit_ledgerentry e
    WHERE NOT EXISTS (SELECT FROM audit_ledgerleaf l WHERE l.entry_id = e.id) ORDER BY e.id"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found: the number and root of the sealed entries, and the first fault if there is one."""

    entries: int
    root: str
    unsealed: int
    checkpoints: int
    first_fault: Fault | None

    @property
    def ok(self) -> bool:
        return self.first_fault is None


class _FaultFoundError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def verify_ledger(*, against: str = "", progress: Progress | None = None) -> Verification:
    """Read everything and return what was found; the first altered, missing or moved entry is named.

    Checks the bytes, the columns beside them, the leaves' hashes, numbers and order, the stored blocks, and every
    checkpoint. `against` is a checkpoint that somebody kept elsewhere: the ledger must still begin with that tree.
    Entries that wait for the sealer are counted, and their columns checked.
    """
    connection.ensure_connection()
    reading = _Reading(connection.connection, progress)
    fault: Fault | None = None
    try:
        reading.run(against)
    except _FaultFoundError as found:
        fault = found.fault
    return Verification(
        entries=reading.last,
        root=reading.tree.root().hex() if fault is None else "",
        unsealed=reading.unsealed,
        checkpoints=reading.checkpoints,
        first_fault=fault,
    )


class _Reading:
    """One pass through the ledger."""

    def __init__(self, link: Connection[Any], progress: Progress | None) -> None:
        self.link = link
        self.progress = progress or _say_nothing
        self.public = Signer(settings.LANTAI_LEDGER_KEY).public
        self.tree = GrowingTree()
        self.last = self.promised = self.unsealed = self.checkpoints = self.signed = 0
        self.kept: SignedTree | None = None
        self.notes = self._rows("audit_checkpoint", "size, root, note")
        self.passes = self._rows("audit_sealing", "id, size_before, size, seen, until")
        self.blocks = self._rows("audit_ledgernode", "number, hash", where="level = 1", key=-1)
        self.note: Row | None = None
        self.signed_next = 0
        self.present = _Pass(0, 0, None, None)

    def run(self, against: str) -> None:
        """Read everything. Raises _FaultFoundError at the first thing that is wrong."""
        self.last, self.promised = self._fetch(_EXTENT)[0]
        self.note = next(self.notes, None)
        if against:
            self.kept = opened(against, self.public)
            if self.kept is None:
                raise _found("checkpoint_forged", 0)
            self.promised = max(self.promised, self.kept.size)
        self.signed_next = self._next_signed()
        with ThreadPoolExecutor(1) as ahead:
            coming = ahead.submit(self._fetch, _LEAVES, 0, WINDOW)
            for start in range(0, self.last, WINDOW):
                end = min(start + WINDOW, self.last)
                rows = coming.result()
                coming = ahead.submit(self._fetch, _LEAVES, end, end + WINDOW)  # the database works while we do
                self._read_window(rows, start, end)
                self.progress(end, self.last)
        if self.promised > self.last:
            raise _found("end_missing", self.promised, last=self.last)
        self._read_unsealed()

    def _read_window(self, rows: list[Row], start: int, end: int) -> None:
        add, expected = self.tree.add, start
        for row in rows:
            if expected == end:
                return  # what was sealed since we began
            expected += 1
            if row[0] != expected:
                raise _found("leaf_missing", expected)
            if row[2] is None:
                raise _found("entry_missing", expected)
            leaf = sha256(b"\x00" + row[2]).digest()
            if leaf != row[1]:
                raise _found("entry_altered", expected, _entry_in(row[3]))
            _check_said(row[2], row[3], expected)
            self._check_order(expected, row[4], row[5], row[3])
            if blocks := add(leaf):
                self._check_blocks(blocks, expected)
            if expected == self.signed_next:
                self._check_roots(expected)
        if expected != end:
            raise _found("leaf_missing", expected + 1)

    def _check_order(self, seq: int, transaction: int, number: int, said: str) -> None:
        """Within a pass entries stand in the order of transaction and id; they were not visible before it, and in it."""
        if seq > self.present.size:
            self._begin_pass(seq)
        present = self.present
        if not present.admits(transaction):
            raise _found("leaf_reordered", seq, _entry_in(said))
        key = (transaction, number)
        if present.keys and key < present.keys[-1]:
            place = bisect_right(present.keys, key)
            raise _found("leaf_reordered", present.first + place, _entry_in(present.said[place]))
        present.keys.append(key)
        present.said.append(said)

    def _begin_pass(self, seq: int) -> None:
        while self.present.size < seq:
            noted = next(self.passes, None)
            if noted is None:
                raise _found("sealing_altered", seq, first=self.present.size + 1)
            _, before, size, seen, until = noted
            if before != self.present.size or size < before:
                raise _found("sealing_altered", size, first=before + 1)
            self.present = _Pass(before + 1, size, read_snapshot(seen) if seen else None, read_snapshot(until))

    def _check_blocks(self, blocks: list[tuple[int, int, bytes]], seq: int) -> None:
        for level, number, block in blocks:
            first = (number << (FAN_BITS * level)) + 1
            stored = next(self.blocks, None) if level == 1 else self._upper_block(level, number)
            if stored is None or stored[0] != number:
                raise _found("node_missing", seq, first=first)
            if bytes(stored[1]) != block:
                raise _found("node_altered", seq, first=first)

    def _upper_block(self, level: int, number: int) -> Row | None:
        with Cursor(self.link) as cursor:
            cursor.execute(
                "SELECT number, hash FROM audit_ledgernode WHERE level = %s AND number = %s", [level, number]
            )
            return cursor.fetchone()

    def _next_signed(self) -> int:
        """Return the next size at which a root is known: signed here, or kept elsewhere."""
        sizes = [self.note[0]] if self.note is not None else []
        if self.kept is not None and self.kept.size > self.tree.size:
            sizes.append(self.kept.size)
        return min(sizes, default=0)

    def _check_roots(self, seq: int) -> None:
        """Compare the root with what was signed at this size, and with the checkpoint kept elsewhere."""
        root = self.tree.root()
        if self.kept is not None and self.kept.size == seq and self.kept.root != root:
            raise _found("checkpoint_root", seq, last=self.signed)
        if self.note is not None and self.note[0] == seq:
            tree = opened(self.note[2], self.public)
            if tree is None or tree.size != seq or tree.root != self.note[1]:
                raise _found("checkpoint_forged", seq)
            if tree.root != root:
                raise _found("checkpoint_root", seq, last=self.signed)
            self.checkpoints, self.signed = self.checkpoints + 1, seq
            self.note = next(self.notes, None)
        self.signed_next = self._next_signed()

    def _read_unsealed(self) -> None:
        with self.link.transaction(), self.link.cursor("unsealed", binary=True) as cursor:
            cursor.itersize = WINDOW
            cursor.execute(_UNSEALED)
            for _, body, said in cursor:
                _check_said(body, said, 0)
                self.unsealed += 1

    def _rows(self, table: str, columns: str, *, where: str = "true", key: int = 0) -> Iterator[Row]:
        """Yield rows in the order of their first column, a window at a time."""
        first = columns.partition(",")[0]
        statement = f"SELECT {columns} FROM {table} WHERE {where} AND {first} > %s ORDER BY {first} LIMIT %s"  # noqa: S608 - ours
        while rows := self._fetch(statement, key, WINDOW):
            yield from rows
            key = rows[-1][0]

    def _fetch(self, statement: str, *values: int) -> list[Row]:
        with Cursor(self.link) as cursor:
            return cursor.execute(statement, values, binary=True).fetchall()


def _check_said(body: bytes, said: str, seq: int) -> None:
    """Compare the columns with the bytes beside them."""
    try:
        text = body.decode()
        found, end = _SCAN(text, 0)
        columns = columns_of(found)
    except (ValueError, StopIteration, KeyError, TypeError, AttributeError) as error:
        raise _found("entry_unreadable", seq, _entry_in(said)) from error
    if end != len(text) or found.get("v") != VERSION:
        raise _found("entry_unreadable", seq, _entry_in(said))
    if _SEPARATOR.join(columns) != said:
        pairs = zip(COLUMNS, columns, said.split(_SEPARATOR), strict=False)
        column = next((name for name, sealed, shown in pairs if sealed != shown), COLUMNS[0])
        raise _found("column_altered", seq, columns[0], column=column)


def _say_nothing(done: int, total: int) -> None:
    """Show no progress."""


def _entry_in(said: str) -> str:
    return said.partition(_SEPARATOR)[0]


def _found(code: str, seq: int, entry: str = "", **facts: object) -> _FaultFoundError:
    return _FaultFoundError(Fault(code, seq, entry, facts))


class _Pass:
    """One pass of the sealer, as its note says."""

    __slots__ = ("admitted", "first", "keys", "said", "seen", "size", "until")

    def __init__(self, first: int, size: int, seen: Snapshot | None, until: Snapshot | None) -> None:
        self.first, self.size, self.seen, self.until = first, size, seen, until
        self.keys: list[tuple[int, int]] = []
        self.said: list[str] = []
        self.admitted = -1

    def admits(self, transaction: int) -> bool:
        """Tell whether the pass may hold an entry of this transaction; the first round in a cluster takes any."""
        if transaction == self.admitted or self.seen is None or self.until is None:
            return True
        self.admitted = transaction
        return self.until.sees(transaction) and not self.seen.sees(transaction)
