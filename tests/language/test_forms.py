"""Normal forms: what counts as the same, and the way back to the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.language.rules import fold, normal, normal_code
from lantai.language.rules.variants import SIMPLE_FORMS

CHINESE = st.text(
    st.one_of(
        st.sampled_from("关於關于城市規划规劃〔2021〕１５號①㎡½Ａaｂ —－·•“”　\n⻚⼀ﬁé"),
        st.characters(exclude_categories=["Cs"]),
    )
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ＡＢＣ　１２３", "abc 123"),
        ("關於城市規劃", "关于城市规划"),
        ("眞吿戶內", "真告户内"),
        ("二○一九年", "二〇一九年"),
        ("⼀⻚", "一页"),
        ("a\u200bb\ufeff", "ab"),
        ("〔2021〕【15】[6]（七）", "(2021)(15)(6)(七)"),
        ("甲—乙–丙－丁", "甲-乙-丙-丁"),
        ("é e\u0301", "e e"),
        ("㎡ ①", "m2 1"),
        ("葛\U000e0100城", "葛城"),
    ],
)
def test_forms_that_mean_the_same_fold_together(text: str, form: str) -> None:
    assert normal(text) == form


@pytest.mark.parametrize(
    "code", ["国发〔2021〕15号", "国发[2021]15号", "國發（2021） 15 号", "国发【2021】15號", "国发〔２０２１〕１５号"]
)
def test_one_document_number_has_one_form(code: str) -> None:
    assert normal_code(code) == "国发(2021)15号"


@pytest.mark.parametrize("code", ["Z109-WS·2021-D30-0001", "z109—ws•2021－d30 - 0001", "Ｚ109/WS.2021.D30.0001"])
def test_one_reference_code_has_one_form(code: str) -> None:
    assert normal_code(code) == "z109ws2021d300001"


def test_no_simple_form_is_folded_further() -> None:
    assert not set(SIMPLE_FORMS) & set(SIMPLE_FORMS.values())
    assert all(normal(variant) == normal(form) for variant, form in SIMPLE_FORMS.items())


@given(CHINESE)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(CHINESE, CHINESE)
def test_the_form_of_a_part_is_a_part_of_the_form(left: str, right: str) -> None:
    assert normal(left) + normal(right) == normal(left + right)


@given(CHINESE, st.data())
def test_every_range_of_the_form_leads_back_to_what_gave_it(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    assert folded.text == normal(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    first, last = folded.original(start, end)
    assert 0 <= first < last <= len(text)
    assert folded.text[start:end] in normal(text[first:last])
