"""Reading pages, looking for secret marks, and bringing items to their end; closing their batch."""

import hashlib
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Collate

from lantai.audit.services import record_act
from lantai.catalogue.models import Page, RecordPart
from lantai.catalogue.services import assign_reference_codes, release_record
from lantai.ingest.models import Batch, HandoverList, IntakeFile, IntakeItem
from lantai.ingest.rules.roles import UNDER_WAY
from lantai.ingest.services.quarantine import quarantine_item
from lantai.ingest.services.states import close_soon, fail, move
from lantai.ingest.services.work_steps import link_batch
from lantai.kernel import clock
from lantai.kernel.actors import Actor, system_actor
from lantai.kernel.errors import ConflictError, InvalidError, UnavailableError, gettext_noop
from lantai.kernel.queue import enqueue
from lantai.recognition.selectors import secret_pages, unread_page_ids
from lantai.recognition.services import apply_suggestions, read_pages

log = logging.getLogger(__name__)
HANDS = system_actor("ingest")
COPIES_A_JOB = 8
ITEMS_AT_ONCE = 500
HAS_PREVIEW = "^(audio|video)/|^image/vnd[.]d(wg|xf)$"
NO_MARK = gettext_noop("no page bears a state-secret mark")


def read_slice(*, page_ids: Sequence[UUID | str]) -> None:
    """Read some pages, of one item or several; an item whose last page this was is brought to its end.

    Where pages cannot be read now (a store or the engine is away), their items are returned with the reason.
    """
    record_ids = Page.objects.filter(id__in=page_ids).values("record_id")
    items = list(IntakeItem.objects.filter(id__in=record_ids, state=IntakeItem.State.READING).order_by("order"))
    wanted = Page.objects.filter(id__in=page_ids, record_id__in=[item.id for item in items])
    try:
        read_pages(actor=HANDS, page_ids=list(wanted.values_list("id", flat=True)))
    except UnavailableError as error:
        for item in items:
            fail(item, error, save=False)
        close_soon(items)
        return
    for item in items:
        finish_item(item_id=item.id)


def give_up_reading(*, page_ids: Sequence[UUID | str]) -> None:
    """Return the items of pages whose reading broke off unexpectedly at every try, so that no batch waits for ever."""
    record_ids = Page.objects.filter(id__in=page_ids).values("record_id")
    items = list(IntakeItem.objects.filter(id__in=record_ids, state=IntakeItem.State.READING).order_by("order"))
    broke = UnavailableError(
        "ingest.reading_broke",
        gettext_noop(
            "The pages of this item could not be read. Its bytes are kept; tell the administrator, then retry."
        ),
    )
    for item in items:
        fail(item, broke, save=False)
    close_soon(items)


@transaction.atomic
def finish_item(*, item_id: UUID) -> None:
    """Release an item whose pages are all read to those who may see it, or quarantine it for a secret mark on a page."""
    rows = IntakeItem.objects.select_for_update(of=("self",)).select_related("batch__intake__fonds__archives")
    item = rows.get(id=item_id)
    if item.state != IntakeItem.State.READING or unread_page_ids(item.id):
        return
    if secret_pages(item.id):
        quarantine_item(actor=HANDS, item=item)
    else:
        release_item(actor=HANDS, item=item, basis=NO_MARK)
    close_soon([item])


def release_item(*, actor: Actor, item: IntakeItem, basis: str) -> None:
    """Let an item's record be seen, what is sure of it filled in, and queue its copies for use; called inside a transaction."""
    assert item.record_id is not None
    release_record(actor=actor, record_id=item.record_id, basis=basis)
    _fill_in(item)
    _issue_code(item.record_id)
    move(item, IntakeItem.State.DONE)
    queue_copies([item.record_id])


