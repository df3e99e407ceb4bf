"""Volumes on their way: a step done, a volume sent back, records linked."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Record
from lantai.ingest.models import Batch, IntakeItem, Worker, WorkOrder, WorkStep, WorkVolume
from lantai.ingest.rules.work import CHECKED, LINKED, SCANNED, next_step, step_before_scanning
from lantai.ingest.services.work_orders import locked_order
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop

UNDER_WAY = (WorkOrder.State.OPEN, WorkOrder.State.ACCEPTED)


@transaction.atomic
def record_step(
    *, actor: Actor, order_id: UUID, volume_ids: Sequence[UUID], step: str, worker_id: UUID | None = None,
    pages: int | None = None, minutes: float = 0.0,
) -> int:  # fmt: skip
    """Note that `step` was done on these volumes; return on how many.

    `minutes` is the time for all of them, shared out by their pages; `pages` may be given for a single volume, else the
    stated pages count. Raises InvalidError when the step is not the next one of each volume, naming the first that
    waits for another: nothing is noted then.
    """
    order = locked_order(actor, order_id, states=UNDER_WAY)
    volumes = list(order.volumes.select_for_update().filter(id__in=volume_ids).order_by("place"))
    if not volumes or len(volumes) != len(set(volume_ids)):
        raise NotFoundError("ingest.no_volume", gettext_noop("Choose volumes of this order."))
    if pages is not None and len(volumes) > 1:
        raise InvalidError(
            "ingest.pages_of_many", gettext_noop("Pages are counted volume by volume. Choose a single volume.")
        )
    worker = _worker(order, worker_id)
    for volume in volumes:
        _check_step(volume, step)
    counts = [_pages_of(volume, step, pages) for volume in volumes]
    whole = sum(counts)
    rows = []
    for volume, count in zip(volumes, counts, strict=True):
        share = minutes * (count / whole if whole else 1 / len(volumes))
        rows.append(
            WorkStep(
                volume=volume, step=step, worker=worker, pages=count, minutes=share,
                is_again=step == SCANNED and volume.rejections > 0, entered_by=actor.on_behalf_of or actor.name,
            )
        )  # fmt: skip
        volume.step, volume.fault = step, ""
        if step == SCANNED:
            volume.scanned_pages = count
    WorkStep.objects.bulk_create(rows)
    WorkVolume.objects.bulk_update(volumes, ["step", "fault", "scanned_pages"])
    facts = {"step": step, "volumes": len(volumes), "pages": whole, "worker": worker.id if worker else None}
    record_act(actor=actor, verb="ingest.record_step", target_kind="work_order", target_id=order.id, facts=facts)
    return len(volumes)


@transaction.atomic
def reject_volume(
    *, actor: Actor, order_id: UUID, volume_id: UUID, reason: str, pages: int = 1, worker_id: UUID | None = None
) -> WorkVolume:
    """Send a scanned volume back to the scanner with a reason; `pages` of it were not good."""
    order = locked_order(actor, order_id, states=UNDER_WAY)
    volume = order.volumes.select_for_update().filter(id=volume_id).first()
    if volume is None:
        raise NotFoundError("ingest.no_volume", gettext_noop("Choose volumes of this order."))
    if volume.step not in (SCANNED, CHECKED, LINKED):
        raise ConflictError(
            "ingest.not_scanned", gettext_noop("Only a volume that is scanned and not bound again can be sent back.")
        )
    if not reason.strip() or not 1 <= pages <= max(volume.scanned_pages, 1):
        raise InvalidError(
            "ingest.rejection", gettext_noop("Say why, and how many of its pages are to be scanned again.")
        )
    WorkStep.objects.create(
        volume=volume,
        step=CHECKED,
        worker=_worker(order, worker_id),
        pages=volume.scanned_pages,
        rejected_pages=pages,
        reason=reason.strip()[:500],
        entered_by=actor.on_behalf_of or actor.name,
    )
    volume.step = step_before_scanning(stays_bound=volume.stays_bound)
    volume.fault = reason.strip()[:500]
    volume.rejections += 1
    volume.rejected_pages += pages
    volume.save(update_fields=["step", "fault", "rejections", "rejected_pages"])
    facts = {"volume": volume.id, "pages": pages}
    record_act(actor=actor, verb="ingest.reject_volume", target_kind="work_order", target_id=order.id, facts=facts)
    return volume


@transaction.atomic
def link_batch(*, actor: Actor, batch: Batch) -> int:
    """Link the records of a batch to the volumes of open orders of its fonds, by code; return how many agree.

    A checked volume whose record has as many pages as were scanned takes the step by itself (挂接); where they
    differ the volume says so and waits for a person.
    """
    waiting = WorkVolume.objects.select_for_update(of=("self",)).filter(
        order__fonds_id=batch.intake.fonds_id, order__state__in=UNDER_WAY, step__in=(SCANNED, CHECKED)
    )
    volumes = {volume.code: volume for volume in waiting.select_related("order")}
    if not volumes:
        return 0
    linked = []
    for item in batch.items.filter(record__isnull=False, state=IntakeItem.State.DONE).select_related("record"):
        assert item.record is not None
        names = (item.record.reference_code or "", *_names(item.path))
        volume = next((volumes[name] for name in names if name in volumes), None)
        if volume is not None and _link(actor, volume, item.record):
            linked.append(volume)
    if linked:
        facts = {"volumes": len(linked), "batch": batch.id}
        for order_id in {volume.order_id for volume in linked}:
            record_act(actor=actor, verb="ingest.link_batch", target_kind="work_order", target_id=order_id, facts=facts)
    return len(linked)


def _names(path: str) -> list[str]:
    """Return what may be the code of the volume in the path of an item: its folders, its name, that without ending."""
    parts = path.split("/")
    return [*parts, parts[-1].rsplit(".", 1)[0]]


def _link(actor: Actor, volume: WorkVolume, record: Record) -> bool:
    volume.record, volume.linked_pages = record, record.page_count
    agrees = volume.step == CHECKED and record.page_count == volume.scanned_pages
    if agrees:
        volume.step, volume.fault = LINKED, ""
        WorkStep.objects.create(volume=volume, step=LINKED, pages=record.page_count, entered_by=actor.name)
    volume.save(update_fields=["record", "linked_pages", "step", "fault"])
    return agrees


def _worker(order: WorkOrder, worker_id: UUID | None) -> Worker | None:
    if worker_id is None:
        return None
    worker = Worker.objects.filter(id=worker_id, team_id=order.team_id).first()
    if worker is None:
        raise InvalidError("ingest.no_worker", gettext_noop("This person is not of the team of the order."))
    return worker


def _check_step(volume: WorkVolume, step: str) -> None:
    wanted = next_step(volume.step, stays_bound=volume.stays_bound)
    if step != wanted:
        raise InvalidError(
            "ingest.not_the_next_step",
            gettext_noop("The volume %(volume)s waits for another step. Choose volumes that wait for the same step."),
            volume=volume.code,
        )


def _pages_of(volume: WorkVolume, step: str, given: int | None) -> int:
    if given is not None:
        return given
    return volume.scanned_pages if volume.scanned_pages and step != SCANNED else volume.stated_pages
