"""The kernel's parts: order of ids, the held clock, canonical bytes, paging, filters, digests."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from threading import Thread
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.kernel import clock, filters
from lantai.kernel.actors import ANONYMOUS, Actor, RoleAt, system_actor
from lantai.kernel.canonical import canonical_json
from lantai.kernel.digests import Digester, chunks_of, digest_of
from lantai.kernel.errors import ArchiveError, InvalidError
from lantai.kernel.ids import new_id
from lantai.kernel.paging import decode_cursor, encode_cursor


def test_ids_are_ordered_and_unique_across_threads() -> None:
    made: list[list[UUID]] = [[] for _ in range(4)]

    def make(into: list[UUID]) -> None:
        into.extend(new_id() for _ in range(2000))

    threads = [Thread(target=make, args=(into,)) for into in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(ids == sorted(ids) for ids in made)
    assert len({i for ids in made for i in ids}) == 8000
    assert all(i.version == 7 and i.variant == "specified in RFC 4122" for ids in made for i in ids)


def test_an_id_carries_its_moment() -> None:
    before = datetime.now(UTC).timestamp() * 1000
    milliseconds = new_id().int >> 80
    assert before - 1 <= milliseconds <= datetime.now(UTC).timestamp() * 1000 + 1


def test_the_clock_can_be_held_and_lets_go() -> None:
    moment = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    with clock.held_at(moment):
        assert clock.now() == moment
        assert clock.today().isoformat() == "2027-01-01"  # it is past midnight in China
    assert clock.now() != moment
    with pytest.raises(ValueError, match="aware"), clock.held_at(datetime(2026, 1, 1)):  # noqa: DTZ001 - the fault tested
        pass


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_canonical_json_reads_back_and_is_the_same_again(value: object) -> None:
    import json

    try:
        encoded = canonical_json(value)
    except UnicodeEncodeError:
        return  # a lone surrogate is no text
    assert json.loads(encoded) == value
    assert canonical_json(json.loads(encoded)) == encoded


def test_canonical_json_refuses_what_has_no_one_form() -> None:
    assert canonical_json({"乙": 1, "a": [True, None]}) == '{"a":[true,null],"乙":1}'.encode()
    for wrong in (1.5, {"a": [0.1]}, {1: "x"}, {"a": object()}):
        with pytest.raises(TypeError):
            canonical_json(wrong)


@given(st.lists(st.text() | st.integers(), min_size=1, max_size=4))
def test_a_cursor_gives_back_its_key(key: list[str | int]) -> None:
    try:
        cursor = encode_cursor(*key)
    except UnicodeEncodeError:
        return
    assert decode_cursor(cursor, len(key)) == key


@pytest.mark.parametrize("cursor", ["%%%", "e30", "WzFd", "W251bGwsMV0", "\ud800", "a" * 3])
def test_a_damaged_cursor_is_refused_in_words(cursor: str) -> None:
    with pytest.raises(InvalidError, match="first page"):
        decode_cursor(cursor, 2)


def test_filters_mean_what_they_say() -> None:
    facts = {"fonds": "a", "level": 10, "acl": ["x", "y"], "path": "/1/2/", "none": None}
    held: list[filters.Filter] = [
        filters.Is("fonds", "a"),
        filters.Is("acl", "y"),
        filters.IsOneOf("fonds", frozenset({"a", "b"})),
        filters.AtMost("level", 10),
        filters.StartsWith("path", "/1/"),
        filters.Not(filters.Is("none", "x")),
        filters.EVERYTHING,
        filters.any_of(filters.NOTHING, filters.Is("fonds", "a")),
    ]
    broken: list[filters.Filter] = [
        filters.Is("fonds", "b"),
        filters.AtMost("level", 9),
        filters.AtMost("none", 99),
        filters.Is("absent", "x"),
        filters.NOTHING,
        filters.all_of(filters.EVERYTHING, filters.NOTHING),
    ]
    assert [f for f in held if not filters.matches(f, facts)] == []
    assert [f for f in broken if filters.matches(f, facts)] == []


def test_a_role_reaches_down_the_tree_only() -> None:
    actor = Actor(kind="account", name="x", id=new_id(), roles=(RoleAt("archivist", new_id(), "/a/b/"),))
    assert actor.holds("archivist", "/a/b/c/")
    assert not actor.holds("archivist", "/a/")
    assert not actor.holds("auditor")
    assert not ANONYMOUS.holds("archivist")
    assert system_actor("x").is_system


def test_digests_count_and_agree_with_hashlib() -> None:
    data = bytes(range(256)) * 9000
    digester = Digester(("sha256", "sm3"))
    for piece in chunks_of(BytesIO(data), 1000):
        digester.update(piece)
    assert digester.size_bytes == len(data)
    assert digester.hexdigest() == hashlib.sha256(data).hexdigest() == digest_of([data])
    assert digest_of([b"abc"], "sm3") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_an_error_says_its_facts() -> None:
    error: ArchiveError = InvalidError("x.y", "The file %(name)s is empty.", name="a.pdf")
    assert str(error) == "The file a.pdf is empty."
    assert (error.kind, error.code, error.facts) == ("invalid", "x.y", {"name": "a.pdf"})
