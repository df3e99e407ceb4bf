"""Facts of an official document, with place and confidence."""

from lantai.recognition.rules.fact import Fact
from lantai.recognition.rules.facts import facts_of
from lantai.recognition.rules.layout import PageLayout
from tests.factories.recognition import NOTICE, make_layout


def by_field(*pages: PageLayout) -> dict[str, Fact]:
    return {fact.field: fact for fact in reversed(facts_of(pages))}


def test_a_notice_yields_its_parts() -> None:
    facts = by_field(make_layout())
    assert facts["title"].value == "云州市人民政府关于加强电子档案管理工作的通知"
    assert facts["document_number"].value == "云政发〔2019〕12号"
    assert facts["author"].value == "云州市人民政府"
    assert facts["dated_on"].value == "2019-03-05"
    assert facts["addressees"].value == "各县区人民政府，市政府各部门"
    assert facts["title"].box_px == (310, 390, 940, 492)
    assert all(0.9 < facts[f].confidence < 1 for f in ("title", "document_number", "author", "dated_on"))


def test_doubtful_reading_makes_doubtful_facts() -> None:
    assert all(fact.confidence < 0.7 for fact in facts_of([make_layout(sure=0.6)]))


def test_brackets_of_the_number_may_be_misread() -> None:
    places = [("云政办发(2019]012号", x, y, h) if "号" in text else (text, x, y, h) for text, x, y, h in NOTICE]
    assert by_field(make_layout(places))["document_number"].value == "云政办发〔2019〕12号"


def test_numbers_quoted_in_the_text_are_not_the_documents_own() -> None:
    places = [
        ("关于转发有关文件的函", 400, 200, 44),
        ("根据国务院国发〔2010〕1号文件的精神和有关要求，现转发给你们", 160, 400, 34),
    ]
    assert "document_number" not in by_field(make_layout(places))


def test_date_and_body_may_stand_on_the_last_page() -> None:
    second = make_layout(NOTICE[-2:])
    facts = by_field(make_layout(NOTICE[:-2]), second)
    assert (facts["dated_on"].value, facts["dated_on"].page_number) == ("2019-03-05", 2)
    assert facts["author"].value == "云州市人民政府"


def test_the_printing_date_is_not_the_signing_date() -> None:
    foot = [("抄送：市委办公室。", 160, 1500, 30), ("云州市人民政府办公室 2019年3月9日印发", 160, 1560, 30)]
    assert by_field(make_layout([*NOTICE, *foot]))["dated_on"].value == "2019-03-05"
    alone = by_field(make_layout([*NOTICE[:-2], *foot]))["dated_on"]
    assert alone.value == "2019-03-09"
    assert alone.confidence < 0.7


def test_people_codes_and_organisations_come_from_the_text() -> None:
    places = [
        ("企业名称：云州市长河建设有限公司", 160, 300, 34),
        ("法定代表人：李 明 统一社会信用代码：91350100M000100Y43", 160, 360, 34),
        ("根据云州市自然资源局的意见，请呼和浩特市人民政府由法院院长审核", 160, 420, 34),
    ]
    facts = facts_of([make_layout(places)])
    assert [f.value for f in facts if f.field == "people"] == ["李明"]
    assert [f.value for f in facts if f.field == "uscc"] == ["91350100M000100Y43"]
    assert {f.value for f in facts if f.field == "organisations"} == {
        "云州市长河建设有限公司",
        "云州市自然资源局",
        "呼和浩特市人民政府",
    }


def test_an_empty_or_blank_document_has_no_facts() -> None:
    assert facts_of([]) == []
    assert facts_of([PageLayout((), 100, 100)]) == []
