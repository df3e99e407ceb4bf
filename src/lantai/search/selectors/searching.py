"""A reader's question answered: hits with their passages, counts, all of it within the reader's rights."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from lantai.catalogue import selectors as catalogue
from lantai.catalogue.models import Page, Record
from lantai.kernel.actors import Actor
from lantai.kernel.errors import InvalidError, gettext_noop
from lantai.kernel.filters import Filter
from lantai.language.rules import closed_lines, mark, passages
from lantai.recognition.rules.personal import masked_part
from lantai.search.adapters.engine import SearchEngine
from lantai.search.rules.box import Part, marks_in, parts_of, question_of
from lantai.search.rules.documents import SENSITIVE_LEVEL
from lantai.search.rules.fields import COUNTED
from lantai.search.rules.filters import SearchFilters, narrowing
from lantai.search.rules.queries import Every
from lantai.search.selectors import index
from lantai.search.selectors.sources import page_texts

PAGE_SIZE = 20
FIRST_PAGES = 10_000
"""Answers past this many are not paged to: narrowing the question finds more than reading on."""

MOST_PASSAGES = 3
MOST_PAGES_READ = 400
"""Pages of one record looked through for passages; the first hits of a very long record are shown."""


@dataclass(frozen=True, slots=True)
class HitPassage:
    """A part of a page's text with the ranges to mark in it (start, end, exclusive).

    Line ends inside a marked word are left out, as a reader would.
    """

    page_number: int
    page_id: UUID
    text: str
    marks: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. `record` is the row, read within the reader's rights."""

    record: Record
    score: float
    passages: list[HitPassage] = field(default_factory=list)
    title_marks: list[tuple[int, int]] = field(default_factory=list)
    first_page_id: UUID | None = None

    @property
    def record_id(self) -> UUID:
        return self.record.id

    @property
    def code(self) -> str:
        return self.record.reference_code or ""

    @property
    def title(self) -> str:
        return self.record.title


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet: how many answers have it, and whether it is chosen."""

    value: str | int
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one field among the answers, most frequent first (years in their order)."""

    field: str
    values: list[FacetValue]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """An answer: `total` counts everything the reader may see that fits; `hits` are those of the page asked for."""

    total: int
    hits: list[Hit]
    facets: list[Facet] = field(default_factory=list)


def search(
    actor: Actor,
    text: str,
    *,
    filters: SearchFilters | None = None,
    page_number: int = 1,
    page_size: int = PAGE_SIZE,
    newest_first: bool = False,
    with_facets: bool = False,
    fresh: bool = False,
) -> SearchResult:
    """Return what `actor` may see of the records that fit `text` and `filters`, best first.

    Without text, or with `newest_first`, the latest come first. `fresh` sees everything indexed before the call. Raises
    InvalidError for a question that is too long or a page past FIRST_PAGES answers, UnavailableError for an index of
    another version.
    """
    chosen = filters or SearchFilters()
    parts = parts_of(text)
    offset = _offset(page_number, page_size)
    engine = index.engine(fresh=fresh)
    if engine is None:
        return SearchResult(0, [])
    within = catalogue.finding_filter(actor)
    asked = Every((question_of(parts), narrowing(chosen)))
    found = engine.search(asked, within=within, limit=page_size, offset=offset, newest_first=newest_first or not parts)
    facets = _facets(engine, within, parts, chosen) if with_facets else []
    return SearchResult(found.total, _hits(actor, found.hits, parts), facets)


def _offset(page_number: int, page_size: int) -> int:
    if page_number < 1 or page_size < 1 or page_size > 200:
        raise InvalidError("search.page", gettext_noop("There is no such page of results. Go back to the first page."))
    offset = (page_number - 1) * page_size
    if offset + page_size > FIRST_PAGES:
        raise InvalidError(
            "search.too_deep",
            gettext_noop("Only the first %(most)s results can be paged through. Narrow the search instead."),
            most=FIRST_PAGES,
        )
    return offset


def _facets(engine: SearchEngine, within: Filter, parts: tuple[Part, ...], chosen: SearchFilters) -> list[Facet]:
    """Count by every field; a field that is narrowed is counted as if it were not, so that its other values show."""
    question = question_of(parts)
    open_fields = [name for name in COUNTED if name not in chosen.chosen()]
    counted = engine.counts(Every((question, narrowing(chosen))), within=within, fields=open_fields)
    for name in chosen.chosen():
        others = Every((question, narrowing(chosen.without(name))))
        counted |= engine.counts(others, within=within, fields=[name])
    return [Facet(name, _values(name, counted[name], chosen)) for name in COUNTED]


def _values(name: str, counts: dict[str | int, int], chosen: SearchFilters) -> list[FacetValue]:
    if name == "year":
        low, high = chosen.year_from, chosen.year_to
        narrowed = low is not None or high is not None
        return [
            FacetValue(year, count, narrowed and (low or 0) <= int(year) <= (high or 9999))
            for year, count in sorted(counts.items(), key=lambda pair: int(pair[0]))
        ]
    picked: tuple[str | int, ...] = getattr(chosen, name)
    known = counts | {value: 0 for value in picked if value not in counts}
    ordered = sorted(known.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [FacetValue(value, count, value in picked) for value, count in ordered]


def _hits(actor: Actor, found: Sequence[tuple[str, float]], parts: tuple[Part, ...]) -> list[Hit]:
    """Return the rows behind `found` that the actor may still see now, in their order.

    Asked of the database again: a right withdrawn a moment ago may not have reached the index.
    """
    ids = [UUID(hex=key) for key, _ in found]
    found_rows = catalogue.findable_records(actor).filter(id__in=ids, quarantined=False)
    seen = catalogue.as_seen(actor, found_rows.select_related("fonds", "category"))
    rows = {row.id: row for row, _ in seen}
    masked = [row.id for row, is_masked in seen if is_masked]
    readable = [row.id for row, is_masked in seen if not is_masked and row.access_level < SENSITIVE_LEVEL]
    texts = {**page_texts(readable), **catalogue.masked_texts(masked)} if parts else {}
    first_pages = dict(Page.objects.filter(record__in=rows, number=1).values_list("record_id", "id"))
    return [
        Hit(
            record=rows[record_id],
            score=round(score, 4),
            passages=_passages(texts.get(record_id, []), parts),
            title_marks=mark(rows[record_id].title, marks_in(rows[record_id].title, parts)),
            first_page_id=first_pages.get(record_id),
        )
        for record_id, (_, score) in zip(ids, found, strict=True)
        if record_id in rows
    ]


def _passages(pages: Sequence[tuple[int, UUID, str]], parts: tuple[Part, ...]) -> list[HitPassage]:
    """Return the parts of the pages that show the question best, at most MOST_PASSAGES, in reading order."""
    if not parts:
        return []
    typed = {part.text for part in parts}
    ranked: list[tuple[tuple[int, int, int], HitPassage]] = []
    for number, page_id, text in pages[:MOST_PAGES_READ]:
        terms = marks_in(text, parts)
        exact = len(typed.intersection(terms))
        for found in passages(text, terms, most=MOST_PASSAGES):
            # Numbers of persons are covered for everybody: whoever needs one opens the record, which leaves a trace.
            covered = masked_part(text, found.start, found.end)
            shown = HitPassage(number, page_id, *closed_lines(covered, found.marks))
            ranked.append(((-exact, -found.distinct, number), shown))
    ranked.sort(key=lambda pair: pair[0])
    return sorted((passage for _, passage in ranked[:MOST_PASSAGES]), key=lambda passage: passage.page_number)
