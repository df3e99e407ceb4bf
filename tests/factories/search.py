"""Small makers for tests of search: records as the index takes them, and an index in a folder."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from lantai.search.adapters.tantivy_engine import TantivyEngine, TantivyWriter, create_generation
from lantai.search.rules.documents import IndexedRecord, document_of

_SPACE = UUID("8c1b9f0e-5c1e-4a57-9d2b-0f2d7f0b6a11")


def id_of(name: str) -> UUID:
    """Return the id that stands for `name` in every test."""
    return uuid5(_SPACE, name)


def make_indexed(name: str, title: str = "关于城市规划的通知", **facts: Any) -> IndexedRecord:
    """Return a record for the index, open and public unless `facts` say otherwise."""
    usual: dict[str, Any] = {
        "record_id": id_of(name),
        "archives_id": id_of("archives"),
        "unit_path": "/city/",
        "opening": "open",
        "access_level": 0,
        "fonds_id": id_of("fonds"),
        "category": "WS",
        "retention": "Y",
        "level": "item",
        "title": title,
    }
    return IndexedRecord(**(usual | facts))


def make_engine(folder: Path, records: Iterable[IndexedRecord]) -> TantivyEngine:
    """Return an engine over an index of `records` in the new `folder`."""
    folder.mkdir()
    create_generation(folder)
    writer = TantivyWriter(folder)
    for record in records:
        writer.add(document_of(record))
    writer.commit(1)
    writer.close()
    return TantivyEngine(folder)
