"""Records as the index takes them, read from the packages that keep them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from lantai.catalogue import selectors as catalogue
from lantai.catalogue.models import Record
from lantai.kernel.actors import system_actor
from lantai.recognition import selectors as recognition
from lantai.search.rules.documents import SENSITIVE_LEVEL, IndexedRecord

INDEXER = system_actor("indexer")
NAME_WORDS = ("name", "person", "people", "姓名", "人名")
"""A metadata element whose key holds one of these is looked up as a person's name as well."""


def keys_after(last: UUID | None, limit: int) -> list[UUID]:
    """Return the ids of up to `limit` records that may be indexed, after `last`, in the order of ids."""
    rows = catalogue.visible_records(INDEXER).filter(quarantined=False).order_by("id")
    if last is not None:
        rows = rows.filter(id__gt=last)
    return list(rows.values_list("id", flat=True)[:limit])


def indexed_records(ids: Collection[UUID]) -> list[IndexedRecord]:
    """Return what the index is told about the records among `ids` that are there and not quarantined."""
    rows = list(catalogue.visible_records(INDEXER).filter(id__in=ids, quarantined=False).select_related("category"))
    # Of what is open in a masked copy the index knows that copy alone, for everybody: whatever it held besides, a stranger
    # could find out by asking for it.
    masked = [row for row in rows if row.opening == "masked"]
    catalogue.masked_records(masked)
    texts = page_texts([row.id for row in rows if row.access_level < SENSITIVE_LEVEL and row.opening != "masked"])
    texts.update(catalogue.masked_texts([row.id for row in masked]))
    return [_indexed(row, tuple(text for _, _, text in texts.get(row.id, ()))) for row in rows]


def page_texts(ids: Collection[UUID]) -> dict[UUID, list[tuple[int, UUID, str]]]:
    """Return for each record its pages that have text: number, id and text, in order."""
    found: dict[UUID, list[tuple[int, UUID, str]]] = defaultdict(list)
    for record_id, number, page_id, text in recognition.texts_of(ids):
        found[record_id].append((number, page_id, text))
    return found


def _indexed(row: Record, pages: tuple[str, ...]) -> IndexedRecord:
    texts = list(_texts(row.metadata))
    return IndexedRecord(
        record_id=row.id,
        archives_id=row.archives_id,
        unit_path=row.unit_path,
        opening=row.opening,
        access_level=row.access_level,
        quarantined=row.quarantined,
        fonds_id=row.fonds_id,
        category=row.category.code,
        retention=row.retention,
        level=row.level,
        title=row.title,
        year=row.year,
        dated=int(row.dated_on.strftime("%Y%m%d")) if row.dated_on else None,
        codes=tuple(filter(None, (row.reference_code, row.document_number))),
        names=tuple(text for key, text in texts if any(word in key.lower() for word in NAME_WORDS)),
        notes=tuple(filter(None, (row.author, row.organisation, *(text for _, text in texts)))),
        pages=pages,
    )


def _texts(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text inside a metadata value with the key it stands under."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from _texts(inner, str(inner_key))
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _texts(inner, key)
