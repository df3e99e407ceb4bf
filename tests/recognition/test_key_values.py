"""Questions and answers of forms: told apart by words and places, linked in cells, rows and columns."""

import random

import pytest
from bench.fit_form_runs import layout_of

from lantai.recognition.rules.key_values import key_values_of
from lantai.recognition.rules.key_words import asks, plain
from lantai.recognition.rules.layout import Box, Line, PageLayout, in_reading_order
from lantai.recognition.rules.linking import Entity, linked
from sample.application_forms import application_form
from sample.filled import MAKERS
from sample.raster import print_sheet
from tests.factories.recognition import make_layout


def pairs_of(layout: PageLayout, cells: tuple[Box, ...] = ()) -> dict[str, str]:
    return {one.key: one.value for one in key_values_of(layout, cells)}


def test_colons_part_questions_from_answers_on_one_line() -> None:
    layout = make_layout((("姓名：林秀英 性别：女", 100, 100, 30), ("联系电话：13907120000", 100, 160, 30)))
    assert pairs_of(layout) == {"姓名": "林秀英", "性别": "女", "联系电话": "13907120000"}


def test_rows_without_colons_alternate() -> None:
    row = ("姓名", 100, 100, 30), ("林秀英", 260, 100, 30), ("职务", 480, 100, 30), ("文书", 640, 100, 30)
    assert pairs_of(make_layout(row)) == {"姓名": "林秀英", "职务": "文书"}


def test_answers_stand_below_the_heads_of_a_grid() -> None:
    edges = [100, 300, 500, 700]
    cells: tuple[Box, ...] = tuple((left, top, left + 196, top + 56) for top in (100, 160, 220) for left in edges[:3])
    heads = ("姓名", 150, 110, 30), ("出生日期", 330, 110, 30), ("身份证号", 530, 110, 30)
    rows = (
        ("林秀英", 150, 170, 30), ("1985.3.7", 320, 170, 18), ("420000198503077128", 510, 170, 10),
        ("陈建国", 150, 230, 30), ("1979.2.14", 320, 230, 18), ("42000019790214831X", 510, 230, 10),
    )  # fmt: skip
    found = pairs_of(make_layout((*heads, *rows)), cells)
    assert found["姓名"] == "林秀英 陈建国"
    assert found["出生日期"] == "1985.3.7 1979.2.14"


def test_a_question_set_in_two_rows_of_one_cell_is_one() -> None:
    cells: tuple[Box, ...] = ((100, 100, 240, 200), (244, 100, 700, 200))
    layout = make_layout(
        (("社区居委会", 105, 108, 26), ("意见", 140, 140, 26), ("情况属实，同意上报。", 260, 120, 26)), sure=0.9
    )
    assert pairs_of(layout, cells) == {"社区居委会意见": "情况属实，同意上报。"}


def test_a_known_question_is_one_whatever_its_words() -> None:
    layout = make_layout((("文　　种", 100, 100, 30), ("通知", 400, 100, 30)))
    assert key_values_of(layout, (), frozenset({"文种"}))[0].value == "通知"


def test_titles_notes_and_dates_beside_a_signature_are_no_answers() -> None:
    page = (
        ("学生登记表", 400, 60, 60), ("姓名：", 100, 200, 30), ("林秀英", 220, 200, 30), ("负责人签字：", 100, 300, 30),
        ("2019年3月5日", 700, 300, 30), ("注：本表一式两份，由申请人用黑色墨水笔填写，字迹应当清楚，不得涂改，涂改无效。", 100, 500, 24),
    )  # fmt: skip
    assert pairs_of(make_layout(page)) == {"姓名": "林秀英"}


