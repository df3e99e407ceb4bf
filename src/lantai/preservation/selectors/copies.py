"""Where the copies are and how they are: for the record page and for the page of the stores."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from lantai.kernel.errors import ArchiveError, NotFoundError
from lantai.kernel.errors import gettext_noop as _
from lantai.preservation.adapters.stores import Space
from lantai.preservation.models import (
    ComputerFile,
    CopyState,
    EventKind,
    FixityCheck,
    Manifest,
    Outcome,
    PreservationEvent,
    StoredCopy,
)
from lantai.preservation.selectors.installation import stores_in_force

SLICES = 30
LEAST_SLICE = 1000


def file_of(file_id: UUID) -> ComputerFile:
    """Return the file with its key. Raises NotFoundError."""
    file = ComputerFile.objects.select_related("key").filter(id=file_id).first()
    if file is None:
        raise NotFoundError("preservation.file", _("There is no such file in the stores."))
    return file


@dataclass(frozen=True, slots=True)
class CopyOf:
    """One copy of a file as a person is shown it."""

    store: str
    state: CopyState
    checked_at: datetime


def copies_of(file_id: UUID) -> list[CopyOf]:
    """Return the copies of a file, by store; empty for an unknown file. One query."""
    rows = StoredCopy.objects.filter(file_id=file_id).select_related("store").order_by("store__name")
    return [CopyOf(row.store.name, CopyState(row.state), row.checked_at) for row in rows]


def events_of(file_id: UUID) -> list[PreservationEvent]:
    """Return what was done to a file, the latest first; its taking in is the last. Two queries."""
    own = list(PreservationEvent.objects.filter(file_id=file_id).select_related("store"))
    return own + list(PreservationEvent.objects.filter(files=file_id))


@dataclass(frozen=True, slots=True)
class StoreOverview:
    """One store in force: what it answers now, and how many files were good or not when last checked."""

    name: str
    space: Space | None
    trouble: ArchiveError | None
    files: int
    good: int
    not_good: int

    @property
    def used_percent(self) -> int:
        return 100 - self.space.free_bytes * 100 // max(1, self.space.total_bytes) if self.space else 0


def stores_overview() -> list[StoreOverview]:
    """Return the stores in force, each asked for its room just now. Two queries."""
    counted = StoredCopy.objects.values_list("store__name", "state").annotate(n=Count("id")).order_by()
    counts = {(store, state): n for store, state, n in counted}
    files = ComputerFile.objects.count()
    overview = []
    for store in stores_in_force():
        good = counts.get((store.name, CopyState.GOOD), 0)
        space, trouble = None, None
        try:
            space = store.space()
        except ArchiveError as error:
            trouble = error
        overview.append(StoreOverview(store.name, space, trouble, files, good, files - good))
    return overview


def latest_checks(count: int = 10) -> QuerySet[FixityCheck]:
    """Return the last fixity checks, the latest first."""
    return FixityCheck.objects.all()[:count]


def latest_findings(count: int = 50) -> QuerySet[PreservationEvent]:
    """Return the last copies that were found not good, the latest first."""
    findings = PreservationEvent.objects.filter(kind=EventKind.FIXITY_CHECK, outcome=Outcome.FAILURE)
    return findings.select_related("store", "file", "manifest")[:count]


def slice_size() -> int:
    """Return how many copies a daily slice checks, so that every copy is read once in 30 days."""
    copies = StoredCopy.objects.count() + Manifest.objects.count() * len(stores_in_force())
    return max(LEAST_SLICE, -(-copies // SLICES))
