"""A reader's rights compiled to the index mean what `kernel.filters.matches` says."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantai.kernel.filters import (
    EVERYTHING,
    NOTHING,
    All,
    AnyOf,
    AtMost,
    Filter,
    Is,
    IsOneOf,
    Not,
    StartsWith,
    all_of,
    any_of,
    matches,
)
from lantai.search.adapters.tantivy_engine import TantivyEngine
from lantai.search.rules.permission import FILTERED, compiled
from lantai.search.rules.queries import Everything, Phrase
from lantai.search.rules.rights import decided, mentioned, prefix_for, rights_terms
from tests.factories.search import id_of, make_engine, make_indexed

PATHS = ("/", "/a/", "/a/b/", "/a/b.c/", "/a/bc/", "/a_b/", "/b/[x]/", "")
OPENINGS = ("open", "restricted", "not_reviewed", "deferred")


@dataclass(frozen=True)
class Indexed:
    engine: TantivyEngine
    facts: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """One record for every combination of path, opening, level and archives."""
    records, facts = [], {}
    for path, opening, level, archives in product(PATHS, OPENINGS, (0, 10, 20), ("one", "two")):
        record = make_indexed(
            f"{path}|{opening}|{level}|{archives}",
            unit_path=path,
            opening=opening,
            access_level=level,
            archives_id=id_of(archives),
            fonds_id=id_of(f"fonds {archives}"),
            category="WS" if level else "KJ",
            quarantined=path == "/a_b/",
        )
        records.append(record)
        facts[record.record_id.hex] = {
            "record": record.record_id.hex,
            "archives": record.archives_id.hex,
            "unit_path": path,
            "opening": opening,
            "access_level": level,
            "quarantined": record.quarantined,
            "fonds": record.fonds_id.hex,
            "category": record.category,
            "level": "item",
        }
    return Indexed(make_engine(Path(tmp_path_factory.mktemp("index")) / "gen", records), facts)


def _assert_same(indexed: Indexed, condition: Filter) -> None:
    expected = {key for key, facts in indexed.facts.items() if matches(condition, facts)}
    found = indexed.engine.search(Everything(), within=condition, limit=1000)
    assert {key for key, _ in found.hits} == expected
    assert found.total == len(expected)
    counts = indexed.engine.counts(Everything(), within=condition, fields=["opening", "access_level"])
    assert sum(counts["opening"].values()) == sum(counts["access_level"].values()) == len(expected)


OPEN = all_of(Is("opening", "open"), AtMost("access_level", 0), Is("quarantined", False))

CASES: list[Filter] = [
    EVERYTHING,
    NOTHING,
    OPEN,
    any_of(OPEN, all_of(StartsWith("unit_path", "/a/b/"), AtMost("access_level", 10))),
    any_of(OPEN, IsOneOf("record", frozenset({id_of("/a/|restricted|20|two").hex}))),
    all_of(OPEN, Not(Is("record", id_of("/a/|open|0|one").hex))),
    any_of(Is("fonds", id_of("fonds one").hex), AtMost("access_level", 0)),
    Is("archives", id_of("one").hex),
    Is("quarantined", True),
    Is("quarantined", 1),
    Is("quarantined", "true"),
    Is("access_level", 10),
    Is("access_level", "10"),
    IsOneOf("opening", frozenset({"open", "deferred", "absent", 3})),
    IsOneOf("opening", frozenset()),
    IsOneOf("access_level", frozenset({0, 20, 99})),
    IsOneOf("record", frozenset({id_of("/a/|open|0|one").hex, id_of("nothing").hex})),
    AtMost("access_level", -1),
    AtMost("access_level", 2**70),
    AtMost("access_level", -(2**70)),
    AtMost("opening", 5),
    StartsWith("unit_path", ""),
    StartsWith("unit_path", "/"),
    StartsWith("unit_path", "/a/b"),
    StartsWith("unit_path", "/a/b."),
    StartsWith("unit_path", "/b/[x]"),
    StartsWith("unit_path", "/a/.*"),
    StartsWith("access_level", "1"),
    Not(Is("opening", "open")),
    Not(Not(StartsWith("unit_path", "/a/"))),
    Not(EVERYTHING),
    Not(NOTHING),
    all_of(Not(Is("opening", "open")), Not(AtMost("access_level", 0))),
    any_of(Not(Is("opening", "open")), NOTHING),
    any_of(EVERYTHING),
]


@pytest.mark.parametrize("condition", CASES, ids=range(len(CASES)))
def test_the_table_of_cases(indexed: Indexed, condition: Filter) -> None:
    _assert_same(indexed, condition)


RECORDS = [id_of("/a/|open|0|one").hex, id_of("/a/b/|restricted|20|two").hex, id_of("nothing").hex]
TEXTS = {
    "record": st.sampled_from(RECORDS),
    "opening": st.sampled_from((*OPENINGS, "x")),
    "unit_path": st.sampled_from((*PATHS, "/a/x/")),
    "archives": st.sampled_from([id_of("one").hex, id_of("two").hex, ""]),
    "category": st.sampled_from(["WS", "KJ", "ZZ"]),
    "access_level": st.one_of(st.integers(-1, 21), st.booleans(), st.just("10")),
    "quarantined": st.one_of(st.booleans(), st.integers(0, 2)),
}


def _leaf(field: str) -> st.SearchStrategy[Filter]:
    value = TEXTS[field]
    return st.one_of(
        st.builds(Is, st.just(field), value),
        st.builds(IsOneOf, st.just(field), st.frozensets(value, max_size=3)),
        st.builds(AtMost, st.just(field), st.integers(-1, 21)),
        st.builds(StartsWith, st.just(field), st.sampled_from([*PATHS, "/a", "op", "/a/b", "W"])),
    )


FILTERS: st.SearchStrategy[Filter] = st.recursive(
    st.sampled_from(sorted(TEXTS)).flatmap(_leaf),
    lambda inner: st.one_of(
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(condition=FILTERS)
def test_every_condition_means_the_same_in_the_index(indexed: Indexed, condition: Filter) -> None:
    _assert_same(indexed, condition)


@pytest.mark.parametrize(
    "condition", [Is("clearance", 3), Not(Is("titel", "x")), AtMost("year", 3), StartsWith("code", "a")]
)
def test_a_fact_that_may_not_be_filtered_by_is_an_error(condition: Filter) -> None:
    with pytest.raises(LookupError):
        compiled(condition)


def test_rights_narrow_every_question(indexed: Indexed) -> None:
    found = indexed.engine.search(Phrase("title_pairs", ("城市", "市规")), within=OPEN, limit=1000)
    assert found.total == sum(matches(OPEN, facts) for facts in indexed.facts.values()) > 0
    assert indexed.engine.search(Phrase("title_pairs", ("城市", "市规")), within=NOTHING).total == 0


def test_classes_decide_what_readers_ask() -> None:
    """The conditions that the access decision makes never fall back to being asked fact by fact."""
    for condition in (OPEN, any_of(OPEN, StartsWith("unit_path", "/a/")), any_of(OPEN, Is("record", "0" * 32))):
        said = mentioned(condition)
        assert said is not None
        prefix = prefix_for(said)
        assert prefix is not None
        facts: dict[str, str | int] = {
            "archives": "a",
            "opening": "open",
            "access_level": 0,
            "quarantined": 0,
            "unit_path": "/a/",
        }
        broad, narrow, _ = rights_terms("1" * 32, facts)
        assert decided(condition, said, {broad if prefix == "b" else narrow: 3}) is not None


def test_every_filtered_fact_is_a_field() -> None:
    assert all(Is(field, "x") and compiled(Is(field, "x")) for field in FILTERED)
