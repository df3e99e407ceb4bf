"""One record as the index takes it: its description and page texts cut into tokens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from lantai.language.rules import bigrams, normal, normal_code, trigrams, words
from lantai.search.rules.fields import KEY
from lantai.search.rules.rights import rights_terms

SENSITIVE_LEVEL = 20
"""From this access level on, a record is found by its description only: the index is clear text on disk."""

Document = Mapping[str, tuple[str | int, ...]]


@dataclass(frozen=True, slots=True)
class IndexedRecord:
    """What the index is told about one record.

    `dated` is the day as YYYYMMDD or None; `notes` are other words of the description; `pages` the page texts in order.
    """

    record_id: UUID
    archives_id: UUID
    unit_path: str
    opening: str
    access_level: int
    fonds_id: UUID
    category: str
    retention: str
    level: str
    title: str
    year: int | None = None
    dated: int | None = None
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    quarantined: bool = False


def code_key(code: str) -> str:
    """Return the form by which a code is looked up: the normal form without its brackets."""
    return normal_code(code).replace("(", "").replace(")", "")


def path_prefixes(unit_path: str) -> tuple[str, ...]:
    """Return every prefix of a unit path that ends with a slash: "/a/b/" gives "/", "/a/", "/a/b/"."""
    return tuple(unit_path[: at + 1] for at, char in enumerate(unit_path) if char == "/")


def document_of(record: IndexedRecord) -> Document:
    """Return the analysed document of one record; absent values have no entry.

    Page texts of a record at or above SENSITIVE_LEVEL are left out. The text fields hold the title too, so that whatever is
    found stands in them. Tokens of one part never join those of the next.
    """
    pages = record.pages if record.access_level < SENSITIVE_LEVEL else ()
    keys = tuple(dict.fromkeys(filter(None, map(code_key, record.codes))))
    texts = (record.title, *record.codes, *record.notes, *pages)
    document: dict[str, tuple[str | int, ...]] = {
        KEY: (record.record_id.hex,),
        "rights": rights_terms(record.record_id.hex, _facts(record)),
        "archives": (record.archives_id.hex,),
        "unit_path": (record.unit_path,),
        "unit_paths": path_prefixes(record.unit_path),
        "opening": (record.opening,),
        "access_level": (record.access_level,),
        "quarantined": (int(record.quarantined),),
        "fonds": (record.fonds_id.hex,),
        "category": (record.category,),
        "retention": (record.retention,),
        "level": (record.level,),
        "year": () if record.year is None else (record.year,),
        "dated": _sort_day(record),
        "code": keys,
        "code_parts": tuple(" ".join(trigrams(key)) for key in keys),
        "names": tuple(dict.fromkeys(normal(name).replace(" ", "") for name in record.names)),
        "title_words": _joined(words(record.title)),
        "title_pairs": _joined(bigrams(record.title)),
        "text_words": _joined(chain.from_iterable(map(words, texts))),
        "text_pairs": _joined(chain.from_iterable(map(bigrams, texts))),
    }
    return {field: values for field, values in document.items() if values}


def _facts(record: IndexedRecord) -> dict[str, str | int]:
    return {
        "archives": record.archives_id.hex,
        "opening": record.opening,
        "access_level": record.access_level,
        "quarantined": int(record.quarantined),
        "unit_path": record.unit_path,
    }


def _sort_day(record: IndexedRecord) -> tuple[int, ...]:
    if record.dated is not None:
        return (record.dated,)
    return () if record.year is None else (record.year * 10_000,)


def _joined(tokens: Iterable[str]) -> tuple[str, ...]:
    joined = " ".join(tokens)
    return (joined,) if joined else ()
