"""What reading decides without looking at a picture: check boxes, scripts, rules to write on, sureness, columns, devices."""

import pytest

from lantai.kernel.errors import InvalidError, UnavailableError
from lantai.recognition.adapters import engine, runtimes
from lantai.recognition.rules.calibration import sureness_of
from lantai.recognition.rules.calibration_table import STEPS
from lantai.recognition.rules.checkboxes import CheckBox, with_check_boxes
from lantai.recognition.rules.layout import Line, in_reading_order
from lantai.recognition.rules.ornaments import is_rule
from lantai.recognition.rules.pale import pale_places
from lantai.recognition.rules.script import page_script, twins_to_take

PITCH = 40


def line(text: str, left: int = 100, *, sure: float = 0.999) -> Line:
    """Return a line of characters 30 wide, 40 apart."""
    glyphs = tuple((left + PITCH * i, left + PITCH * i + 30) for i in range(len(text)))
    return Line(text, (left - 6, 94, glyphs[-1][1] + 6, 140), sure, 0, glyphs, (sure,) * len(text))


def box_at(left: int, *, ticked: bool = False) -> CheckBox:
    return CheckBox((left, 102, left + 26, 128), ticked)


def test_a_box_seen_before_a_line_opens_it() -> None:
    (read,) = with_check_boxes([line("公开")], [box_at(62)])
    assert read.text == "□公开"
    assert read.glyphs_px[0] == (62, 88)
    assert read.box_px[0] == 62
    assert len(read.sureness) == 3


def test_a_box_between_characters_goes_where_it_stands_and_says_if_it_is_ticked() -> None:
    (read,) = with_check_boxes([line("是 否")], [box_at(142, ticked=True)])
    assert read.text.replace(" ", "") == "是☑否"


def test_a_box_read_as_a_letter_is_put_right_and_a_sure_character_is_left() -> None:
    assert with_check_boxes([line("Q是", sure=0.6)], [box_at(102)])[0].text == "□是"
    assert with_check_boxes([line("日是")], [box_at(102)])[0].text == "日是"
    assert with_check_boxes([line("人口")], [box_at(142)])[0].text == "人口"


def test_a_box_alone_needs_text_beside_it() -> None:
    assert [read.text for read in with_check_boxes([line("同意", 200)], [box_at(120)])] == ["同意", "□"]
    assert len(with_check_boxes([line("同意", 900)], [box_at(120)])) == 1


def test_the_page_says_whether_a_character_is_simplified() -> None:
    script = page_script("关于办理城乡规划许可与档案馆业务办理时间" * 2)
    assert script == "simplified"
    assert twins_to_take(script, "號码", ["号", "馬"], [0.3, 0.0]) == [0]
    assert twins_to_take(script, "號", ["号"], [0.001]) == []
    assert page_script("關於辦理城鄉規劃許可與檔案館業務辦理時間") == "traditional"
    assert twins_to_take("traditional", "号", ["號"], [0.3]) == [0]
    assert page_script("人民") == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("共__人", "共人"),
        ("a_b@c.cn", "a_b@c.cn"),
        ("__", ""),
        ("A__B", "AB"),
        ("年_月", "年月"),
        ("等……", "等……"),
        ("至………止", "至止"),
    ],
)
def test_rules_to_write_on_are_no_text(text: str, kept: str) -> None:
    assert "".join(c for i, c in enumerate(text) if not is_rule(text, i)) == kept


def test_sureness_rises_with_the_network_and_never_claims_more_than_was_measured() -> None:
    text = "档案档案档"
    levels = [sureness_of(text, (share,) * 5, ((1 - share) / 2,) * 5)[2] for share in (0.3, 0.6, 0.9, 0.99, 0.99999)]
    assert levels == sorted(levels)
    assert levels[0] < 0.9 < levels[-1] <= STEPS[-1][1] < 1
    assert sureness_of("", (), ()) == ()
    doubted = sureness_of("档案", (0.9999, 0.4), (0.0, 0.3))
    assert doubted[0] > doubted[1]


def test_steps_of_the_table_only_rise() -> None:
    assert [x for x, _ in STEPS] == sorted(x for x, _ in STEPS)
    assert [y for _, y in STEPS] == sorted(y for _, y in STEPS)


def standing(text: str, left: int, top: int = 100) -> Line:
    return Line(text, (left, top, left + 40, top + 30 * len(text)), 0.9, vertical=True)


def test_columns_are_read_from_the_right_and_a_split_column_from_the_top() -> None:
    page = [standing("丙丙丙", 100), standing("乙乙", 180, 400), standing("乙乙乙", 180), standing("甲甲甲", 260)]
    ordered = in_reading_order([*page, Line("页脚", (100, 900, 200, 930), 0.9)])
    assert [read.text for read in ordered] == ["甲甲甲", "乙乙乙", "乙乙", "丙丙丙", "页脚"]
    assert [read.row for read in ordered] == [0, 1, 1, 2, 3]


def test_two_upright_labels_of_a_form_stay_in_their_row() -> None:
    labels = [standing("身份", 50), standing("证号", 95)]
    text = Line("这一格里写着许多字好让横排占多数", (200, 110, 700, 140), 0.9)
    assert [read.text for read in in_reading_order([text, *labels])] == [
        "身份",
        "证号",
        "这一格里写着许多字好让横排占多数",
    ]


def test_a_graphics_processor_that_is_not_there_is_refused_or_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtimes, "has_gpu", lambda _runtime: False)
    with pytest.raises(UnavailableError, match="graphics processor"):
        engine.make_engine("onnxruntime", "gpu")
    monkeypatch.setattr(engine, "_made", {})
    monkeypatch.setenv("LANTAI_OCR_RUNTIME", "onnxruntime")
    monkeypatch.setenv("LANTAI_OCR_DEVICE", "auto")
    assert "gpu" not in engine.engine_name_here()
    monkeypatch.setenv("LANTAI_OCR_DEVICE", "cuda")
    with pytest.raises(InvalidError, match="not known"):
        engine.engine_name_here()


def test_several_lines_much_paler_than_the_page_are_a_ghost_and_one_or_two_are_not() -> None:
    own, pale = [190.0] * 6, [55.0, 60.0, 52.0, 48.0]
    assert pale_places(own + pale, [10] * 10) == {6, 7, 8, 9}
    assert not pale_places(own + pale[:2], [10] * 8)


def test_coloured_headings_and_pages_that_are_pale_as_a_whole_are_no_ghosts() -> None:
    assert not pale_places([240.0] * 6 + [110.0] * 5, [10] * 11)
    assert not pale_places([60.0] * 6 + [30.0] * 5, [10] * 11)
    assert not pale_places([190.0] * 6 + [0.0] * 5, [10] * 11)
