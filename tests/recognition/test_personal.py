"""Personal data is found with class and place, and talk about it in general is not."""

import random

import pytest

from lantai.recognition.rules.personal import PERSONAL, masked_numbers, masked_part, personal_in
from lantai.recognition.rules.personal.numbers import is_card_number
from sample.personal import personal_paper

PERSON = (
    "申请人：钟飞宇，男，1968年2月12日出生，身份证号码420000196802127966，住临沂市河东区建设路5号阳光小区3栋402室。"
)


def kinds_in(text: str) -> set[str]:
    return {one.kind for one in personal_in(text)}


def told(text: str, kind: str) -> list[str]:
    return [text[one.start : one.end] for one in personal_in(text) if one.kind == kind]


def test_a_person_is_found_in_every_part() -> None:
    assert told(PERSON, "name") == ["钟飞宇"]
    assert told(PERSON, "identity_number") == ["420000196802127966"]
    assert told(PERSON, "birth_date") == ["1968年2月12日"]
    assert told(PERSON, "address") == ["临沂市河东区建设路5号阳光小区3栋402室"]


@pytest.mark.parametrize(
    "spoilt",
    [
        "身份证号码42000019680212\n7966",
        "身份证号码４２００００１９６８０２１２７９６６",
        "身份证号码420000 196802 127966",
        "身份证号码42OOOO1968O2127966",
        "身份证号码42000019680212796 6",
    ],
)
def test_numbers_are_seen_through_gaps_and_look_alikes(spoilt: str) -> None:
    assert kinds_in(spoilt) == {"identity_number"}


@pytest.mark.parametrize(
    "innocent",
    [
        "订单编号：420000196802127967，合同金额1,200.00元。",
        "订单编号：420000196802127966，合同金额1,200.00元。",
        "申请人应当自收到通知书之日起十五日内提交材料，当事人逾期不申请的视为放弃。",
        "王府井街道、张家口市、李家庄乡等地的经验值得学习。",
        "市传染病医院联合开展高血压、糖尿病防治宣传。",
        "离婚登记120对，结婚登记300对，收养登记管理办法已印发。",
        "工单编号13812345678，批号15912345678。",
        "统一社会信用代码：91420000MA4KXY1234。",
        "监督举报电话：0471-6123456，传真：0471-6123457。",
        "机构邮箱：bgs@yanzhou.gov.cn",
        "证人应当出庭，未成年人保护法规定学校应当保护学生隐私。",
    ],
)
def test_what_only_looks_personal_is_left_alone(innocent: str) -> None:
    assert kinds_in(innocent) <= {"organisation_address"}


def test_an_office_is_no_home() -> None:
    text = "市政务服务中心办公地址：呼和浩特市新城区建设路5号。"
    assert kinds_in(text) == {"organisation_address"}
    assert "organisation_address" not in PERSONAL


def test_an_illness_is_personal_only_beside_a_person() -> None:
    assert "health" not in kinds_in("患有精神障碍的人员，监护人应当送诊。")
    assert told("患者钟飞宇，男，因患有肺结核住院。", "health") == ["肺结核"]


def test_cards_need_their_check_digit() -> None:
    assert is_card_number("6222021001122334455") is False
    assert is_card_number("4367421234567896") is True


def test_numbers_are_covered_where_they_stand() -> None:
    text = "钟飞宇，身份证号420000196802127966，电话13912345678。"
    covered = masked_numbers(text)
    assert covered == "钟飞宇，身份证号420***********7966，电话139****5678。"
    assert len(covered) == len(text)
    assert masked_part(text, 0, 20) == covered[:20], "a number cut off at the end is covered too"
    assert masked_numbers("总投资1200万元") == "总投资1200万元"


@pytest.mark.parametrize(("noisy", "least"), [(False, 0.98), (True, 0.95)])
def test_generated_papers_are_read_as_well_as_promised(noisy: bool, least: float) -> None:
    right = told_all = true = 0
    for seed in range(60):
        paper = personal_paper(random.Random(7_000 + seed), noisy=noisy)
        found = [(one.kind, one.start, one.end) for one in personal_in(paper.text) if one.kind in PERSONAL]
        true += len(paper.truth)
        told_all += len(found)
        for kind, start, end in paper.truth:
            right += any(k == kind and min(e, end) - max(s, start) > (end - start) / 2 for k, s, e in found)
    assert right / true >= least
    assert right / told_all >= 0.95


def test_the_generator_tells_the_truth() -> None:
    for seed in range(40):
        paper = personal_paper(random.Random(seed), noisy=seed % 2 == 0)
        assert paper.truth
        for _, start, end in paper.truth:
            assert paper.text[start:end].strip()