def test_forms_of_every_make_are_read_as_they_were_filled_in() -> None:
    """On generated forms that nothing was learnt from; half of the right pairs would be lost without their cells."""
    right = found = wanted = 0
    for seed in range(6):
        rng = random.Random(f"unseen/{seed}")
        form = application_form(rng)
        layout, cells, _roles = layout_of(form, rng)
        read = {(plain(one.key), plain(one.value)) for one in key_values_of(layout, cells)}
        truth = {(plain(key).rstrip(":"), plain(value)) for key, value in form.pairs}
        right, found, wanted = right + len(read & truth), found + len(read), wanted + len(truth)
    assert wanted > 100
    assert right > 0.8 * max(found, wanted)


def test_running_text_and_headings_in_cells_are_neither_asked_nor_answered() -> None:
    cells: tuple[Box, ...] = ((100, 100, 1100, 150), (100, 154, 300, 204), (304, 154, 1100, 204), (100, 208, 1100, 300))
    notes = "本人承诺以上所填内容真实有效，如有虚假，愿承担一切法律责任。"
    layout = make_layout(
        (("一、基本信息", 450, 108, 30), ("姓名", 150, 162, 30), ("林秀英", 500, 162, 30), (notes, 110, 230, 28))
    )
    assert pairs_of(layout, cells) == {"姓名": "林秀英"}


def test_a_label_in_two_languages_is_one_question() -> None:
    cells: tuple[Box, ...] = tuple(
        (left, top, right, top + 80) for top in (100, 184, 268) for left, right in ((100, 300), (304, 700))
    )
    labels = ("姓名", 110, 104, 30), ("Name", 110, 140, 16), ("出生日期", 110, 188, 30), ("Birthday", 110, 224, 12)
    answers = ("林秀英", 330, 124, 30), ("1992年3月7日", 330, 208, 24)
    rest = ("联系电话", 110, 272, 30), ("Tel", 110, 308, 16), ("13907120000", 330, 292, 18)
    found = pairs_of(make_layout((*labels, *answers, *rest)), cells)
    assert found == {"姓名Name": "林秀英", "出生日期Birthday": "1992年3月7日", "联系电话Tel": "13907120000"}


@pytest.mark.parametrize(
    "word", ["姓名", "联系电话", "何时何地毕业于何学校", "发证机关：", "手机Mobile", "①申请号", "是否独生子女"]
)
def test_words_that_ask(word: str) -> None:
    assert asks(word) > 0


@pytest.mark.parametrize(
    "word", ["林秀英", "男", "2019年3月5日", "砚州市人民路12号", "□是 ☑否", "本科", "13907120000", "同意。"]
)
def test_words_that_answer(word: str) -> None:
    assert asks(word) < 0


def test_every_answer_has_the_question_of_its_own_cell_row() -> None:
    """Linking alone, on generated tables whose truth knows which label each entry belongs to."""
    right = total = 0
    for seed, kind in enumerate(("work_injury", "school_record", "contract", "adoption", "birth") * 2):
        item = MAKERS[kind](random.Random(seed), 2014)
        printed = print_sheet(item.sheets[0], 100)
        cells: list[Box] = [
            (round(box[0]), round(box[1]), round(box[2]), round(box[3]))
            for _outline, row in printed.tables
            for _place, box in row
        ]
        names = [c.text for table in item.sheets[0].tables for c in table.cells]
        if not cells:
            continue
        entities = [
            Entity(text, box, place % 2 == 0) for place, (text, box) in enumerate(zip(names, cells, strict=True))
        ]
        found = linked(entities, cells)
        right += sum(answer == question + 1 for question, answer in found)
        total += len(entities) // 2
    assert total > 20
    assert right == total


def test_a_blank_page_and_a_page_of_prose_have_none() -> None:
    assert pairs_of(make_layout(())) == {}
    prose = [
        Line(
            "根据有关规定，经研究，现将有关事项通知如下，请认真贯彻执行，并于月底前报送。",
            (100, top, 1100, top + 30),
            0.99,
        )
        for top in range(100, 500, 40)
    ]
    assert pairs_of(PageLayout(in_reading_order(prose), 1240, 1754)) == {}
