"""When a file's own text is kept, and how its characters become lines."""

import numpy as np
import pytest

from lantai.recognition.adapters.layer_check import layer_disagreement
from lantai.recognition.rules.layout import Line, PageLayout, PageSize, TextBox
from lantai.recognition.rules.text_layer import (
    RawGlyph,
    is_sound,
    layer_fault,
    layout_of_text,
    lines_of_glyphs,
    text_fault,
)

CHINESE = (
    "各县区人民政府，市政府各部门：为规范全市电子档案的收集、整理和利用，现将有关事项通知如下，请认真贯彻执行。" * 2
)
SIZE = PageSize(1000, 1400)


def glyphs(text: str, left: int = 50, top: int = 50, step: int = 20) -> list[RawGlyph]:
    """Return the characters of `text` in lines of forty, `step` apart."""
    return [
        RawGlyph(c, (x := left + step * (i % 40), y := top + 30 * (i // 40), x + 18, y + 20))
        for i, c in enumerate(text)
    ]


def test_good_text_is_kept() -> None:
    assert is_sound("关于加强档案工作的通知")
    assert is_sound("x" * 50, picture_share=1.0)


def test_bad_or_scant_text_is_not() -> None:
    assert not is_sound("")
    assert not is_sound("\ue001\ue002通知")
    assert not is_sound("�" * 5 + "通知" * 20)
    assert not is_sound("第1页", picture_share=0.95)


def test_a_gap_or_a_jump_begins_a_new_run() -> None:
    runs = lines_of_glyphs(
        [*glyphs("甲乙 丙", 0, 0), *glyphs("右列", 300, 0), *glyphs("下行", 0, 40), RawGlyph("\n", (0, 0, 0, 0))]
    )
    assert [r.text for r in runs] == ["甲乙 丙", "右列", "下行"]
    assert runs[0].box_px == (0, 0, 78, 20)


def test_its_layout_is_certain() -> None:
    layout = layout_of_text([TextBox("二", (0, 50, 20, 70)), TextBox("一", (0, 0, 20, 20))], PageSize(100, 100))
    assert layout.text == "一\n二"
    assert layout.confidence == 1.0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (CHINESE, ""),
        ("Notice of the archives of the city, 2019: €1,250.00 – see §3", ""),
        ("呼和浩特市 Hohhot 2024 No. 12", ""),
        ("姓名 性别 身份证号 110101199003077758 电话 13800138000", ""),
        (CHINESE.encode("gbk").decode("latin-1"), "mojibake"),
        (CHINESE.encode().decode("gb18030", "ignore").replace("\ufffd", ""), "mojibake"),
        ("锟斤拷锟斤拷锟斤拷烫烫烫", "mojibake"),
        ("".join(chr(0x4E00 + (ord(c) * 7919) % 0x5000) for c in CHINESE if c > "\u4e00"), "improbable"),
        ("\x00\x01\x02abc", "unmapped"),
        ("", "none"),
    ],
)
def test_text_that_cannot_be_is_told_why(text: str, fault: str) -> None:
    found = text_fault(text)
    assert found == fault or (fault == "mojibake" and found == "unmapped")


def test_places_tell_too() -> None:
    assert layer_fault(glyphs(CHINESE), SIZE) == ""
    assert layer_fault(glyphs(CHINESE, left=5000), SIZE) == "misplaced"
    assert layer_fault([RawGlyph(c, (10, 10, 28, 30)) for c in CHINESE], SIZE) == "misplaced"
    assert layer_fault(glyphs(CHINESE, left=900, step=-20), SIZE) == "reversed"


def test_a_few_boxes_of_the_picture_are_asked() -> None:
    boxes = [TextBox("电子档案的收集整理", (100, 100 + 60 * n, 400, 130 + 60 * n)) for n in range(8)]
    picture = np.full((1400, 1000, 3), 255, np.uint8)

    def saying(text: str, sure: float = 0.95) -> PageLayout:
        rows = tuple(Line(text, (40, 38 + 76 * n, 400, 78 + 76 * n), sure) for n in range(8))
        return PageLayout(rows, 1280, 700)

    assert layer_disagreement(picture, boxes, SIZE, lambda _: saying("电子档案的收集整理")) == "misplaced"
    for box in boxes:
        left, top, right, bottom = box.box_px
        picture[top:bottom:3, left:right] = 0
    assert layer_disagreement(picture, boxes, SIZE, lambda _: saying("电子档案的收集整理")) == ""
    assert layer_disagreement(picture, boxes, SIZE, lambda _: saying("今年春天雨水很多啊")) == "disagrees"
    assert layer_disagreement(picture, boxes, SIZE, lambda _: saying("今年春天雨水很多啊", 0.5)) == ""
