"""How items move from state to state, with their reasons, one by one or many in one statement."""

import json
from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.db.models import F

from lantai.ingest.models import Batch, IntakeFile, IntakeItem
from lantai.kernel import clock
from lantai.kernel.errors import ArchiveError, UnavailableError, gettext_noop
from lantai.kernel.queue import enqueue

MOST_TRIES = 4
"""How often a step is tried on an item by itself before the item is returned: about 40 seconds with the queue's pauses."""

_SAVE_ITEMS = """
UPDATE ingest_intakeitem AS item
SET state = given.state, error_code = given.error_code, error_message = given.error_message,
    error_facts = given.error_facts, record_id = given.record_id, content_key = given.content_key,
    attempt = given.attempt, changed_at = given.changed_at
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::uuid[], %s::text[], %s::smallint[],
            %s::timestamptz[])
    AS given (id, state, error_code, error_message, error_facts, record_id, content_key, attempt, changed_at)
WHERE item.id = given.id
"""
_SAVE_FILES = """
UPDATE ingest_intakefile AS file SET computer_file_id = given.computer_file_id
FROM unnest(%s::uuid[], %s::uuid[]) AS given (id, computer_file_id) WHERE file.id = given.id
"""


def move(item: IntakeItem, state: str, *, reason: ArchiveError | None = None, save: bool = True) -> None:
    """Put `item` into `state`, with the reason if it has one, and forget an earlier error and earlier tries."""
    item.state, item.error_code, item.error_message, item.error_facts = state, "", "", {}
    item.attempt = 0
    item.changed_at = clock.now()
    if reason:
        _note(item, reason)
    if save:
        save_items([item])


def fail(item: IntakeItem, error: ArchiveError, *, save: bool = True) -> None:
    """Return `item` with the reason; its bytes, once stored, stay."""
    item.state = IntakeItem.State.FAILED
    _note(item, error)
    if save:
        save_items([item])


def _note(item: IntakeItem, error: ArchiveError) -> None:
    item.error_code, item.error_message = error.code, error.message
    item.error_facts = {key: str(value) for key, value in error.facts.items()}
    item.changed_at = clock.now()


def begin(item_ids: Sequence[UUID | str], state: str) -> list[IntakeItem]:
    """Count one more try, for good, on those of the items that are in `state`, and return them in their order.

    An item that was begun too often without an end (its file brings the reader down) is returned instead.
    """
    chosen = IntakeItem.objects.filter(id__in=item_ids, state=state)
    chosen.update(attempt=F("attempt") + 1)
    items = list(chosen.order_by("order"))
    _with_batches(items)
    lost = [item for item in items if item.attempt > MOST_TRIES]
    for item in lost:
        fail(item, _crashed(), save=False)
    close_soon(lost)
    return [item for item in items if item.attempt <= MOST_TRIES]


def _with_batches(items: Sequence[IntakeItem]) -> None:
    """Give items the rows of their batches, read once for all: a join would build them again for every item."""
    batches = Batch.objects.select_related("intake__fonds").in_bulk({item.batch_id for item in items})
    for item in items:
        item.batch = batches[item.batch_id]


def _crashed() -> UnavailableError:
    return UnavailableError(
        "ingest.crashed",
        gettext_noop(
            "The work on this item broke off %(tries)s times. Its bytes are kept; look at the file, then retry."
        ),
        tries=MOST_TRIES,
    )


def put_off(items: Sequence[IntakeItem], error: UnavailableError) -> bool:
    """Write on `items` why they cannot go on now; tell whether they are to be tried again or were returned."""
    for item in items:
        _note(item, error)
    lost = [item for item in items if item.attempt >= MOST_TRIES]
    for item in lost:
        item.state = IntakeItem.State.FAILED
    save_items([item for item in items if item.attempt < MOST_TRIES])
    close_soon(lost)
    return len(lost) < len(items)


@transaction.atomic
def close_soon(items: Sequence[IntakeItem]) -> None:
    """Save `items` and ask for the closing of their batches."""
    save_items(items)
    for batch_id in {item.batch_id for item in items}:
        enqueue("ingest.close_batch", once=f"ingest.close_batch:{batch_id}", batch_id=str(batch_id))


def save_items(items: Sequence[IntakeItem]) -> None:
    """Write the states of `items` in one statement."""
    if items:
        _execute(
            _SAVE_ITEMS,
            [
                [i.id for i in items],
                [str(i.state) for i in items],
                [i.error_code for i in items],
                [i.error_message for i in items],
                [json.dumps(i.error_facts) for i in items],
                [i.record_id for i in items],
                [i.content_key for i in items],
                [i.attempt for i in items],
                [i.changed_at for i in items],
            ],
        )


def save_files(files: Sequence[IntakeFile]) -> None:
    """Write which computer file each of `files` has become, in one statement."""
    if files:
        _execute(_SAVE_FILES, [[f.id for f in files], [f.computer_file_id for f in files]])


def _execute(statement: LiteralString, columns: list[list[Any]]) -> None:
    """Run a statement on psycopg's own cursor: Django's writes arrays into its text, which costs thrice the time."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, columns)
