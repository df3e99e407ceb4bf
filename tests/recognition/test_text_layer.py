"""When a file's own text is kept, and how its characters become lines."""

from lantai.recognition.rules.layout import PageSize, TextBox
from lantai.recognition.rules.text_layer import RawGlyph, is_sound, layout_of_text, lines_of_glyphs


def test_good_text_is_kept() -> None:
    assert is_sound("关于加强档案工作的通知")
    assert is_sound("x" * 50, picture_share=1.0)


def test_bad_or_scant_text_is_not() -> None:
    assert not is_sound("")
    assert not is_sound("\ue001\ue002通知")
    assert not is_sound("�" * 5 + "通知" * 20)
    assert not is_sound("第1页", picture_share=0.95)


def test_a_gap_or_a_jump_begins_a_new_run() -> None:
    def glyphs(text: str, left: int, top: int) -> list[RawGlyph]:
        return [RawGlyph(c, (left + 20 * i, top, left + 20 * i + 18, top + 20)) for i, c in enumerate(text)]

    runs = lines_of_glyphs(
        [*glyphs("甲乙 丙", 0, 0), *glyphs("右列", 300, 0), *glyphs("下行", 0, 40), RawGlyph("\n", (0, 0, 0, 0))]
    )
    assert [r.text for r in runs] == ["甲乙 丙", "右列", "下行"]
    assert runs[0].box_px == (0, 0, 78, 20)


def test_its_layout_is_certain() -> None:
    layout = layout_of_text([TextBox("二", (0, 50, 20, 70)), TextBox("一", (0, 0, 20, 20))], PageSize(100, 100))
    assert layout.text == "一\n二"
    assert layout.confidence == 1.0
