"""Reading an item's pages, looking for secret marks, and bringing the item to its end; closing its batch."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Page
from lantai.catalogue.services import release_record
from lantai.ingest.models import Batch, HandoverList, IntakeFile, IntakeItem
from lantai.ingest.rules.roles import UNDER_WAY
from lantai.ingest.services.quarantine import quarantine_item
from lantai.ingest.services.states import move
from lantai.kernel import clock
from lantai.kernel.actors import Actor, system_actor
from lantai.kernel.queue import enqueue
from lantai.recognition.selectors import secret_pages, unread_page_ids
from lantai.recognition.services import read_pages

HANDS = system_actor("ingest")
PAGES_A_JOB = 4
COPIES_A_JOB = 8
NO_MARK = "no page bears a state-secret mark"


def queue_reading(*, item_id: UUID | str) -> None:
    """Queue the reading of an item's unread pages in small jobs, so that many workers share a thick file."""
    item = IntakeItem.objects.get(id=item_id)
    if item.state != IntakeItem.State.READING or item.record_id is None:
        return
    unread = unread_page_ids(item.record_id)
    with transaction.atomic():
        for start in range(0, len(unread), PAGES_A_JOB):
            enqueue(
                "ingest.read_slice",
                item_id=str(item.id),
                page_ids=[str(p) for p in unread[start : start + PAGES_A_JOB]],
            )
        if not unread:
            enqueue("ingest.finish_item", once=f"ingest.finish_item:{item.id}", item_id=str(item.id))


def read_slice(*, item_id: UUID | str, page_ids: Sequence[str]) -> None:
    """Read some pages of an item; whoever reads the last one queues its end."""
    item = IntakeItem.objects.get(id=item_id)
    if item.state != IntakeItem.State.READING or item.record_id is None:
        return
    read_pages(actor=HANDS, page_ids=[UUID(p) for p in page_ids])
    with transaction.atomic():
        IntakeItem.objects.select_for_update().get(id=item_id)
        if not unread_page_ids(item.record_id):
            enqueue("ingest.finish_item", once=f"ingest.finish_item:{item_id}", item_id=str(item_id))


@transaction.atomic
def finish_item(*, item_id: UUID | str) -> None:
    """Release a read item to those who may see it, or quarantine it when a page bears a secret mark."""
    item = (
        IntakeItem.objects.select_for_update(of=("self",))
        .select_related("batch__intake__fonds__archives")
        .get(id=item_id)
    )
    if item.state != IntakeItem.State.READING or item.record_id is None or unread_page_ids(item.record_id):
        return
    if secret_pages(item.record_id):
        quarantine_item(actor=HANDS, item=item)
    else:
        release_item(actor=HANDS, item=item, basis=NO_MARK)
    enqueue("ingest.close_batch", once=f"ingest.close_batch:{item.batch_id}", batch_id=str(item.batch_id))


def release_item(*, actor: Actor, item: IntakeItem, basis: str) -> None:
    """Let an item's record be seen and queue the copies for use; called inside a transaction."""
    assert item.record_id is not None
    release_record(actor=actor, record_id=item.record_id, basis=basis)
    enqueue("recognition.apply_suggestions", once=f"recognition.apply:{item.record_id}", record_id=str(item.record_id))
    move(item, IntakeItem.State.DONE)
    pages = [
        str(p) for p in Page.objects.filter(record_id=item.record_id).order_by("number").values_list("id", flat=True)
    ]
    for start in range(0, len(pages), COPIES_A_JOB):
        enqueue("viewing.make_access_copies", page_ids=pages[start : start + COPIES_A_JOB])


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
    counts = {state: batch.items.filter(state=state).count() for state in IntakeItem.State.values}
    record_act(
        actor=HANDS, verb="ingest.close_batch", target_kind="batch", target_id=batch.id,
        facts={"sent_files": handover.sent_files, "received_files": handover.received_files, "received_bytes": handover.received_bytes,
               "listing": handover.listing_digest, **{f"items_{k}": v for k, v in counts.items() if v}},
    )  # fmt: skip
    everything_kept = handover.sent_files == handover.received_files
    if batch.staging and everything_kept:
        transaction.on_commit(lambda: shutil.rmtree(Path(batch.staging), ignore_errors=True))


def _listing_digest(batch: Batch) -> str:
    digest = hashlib.sha256()
    rows = IntakeFile.objects.filter(item__batch=batch, computer_file__isnull=False).order_by("path")
    for path, sha256 in rows.values_list("path", "computer_file__digest").iterator(chunk_size=5000):
        digest.update(f"{sha256}  {path}\n".encode())
    return digest.hexdigest()
