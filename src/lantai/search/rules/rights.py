"""A reader's rights decided once for each class of records instead of for each record.

Records with the same facts that rights depend on form a class, which is one term of the field `rights`. There are few
classes, so a condition is decided for each of them by `kernel.filters.matches` itself, and the index is asked for terms:
a union of conditions would cost the engine ten to fifty times as much.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from lantai.kernel.filters import All, AnyOf, AtMost, Filter, Is, IsOneOf, Not, StartsWith, matches
from lantai.search.rules.queries import Equals, Every, Everything, Except, Nothing, OneOf, Query

FIELD = "rights"
BROAD = ("archives", "opening", "access_level", "quarantined")
"""The facts of a broad class; a narrow one has the unit path too."""

NARROW = (*BROAD, "unit_path")
BROAD_PREFIX, NARROW_PREFIX, RECORD_PREFIX = "b", "n", "r"
FEW_TERMS = 2
MOST_GRANTS = 2000


def rights_terms(record: str, facts: Mapping[str, str | int]) -> tuple[str, ...]:
    """Return the terms of a record: its broad class, its narrow class and itself."""
    broad = BROAD_PREFIX + json.dumps([facts[name] for name in BROAD], ensure_ascii=False)
    narrow = NARROW_PREFIX + json.dumps([facts[name] for name in NARROW], ensure_ascii=False)
    return broad, narrow, RECORD_PREFIX + record


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What a condition speaks of: its facts, and the records it names."""

    facts: frozenset[str]
    records: frozenset[str]


def mentioned(condition: Filter) -> Mentioned | None:
    """Return what `condition` speaks of, or None if it compares records by more than their names."""
    match condition:
        case All(parts) | AnyOf(parts):
            found = [mentioned(part) for part in parts]
            known = [each for each in found if each is not None]
            if len(known) < len(found):
                return None
            facts = frozenset[str]().union(*(each.facts for each in known))
            return Mentioned(facts, frozenset[str]().union(*(each.records for each in known)))
        case Not(part):
            return mentioned(part)
        case Is("record", value):
            return Mentioned(frozenset(), frozenset({value} if isinstance(value, str) else ()))
        case IsOneOf("record", values):
            return Mentioned(frozenset(), frozenset(value for value in values if isinstance(value, str)))
        case StartsWith("record", _) | AtMost("record", _):
            return None
        case Is(field, _) | IsOneOf(field, _) | AtMost(field, _) | StartsWith(field, _):
            return Mentioned(frozenset({field}), frozenset())


def prefix_for(said: Mentioned) -> str | None:
    """Return the prefix of the classes that decide such a condition, or None if no class does."""
    if said.facts <= set(BROAD):
        return BROAD_PREFIX
    return NARROW_PREFIX if said.facts <= set(NARROW) else None


def decided(condition: Filter, said: Mentioned, classes: Mapping[str, int]) -> Query | None:
    """Return the query for `condition`, decided for every class; None where the classes cannot decide it.

    `classes` are the terms that are in the index, with the number of their records. A record named in the condition must
    be allowed in every class or make no difference in any; anything else is left to `permission.compiled`.
    """
    facts = {term: _facts_of(term) for term in classes}
    allowed = {term for term in classes if matches(condition, facts[term])}
    named: set[str] = set()
    if len(said.records) > MOST_GRANTS:
        return None
    for record in said.records:
        outcome = {term: matches(condition, facts[term] | {"record": record}) for term in classes}
        if all(outcome[term] == (term in allowed) for term in classes):
            continue
        if not all(outcome.values()):
            return None
        named.add(RECORD_PREFIX + record)
    return _terms(allowed, set(classes) - allowed, named, classes)


def _terms(allowed: set[str], denied: set[str], named: set[str], counts: Mapping[str, int]) -> Query:
    """Return the cheapest way to ask for `allowed` or `named`: few terms one by one, else the side with fewer records."""
    if named:
        return OneOf(FIELD, frozenset(allowed | named))
    if not denied:
        return Everything()
    if not allowed:
        return Nothing()
    if len(allowed) == 1:
        return Equals(FIELD, next(iter(allowed)))
    if len(denied) <= FEW_TERMS:
        return Every(tuple(Except(Equals(FIELD, term)) for term in sorted(denied)))
    if sum(counts[term] for term in denied) < sum(counts[term] for term in allowed):
        return Except(OneOf(FIELD, frozenset(denied)))
    return OneOf(FIELD, frozenset(allowed))


def _facts_of(term: str) -> dict[str, object]:
    names = BROAD if term.startswith(BROAD_PREFIX) else NARROW
    return dict(zip(names, json.loads(term[1:]), strict=True))
