"""Make the suggestions of a record from what its pages say. No act of its own: reading calls it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from lantai.catalogue.models import Page, Record
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.recognition.models import Suggestion, SuggestionState
from lantai.recognition.rules.categories import Sample
from lantai.recognition.rules.fact import Fact
from lantai.recognition.rules.facts import facts_of
from lantai.recognition.rules.filling import holds
from lantai.recognition.rules.layout import PageLayout
from lantai.recognition.rules.photographs import photograph_facts
from lantai.recognition.selectors.categories import SAMPLE_CHARACTERS
from lantai.recognition.selectors.cells import ruled_cells
from lantai.recognition.selectors.pages import layout_of
from lantai.recognition.selectors.progress import secret_pages
from lantai.recognition.services.categories import category_facts, year_facts
from lantai.recognition.services.templates import template_facts

# Facts stand at the beginning and at the end of a document; a thick file is not read back in whole for them.
FIRST_PAGES, LAST_PAGES = 3, 2


@dataclass(frozen=True, slots=True)
class RecordRead:
    """A record with the layouts of its telling pages and their numbers, for those that suggest."""

    record: Record
    layouts: list[PageLayout]
    numbers: list[int]


Producer = Callable[[RecordRead], Iterable[Fact]]


def _official_facts(read: RecordRead) -> Iterable[Fact]:
    return facts_of(read.layouts, read.numbers, ruled_cells(read.record.id, read.numbers))


def _template_facts(read: RecordRead) -> Iterable[Fact]:
    return template_facts(read.record.archives_id, read.layouts, read.numbers)


def _filing_facts(read: RecordRead) -> Iterable[Fact]:
    record = read.record
    text = "\n".join(layout.text for layout in read.layouts)[:SAMPLE_CHARACTERS]
    sample = Sample(record.title, text, record.author, record.document_number, record.year, record.page_count)
    return category_facts(record, sample)


def _photograph_facts(read: RecordRead) -> Iterable[Fact]:
    category = read.record.category
    technical = read.record.parts.order_by("order").values_list("technical", flat=True)
    return photograph_facts(category.code if category else "", technical)


PRODUCERS: tuple[Producer, ...] = (_photograph_facts, _template_facts, _official_facts, _filing_facts)
"""Whatever suggests values for a record; each says in the `origin` of its facts who it was."""


def renew_suggestions(*, actor: Actor, record_id: UUID) -> int:
    """Replace the undecided suggestions of a record by those of its present reading; return how many it has now.

    What a person decided, and what was filled in by rule, stays as it is. A record with a secret mark gets none.
    """
    record = Record.objects.select_related("category").get(id=record_id)
    undecided = (SuggestionState.WAITING, SuggestionState.AGREES)
    Suggestion.objects.filter(record=record, state__in=undecided).delete()
    if secret_pages(record_id):
        return 0
    kept = set(Suggestion.objects.filter(record=record).values_list("field", "value"))
    pages = _telling_pages(record_id)
    numbers = {page.number: page for page in pages}
    rows = [
        _row(record, numbers.get(fact.page_number), fact)
        for fact in _facts(record, pages)
        if (fact.field, fact.value[:1000]) not in kept
    ]
    Suggestion.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _telling_pages(record_id: UUID) -> list[Page]:
    rows = Page.objects.filter(record_id=record_id).exclude(part__role="derived").order_by("number")
    first = list(rows[:FIRST_PAGES])
    last = list(rows.order_by("-number")[:LAST_PAGES])
    return first + [page for page in reversed(last) if page.number > first[-1].number]


def _facts(record: Record, pages: list[Page]) -> list[Fact]:
    layouts = [(page.number, layout) for page in pages if (layout := layout_of(page.id)) is not None]
    read = RecordRead(record, [layout for _, layout in layouts], [number for number, _ in layouts])
    facts = [fact for produce in PRODUCERS for fact in produce(read)]
    return [*facts, *year_facts(record, facts)]


def _row(record: Record, page: Page | None, fact: Fact) -> Suggestion:
    left, top, right, bottom = fact.box_px
    agrees = holds(record, fact.field, fact.value)
    return Suggestion(
        record=record,
        page=page,
        field=fact.field,
        value=fact.value[:1000],
        confidence=min(max(fact.confidence, 0.0), 1.0),
        origin=fact.origin,
        alternatives=[{"value": value, "confidence": sure} for value, sure in fact.alternatives],
        reasons=list(fact.reasons),
        left_px=left,
        top_px=top,
        right_px=right,
        bottom_px=bottom,
        state=SuggestionState.AGREES if agrees else SuggestionState.WAITING,
        created_at=now(),
    )
