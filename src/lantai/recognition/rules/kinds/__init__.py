"""The kinds of documents that are recognised by their words, and what each of them says in its fields.

One file per kind; a new kind is a new `Kind` in `KINDS`.
"""

from collections.abc import Sequence

from lantai.recognition.rules.fact import Fact
from lantai.recognition.rules.key_values import KeyValue, key_values_of
from lantai.recognition.rules.kinds import contracts, enterprises, headers, invoices, livelihood, marriages, permits
from lantai.recognition.rules.kinds.base import Kind, answers_to, fact_from, facts_of_kind
from lantai.recognition.rules.layout import Box, PageLayout

KINDS: tuple[Kind, ...] = (
    *invoices.KINDS,
    *permits.KINDS,
    *enterprises.KINDS,
    *marriages.KINDS,
    *livelihood.KINDS,
    *contracts.KINDS,
    livelihood.FORM,
)
"""In the order in which they are tried; what names itself wins over what is only known by its labels."""


def kind_of(pages: Sequence[PageLayout]) -> tuple[Kind, float] | None:
    """Return the kind of document that these pages are, and how surely; None where none is recognised."""
    offers = [(*kind.recognised(pages), -place, kind) for place, kind in enumerate(KINDS)]
    sure, _size, _place, kind = max(offers, key=lambda offer: offer[:3])
    return (kind, sure) if sure > 0 else None


def kind_facts(pages: Sequence[PageLayout], numbers: Sequence[int], cells: Sequence[Sequence[Box]] = ()) -> list[Fact]:
    """Return the facts of each page by its kind; a page of no kind of its own is read as the one before it."""
    facts: dict[tuple[str, str], Fact] = {}
    known = kind_of(pages)
    for place, (page, number) in enumerate(zip(pages, numbers, strict=True)):
        known = kind_of([page]) or known
        if known is None:
            continue
        kind, sure = known
        inside = [cells[place]] if place < len(cells) else []
        found = facts_of_kind(kind, [page], [number], inside, sure=sure)
        if kind is invoices.INVOICE:
            found += _parties(page, number, inside, sure)
        for fact in found:
            if (fact.field, fact.value) not in facts or facts[fact.field, fact.value].confidence < fact.confidence:
                facts[fact.field, fact.value] = fact
    return _single(list(facts.values()))


def header_facts(pages: Sequence[PageLayout], numbers: Sequence[int]) -> list[Fact]:
    """Return what the header block of a page from a web site says, nothing where there is none."""
    if not pages or not headers.HEADER.recognised([_top(pages[0])])[0]:
        return []
    return _single(facts_of_kind(headers.HEADER, [_top(pages[0])], numbers[:1]))


HEADER_SHARE = 0.42


def _top(page: PageLayout) -> PageLayout:
    lines = tuple(line for line in page.lines if line.box_px[3] < HEADER_SHARE * page.height_px)
    return PageLayout(lines, page.width_px, page.height_px, page.angle_degrees, page.turn_degrees)


SEVERAL = ("identity_number", "uscc", "people", "phone")


def _single(facts: Sequence[Fact]) -> list[Fact]:
    """Keep the surest value of each field that has one; the others become its alternatives."""
    kept: dict[str, Fact] = {}
    several: list[Fact] = []
    for fact in sorted(facts, key=lambda fact: -fact.confidence):
        if fact.field in SEVERAL:
            several.append(fact)
        elif fact.field in kept:
            first = kept[fact.field]
            kept[fact.field] = first.with_alternative(fact.value, fact.confidence)
        else:
            kept[fact.field] = fact
    return [*kept.values(), *several]


def _parties(page: PageLayout, number: int, cells: Sequence[Sequence[Box]], sure: float) -> list[Fact]:
    """Return the names and tax numbers of buyer and seller, which stand above or left, and below or right."""
    found = key_values_of(page, cells[0] if cells else (), invoices.INVOICE.words)
    facts = []
    for buyer, seller in invoices.PARTIES:
        answers = _in_turn(answers_to(buyer, found))
        for asked, answer in zip(
            (buyer, seller), (answers[:1] + answers[-1:]) if len(answers) > 1 else answers, strict=False
        ):
            fact = fact_from(asked, answer, number, invoices.INVOICE, sure)
            if fact is not None:
                facts.append(fact)
    return facts


def _in_turn(answers: Sequence[KeyValue]) -> list[KeyValue]:
    """Return answers from left to right where they stand on one row, else from top to bottom."""
    tops = [answer.key_box_px[1] for answer in answers]
    high = max((answer.key_box_px[3] - answer.key_box_px[1] for answer in answers), default=0)
    beside = bool(tops) and max(tops) - min(tops) < 2 * high
    return sorted(answers, key=lambda answer: answer.key_box_px[0 if beside else 1])
