"""Facts by the kind of a document: header blocks, permits, registrations, contracts, invoices; sums and codes."""

import random
from decimal import Decimal

import pytest

from lantai.recognition.rules.codes import phones_in, plates_in
from lantai.recognition.rules.facts import facts_of
from lantai.recognition.rules.kinds import KINDS, kind_of
from lantai.recognition.rules.layout import Line, PageLayout, in_reading_order
from lantai.recognition.rules.money import sum_of_capitals, sums_in
from lantai.recognition.rules.values import (
    read_body,
    read_choice,
    read_date,
    read_identity_number,
    read_party,
    read_sum,
)
from sample.codes import sum_in_words
from sample.filled import MAKERS
from sample.item import Item
from sample.raster import print_sheet
from tests.factories.recognition import make_layout

HEADER = (
    ("索 引 号：", 100, 100, 28), ("015463271/2023-00512", 300, 100, 28), ("主题分类：", 700, 100, 28), ("城乡建设", 900, 100, 28),
    ("发文机关：", 100, 160, 28), ("云州市人民政府", 300, 160, 28), ("成文日期：", 700, 160, 28), ("2023-05-31 09:30", 900, 160, 28),
    ("标　　题：", 100, 220, 28), ("云州市人民政府关于加强电子档案管理工作的通知", 300, 220, 28),
    ("发文字号：", 100, 280, 28), ("云政发〔2023〕5号", 300, 280, 28), ("发布日期：", 700, 280, 28), ("2023年6月8日", 900, 280, 28),
    ("云州市人民政府关于加强电子档案管理工作的通知", 200, 460, 40),
    ("各县区人民政府，市政府各部门：", 100, 560, 32),
)  # fmt: skip


def values_of(layout: PageLayout) -> dict[str, str]:
    found: dict[str, str] = {}
    for fact in sorted(facts_of([layout]), key=lambda fact: -fact.confidence):
        found.setdefault(fact.field, fact.value)
    return found


def faultless(item: Item) -> list[PageLayout]:
    """Return the layouts that a faultless reader would give for the sheets of an item."""
    layouts = []
    for sheet in item.sheets:
        printed = print_sheet(sheet, 120)
        lines = [Line(mark.text.strip(), tuple(round(e) for e in box), 0.99) for mark, box in printed.lines]  # type: ignore[arg-type]
        height, width = printed.image.shape[:2]
        layouts.append(PageLayout(in_reading_order(lines), width, height))
    return layouts


def test_a_header_block_says_what_the_document_is() -> None:
    found = values_of(make_layout(HEADER))
    assert found["title"] == "云州市人民政府关于加强电子档案管理工作的通知"
    assert found["document_number"] == "云政发〔2023〕5号"
    assert found["author"] == "云州市人民政府"
    assert found["dated_on"] == "2023-05-31"
    assert found["index_number"] == "015463271/2023-00512"
    assert found["subject_category"] == "城乡建设"


def test_an_empty_number_in_the_block_takes_nothing_from_its_neighbours() -> None:
    found = values_of(make_layout([place for place in HEADER if "云政发" not in place[0]]))
    assert "document_number" not in found


def test_a_label_glued_to_a_value_before_it_is_parted() -> None:
    glued = [place for place in HEADER if place[0] not in ("云州市人民政府", "成文日期：")]
    found = values_of(make_layout([*glued, ("云州市人民政府成文日期：", 300, 160, 28)]))
    assert (found["author"], found["dated_on"]) == ("云州市人民政府", "2023-05-31")


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_generated_papers_are_known_and_read(kind: str) -> None:
    right = total = 0
    for seed in range(4):
        item = MAKERS[kind](random.Random(f"{kind}{seed}"), 2013)
        layouts = faultless(item)
        known = kind_of(layouts)
        assert known is not None
        assert known[0].name == kind
        said: dict[str, list[str]] = {}
        for fact in facts_of(layouts):
            said.setdefault(fact.field, []).append(fact.value)
        for field, value in item.fields.items():
            total += 1
            right += value in said.get(field, [])[: None if field.endswith("number") else 1]
    assert right >= 0.9 * total


def test_every_fact_says_which_rule_found_it_and_by_which_label() -> None:
    facts = facts_of(faultless(MAKERS["adoption"](random.Random(1), 2015)))
    adopter = next(fact for fact in facts if fact.field == "adopter")
    assert adopter.origin == "adoption/1"
    assert adopter.reasons == ("收养人姓名",)
    assert 0.8 < adopter.confidence < 1


def test_a_notice_about_such_papers_is_none_of_them() -> None:
    notice = (("云州市人民政府关于规范建设工程规划许可证管理的通知", 200, 300, 44), ("各县区人民政府：", 100, 420, 30))
    assert kind_of([make_layout(notice)]) is None


def test_names_of_kinds_are_their_own() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("yuan", [1, 10, 15, 108, 1001, 20300, 100000, 1204500, 30000001, 907080605])
def test_capitals_say_the_sum_that_wrote_them(yuan: int) -> None:
    assert sum_of_capitals(sum_in_words(yuan)) == yuan


def test_sums_in_all_spellings() -> None:
    assert sum_of_capitals("人民币叁仟陆佰元零伍分") == Decimal("3600.05")
    assert sum_of_capitals("壹拾贰万叁仟肆佰伍拾陆元柒角捌分") == Decimal("123456.78")
    assert sum_of_capitals("叁仟陆佰") == 3600
    assert sum_of_capitals("第三条") is None
    assert sum_of_capitals("") is None
    assert [one.yuan for one in sums_in("￥1,204,500.00元，合12.5万元")] == [Decimal("1204500.00"), Decimal("125000.0")]


def test_figures_and_capitals_that_agree_are_surer() -> None:
    both, figures = read_sum("人民币壹佰万元整（￥1,000,000.00元）"), read_sum("1000000元")
    assert both is not None
    assert figures is not None
    assert (both.text, figures.text) == ("1000000.00", "1000000.00")
    assert both.worth > figures.worth
    assert read_sum("面议") is None


def test_phones_and_plates() -> None:
    assert [p.value for p in phones_in("电话：139 0712 0000，传真027-87654321转8")] == ["13907120000", "027-87654321"]
    assert [p.value for p in plates_in("车牌号蒙A·12345、京AD12345，第A12345号")] == ["蒙A12345", "京AD12345"]
    assert list(phones_in("编号2019031513907120000123")) == []


def test_values_of_fields() -> None:
    assert getattr(read_identity_number("42000019850307712 8"), "worth", 0) > 0.9
    assert getattr(read_identity_number("420000198503077129"), "worth", 1) < 0.5
    assert read_identity_number("无") is None
    assert getattr(read_choice("□初婚 ☑再婚"), "text", "") == "再婚"
    assert read_choice("□是 □否") is None
    assert getattr(read_body("砚州市规划局期二〇〇二年二月十四日"), "text", "") == "砚州市规划局"
    assert read_body("同意发证。") is None
    assert getattr(read_party("甲方（盖章）：砚州市墨香食品有限公司"), "text", "").endswith("有限公司")
    assert getattr(read_date("民国三十六年五月六日"), "text", "") == "1947-05-06"
    assert getattr(read_date("2023-05-3109:30"), "text", "") == "2023-05-31"
