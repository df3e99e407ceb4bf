"""Find the facts of an official document on its pages: what GB/T 9704-2012 puts where, and codes wherever they stand.

Every fact carries its place and a confidence: what the rule is worth times how surely its characters were read. It is
an offer to a person (or to a threshold), never a decision.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lantai.recognition.rules.codes import codes_in
from lantai.recognition.rules.fact import Fact
from lantai.recognition.rules.kinds import SEVERAL, header_facts, kind_facts
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


def facts_of(
    pages: Sequence[PageLayout], numbers: Sequence[int] | None = None, cells: Sequence[Sequence[Box]] = ()
) -> list[Fact]:
    """Return the facts of a document whose pages are `pages` in order, with the page `numbers` given (1, 2, … if None).

    `cells` are the insides of the ruled cells of each page, where they are known. Fields with one value
    come once; people, organisations and codes as often as they differ, the surest first.
    """
    given = list(numbers or range(1, len(pages) + 1))
    rows = [row for number, page in zip(given, pages, strict=True) for row in rows_of(page, number)]
    if not rows:
        return []
    block = header_facts(pages, given)
    facts = _agreed(block, _official(_below(block, rows)))
    facts = _with_kind(facts, kind_facts(pages, given, cells))
    told = {(fact.field, fact.value) for fact in facts}
    for several in (_codes(rows), _people(rows), _organisations(rows)):
        facts += [fact for fact in _distinct(several) if (fact.field, fact.value) not in told]
    return facts


def _with_kind(printed: Sequence[Fact], of_kind: Sequence[Fact]) -> list[Fact]:
    """Return both, of each field with one value only the surer one, with the other as what else may be meant."""
    kept = {fact.field: fact for fact in printed}
    added = []
    for fact in of_kind:
        other = kept.get(fact.field)
        if other is None or fact.field in SEVERAL:
            added.append(fact)
            continue
        first, second = (other, fact) if other.confidence >= fact.confidence else (fact, other)
        kept[fact.field] = (
            first if _alike(first.value, second.value) else first.with_alternative(second.value, second.confidence)
        )
    return [*kept.values(), *added]


def _below(block: Sequence[Fact], rows: Sequence[Row]) -> list[Row]:
    """Return the rows of the document itself, below the header block of a web site."""
    if not block:
        return list(rows)
    first, low = block[0].page_number, max(fact.box_px[3] for fact in block)
    return [row for row in rows if row.page_number != first or row.box_px[1] >= low] or list(rows)


def _agreed(block: Sequence[Fact], printed: Sequence[Fact]) -> list[Fact]:
    """Return what the header block says, surer where the document says the same, and what only the document says."""
    said = {fact.field: fact for fact in printed}
    stated = []
    for fact in block:
        other = said.pop(fact.field, None)
        if other is None:
            stated.append(fact)
        elif _alike(other.value, fact.value):
            stated.append(replace(fact, confidence=round(min(fact.confidence + 0.01, 0.999), 4)))
        else:
            stated.append(fact.with_alternative(other.value, other.confidence))
    return [*stated, *said.values()]


def _alike(one: str, other: str) -> bool:
    return re.sub(r"\W", "", one) == re.sub(r"\W", "", other)


def _official(rows: Sequence[Row]) -> list[Fact]:
    """Return what the parts of an official document say (GB/T 9704)."""
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
    return [fact for fact in found if fact is not None]


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
