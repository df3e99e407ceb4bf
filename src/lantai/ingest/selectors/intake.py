"""Reading what is being taken in: batches with their progress, items with their reasons."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from lantai.catalogue.models import Fonds
from lantai.identity.selectors import below, require, scopes
from lantai.ingest.models import Batch, HandoverList, HotFolder, IntakeItem, Upload
from lantai.ingest.rules.roles import DECIDES_ON_QUARANTINE, FOR_THE_GUARD, MAY_SEE, MAY_TAKE_IN, UNDER_WAY
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotFoundError, gettext_noop
from lantai.kernel.paging import Slice, decode_cursor, encode_cursor
from lantai.recognition.selectors import reading_counts

PAGE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: items by state, pages read, rate and time left (None while unknown)."""

    total: int
    by_state: dict[str, int]
    pages: int
    pages_read: int
    rate_per_minute: float
    seconds_left: int | None
    finished: bool

    @property
    def ended(self) -> int:
        return self.total - sum(self.by_state.get(s, 0) for s in UNDER_WAY)

    @property
    def percent(self) -> int:
        """Whole percent of the work done, pages weighing as much as items do."""
        total = self.total + self.pages
        return 100 if self.finished else int(100 * (self.ended + self.pages_read) / total) if total else 0


def visible_batches(actor: Actor) -> QuerySet[Batch]:
    """Return the batches of the fonds whose owners the actor takes in for, or guards."""
    paths = scopes(actor, *MAY_SEE)
    within = below(paths, "intake__fonds__owner_unit__path") | below(paths, "intake__fonds__archives__path")
    return Batch.objects.select_related("intake__fonds", "intake__created_by", "handover").filter(within)


def batch_for(actor: Actor, batch_id: UUID) -> Batch:
    """Return one batch. Raises NotFoundError when there is none that the actor may see."""
    batch = visible_batches(actor).filter(id=batch_id).first()
    if batch is None:
        raise NotFoundError(
            "ingest.no_batch", gettext_noop("There is no such batch. It may have been sent to another archives.")
        )
    return batch


def batches(actor: Actor, *, cursor: str = "") -> Slice[Batch]:
    """Return one page of the batches, newest first."""
    found = visible_batches(actor).order_by("-created_at", "-id")
    if cursor:
        at, last = decode_cursor(cursor, 2)
        moment = datetime.fromisoformat(at)
        found = found.filter(Q(created_at__lt=moment) | Q(created_at=moment, id__lt=UUID(last)))
    rows = list(found[: PAGE_LENGTH + 1])
    more = len(rows) > PAGE_LENGTH
    rows = rows[:PAGE_LENGTH]
    return Slice(rows, encode_cursor(rows[-1].created_at.isoformat(), str(rows[-1].id)) if more else "")


def items(actor: Actor, batch: Batch, *, state: str = "", cursor: str = "") -> Slice[IntakeItem]:
    """Return one page of a batch's items in their order; those in quarantine only for who decides on them."""
    found = batch.items.select_related("record").order_by("order", "id")
    if not _decides(actor):
        found = found.exclude(state__in=FOR_THE_GUARD)
    if state:
        found = found.filter(state=state)
    if cursor:
        order, last = decode_cursor(cursor, 2)
        found = found.filter(Q(order__gt=order) | Q(order=order, id__gt=UUID(last)))
    rows = list(found[: PAGE_LENGTH + 1])
    more = len(rows) > PAGE_LENGTH
    rows = rows[:PAGE_LENGTH]
    return Slice(rows, encode_cursor(rows[-1].order, str(rows[-1].id)) if more else "")


def progress(batch: Batch) -> Progress:
    """Return how far `batch` is, with a rate over the time since it began."""
    return _progress(batch, dict(batch.items.values_list("state").annotate(n=Count("id"))), with_pages=True)


def progress_of(batches: Sequence[Batch]) -> list[Progress]:
    """Return how far each of `batches` is by its items, for a list: one query for all."""
    states: dict[UUID, dict[str, int]] = defaultdict(dict)
    rows = IntakeItem.objects.filter(batch__in=batches).values_list("batch_id", "state").annotate(n=Count("id"))
    for batch_id, state, count in rows.order_by():
        states[batch_id][state] = count
    return [_progress(batch, states[batch.id], with_pages=False) for batch in batches]


