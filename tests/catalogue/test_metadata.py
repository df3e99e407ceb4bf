"""Descriptions are checked against a scheme that is data: the 88 elements of DA/T 46-2009."""

from datetime import date
from typing import Any

import pytest

from lantai.catalogue.models import Category, MetadataScheme
from lantai.catalogue.rules.metadata import Element, check_metadata, dat46_data, elements_from, is_state_secret
from lantai.catalogue.selectors import metadata_findings, record_for, scheme_elements
from lantai.kernel.errors import InvalidError
from tests.factories.catalogue import SYSTEM, make_place, make_record

TODAY = date(2026, 11, 21)
DAT46 = elements_from(dat46_data())
WHOLE: dict[str, Any] = {
    "aggregation_level": "文件",
    "fonds_constituting_unit_name": "市住建局",
    "electronic_record_code": "0190",
    "archives_item_number": "1",
    "year": "2011",
    "retention_period": "永久",
    "title": "关于绿化的通知",
    "author": "市住建局",
    "date": "2011-05-04",
    "security_classification": "公开",
    "document_aggregation_type": "单件",
    "offline_medium_identifier": ["L001"],
}
"""A description of an item with every element that must be there."""


def faults(values: dict[str, Any], **options: Any) -> set[tuple[str, str]]:
    found = check_metadata(DAT46, values, level=options.pop("level", "item"), today=TODAY, **options)
    return {(finding.code, finding.element) for finding in found}


def test_the_scheme_has_the_88_elements_of_the_standard() -> None:
    assert [element.no for element in DAT46] == [f"M{n}" for n in range(1, 89)]
    by_no = {element.no: element for element in DAT46}
    assert (by_no["M22"].name, by_no["M22"].name_zh, by_no["M22"].parent, by_no["M22"].least) == (
        "title",
        "题名",
        "M21",
        1,
    )
    assert by_no["M26"].most is None
    assert by_no["M34"].open_values
    assert by_no["M38"].values == ("公开", "限制", "秘密", "机密", "绝密")
    assert all(element.parent in by_no for element in DAT46 if element.parent)


def test_a_whole_description_has_no_fault() -> None:
    assert faults(WHOLE) == set()


@pytest.mark.parametrize("name", [n for n in WHOLE if n != "archives_item_number"])
def test_what_must_be_there_is_missed(name: str) -> None:
    number = next(e.no for e in DAT46 if e.name == name)
    assert faults({k: v for k, v in WHOLE.items() if k != name}) == {("2-2", number)}
    assert faults({k: v for k, v in WHOLE.items() if k != name}, complete=False) == set()


def test_one_of_two_item_numbers_is_enough() -> None:
    without = {k: v for k, v in WHOLE.items() if k != "archives_item_number"}
    assert faults(without) == {("2-2", "M17")}
    assert faults(without | {"agency_item_number": "7"}) == set()


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("security_classification", "内部", "M38"),
        ("security_classification", "机密", "M38"),
        ("document_aggregation_type", "三件", "M41"),
        ("date", "2011-13-01", "M33"),
        ("date", "2027-01-01", "M33"),
        ("year", "11", "M11"),
        ("year", "2027", "M11"),
        ("archives_identifier", "44200", "M4"),
        ("archives_item_number", "0", "M18"),
        ("total_number_of_pages", "三", "M43"),
        ("keyword", ["防汛", "绿化"], "M27"),
        ("descriptor", ["防汛", "防汛"], "M26"),
        ("descriptor", ["长" * 81], "M26"),
        ("abstract", "读不\ufffd出", "M29"),
        ("abstract", "控制\x07符", "M29"),
    ],
)
def test_a_wrong_value_is_found_with_its_element(name: str, value: Any, number: str) -> None:
    assert ("1-2", number) in faults(WHOLE | {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("document_type", "通知"),
        ("document_type", "备忘录"),
        ("date", "20110504"),
        ("descriptor", ["防汛", "绿化"]),
        ("archives_identifier", "442002"),
    ],
)
def test_values_that_the_standard_allows_pass(name: str, value: Any) -> None:
    assert faults(WHOLE | {name: value}) == set()


def test_a_child_that_is_there_asks_for_its_brothers() -> None:
    """Digitisation attributes are optional, but whoever gives the colour mode gives the resolution too."""
    assert faults({}, scope="signature") == set()
    assert faults({"signer": "张"}, scope="signature") == {
        ("2-2", "M58"),
        ("2-2", "M61"),
        ("2-2", "M62"),
        ("2-2", "M64"),
    }


def test_an_unknown_name_is_a_warning() -> None:
    found = check_metadata(DAT46, WHOLE | {"colour": "red"}, level="item", today=TODAY)
    assert [(f.severity, f.element) for f in found] == [("warning", "colour")]


def test_every_finding_says_what_to_do() -> None:
    for finding in check_metadata(
        DAT46, {"date": "x", "keyword": ["a", "b"], "security_classification": "绝密"}, level="item", today=TODAY
    ):
        assert str(finding).rstrip().endswith((".", "。"))
        assert "%(" not in str(finding)


def test_state_secrets_are_told_from_other_marks() -> None:
    assert is_state_secret({"security_classification": "机密★20年"})
    assert is_state_secret({"security_classification": ["秘密"]})
    assert not is_state_secret({"security_classification": "公开"})
    assert not is_state_secret({"title": "秘密花园"})


def test_a_scheme_with_two_elements_of_one_name_is_refused() -> None:
    row = {"no": "X1", "name": "colour", "name_zh": "颜色", "min": 0, "max": 1, "levels": ["item"]}
    with pytest.raises(InvalidError):
        elements_from([row, row | {"no": "X2"}])


@pytest.mark.django_db
def test_a_category_may_have_a_scheme_of_its_own() -> None:
    place = make_place()
    elements = [
        {"no": "P1", "name": "photographer", "name_zh": "摄影者", "min": 1, "max": 1, "levels": ["item", "file"]}
    ]
    scheme = MetadataScheme.objects.create(code="photo", name_zh="照片", name_en="Photographs", elements=elements)
    Category.objects.filter(code="ZP").update(metadata_scheme=scheme)
    photo = make_record(place.fonds, category_code="ZP")
    assert scheme_elements(Category.objects.get(code="ZP")) == (Element("P1", "photographer", "摄影者", least=1),)
    found = metadata_findings(record_for(SYSTEM, photo.id))
    assert [(f.code, f.element) for f in found] == [("2-2", "P1")]
    letter = make_record(place.fonds, coded=True, author="市住建局", dated_on=date(2011, 5, 4))
    missing = {f.element for f in metadata_findings(record_for(SYSTEM, letter.id)) if f.severity == "error"}
    assert missing == {"M38", "M41", "M67"}, "columns of the record count as its elements"
