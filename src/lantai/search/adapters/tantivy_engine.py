"""The index in a folder of this machine, kept by tantivy (embedded, one writer, many readers)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur
from tantivy import Query as TantivyQuery

from lantai.kernel.errors import ConflictError, gettext_noop
from lantai.kernel.filters import Filter
from lantai.search.adapters.engine import Found
from lantai.search.adapters.tantivy_queries import Translator
from lantai.search.rules.documents import Document
from lantai.search.rules.fields import COUNTED, FIELDS, KEY, SORTED, Kind
from lantai.search.rules.permission import compiled
from lantai.search.rules.queries import Every, Everything, Except, Fixed, Query
from lantai.search.rules.rights import FIELD as RIGHTS
from lantai.search.rules.rights import decided, mentioned, prefix_for

CHECKPOINT_KEY = "checkpoint"
"""Key of the one document that is no record: it holds the ledger position, so that both are committed together."""

_POSITION = "position"
WRITER_BYTES = 64 << 20
MOST_VALUES = 1000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field, kind in FIELDS.items():
        if kind is Kind.NUMBER:
            builder.add_integer_field(field, indexed=True, fast=field in (*COUNTED, *SORTED))
        elif kind is Kind.EXACT:
            builder.add_text_field(
                field, stored=field == KEY, fast=field in COUNTED, tokenizer_name="raw", index_option="basic"
            )
        else:
            option = "position" if kind is Kind.PHRASES else "freq"
            builder.add_text_field(field, tokenizer_name="whitespace", index_option=option)
    builder.add_integer_field(_POSITION, stored=True)
    return builder.build()


class _Snapshot:
    """The index as it stood at one moment, with the classes of rights that were in it and what was decided for them."""

    def __init__(self, index: tantivy.Index) -> None:
        self.searcher = index.searcher()
        self._classes: dict[str, dict[str, int]] = {}
        self._decided: dict[Filter, Query] = {}

    def allowed(self, condition: Filter) -> Query:
        """Return the query for a reader's rights: by classes where they decide it, else fact by fact."""
        if condition not in self._decided:
            self._decided[condition] = self._decide(condition)
        return self._decided[condition]

    def _decide(self, condition: Filter) -> Query:
        said = mentioned(condition)
        prefix = prefix_for(said) if said else None
        by_classes = decided(condition, said, self._classes_of(prefix)) if said and prefix else None
        return compiled(condition) if by_classes is None else by_classes

    def _classes_of(self, prefix: str) -> dict[str, int]:
        if prefix not in self._classes:
            self._classes[prefix] = dict(self.searcher.terms_with_prefix(RIGHTS, prefix))
        return self._classes[prefix]


class TantivyEngine:
    """Reads one generation. Safe to share between threads: each question works on one snapshot."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._schema = self._index.schema
        self._snapshot = _Snapshot(self._index)

    def refresh(self) -> None:
        self._index.reload()
        self._snapshot = _Snapshot(self._index)

    def search(
        self, query: Query, *, within: Filter, limit: int = 10, offset: int = 0, newest_first: bool = False
    ) -> Found:
        snapshot = self._snapshot
        searcher = snapshot.searcher
        asked = self._asked(snapshot, query, within)
        sort_field = "dated" if newest_first else None
        result: Any = searcher.search(asked, limit=max(1, limit), offset=offset, count=True, order_by_field=sort_field)
        total = int(result.count or 0)
        hits = [
            (searcher.doc(address)[KEY][0], 0.0 if newest_first else float(score)) for score, address in result.hits
        ]
        return Found(total, hits[:limit])

    def counts(self, query: Query, *, within: Filter, fields: Sequence[str]) -> dict[str, dict[str | int, int]]:
        if not fields:
            return {}
        snapshot = self._snapshot
        wanted = {field: {"terms": {"field": field, "size": MOST_VALUES}} for field in fields}
        answer: dict[str, Any] = snapshot.searcher.aggregate(self._asked(snapshot, query, within), wanted)
        return {
            field: {_value(field, bucket["key"]): bucket["doc_count"] for bucket in answer[field]["buckets"]}
            for field in fields
        }

    def checkpoint(self) -> int:
        searcher = self._snapshot.searcher
        found = searcher.search(TantivyQuery.term_query(self._schema, KEY, CHECKPOINT_KEY), limit=1).hits
        return int(searcher.doc(found[0][1])[_POSITION][0]) if found else 0

    def size(self) -> int:
        return max(0, int(self._snapshot.searcher.num_docs) - 1)

    def _asked(self, snapshot: _Snapshot, query: Query, within: Filter) -> TantivyQuery:
        """Return `query` for a reader: only what the rights let through, and never the checkpoint."""
        translator = Translator(self._schema, snapshot.searcher)
        own = TantivyQuery.term_query(self._schema, KEY, CHECKPOINT_KEY)
        rights = snapshot.allowed(within)
        clauses = [(Occur.Must, translator.translated(query)), (Occur.MustNot, own)]
        match rights:
            case Everything():
                pass
            case Except(part):
                clauses.append((Occur.MustNot, translator.translated(part)))
            case Every(parts) if parts and all(isinstance(part, Except) for part in parts):
                clauses += [
                    (Occur.MustNot, translator.translated(part.part)) for part in parts if isinstance(part, Except)
                ]
            case _:
                clauses.append((Occur.Must, translator.translated(Fixed(rights, 0.0))))
        return TantivyQuery.boolean_query(clauses)


class TantivyWriter:
    """Writes one generation; the lock in its folder lets one writer in at a time, whatever process it is in."""

    def __init__(self, folder: Path, *, heap_bytes: int = WRITER_BYTES) -> None:
        """Open the generation for writing. Raises ConflictError while another writer has it."""
        index = tantivy.Index.open(str(folder))
        try:
            self._writer = index.writer(heap_size=heap_bytes, num_threads=1)
        except ValueError as error:
            if "LockBusy" not in str(error):
                raise
            raise ConflictError(
                "search.writer_busy",
                gettext_noop("Another process is writing the search index. It takes in the news; nothing is lost."),
            ) from error

    def put(self, document: Document) -> None:
        self.drop(str(document[KEY][0]))
        self.add(document)

    def add(self, document: Document) -> None:
        self._writer.add_document(_tantivy_document(document))

    def drop(self, key: str) -> None:
        self._writer.delete_documents_by_term(KEY, key)

    def commit(self, checkpoint: int) -> None:
        self.drop(CHECKPOINT_KEY)
        position = tantivy.Document()
        position.add_text(KEY, CHECKPOINT_KEY)
        position.add_integer(_POSITION, checkpoint)
        self._writer.add_document(position)
        self._writer.commit()

    def close(self) -> None:
        """Wait for merges under way, then free the lock."""
        self._writer.rollback()
        self._writer.wait_merging_threads()


def create_generation(folder: Path) -> None:
    """Make an empty index in the empty `folder`, written up to ledger position 0."""
    tantivy.Index(_schema(), path=str(folder))
    writer = TantivyWriter(folder)
    writer.commit(0)
    writer.close()


def _tantivy_document(document: Document) -> tantivy.Document:
    made = tantivy.Document()
    for field, values in document.items():
        add: Any = made.add_integer if FIELDS[field] is Kind.NUMBER else made.add_text
        for value in values:
            add(field, value)
    return made


def _value(field: str, key: object) -> str | int:
    return int(float(str(key))) if FIELDS[field] is Kind.NUMBER else str(key)
