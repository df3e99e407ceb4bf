"""Digitisation orders: how far each step is, who did how much, what a sample says."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from lantai.catalogue.models import Fonds
from lantai.identity.models import Unit
from lantai.identity.selectors import below, scopes
from lantai.ingest.models import AcceptanceSample, Step, WorkOrder, WorkStep, WorkTeam, WorkVolume
from lantai.ingest.rules.roles import LEADS_DIGITISATION
from lantai.ingest.rules.work import SCANNED, STEPS, rate_an_hour, steps_for
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotFoundError, gettext_noop
from lantai.kernel.paging import Slice, decode_cursor, encode_cursor
from lantai.recognition.models import FindingState, PageFinding

PAGE_LENGTH = 50
WITH_FAULT = ~Q(fault="") | (Q(linked_pages__isnull=False) & ~Q(linked_pages=F("scanned_pages")))


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many volumes of an order have passed a step, of those that take it, and how many wait for it."""

    step: str
    label: str
    done: int
    total: int
    waiting: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


@dataclass(frozen=True, slots=True)
class Output:
    """What one person (or a whole team) did: pages scanned, hours, and what had to be scanned again."""

    name: str
    steps: int
    pages: int
    hours: float
    pages_an_hour: float | None
    again: int
    rejected_pages: int

    @property
    def rejected_percent(self) -> float:
        return 100 * self.rejected_pages / self.pages if self.pages else 0.0


def work_orders(actor: Actor, *, state: str = "", cursor: str = "") -> Slice[WorkOrder]:
    """Return one page of the orders of the actor's archives, newest first, with volumes counted."""
    found = _visible_orders(actor).annotate(
        volume_count=Count("volumes"), returned_count=Count("volumes", filter=Q(volumes__step=Step.RETURNED))
    )
    if state:
        found = found.filter(state=state)
    if cursor:
        at, last = decode_cursor(cursor, 2)
        moment = datetime.fromisoformat(at)
        found = found.filter(Q(created_at__lt=moment) | Q(created_at=moment, id__lt=UUID(last)))
    rows = list(found.order_by("-created_at", "-id")[: PAGE_LENGTH + 1])
    more = len(rows) > PAGE_LENGTH
    rows = rows[:PAGE_LENGTH]
    return Slice(rows, encode_cursor(rows[-1].created_at.isoformat(), str(rows[-1].id)) if more else "")


def work_order_for(actor: Actor, order_id: UUID) -> WorkOrder:
    """Return one order. Raises NotFoundError when there is none that the actor may see."""
    order = _visible_orders(actor).filter(id=order_id).first()
    if order is None:
        raise NotFoundError("ingest.no_order", gettext_noop("There is no such digitisation order."))
    return order


def _visible_orders(actor: Actor) -> QuerySet[WorkOrder]:
    rows = WorkOrder.objects.select_related("fonds", "team", "archives")
    return rows.filter(below(scopes(actor, LEADS_DIGITISATION), "archives__path"))


def archives_led_by(actor: Actor) -> QuerySet[Unit]:
    """Return the archives for whose fonds the actor leads digitisation."""
    led = Fonds.objects.filter(below(scopes(actor, LEADS_DIGITISATION), "archives__path"))
    return Unit.objects.filter(id__in=led.values("archives_id")).order_by("name_zh")


def teams(actor: Actor) -> QuerySet[WorkTeam]:
    """Return the teams of the actor's archives."""
    rows = WorkTeam.objects.filter(below(scopes(actor, LEADS_DIGITISATION), "archives__path"))
    return rows.select_related("archives").prefetch_related("workers").order_by("name")


def steps_of(order: WorkOrder) -> list[StepCount]:
    """Return how far each step of an order is."""
    counts: Counter[tuple[str, bool]] = Counter()
    for step, bound, count in order.volumes.values_list("step", "stays_bound").annotate(n=Count("id")).order_by():
        counts[step, bound] = count
    return [_step_count(step, counts) for step in STEPS]


def _step_count(step: str, counts: Counter[tuple[str, bool]]) -> StepCount:
    done = total = waiting = 0
    for (reached, bound), count in counts.items():
        steps = steps_for(stays_bound=bound)
        if step in steps:
            place = steps.index(reached) if reached else -1
            total += count
            done += count if place >= steps.index(step) else 0
            waiting += count if place + 1 == steps.index(step) else 0
    return StepCount(step, str(Step(step).label), done, total, waiting)


