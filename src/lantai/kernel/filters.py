"""A neutral condition on named facts: rules yield it, selectors compile it to SQL, search to the index.

`matches` is its meaning; every compiler must agree with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Scalar = str | int | bool


@dataclass(frozen=True, slots=True)
class Is:
    """The fact equals `value`; for a fact with several values, one of them does."""

    field: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """The fact is one of `values`; for a fact with several values, any of them is."""

    field: str
    values: frozenset[Scalar]


@dataclass(frozen=True, slots=True)
class AtMost:
    """The number is at most `value`."""

    field: str
    value: int


@dataclass(frozen=True, slots=True)
class StartsWith:
    """The text begins with `prefix`."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class All:
    """Every one of `parts` holds; `All(())` is everything."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of `parts` holds; `AnyOf(())` is nothing."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`part` does not hold."""

    part: "Filter"


Filter = Is | IsOneOf | AtMost | StartsWith | All | AnyOf | Not

EVERYTHING: Filter = All(())
NOTHING: Filter = AnyOf(())


def all_of(*parts: Filter) -> Filter:
    """Return the conjunction of `parts`."""
    return All(parts)


def any_of(*parts: Filter) -> Filter:
    """Return the disjunction of `parts`."""
    return AnyOf(parts)


def matches(condition: Filter, facts: Mapping[str, object]) -> bool:
    """Tell whether `facts` fulfil `condition`. A fact that is absent or None fulfils nothing but a negation."""
    match condition:
        case All(parts):
            return all(matches(part, facts) for part in parts)
        case AnyOf(parts):
            return any(matches(part, facts) for part in parts)
        case Not(part):
            return not matches(part, facts)
        case Is(field, value):
            return value in _values(facts.get(field))
        case IsOneOf(field, values):
            return any(fact in values for fact in _values(facts.get(field)))
        case AtMost(field, value):
            fact = facts.get(field)
            return isinstance(fact, int) and fact <= value
        case StartsWith(field, prefix):
            return any(isinstance(v, str) and v.startswith(prefix) for v in _values(facts.get(field)))


def _values(fact: object) -> tuple[object, ...]:
    if fact is None:
        return ()
    if isinstance(fact, Iterable) and not isinstance(fact, str):
        return tuple(fact)
    return (fact,)
