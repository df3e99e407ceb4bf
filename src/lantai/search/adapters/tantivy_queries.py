"""The neutral query tree as tantivy wants it."""

import re

import tantivy
from tantivy import FieldType, Occur
from tantivy import Query as TantivyQuery

from lantai.search.rules.fields import FIELDS, Kind
from lantai.search.rules.queries import (
    AllTokens,
    Between,
    Equals,
    Every,
    Everything,
    Except,
    Fixed,
    Holding,
    Nothing,
    OneOf,
    Phrase,
    Preferring,
    Prefix,
    Query,
    Some,
    Weighted,
)

LEAST_COMMON_DOCUMENTS = 50_000
"""A token in fewer documents than this is never treated as common."""

COMMON_SHARE = 0.05
RAREST_TOKENS = 3
_SMALLEST, _GREATEST = -(2**63), 2**63 - 1


class Translator:
    """Turns query trees into tantivy queries for one searcher, whose token counts decide how a phrase is asked for."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def translated(self, query: Query) -> TantivyQuery:
        """Return the tantivy query that finds the same documents."""
        match query:
            case Everything():
                return TantivyQuery.all_query()
            case Nothing():
                return TantivyQuery.empty_query()
            case Every(parts):
                return self._every(parts)
            case Some(parts):
                return self._some(parts)
            case Except(part):
                return self._every((query,)) if not isinstance(part, Nothing) else TantivyQuery.all_query()
            case Preferring(part, better):
                wanted = [(Occur.Must, self.translated(part))]
                return TantivyQuery.boolean_query([*wanted, *((Occur.Should, self.translated(b)) for b in better)])
            case Weighted(part, weight):
                return TantivyQuery.boost_query(self.translated(part), weight)
            case Fixed(part, score):
                return TantivyQuery.const_score_query(self.translated(part), score)
            case _:
                return self._leaf(query)

    def _every(self, parts: tuple[Query, ...]) -> TantivyQuery:
        if not parts:
            return TantivyQuery.all_query()
        clauses = [
            (Occur.MustNot, self.translated(part.part))
            if isinstance(part, Except)
            else (Occur.Must, self.translated(part))
            for part in parts
        ]
        if all(isinstance(part, Except) for part in parts):
            clauses.append((Occur.Must, TantivyQuery.const_score_query(TantivyQuery.all_query(), 0.0)))
        return TantivyQuery.boolean_query(clauses)

    def _some(self, parts: tuple[Query, ...]) -> TantivyQuery:
        if not parts:
            return TantivyQuery.empty_query()
        if len(parts) == 1:
            return self.translated(parts[0])
        return TantivyQuery.boolean_query([(Occur.Should, self.translated(part)) for part in parts])

    def _leaf(self, query: Query) -> TantivyQuery:
        match query:
            case Equals(field, value):
                return self._term(field, value)
            case OneOf(field, values):
                return self._one_of(field, [value for value in values if _fits(field, value)])
            case Between(field, low, high):
                return self._between(field, low, high)
            case Prefix(field, prefix):
                return TantivyQuery.regex_query(self._schema, field, _escaped(prefix) + r"(.|\n)*")
            case Holding(field, char):
                letter = _escaped(char)
                return TantivyQuery.regex_query(self._schema, field, f"{letter}.?|.{letter}")
            case AllTokens(field, tokens):
                return TantivyQuery.boolean_query(
                    [(Occur.Must, self._term(field, token)) for token in dict.fromkeys(tokens)]
                )
            case Phrase(field, tokens, strict):
                return self._phrase(field, tokens, strict=strict)
        raise TypeError(f"not a query: {query!r}")

    def _term(self, field: str, value: str | int) -> TantivyQuery:
        if not _fits(field, value):
            return TantivyQuery.empty_query()
        option = "freq" if FIELDS[field] in (Kind.WORDS, Kind.PHRASES) else "basic"
        return TantivyQuery.term_query(self._schema, field, value, index_option=option)

    def _one_of(self, field: str, values: list[str | int]) -> TantivyQuery:
        """Several values are gathered in one set of documents first; a union of them would be walked many times over."""
        if len(values) < 2:
            return self._term(field, values[0]) if values else TantivyQuery.empty_query()
        return TantivyQuery.term_set_query(self._schema, field, values)

    def _between(self, field: str, low: int | None, high: int | None) -> TantivyQuery:
        bottom, top = (
            max(_SMALLEST, low if low is not None else _SMALLEST),
            min(_GREATEST, high if high is not None else _GREATEST),
        )
        if bottom > top:
            return TantivyQuery.empty_query()
        return TantivyQuery.range_query(self._schema, field, FieldType.Integer, bottom, top)

    def _phrase(self, field: str, tokens: tuple[str, ...], *, strict: bool) -> TantivyQuery:
        """Ask for the rarest tokens at their places; for a phrase of common tokens only, that all of them are there.

        Measured at 400,000 documents: three tokens find 0.0004 % too many and halve the slowest answers, tokens without
        places find 0.14 % too many and take a sixth.
        """
        if not tokens:
            return TantivyQuery.empty_query()
        if len(tokens) == 1:
            return self._term(field, tokens[0])
        if strict or (len(tokens) <= RAREST_TOKENS and self._searcher.num_docs < LEAST_COMMON_DOCUMENTS):
            return TantivyQuery.phrase_query(self._schema, field, list(tokens))
        counted = sorted((self._searcher.doc_freq(field, token), at) for at, token in enumerate(tokens))
        if counted[0][0] == 0:
            return TantivyQuery.empty_query()
        if counted[0][0] > max(LEAST_COMMON_DOCUMENTS, COMMON_SHARE * self._searcher.num_docs):
            return TantivyQuery.const_score_query(self._leaf(AllTokens(field, tokens)), 1.0)
        places = sorted(at for _, at in counted[: max(RAREST_TOKENS, 2)])
        return TantivyQuery.phrase_query(self._schema, field, [(at - places[0], tokens[at]) for at in places])


def _fits(field: str, value: str | int) -> bool:
    if FIELDS[field] is Kind.NUMBER:
        return isinstance(value, int) and _SMALLEST <= value <= _GREATEST
    return isinstance(value, str)


def _escaped(text: str) -> str:
    return re.sub(r"([^\w]|_)", lambda found: found[0] if found[0].isspace() else "\\" + found[0], text)
