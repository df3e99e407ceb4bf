"""Reference codes are written and read as the standards say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.catalogue.rules import codes
from lantai.kernel.errors import InvalidError

VECTORS_2022 = {
    "Z109-WS·2011·Y·办公室-0001": {
        "category": "WS",
        "year": "2011",
        "retention": "Y",
        "organisation": "办公室",
        "item": "0001",
    },
    "A439-WS·2015·D30·003-005": {
        "category": "WS",
        "year": "2015",
        "retention": "D30",
        "organisation": "003",
        "item": "005",
    },
    "Z008-WS·2019·Y-037": {"category": "WS", "year": "2019", "retention": "Y", "item": "037"},
    "C015-WY·TZGG·2019·D10-00001": {"category": "WY·TZGG", "year": "2019", "retention": "D10", "item": "00001"},
    "J019-ZY·JC·CC·2019·D30-001-001": {
        "category": "ZY·JC·CC",
        "year": "2019",
        "retention": "D30",
        "file": "001",
        "item": "001",
    },
    "K021-ZP·2019·D30-025-005": {"category": "ZP", "year": "2019", "retention": "D30", "file": "025", "item": "005"},
    "X032-KJ·JJ·02-005-054": {"category": "KJ·JJ", "catalogue_number": "02", "file": "005", "item": "054"},
    "J019-KU·01·2017-001-001": {
        "category": "KU",
        "catalogue_number": "01",
        "year": "2017",
        "file": "001",
        "item": "001",
    },
    "A002-RS-001-002": {"category": "RS", "file": "001", "item": "002"},
}
"""The examples of DA/T 13-2022."""
VECTOR_2015 = "Z109-WS·2011-Y-BGS-0001"
VECTOR_1994 = "C038-001-002-003"


@pytest.mark.parametrize(("code", "parts"), VECTORS_2022.items())
def test_codes_of_2022_are_taken_apart(code: str, parts: dict[str, str]) -> None:
    read = codes.read_code(code, codes.DAT13_2022)
    assert read is not None
    assert read.parts == {"fonds": code[:4], **parts}
    assert f"{read.prefix}{read.number:0{len(code) - len(read.prefix)}d}" == code
    assert codes.standard_of(code) == "DA/T 13-2022"


def test_codes_of_the_older_standards_are_taken_apart() -> None:
    read = codes.read_code(VECTOR_2015, codes.DAT22_2015)
    assert read is not None
    assert read.parts == {
        "fonds": "Z109",
        "category": "WS",
        "year": "2011",
        "retention": "Y",
        "organisation": "BGS",
        "item": "0001",
    }
    old = codes.read_code(VECTOR_1994, codes.DAT13_1994)
    assert old is not None
    assert (old.parts["catalogue_number"], old.parts["file"], old.number) == ("001", "002", 3)
    assert codes.standard_of(VECTOR_2015) == "DA/T 22-2015"
    assert codes.standard_of(VECTOR_1994) == "DA/T 13-1994"


def test_the_two_standards_write_the_same_record_differently() -> None:
    values = {"fonds": "Z109", "category": "WS", "year": "2011", "retention": "Y", "organisation": "BGS"}
    assert codes.render(codes.DAT22_2015["item"], values, 1) == VECTOR_2015
    assert codes.render(codes.DAT13_2022["item"], values, 1) == "Z109-WS·2011·Y·BGS-0001"
    assert codes.read_code(VECTOR_2015, codes.DAT13_2022) is None
    assert codes.read_code("Z109-WS·2011·Y·BGS-0001", codes.DAT22_2015) is None


def test_a_known_category_is_told_from_what_follows_it() -> None:
    read = codes.read_code("Z109-WS·BGS-0001", codes.DAT13_2022, categories=["WS", "WY"])
    assert read is not None
    assert (read.parts["category"], read.parts["organisation"]) == ("WS", "BGS")


fonds = st.from_regex(r"[A-Z][0-9]{3}", fullmatch=True)
categories = st.sampled_from(["WS", "KJ·JJ", "ZY·JC·CC", "KU"])
organisations = st.one_of(st.just(""), st.sampled_from(["办公室", "BGS", "003", "人事处", "规划科"]))


@given(
    fonds, categories, st.integers(1900, 2099), st.sampled_from(["Y", "D30", "D10"]), organisations,
    st.sampled_from(["", "1", "02", "115"]), st.integers(1, 120_000), st.sampled_from(["item", "file"]),
)  # fmt: skip
def test_what_is_written_is_read_again(
    number: str, category: str, year: int, retention: str, organisation: str, catalogue: str, running: int, level: str
) -> None:
    values = {
        "fonds": number, "category": category, "year": str(year), "retention": retention,
        "organisation": organisation, "catalogue_number": catalogue,
    }  # fmt: skip
    form = codes.DAT13_2022[level]
    read = codes.read_code(codes.render(form, values, running), {level: form}, ["WS", "KJ·JJ", "ZY·JC·CC", "KU"])
    assert read is not None
    assert read.number == running
    assert {k: v for k, v in read.parts.items() if k != level} == {k: v for k, v in values.items() if v}


def test_signs_that_look_like_those_of_a_code_are_put_right() -> None:
    assert codes.normal_code(" z109－ws・2011•y·办公室—0001 ") == "Z109-WS·2011·Y·办公室-0001"


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("z109-ws·2011·Y-0001", "Write it as"),
        ("Z109-WS•2011·Y-0001", "Write it as"),
        ("Z110-WS·2011·Y-0001", "another fonds"),
        ("Z109-QQ·2011·Y-0001", "category"),
        ("Z109-WS·2011·D77-0001", "schedule"),
        ("Z109-WS·2011·Y-0000", "zero"),
        ("Z109/WS/2011", "form"),
    ],
)
def test_what_is_wrong_with_a_code_is_said(code: str, word: str) -> None:
    found = codes.check_code(code, codes.DAT13_2022, fonds="Z109", categories=["WS"], retentions=["Y", "D30"])
    assert len(found) == 1
    assert word in str(found[0])


def test_a_missing_part_is_named() -> None:
    with pytest.raises(InvalidError, match="year is missing"):
        codes.render(codes.DAT22_2015["item"], {"fonds": "Z109", "category": "WS", "retention": "Y"}, 1)


def test_a_template_ends_in_a_number() -> None:
    with pytest.raises(InvalidError, match="running number"):
        codes.forms_from({"item": [{"name": "fonds"}, {"name": "year", "before": "-"}]})
    assert codes.forms_from(codes.template_data(codes.DAT13_2022)) == dict(codes.DAT13_2022)
