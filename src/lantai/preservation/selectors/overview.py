"""How the stores are, what the checks found, and how much a daily slice must read."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext

from lantai.identity.rules.roles import Role
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ArchiveError
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
CHECKS_SHOWN = 10
FINDINGS_SHOWN = 50
NEARLY_FULL_PERCENT = 90
OVERSEERS = (Role.SYSADMIN, Role.AUDITOR, Role.ARCHIVIST)


@dataclass(frozen=True, slots=True)
class StoreOverview:
    """One store in force: what it answers now, and how many copies were good or not when last checked."""

    name: str
    space: Space | None
    trouble: str
    good: int
    damaged: int
    missing: int

    @property
    def used_percent(self) -> int:
        return 100 - self.space.free_bytes * 100 // max(1, self.space.total_bytes) if self.space else 0

    @property
    def is_nearly_full(self) -> bool:
        return self.used_percent >= NEARLY_FULL_PERCENT


@dataclass(frozen=True, slots=True)
class KeepingOverview:
    """Everything that the page of the stores shows; `kept_bytes` is what one store holds of `received_bytes`."""

    stores: list[StoreOverview]
    files: int
    manifests: int
    received_bytes: int
    kept_bytes: int
    checks: Sequence[FixityCheck]
    findings: Sequence[PreservationEvent]

    @property
    def not_good(self) -> int:
        return sum(store.damaged + store.missing for store in self.stores)


def keeping_for(actor: Actor) -> KeepingOverview:
    """Return how everything is kept. Six queries. Raises NotPermittedError for those who do not oversee the stores."""
    require(actor, OVERSEERS)
    totals = ComputerFile.objects.aggregate(files=Count("id"), received=Sum("size_bytes"), kept=Sum("stored_bytes"))
    return KeepingOverview(
        stores=stores_overview(totals["files"]),
        files=totals["files"],
        manifests=Manifest.objects.count(),
        received_bytes=totals["received"] or 0,
        kept_bytes=totals["kept"] or 0,
        checks=list(latest_checks()),
        findings=list(latest_findings()),
    )


def stores_overview(files: int) -> list[StoreOverview]:
    """Return the stores in force, each asked for its room just now; a copy nobody has written down is missing."""
    counted = StoredCopy.objects.values_list("store__name", "state").annotate(copies=Count("id")).order_by()
    counts = {(store, state): copies for store, state, copies in counted}
    overview = []
    for store in stores_in_force():
        good, damaged = counts.get((store.name, CopyState.GOOD), 0), counts.get((store.name, CopyState.DAMAGED), 0)
        space, trouble = None, ""
        try:
            space = store.space()
        except ArchiveError as error:
            trouble = gettext(error.message) % error.facts
        overview.append(StoreOverview(store.name, space, trouble, good, damaged, max(0, files - good - damaged)))
    return overview


def latest_checks() -> QuerySet[FixityCheck]:
    """Return the last fixity checks, the latest first."""
    return FixityCheck.objects.all()[:CHECKS_SHOWN]


def latest_findings() -> QuerySet[PreservationEvent]:
    """Return the last copies that were found not good, the latest first."""
    findings = PreservationEvent.objects.filter(kind=EventKind.FIXITY_CHECK, outcome=Outcome.FAILURE)
    return findings.select_related("store")[:FINDINGS_SHOWN]


def slice_size() -> int:
    """Return how many copies a daily slice checks, so that every copy is read once in 30 days."""
    copies = StoredCopy.objects.count() + Manifest.objects.count() * len(stores_in_force())
    return max(LEAST_SLICE, -(-copies // SLICES))
