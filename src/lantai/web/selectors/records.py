"""One record as the record page shows it: its place, its pages and files, the words on a page, its four tabs."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext

from lantai.audit import selectors as audit
from lantai.audit.selectors import Proof, SealedEntry
from lantai.catalogue import selectors as catalogue
from lantai.catalogue.models import Page, Record, RecordPart, RecordRevision, RetentionPeriod
from lantai.catalogue.selectors import RelatedRecord, SeenRecord
from lantai.identity.models import AccessLevel
from lantai.identity.selectors import access_levels, names_of
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, NotFoundError, gettext_noop
from lantai.language.rules import mark
from lantai.preservation import selectors as preservation
from lantai.preservation.models import ComputerFile, Manifest
from lantai.preservation.selectors import CopyOf
from lantai.recognition import selectors as recognition
from lantai.recognition.rules.technical import technical_lines
from lantai.search.rules.box import marks_in, parts_of
from lantai.viewing import selectors as viewing
from lantai.viewing.models import PartPreview
from lantai.web.rules.words import field_words, value_words, words_for

PLAYED = ("audio/", "video/")
CHILDREN_SHOWN = 200


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file with what it says of itself as (label, value), and whether a picture stands for it."""

    part: RecordPart
    lines: list[tuple[str, str]]
    has_preview: bool


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record and what stands around it. `page_number` is the page to open at; `hit_pages` have the query's words."""

    record: Record
    above: list[Record]
    pages: list[Page]
    parts: list[RecordPart]
    retention: RetentionPeriod | None
    access_level: AccessLevel | None
    query: str
    page_number: int
    hit_pages: frozenset[int]
    masked: bool = False

    @property
    def first_page_id(self) -> UUID | None:
        return self.pages[self.page_number - 1].id if self.pages else None

    @property
    def metadata(self) -> list[tuple[str, str]]:
        """The further metadata as (label, value)."""
        return metadata_lines(self.record)

    @property
    def played(self) -> list[RecordPart]:
        """The parts that sound or move."""
        return [part for part in self.parts if part.media_type.startswith(PLAYED)]

    @property
    def files(self) -> list[FileFacts]:
        """The parts that say something of themselves: photographs, sound, film, drawings."""
        shown = PartPreview.objects.filter(part__in=self.parts, picture__isnull=False).values_list("part_id", flat=True)
        with_picture = set(shown)
        facts = [
            FileFacts(
                part,
                [(gettext(label), value) for label, value in technical_lines(part.technical)],
                part.id in with_picture,
            )
            for part in self.parts
        ]
        return [fact for fact in facts if fact.lines or fact.has_preview]

    @property
    def kept_only(self) -> list[RecordPart]:
        """The parts that are kept but have neither pages nor sound to show here."""
        paged = {page.part_id for page in self.pages}
        return [part for part in self.parts if part.id not in paged and not part.media_type.startswith(PLAYED)]


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line of a page: its box in pixels of the page, and the ranges of its text to mark (start, end, exclusive)."""

    text: str
    box_px: tuple[int, int, int, int]
    marks: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class MarkedPage:
    width_px: int
    height_px: int
    lines: list[MarkedLine]


@dataclass(frozen=True, slots=True)
class Relations:
    """The records in one, and those tied to it in either direction."""

    children: list[Record]
    children_left_out: int
    tied: list[RelatedRecord]


@dataclass(frozen=True, slots=True)
class KeptPart:
    """A part with its bytes and where their copies lie."""

    part: RecordPart
    file: ComputerFile
    copies: list[CopyOf]


@dataclass(frozen=True, slots=True)
class EntryProof:
    """An entry with its proof; `proof` is None while no signed checkpoint covers it."""

    entry: SealedEntry
    words: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An entry of the ledger, its act in English source words and the name of the account whose act it is."""

    entry: SealedEntry
    words: str
    name: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    words: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Revision:
    """One edit and what it changed, field by field."""

    row: RecordRevision
    changes: list[FieldChange]


def record_view(actor: Actor, reference: str, *, query: str = "", page: int = 1) -> RecordView:
    """Return a record for its page, opened at page number `page`, the pages with words of `query` named.

    Who may see no more than its masked copy gets that: the checked pages, no files, a masked description. Raises
    NotFoundError when there is no such record that `actor` may see.
    """
    seen = catalogue.seen_record(actor, reference)
    record = seen.record
    if seen.masked:
        pages = [checked.page for checked in catalogue.checked_pages(record.id)]
    else:
        pages = [] if record.quarantined else list(catalogue.pages_of(record.id))
    return RecordView(
        record=record,
        above=catalogue.breadcrumbs(actor, record),
        pages=pages,
        parts=[] if seen.masked else catalogue.parts_of(record),
        retention=next((p for p in catalogue.retention_periods() if p.code == record.retention), None),
        access_level=next((a for a in access_levels() if a.level == record.access_level), None),
        query=query,
        page_number=page if 1 <= page <= len(pages) else 1,
        hit_pages=_hit_pages(seen, query) if query and pages else frozenset(),
        masked=seen.masked,
    )


def _hit_pages(seen: SeenRecord, query: str) -> frozenset[int]:
    parts = parts_of(query)
    if seen.masked:
        masked = catalogue.masked_texts([seen.record.id]).get(seen.record.id, [])
        return frozenset(number for number, _, text in masked if mark(text, marks_in(text, parts)))
    texts = recognition.texts_of([seen.record.id])
    return frozenset(number for _, number, _, text in texts if mark(text, marks_in(text, parts)))


