"""What may stand in an entry, and what never does."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.audit.rules.entries import Act, columns_of, entry_body, moment_text, read_body
from lantai.audit.rules.facts import checked_facts, is_personal_number, salted_digest_of
from lantai.kernel.actors import ANONYMOUS, Actor, system_actor
from lantai.kernel.errors import InvalidError

SOME_ID = UUID("018f2f6e-7c00-7000-8000-000000000001")
MOMENT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None), (True, True), (0, 0), (-5, -5), (13_812_345_678, 13_812_345_678), ("", ""),
        ("Z109-WS·2019-Y-0001", "Z109-WS·2019-Y-0001"), (SOME_ID, str(SOME_ID)), (date(2026, 1, 2), "2026-01-02"),
        (MOMENT, "2026-11-21T08:30:00+00:00"), (["a", 1], ["a", 1]), (("a",), ["a"]), ({"b", "a"}, ["a", "b"]),
        ({"old": "Y", "new": "D30"}, {"old": "Y", "new": "D30"}), ("f" * 64, "f" * 64),
    ],
)  # fmt: skip
def test_ids_numbers_and_codes_are_kept(given: Any, kept: Any) -> None:
    assert checked_facts({"fact": given}) == {"fact": kept}


@pytest.mark.parametrize(
    "value",
    [
        1.5, float("nan"), 2**53, b"bytes", "张三", "two words", "13812345678", "+8613812345678", "86-13812345678",
        "tel:13812345678", "11010519491231002X", "11010519491231002x", "id.440524188001010014", "someone@example.org",
        "x" * 101, object(), {"a": {"b": {"c": 1}}}, [[["deep"]]], {"a": 1.0}, ["ok", "not ok"],
    ],
)  # fmt: skip
def test_everything_else_is_refused(value: Any) -> None:
    with pytest.raises(InvalidError) as refused:
        checked_facts({"fact": value})
    assert refused.value.code == "audit.fact"


@pytest.mark.parametrize("key", ["", "Fact", "a b", "姓名", 5, "x" * 41])
def test_keys_are_short_words(key: Any) -> None:
    with pytest.raises(InvalidError):
        checked_facts({key: 1})


def test_only_a_right_identity_number_is_taken_for_one() -> None:
    assert is_personal_number("11010519491231002X")
    assert not is_personal_number("110105194912310021")
    assert not is_personal_number("20261121083000123456")


@given(st.uuids() | st.binary(min_size=32, max_size=32))
def test_ids_and_digests_are_never_taken_for_a_person(value: UUID | bytes) -> None:
    text = str(value) if isinstance(value, UUID) else value.hex()
    assert checked_facts({"fact": text}) == {"fact": text}


def test_a_salted_digest_needs_the_salt() -> None:
    assert salted_digest_of("张三", "one") == salted_digest_of("张三", "one") != salted_digest_of("张三", "two")


def test_the_bytes_are_canonical_and_name_an_account_by_its_id() -> None:
    reader = Actor(kind="account", name="王五", id=SOME_ID)
    body = entry_body(
        entry=SOME_ID, at=MOMENT, actor=reader, act=Act("catalogue.edit_record", "record", SOME_ID, {"b": 1, "a": "x"})
    )
    assert body.decode() == (
        '{"actor":{"id":"018f2f6e-7c00-7000-8000-000000000001","kind":"account"},"at":"2026-11-21T08:30:00.000000Z",'
        '"facts":{"a":"x","b":1},"id":"018f2f6e-7c00-7000-8000-000000000001",'
        '"target":{"id":"018f2f6e-7c00-7000-8000-000000000001","kind":"record"},"v":1,"verb":"catalogue.edit_record"}'
    )
    assert columns_of(read_body(body)) == (
        str(SOME_ID), moment_text(MOMENT), "catalogue.edit_record", "record", str(SOME_ID), "account", str(SOME_ID), "", "",
    )  # fmt: skip


@pytest.mark.parametrize(("actor", "name"), [(ANONYMOUS, None), (system_actor("indexer"), "indexer")])
def test_who_has_no_account_is_named_by_kind(actor: Actor, name: str | None) -> None:
    body = read_body(entry_body(entry=SOME_ID, at=MOMENT, actor=actor, act=Act("audit.try"), on_behalf_of="archivist"))
    assert body["actor"].get("name") == name
    assert body["actor"]["kind"] == actor.kind
    assert "target" not in body
    assert body["on_behalf_of"] == "archivist"


@pytest.mark.parametrize("act", [Act("try"), Act("Audit.try"), Act("audit.try it"), Act("audit.try", "Some thing")])
def test_an_act_needs_a_proper_name(act: Act) -> None:
    with pytest.raises(InvalidError):
        entry_body(entry=SOME_ID, at=MOMENT, actor=ANONYMOUS, act=act)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"v":2}', b"\xff"])
def test_bytes_that_are_no_entry_are_not_read(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_body(body)
