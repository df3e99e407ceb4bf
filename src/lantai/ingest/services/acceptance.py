"""Acceptance by sample (DA/T 31-2017): volumes drawn by lot, what looking at each gave, and the verdict."""

import secrets
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.ingest.models import AcceptanceSample, SampledVolume, WorkOrder
from lantai.ingest.rules.work import CHECKED, SCANNED, TAKEN_OUT, UNBOUND, Looked, Verdict, drawn, verdict_of
from lantai.ingest.services.work_orders import locked_order
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop


@transaction.atomic
def draw_sample(*, actor: Actor, order_id: UUID, seed: int | None = None) -> AcceptanceSample:
    """Draw volumes by lot once every volume of the order is linked; `seed` is made where none is given."""
    order = locked_order(actor, order_id)
    if order.samples.filter(state=AcceptanceSample.State.OPEN).exists():
        raise ConflictError("ingest.sample_open", gettext_noop("A sample of this order is being looked at already."))
    before = order.volumes.filter(step__in=("", TAKEN_OUT, UNBOUND, SCANNED, CHECKED)).count()
    if before or not order.volumes.exists():
        raise ConflictError(
            "ingest.not_all_linked",
            gettext_noop("A sample is drawn when every volume is linked; %(count)s are not yet."),
            count=before,
        )
    ids = dict(order.volumes.values_list("place", "id"))
    seed = secrets.randbits(31) if seed is None else seed
    sample = AcceptanceSample.objects.create(
        order=order, seed=seed, of_volumes=len(ids), drawn_by=actor.on_behalf_of or actor.name
    )
    places = drawn(sorted(ids), order.sample_percent, seed)
    SampledVolume.objects.bulk_create([SampledVolume(sample=sample, volume_id=ids[place]) for place in places])
    facts = {"seed": seed, "volumes": len(places), "of": len(ids)}
    record_act(actor=actor, verb="ingest.draw_sample", target_kind="work_order", target_id=order.id, facts=facts)
    return sample


@transaction.atomic
def judge_volume(
    *, actor: Actor, sampled_id: UUID, catalogue_right: bool, pages: int, wrong_pages: int, note: str = ""
) -> SampledVolume:
    """Note what looking at one drawn volume gave: does the catalogue agree, how many pages, how many are not good."""
    row = SampledVolume.objects.select_related("sample", "volume").filter(id=sampled_id).first()
    if row is None:
        raise NotFoundError("ingest.no_sample", gettext_noop("This volume was not drawn."))
    locked_order(actor, row.sample.order_id)
    if row.sample.state != AcceptanceSample.State.OPEN:
        raise ConflictError("ingest.sample_closed", gettext_noop("This sample is closed. Draw another one."))
    if not 0 <= wrong_pages <= pages or pages < 1:
        raise InvalidError(
            "ingest.sample_pages", gettext_noop("Count the pages you looked at, and how many of them are not good.")
        )
    row.catalogue_right, row.pages, row.wrong_pages = catalogue_right, pages, wrong_pages
    row.note, row.looked_by = note.strip()[:500], actor.on_behalf_of or actor.name
    row.save(update_fields=["catalogue_right", "pages", "wrong_pages", "note", "looked_by"])
    facts = {"volume": row.volume_id, "catalogue_right": catalogue_right, "pages": pages, "wrong": wrong_pages}
    record_act(
        actor=actor, verb="ingest.judge_volume", target_kind="work_order", target_id=row.sample.order_id, facts=facts
    )
    return row


@transaction.atomic
def close_sample(*, actor: Actor, sample_id: UUID) -> Verdict:
    """Close a sample whose volumes have all been looked at: accept the order, or leave it open for mending."""
    sample = AcceptanceSample.objects.filter(id=sample_id).first()
    if sample is None:
        raise NotFoundError("ingest.no_sample", gettext_noop("There is no such sample."))
    order = locked_order(actor, sample.order_id)
    if sample.state != AcceptanceSample.State.OPEN:
        raise ConflictError("ingest.sample_closed", gettext_noop("This sample is closed. Draw another one."))
    if sample.volumes.filter(catalogue_right__isnull=True).exists():
        raise ConflictError("ingest.sample_unseen", gettext_noop("Look at every drawn volume first."))
    verdict = verdict_of(looked_at(sample), order.least_right_percent)
    states = AcceptanceSample.State
    sample.state = states.ACCEPTED if verdict.is_accepted else states.REFUSED
    sample.closed_by, sample.closed_at = actor.on_behalf_of or actor.name, clock.now()
    sample.save(update_fields=["state", "closed_by", "closed_at"])
    if verdict.is_accepted:
        order.state = WorkOrder.State.ACCEPTED
        order.save(update_fields=["state"])
    facts = {"sample": sample.id, "accepted": verdict.is_accepted, "pages": verdict.pages, "wrong": verdict.wrong_pages}
    record_act(actor=actor, verb="ingest.close_sample", target_kind="work_order", target_id=order.id, facts=facts)
    return verdict


def looked_at(sample: AcceptanceSample) -> list[Looked]:
    """Return what looking at the drawn volumes gave so far."""
    rows = sample.volumes.filter(catalogue_right__isnull=False)
    return [
        Looked(bool(right), pages, wrong)
        for right, pages, wrong in rows.values_list("catalogue_right", "pages", "wrong_pages")
    ]