def volumes(order: WorkOrder, *, waits_for: str = "", fault: bool = False, cursor: str = "") -> Slice[WorkVolume]:
    """Return one page of an order's volumes in their order: all, those that wait for a step, or those with a fault.

    `rescan_pages` counts the pages of the linked record that a reviewer wants scanned again.
    """
    found = order.volumes.select_related("record")
    if waits_for:
        found = found.filter(_waiting_for(waits_for))
    if fault:
        found = found.filter(WITH_FAULT)
    if cursor:
        found = found.filter(place__gt=decode_cursor(cursor, 1)[0])
    rows = list(found.order_by("place")[: PAGE_LENGTH + 1])
    more = len(rows) > PAGE_LENGTH
    rows = rows[:PAGE_LENGTH]
    _count_rescans(rows)
    return Slice(rows, encode_cursor(rows[-1].place) if more else "")


def _waiting_for(step: str) -> Q:
    wanted = Q(pk__in=[])
    for bound in (False, True):
        steps = steps_for(stays_bound=bound)
        if step in steps:
            place = steps.index(step)
            wanted |= Q(stays_bound=bound, step=steps[place - 1] if place else "")
    return wanted


def _count_rescans(rows: Sequence[WorkVolume]) -> None:
    wanted = PageFinding.objects.filter(
        record_id__in=[row.record_id for row in rows if row.record_id], state=FindingState.RESCAN
    )
    counts = dict(wanted.values_list("record_id").annotate(n=Count("page_id", distinct=True)))
    for row in rows:
        row.rescan_pages = counts.get(row.record_id, 0)  # type: ignore[attr-defined]


def output_of(order: WorkOrder) -> tuple[list[Output], Output]:
    """Return (what each person scanned, the whole order); hours and pages are those of scanning."""
    rows = (
        WorkStep.objects.filter(volume__order=order)
        .values("worker_id", "worker__name")
        .annotate(
            steps=Count("id"),
            pages=Coalesce(Sum("pages", filter=Q(step=SCANNED)), 0),
            minutes=Coalesce(Sum("minutes", filter=Q(step=SCANNED)), 0.0),
            again=Coalesce(
                Sum(Case(When(is_again=True, then=Value(1)), default=Value(0), output_field=IntegerField())), 0
            ),
        )
        .order_by(F("worker__name").asc(nulls_last=True))
    )
    rejected = _rejected_by_scanner(order)
    people = [
        _output(row["worker__name"] or "", row, rejected.get(row["worker_id"], 0)) for row in rows if row["pages"]
    ]
    whole = {
        "steps": sum(row["steps"] for row in rows), "pages": sum(row["pages"] for row in rows),
        "minutes": sum(row["minutes"] for row in rows), "again": sum(row["again"] for row in rows),
    }  # fmt: skip
    return people, _output(order.team.name, whole, sum(rejected.values()))


def _rejected_by_scanner(order: WorkOrder) -> dict[UUID | None, int]:
    """Return the rejected pages by the person who had scanned them last before."""
    counts: Counter[UUID | None] = Counter()
    scanner: dict[UUID, UUID | None] = {}
    rows = WorkStep.objects.filter(volume__order=order).filter(Q(step=SCANNED) | Q(rejected_pages__gt=0))
    told = rows.order_by("done_at", "id").values_list("volume_id", "step", "worker_id", "rejected_pages")
    for volume_id, step, worker_id, pages in told.iterator(chunk_size=2000):
        if step == SCANNED:
            scanner[volume_id] = worker_id
        elif pages:
            counts[scanner.get(volume_id)] += pages
    return dict(counts)


def _output(name: str, row: dict[str, float], rejected: int) -> Output:
    return Output(
        name=name,
        steps=int(row["steps"]),
        pages=int(row["pages"]),
        hours=row["minutes"] / 60,
        pages_an_hour=rate_an_hour(int(row["pages"]), row["minutes"]),
        again=int(row["again"]),
        rejected_pages=rejected,
    )


def sample_for(actor: Actor, order: WorkOrder, sample_id: UUID | None = None) -> AcceptanceSample | None:
    """Return a sample of the order, the newest where none is named; None where there is none."""
    rows = AcceptanceSample.objects.filter(order=work_order_for(actor, order.id)).order_by("-drawn_at")
    return rows.filter(id=sample_id).first() if sample_id else rows.first()
