"""The present state of records written to the index for the acts that touched them."""

from collections.abc import Sequence
from uuid import UUID

from lantai.audit.selectors import SealedEntry
from lantai.search.adapters.engine import IndexWriter
from lantai.search.rules.documents import document_of
from lantai.search.rules.news import touched_records
from lantai.search.selectors import indexed_records

RECORDS_AT_ONCE = 200


def take_in(writer: IndexWriter, entries: Sequence[SealedEntry]) -> None:
    """Write the present state of every record that `entries` touched, and commit it with their last position."""
    touched: set[UUID] = set()
    for entry in entries:
        touched |= touched_records(entry.verb, entry.target_kind, entry.target_id, entry.facts)
    ids = sorted(touched)
    for start in range(0, len(ids), RECORDS_AT_ONCE):
        some = ids[start : start + RECORDS_AT_ONCE]
        there = {record.record_id: record for record in indexed_records(some)}
        for record_id in some:
            if record_id in there:
                writer.put(document_of(there[record_id]))
            else:
                writer.drop(record_id.hex)
    writer.commit(entries[-1].seq)
