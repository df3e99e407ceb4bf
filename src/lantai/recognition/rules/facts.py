"""Find the facts of an official document on its pages: what GB/T 9704-2012 puts where, and codes wherever they stand.

Every fact carries its place and a confidence: what the rule is worth times how surely its characters were read. It is
an offer to a person (or to a threshold), never a decision.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lantai.recognition.rules.codes import codes_in
from lantai.recognition.rules.layout import Box, PageLayout
from lantai.recognition.rules.names import organisations_in, people_in
from lantai.recognition.rules.official import find_author, find_date, find_head, find_title
from lantai.recognition.rules.rows import Row, Span, rows_of

FIELDS = (
    "title",
    "document_number",
    "author",
    "dated_on",
    "addressees",
    "people",
    "organisations",
    "uscc",
    "identity_number",
    "project_code",
)
MOST_OF_A_FIELD = {"organisations": 4, "people": 8}
MOST_OTHERWISE = 12
PEOPLE_WORTH = 0.85
ORGANISATION_WORTH = 0.75


@dataclass(frozen=True, slots=True)
class Fact:
    """A value for a field of the record's description, with its place; `dated_on` values are ISO dates.

    Page number 0 means the whole record. `origin` names the rule, template or model that offers it, `alternatives` are
    its next best guesses (value, confidence), `reasons` the words that decided.
    """

    field: str
    value: str
    confidence: float
    page_number: int
    box_px: Box
    origin: str = "official/1"
    alternatives: tuple[tuple[str, float], ...] = ()
    reasons: tuple[str, ...] = ()


def facts_of(pages: Sequence[PageLayout], numbers: Sequence[int] | None = None) -> list[Fact]:
    """Return the facts of a document whose pages are `pages` in order, with the page `numbers` given (1, 2, … if None).

    Fields with one value come once; people, organisations and codes as often as they differ, the surest first.
    """
    rows = [
        row
        for number, page in zip(numbers or range(1, len(pages) + 1), pages, strict=True)
        for row in rows_of(page, number)
    ]
    if not rows:
        return []
    head = find_head(rows)
    title = find_title(rows, head)
    author = find_author(rows, head, title)
    found = [
        _fact("title", title),
        _fact("document_number", head.number),
        _fact("author", author),
        _fact("dated_on", find_date(rows, head)),
        _fact("addressees", title.addressees if title else None),
    ]
    facts = [fact for fact in found if fact is not None]
    for several in (_codes(rows), _people(rows), _organisations(rows)):
        facts += _distinct(several)
    return facts


def _fact(field: str, span: Span | None) -> Fact | None:
    if span is None or not span.value:
        return None
    return Fact(
        field, span.value, round(min(span.worth * span.read_confidence, 0.999), 4), span.page_number, span.box_px
    )


def _codes(rows: Sequence[Row]) -> Iterator[Fact]:
    # Run by run: a code never crosses from one cell of a table to the next.
    for place, start, text in ((row, *run) for row in rows for run in row.runs):
        for code in codes_in(text):
            fact = _fact(code.kind, place.span(start + code.start, start + code.end, code.value, code.sureness))
            if fact is not None:
                # A right check digit proves the characters better than the reader's own sureness does.
                yield (
                    replace(fact, confidence=max(fact.confidence, code.sureness - 0.02))
                    if _checked(code.kind)
                    else fact
                )


def _checked(kind: str) -> bool:
    return kind in ("uscc", "identity_number")


def _people(rows: Sequence[Row]) -> Iterator[Fact]:
    for row in rows:
        for name, start, end in people_in(row.text):
            fact = _fact("people", row.span(start, end, name, PEOPLE_WORTH))
            if fact is not None:
                yield fact


def _organisations(rows: Sequence[Row]) -> Iterator[Fact]:
    for row in rows:
        for name, start, end in organisations_in(row.text):
            fact = _fact("organisations", row.span(start, end, name, ORGANISATION_WORTH))
            if fact is not None:
                yield fact


def _distinct(facts: Iterator[Fact]) -> list[Fact]:
    """Return each value of a field once, at its first place; one seen again is a little surer."""
    kept: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        key = (fact.field, fact.value)
        if key in kept:
            surer = max(kept[key].confidence, fact.confidence)
            kept[key] = replace(kept[key], confidence=round(min(surer + 0.03, 0.999), 4))
        else:
            kept[key] = fact
    counts: dict[str, int] = {}
    chosen = []
    for fact in sorted(kept.values(), key=lambda f: -f.confidence):
        counts[fact.field] = counts.get(fact.field, 0) + 1
        if counts[fact.field] <= MOST_OF_A_FIELD.get(fact.field, MOST_OTHERWISE):
            chosen.append(fact)
    return chosen
