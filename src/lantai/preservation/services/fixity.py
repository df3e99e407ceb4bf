"""Check the copies in every store and heal the bad ones from good ones. Works on sealed bytes, without any key."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from lantai.audit.services import record_act
from lantai.identity.rules.roles import Role
from lantai.identity.selectors import require
from lantai.kernel import clock, queue
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ArchiveError
from lantai.preservation.adapters.checking import check_copies, check_copy, copy_over
from lantai.preservation.adapters.stores import Store
from lantai.preservation.models import (
    ComputerFile,
    CopyState,
    EventKind,
    FixityCheck,
    Manifest,
    Outcome,
    PreservationEvent,
    StoredCopy,
    StoreRow,
)
from lantai.preservation.rules.findings import Expected, Found, Subject
from lantai.preservation.selectors.installation import file_paths, manifest_paths
from lantai.preservation.services.preparing import stores_ready
from lantai.preservation.services.sweeping import unknown_files

BATCH = 256
TELL_EVERY_SECONDS = 0.5
CHECKERS = (Role.SYSADMIN, Role.ARCHIVIST)


@dataclass(frozen=True, slots=True)
class FixityProgress:
    """How far a check has come, in copies and bytes."""

    copies_done: int
    copies_total: int
    bytes_done: int


@dataclass(slots=True)
class FixityReport:
    """What a check found: counts are stored files, each store's own. `bad` could not be healed; `unknown` are no files
    of ours and were left alone."""

    checked: int = 0
    healed: int = 0
    bad: int = 0
    bytes: int = 0
    unknown: int = 0


Progress = Callable[[FixityProgress], None]


def ask_for_check(*, actor: Actor) -> None:
    """Ask for a check of everything, done by a worker. One waits at a time."""
    require(actor, Role.SYSADMIN)
    with transaction.atomic():
        record_act(actor=actor, verb="preservation.ask_for_check")
        queue.enqueue("preservation.check_everything", once="preservation.check_everything")


def check_fixity(*, actor: Actor, limit: int | None = None, progress: Progress | None = None) -> FixityReport:
    """Read every file in every store, manifests too, and heal what is not as it was stored; or, with `limit`, as many
    copies, those first that have waited longest.

    Rows and ledger entries are written as batches end, so a check that is killed loses nothing it found.
    Raises UnavailableError when a store is not there at all.
    """
    require(actor, CHECKERS)
    stores = stores_ready(actor=actor, sealing=False, rebuild=True)
    check = FixityCheck.objects.create(whole=limit is None, agent=actor.name[:120])
    run = _Run(actor, stores, progress)
    if limit is None:
        run.work({store.name: _everything() for store, _row in stores}, total=_count() * len(stores))
        Manifest.objects.filter(made_at__lte=check.began_at).update(checked_at=clock.now())
        run.report.unknown = sum(1 for store, _row in stores for _path in unknown_files(store))
    else:
        share = -(-limit // len(stores))
        batches = {store.name: list(_longest_waiting(row, share)) for store, row in stores}
        chosen = [expected for of_store in batches.values() for batch in of_store for expected in batch]
        run.work(batches, total=len(chosen))
        manifests = {expected.id for expected in chosen if expected.subject == "manifest"}
        Manifest.objects.filter(id__in=manifests).update(checked_at=clock.now())
    report = run.report
    _end(actor, check, report)
    return report


def heal_file(*, actor: Actor, file_id: UUID) -> FixityReport:
    """Check every copy of one file, and heal those that need it. Safe to run twice."""
    require(actor, CHECKERS)
    stores = stores_ready(actor=actor, sealing=False)
    run = _Run(actor, stores, None)
    expected = _expected("file", list(_file_values().filter(id=file_id)))
    for store, _row in stores:
        run.settle(store, [check_copy(store, one) for one in expected])
    return run.report


@transaction.atomic
def _end(actor: Actor, check: FixityCheck, report: FixityReport) -> None:
    check.checked, check.healed, check.bad = report.checked, report.healed, report.bad
    check.unknown, check.size_bytes, check.ended_at = report.unknown, report.bytes, max(clock.now(), check.began_at)
    check.save()
    facts = {
        "whole": check.whole, "checked": report.checked, "healed": report.healed,
        "bad": report.bad, "bytes": report.bytes, "unknown": report.unknown,
    }  # fmt: skip
    record_act(
        actor=actor, verb="preservation.check_fixity", target_kind="fixity_check", target_id=check.id, facts=facts
    )


class _Run:
    """One check: a thread reads in each store, this thread heals and writes down what they find."""

    def __init__(self, actor: Actor, stores: Sequence[tuple[Store, StoreRow]], progress: Progress | None) -> None:
        self._actor = actor
        self._stores = {store.name: store for store, _row in stores}
        self._rows = {store.name: row for store, row in stores}
        self._progress = progress
        self._bytes = 0
        self.report = FixityReport()

    def work(self, batches: Mapping[str, Iterable[list[Expected]]], *, total: int) -> None:
        """Check what `batches` gives for each store, until all are empty."""
        waiting = {name: iter(of_store) for name, of_store in batches.items()}
        running: dict[Future[list[Found]], str] = {}
        with ThreadPoolExecutor(len(self._stores), thread_name_prefix="fixity") as threads:
            for name in waiting:
                self._next(threads, name, waiting, running)
            while running:
                done, _not_done = wait(running, TELL_EVERY_SECONDS, FIRST_COMPLETED)
                for job in done:
                    name = running.pop(job)
                    self._next(threads, name, waiting, running)
                    self.settle(self._stores[name], job.result())
                self._tell(total)

    def _next(
        self,
        threads: ThreadPoolExecutor,
        name: str,
        waiting: dict[str, Iterator[list[Expected]]],
        running: dict[Future[list[Found]], str],
    ) -> None:
        if batch := next(waiting[name], None):
            running[threads.submit(check_copies, self._stores[name], batch, self._count)] = name

    def _count(self, size_bytes: int) -> None:
        self._bytes += size_bytes

    def _tell(self, total: int) -> None:
        if self._progress:
            self._progress(FixityProgress(self.report.checked, max(total, self.report.checked), self._bytes))

    def settle(self, store: Store, found: Sequence[Found]) -> None:
        """Heal what is not good in `store`, and write down what was found of each copy."""
        self.report.checked += len(found)
        self.report.bytes += sum(one.read_bytes for one in found)
        healed = {one.expected.id: self._heal(store, one.expected) for one in found if one.fault}
        with transaction.atomic():
            self._note(store, found, healed)

    def _heal(self, store: Store, expected: Expected) -> str:
        """Return the name of the store from which the copy was healed, or "" when none could."""
        for other in self._stores.values():
            if other.name != store.name:
                try:
                    if copy_over(other, store, expected):
                        return other.name
                except (ArchiveError, OSError):
                    continue
        return ""

    def _note(self, store: Store, found: Sequence[Found], healed: dict[UUID, str]) -> None:
        row, moment = self._rows[store.name], clock.now()
        files = [one for one in found if one.expected.subject == "file"]
        good = [one.expected.id for one in files if not one.fault]
        known = StoredCopy.objects.filter(store=row, file_id__in=good).update(state=CopyState.GOOD, checked_at=moment)
        if known < len(good):
            unknown = [StoredCopy(file_id=file_id, store=row, checked_at=moment) for file_id in good]
            StoredCopy.objects.bulk_create(unknown, ignore_conflicts=True)
        for one in found:
            if one.fault:
                self._note_fault(row, one, healed[one.expected.id])

    def _note_fault(self, row: StoreRow, found: Found, healed_from: str) -> None:
        expected = found.expected
        subject = {f"{expected.subject}_id": expected.id}
        if expected.subject == "file":
            fault = CopyState.MISSING if found.fault == "missing" else CopyState.DAMAGED
            StoredCopy.objects.update_or_create(
                file_id=expected.id,
                store=row,
                defaults={"state": CopyState.GOOD if healed_from else fault, "checked_at": clock.now()},
            )
        facts = {"fault": found.fault, "healed_from": healed_from}
        PreservationEvent.objects.create(
            kind=EventKind.FIXITY_CHECK,
            outcome=Outcome.FAILURE,
            store=row,
            agent=self._actor.name[:120],
            facts=facts | ({"reason": found.reason} if found.reason else {}),
            **subject,
        )
        if healed_from:
            self.report.healed += 1
            PreservationEvent.objects.create(
                kind=EventKind.REPLICATION,
                store=row,
                agent=self._actor.name[:120],
                facts={"from": healed_from},
                **subject,
            )
        else:
            self.report.bad += 1
        record_act(
            actor=self._actor,
            verb="preservation.heal_copy" if healed_from else "preservation.find_bad_copy",
            target_kind="computer_file" if expected.subject == "file" else "manifest",
            target_id=expected.id,
            facts=facts | {"store": row.id},
        )


def _count() -> int:
    return ComputerFile.objects.count() + Manifest.objects.count()


def _manifest_values() -> "QuerySet[Manifest, tuple[UUID, str, int]]":
    return Manifest.objects.order_by("id").values_list("id", "stored_digest", "stored_bytes")


def _file_values() -> "QuerySet[ComputerFile, tuple[UUID, str, int]]":
    return ComputerFile.objects.order_by("id").values_list("id", "stored_digest", "stored_bytes")


def _expected(subject: Subject, rows: Sequence[tuple[UUID, str, int]]) -> list[Expected]:
    paths = (file_paths if subject == "file" else manifest_paths)([row[0] for row in rows])
    return [Expected(subject, row[0], path, row[1], row[2]) for row, path in zip(rows, paths, strict=True)]


def _everything() -> Iterator[list[Expected]]:
    """Yield batches of all files, then of all manifests, by id, each batch one query."""
    last = UUID(int=0)
    while files := list(_file_values().filter(id__gt=last)[:BATCH]):
        yield _expected("file", files)
        last = files[-1][0]
    last = UUID(int=0)
    while manifests := list(_manifest_values().filter(id__gt=last)[:BATCH]):
        yield _expected("manifest", manifests)
        last = manifests[-1][0]


def _longest_waiting(store: StoreRow, limit: int) -> Iterator[list[Expected]]:
    """Yield one batch at a time of the copies in `store`, and of manifests, that were read longest ago."""
    copies = StoredCopy.objects.filter(store=store).order_by("checked_at")[:limit]
    files = copies.values_list("checked_at", "file_id", "file__stored_digest", "file__stored_bytes")
    rows = Manifest.objects.order_by("checked_at")[:limit]
    manifests = rows.values_list("checked_at", "id", "stored_digest", "stored_bytes")
    waiting = _with_moments("file", list(files)) + _with_moments("manifest", list(manifests))
    waiting.sort(key=lambda pair: pair[0])
    for at in range(0, min(limit, len(waiting)), BATCH):
        yield [expected for _moment, expected in waiting[at : min(limit, at + BATCH)]]


def _with_moments(subject: Subject, rows: Sequence[tuple[datetime, UUID, str, int]]) -> list[tuple[datetime, Expected]]:
    expected = _expected(subject, [row[1:] for row in rows])
    return [(row[0], one) for row, one in zip(rows, expected, strict=True)]