def marked_page(actor: Actor, reference: str, number: int, query: str) -> MarkedPage:
    """Return the lines of a page with the words of `query` marked, across the ends of lines too.

    Raises NotFoundError when there is no such page that `actor` may see; a page that was not read has no lines.
    """
    record = catalogue.seen_record(actor, reference).record
    page = catalogue.pages_of(record.id).filter(number=number).first()
    if page is None or record.quarantined:
        raise NotFoundError("web.page", gettext_noop("The record has no page %(number)s."), number=number)
    seen = viewing.shown_page(actor, page.id)
    layout = viewing.masked_layout(page.id) if seen.masked else recognition.layout_of(page.id)
    if layout is None:
        return MarkedPage(page.width_px, page.height_px, [])
    marks = _marks([line.text for line in layout.lines], query)
    lines = [MarkedLine(line.text, line.box_px, found) for line, found in zip(layout.lines, marks, strict=True)]
    return MarkedPage(layout.width_px, layout.height_px, lines)


def _marks(lines: Sequence[str], query: str) -> list[list[tuple[int, int]]]:
    """Return for each line the ranges in it that show the query; a range may have begun on the line before."""
    found: list[list[tuple[int, int]]] = [[] for _ in lines]
    text = "\n".join(lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for start, end in mark(text, marks_in(text, parts_of(query))) if query else []:
        at = bisect_right(starts, start) - 1
        while at < len(lines) and starts[at] < end:
            inside = (max(start - starts[at], 0), min(end - starts[at], len(lines[at])))
            if inside[0] < inside[1]:
                found[at].append(inside)
            at += 1
    return found


def relations_of(actor: Actor, record: Record) -> Relations:
    """Return the records tied to `record`, as far as `actor` may see them."""
    visible = catalogue.visible_records(actor)
    children = visible.filter(parent=record).order_by("code_prefix", "code_number", "id")
    shown = list(children[: CHILDREN_SHOWN + 1])
    more = children.count() - CHILDREN_SHOWN if len(shown) > CHILDREN_SHOWN else 0
    return Relations(shown[:CHILDREN_SHOWN], more, catalogue.relations_of(actor, record))


def kept_parts(record: Record) -> list[KeptPart]:
    """Return the files of a record with their copies, in order."""
    return [
        KeptPart(part, preservation.file_of(part.computer_file_id), preservation.copies_of(part.computer_file_id))
        for part in catalogue.parts_of(record)
    ]


def manifests_of(record: Record) -> QuerySet[Manifest]:
    """Return the signed manifests of a record, all versions."""
    return preservation.manifests_of("record", record.id)


def history_of(record: Record) -> list[HistoryLine]:
    """Return the ledger's entries about a record, newest first."""
    entries = audit.history_of("record", record.id)
    names = names_of({entry.actor_id for entry in entries if entry.actor_id})
    return [HistoryLine(entry, words_for(entry.verb), _name(entry, names)) for entry in entries]


def _name(entry: SealedEntry, names: Mapping[UUID, str]) -> str:
    return names.get(entry.actor_id, "") if entry.actor_id else entry.actor_name


def revisions_of(record: Record) -> list[Revision]:
    """Return what each of the latest edits changed, newest first."""
    return [Revision(row, list(_field_changes(record, row.changes))) for row in catalogue.history(record).items]


def _field_changes(record: Record, changes: Mapping[str, Sequence[Any]]) -> Iterator[FieldChange]:
    for name, (old, new) in changes.items():
        if name != "metadata":
            told = (gettext(word) if name == "basis" and word else word for word in (_shown(old), _shown(new)))
            yield FieldChange(field_words(name), *told)
            continue
        before, after = old or {}, new or {}
        labels = element_labels(record)
        for element in sorted({*before, *after}):
            pair = (_shown(before.get(element)), _shown(after.get(element)))
            if pair[0] != pair[1]:
                yield FieldChange(labels.get(element, element), *pair)


def _shown(value: object) -> str:
    words = value_words(value)
    return gettext(words) if isinstance(value, bool) else words


def element_labels(record: Record) -> dict[str, str]:
    """Return what the elements of the record's metadata scheme are called in the reader's language."""
    english = (get_language() or "").startswith("en")
    return {
        element.name: element.name.replace("_", " ").capitalize() if english else element.name_zh
        for element in catalogue.scheme_elements(record.category)
    }


def metadata_lines(record: Record) -> list[tuple[str, str]]:
    """Return the record's further metadata as (label, value)."""
    labels = element_labels(record) if record.metadata else {}
    return [(labels.get(name, name), _shown(value)) for name, value in record.metadata.items()]


def proof_for(record: Record, entry_id: UUID | None) -> EntryProof | None:
    """Return an entry about `record` (the newest sealed one, if None) with its proof; None while the ledger has no entry about it.

    Raises NotFoundError for an entry that is not about this record.
    """
    entries = audit.history_of("record", record.id)
    if entry_id is None:
        entry = next((entry for entry in entries if entry.seq), entries[0] if entries else None)
    else:
        entry = next((entry for entry in entries if entry.entry == entry_id), None)
    if entry is None:
        if entry_id is None:
            return None
        raise NotFoundError("web.entry", gettext_noop("The ledger has no such entry about this record."))
    try:
        return EntryProof(entry, words_for(entry.verb), audit.proof_of(entry.entry))
    except ConflictError:
        return EntryProof(entry, words_for(entry.verb), None)