def _fill_in(item: IntakeItem) -> None:
    """Put sure suggestions into empty fields before the record is first seen; a folder's name is no title either."""
    assert item.record_id is not None
    untitled = [] if item.description.get("title") else [item.path]
    try:
        with transaction.atomic():
            apply_suggestions(actor=HANDS, record_id=item.record_id, file_names=untitled)
    except (InvalidError, ConflictError) as error:
        log.warning("suggestions of %s were left for a person: %s", item.record_id, error)


def _issue_code(record_id: UUID) -> None:
    """Give a record its reference code where that waited for its category; without a year it waits for a person."""
    try:
        with transaction.atomic():
            assign_reference_codes(actor=HANDS, record_ids=[record_id])
    except (InvalidError, ConflictError) as error:
        log.warning("the reference code of %s was left for a person: %s", record_id, error)


def queue_copies(record_ids: Sequence[UUID]) -> None:
    """Queue the making of copies for use of all pages of these records."""
    pages = Page.objects.filter(record_id__in=record_ids).order_by("record_id", "number").values_list("id", flat=True)
    ids = [str(page) for page in pages]
    for start in range(0, len(ids), COPIES_A_JOB):
        enqueue("viewing.make_access_copies", page_ids=ids[start : start + COPIES_A_JOB])
    unpaged = RecordPart.objects.filter(record_id__in=record_ids, pages__isnull=True, media_type__regex=HAS_PREVIEW)
    wanted = [str(record) for record in unpaged.values_list("record_id", flat=True).distinct()]
    for start in range(0, len(wanted), COPIES_A_JOB):
        enqueue("viewing.make_previews", record_ids=wanted[start : start + COPIES_A_JOB])


@transaction.atomic
def close_batch(*, batch_id: UUID | str) -> None:
    """Close the handover list and the batch once no item is under way; staging goes when all of it is kept."""
    batch = Batch.objects.select_for_update().get(id=batch_id)
    if batch.state != Batch.State.WORKING or batch.items.filter(state__in=UNDER_WAY).exists():
        return
    handover = HandoverList.objects.select_for_update().get(batch=batch)
    handover.listing_digest = _listing_digest(batch)
    handover.closed_at = clock.now()
    handover.save()
    batch.state, batch.finished_at = Batch.State.FINISHED, clock.now()
    batch.save(update_fields=["state", "finished_at"])
    counts = dict(batch.items.values_list("state").annotate(n=Count("id")))
    record_act(
        actor=HANDS, verb="ingest.close_batch", target_kind="batch", target_id=batch.id,
        facts={"sent_files": handover.sent_files, "received_files": handover.received_files, "received_bytes": handover.received_bytes,
               "listing": handover.listing_digest, **{f"items_{state}": count for state, count in counts.items()}},
    )  # fmt: skip
    link_batch(actor=HANDS, batch=batch)
    if not batch.wants_reading:
        enqueue("ingest.copy_batch", once=f"ingest.copy_batch:{batch.id}", batch_id=str(batch.id))
    if batch.staging and handover.sent_files == handover.received_files:
        transaction.on_commit(lambda: shutil.rmtree(Path(batch.staging), ignore_errors=True))


def copy_batch(*, batch_id: UUID | str) -> None:
    """Queue the copies for use of a batch that was not read; they are made when the taking in is over."""
    done = IntakeItem.objects.filter(batch_id=batch_id, state=IntakeItem.State.DONE, record__isnull=False)
    record_ids = list(done.order_by("order").values_list("record_id", flat=True))
    for start in range(0, len(record_ids), ITEMS_AT_ONCE):
        with transaction.atomic():
            queue_copies(record_ids[start : start + ITEMS_AT_ONCE])


def _listing_digest(batch: Batch) -> str:
    digest = hashlib.sha256()
    rows = IntakeFile.objects.filter(item__batch=batch, computer_file__isnull=False).order_by(Collate("path", "C"))
    for path, sha256 in rows.values_list("path", "computer_file__digest").iterator(chunk_size=5000):
        digest.update(f"{sha256}  {path}\n".encode())
    return digest.hexdigest()