def _progress(batch: Batch, by_state: dict[str, int], *, with_pages: bool) -> Progress:
    total = sum(by_state.values())
    finished = batch.state == Batch.State.FINISHED
    pages = pages_read = 0
    if with_pages and batch.wants_reading:
        pages, pages_read = reading_counts(batch.items.filter(record__isnull=False).values("record_id"))
    minutes = ((batch.finished_at or clock.now()) - batch.created_at).total_seconds() / 60
    ended = total - sum(by_state.get(s, 0) for s in UNDER_WAY)
    done, whole = (pages_read, pages) if pages else (ended, total)
    rate = done / minutes if minutes > 0 else 0.0
    left = int((whole - done) / rate * 60) if rate and not finished else None
    return Progress(total, by_state, pages, pages_read, rate, left, finished)


def handover_of(batch: Batch) -> HandoverList:
    """Return the batch's handover list."""
    return HandoverList.objects.get(batch=batch)


def running_batches(actor: Actor, limit: int = 5) -> Sequence[Batch]:
    """Return the batches under way, newest first."""
    return list(visible_batches(actor).exclude(state=Batch.State.FINISHED).order_by("-created_at")[:limit])


def returned_count(actor: Actor) -> int:
    """Return how many items wait for somebody to mend them."""
    return IntakeItem.objects.filter(batch__in=visible_batches(actor), state=IntakeItem.State.FAILED).count()


def told(subject: IntakeItem | HotFolder) -> str:
    """Return why an item was returned (or cannot go on yet), or a folder was not taken from, in the reader's language."""
    return gettext(subject.error_message) % subject.error_facts if subject.error_message else ""


def fonds_to_take_in_for(actor: Actor) -> QuerySet[Fonds]:
    """Return the fonds that the actor may take records in for."""
    paths = scopes(actor, *MAY_TAKE_IN)
    return Fonds.objects.filter(below(paths, "owner_unit__path") | below(paths, "archives__path")).order_by("code")


def upload_for(actor: Actor, upload_id: UUID) -> Upload:
    """Return one upload of a batch that the actor may see. Raises NotFoundError."""
    upload = Upload.objects.filter(id=upload_id, batch__in=visible_batches(actor)).select_related("batch").first()
    if upload is None:
        raise NotFoundError("ingest.no_upload", gettext_noop("There is no such upload. Add the file again."))
    return upload


def hot_folders(actor: Actor) -> QuerySet[HotFolder]:
    """Return the watched folders of the fonds that the actor takes in for."""
    return HotFolder.objects.filter(fonds__in=fonds_to_take_in_for(actor)).select_related("fonds").order_by("path")


def state_tabs(actor: Actor, batch: Batch) -> list[tuple[str, str, int]]:
    """Return the states that items of the batch are in, each with its name and count, as far as the actor may see them."""
    found = batch.items.all() if _decides(actor) else batch.items.exclude(state__in=FOR_THE_GUARD)
    counts = dict(found.values_list("state").annotate(n=Count("id")))
    return [(value, str(label), counts[value]) for value, label in IntakeItem.State.choices if value in counts]


def quarantined_items(actor: Actor, *, cursor: str = "") -> Slice[IntakeItem]:
    """Return one page of the items in quarantine, oldest first. Raises NotPermittedError unless the actor decides on them."""
    require(actor, DECIDES_ON_QUARANTINE)
    found = IntakeItem.objects.filter(state=IntakeItem.State.QUARANTINED, batch__in=visible_batches(actor))
    found = found.select_related("batch").order_by("changed_at", "id")
    if cursor:
        at, last = decode_cursor(cursor, 2)
        moment = datetime.fromisoformat(at)
        found = found.filter(Q(changed_at__gt=moment) | Q(changed_at=moment, id__gt=UUID(last)))
    rows = list(found[: PAGE_LENGTH + 1])
    more = len(rows) > PAGE_LENGTH
    rows = rows[:PAGE_LENGTH]
    return Slice(rows, encode_cursor(rows[-1].changed_at.isoformat(), str(rows[-1].id)) if more else "")


def _decides(actor: Actor) -> bool:
    return actor.is_system or actor.holds(DECIDES_ON_QUARANTINE)
