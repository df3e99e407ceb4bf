"""A reader's rights, a kernel Filter, compiled to the query tree: the same meaning as `kernel.filters.matches`.

A field that the index does not know is an error, never "nothing": under a negation it would let everything through.
"""

from lantai.kernel.filters import All, AnyOf, AtMost, Filter, Is, IsOneOf, Not, Scalar, StartsWith
from lantai.search.rules.fields import FIELDS, Kind
from lantai.search.rules.queries import Between, Equals, Every, Except, Nothing, OneOf, Prefix, Query, Some

FILTERED = ("record", "archives", "unit_path", "opening", "access_level", "quarantined", "fonds", "category", "level")
"""The facts that a condition on a record may name."""


def compiled(condition: Filter) -> Query:
    """Return the query that finds exactly the documents whose facts fulfil `condition`.

    Raises LookupError for a fact that is not in the index.
    """
    match condition:
        case All(parts):
            return Every(tuple(map(compiled, parts)))
        case AnyOf(parts):
            return Some(tuple(map(compiled, parts)))
        case Not(part):
            return Except(compiled(part))
        case Is(field, value):
            return _one_of(field, frozenset({value}))
        case IsOneOf(field, values):
            return _one_of(field, values)
        case AtMost(field, value):
            return Between(field, None, int(value)) if _kind(field) is Kind.NUMBER else Nothing()
        case StartsWith(field, prefix):
            return _starts_with(field, prefix)


def _kind(field: str) -> Kind:
    if field not in FILTERED:
        raise LookupError(f"the index holds no fact {field!r} to filter by")
    return FIELDS[field]


def _one_of(field: str, values: frozenset[Scalar]) -> Query:
    """Numbers equal numbers and texts equal texts, as in Python; True is 1."""
    fitting: frozenset[str | int]
    if _kind(field) is Kind.NUMBER:
        fitting = frozenset(int(value) for value in values if isinstance(value, int))
    else:
        fitting = frozenset(value for value in values if isinstance(value, str))
    if not fitting:
        return Nothing()
    return Equals(field, next(iter(fitting))) if len(fitting) == 1 else OneOf(field, fitting)


def _starts_with(field: str, prefix: str) -> Query:
    if _kind(field) is not Kind.EXACT:
        return Nothing()
    if field == "unit_path" and prefix.endswith("/"):
        return Equals("unit_paths", prefix)
    return Prefix(field, prefix)
