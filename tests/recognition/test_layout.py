"""Rows, columns, places of words, and turning boxes back."""

from lantai.recognition.rules.layout import (
    Line,
    PageLayout,
    as_pictured,
    content_angle,
    in_reading_order,
    is_sideways,
    skew_of,
    span_box,
    turned_box,
    with_handwriting,
)


def line(text: str, left: int, top: int, width: int, height: int = 30) -> Line:
    return Line(text, (left, top, left + width, top + height), 0.9)


def text_of(*lines: Line, skew: float = 0.0) -> str:
    return PageLayout(in_reading_order(lines, skew), 1000, 1400).text


def test_cells_of_a_form_row_stay_together() -> None:
    cells = [line("姓名", 50, 100, 80), line("王芳", 200, 104, 80), line("性别", 400, 98, 80), line("女", 520, 101, 30)]
    below = [line("住址", 50, 160, 80), line("云州市", 200, 162, 120)]
    assert text_of(*below, *cells) == "姓名 王芳 性别 女\n住址 云州市"


def test_two_columns_of_running_text_are_read_one_after_the_other() -> None:
    left = [line(f"左{i}", 50, 100 + 40 * i, 400) for i in range(6)]
    right = [line(f"右{i}", 520, 102 + 40 * i, 400) for i in range(6)]
    title = line("标题", 400, 20, 200)
    foot = line("页脚横贯全页的一行", 50, 500, 870)
    text = text_of(foot, *right, title, *left)
    assert text.split() == ["标题", *[f"左{i}" for i in range(6)], *[f"右{i}" for i in range(6)], "页脚横贯全页的一行"]


def test_rows_of_a_skewed_page_are_put_level_first() -> None:
    # At 3 degrees the right end of a row lies as low as the row below on the left.
    import math

    slope = math.tan(math.radians(3))
    runs = [
        line(f"{row}{side}", x, round(100 + 45 * row + slope * x), 150)
        for row in range(5)
        for side, x in (("左", 50), ("中", 400), ("右", 780))
    ]
    assert text_of(*runs, skew=3.0).splitlines() == [f"{r}左 {r}中 {r}右" for r in range(5)]


def test_place_of_words_follows_the_glyphs() -> None:
    known = Line("甲乙丙", (0, 0, 90, 30), 1.0, 0, ((0, 20), (30, 50), (60, 90)))
    other = Line("丁戊", (0, 50, 60, 80), 1.0, 1)
    layout = PageLayout((known, other), 100, 100)
    assert layout.text == "甲乙丙\n丁戊"
    assert layout.boxes_of(1, 3) == [(30, 0, 90, 30)]
    assert layout.boxes_of(2, 5) == [(60, 0, 90, 30), (0, 50, 30, 80)]
    assert layout.boxes_of(3, 4) == []


def test_place_of_words_in_a_vertical_line_goes_down_the_page() -> None:
    known = Line("甲乙丙", (10, 0, 40, 90), 1.0, 0, ((0, 20), (30, 50), (60, 90)), vertical=True)
    unknown = Line("甲乙丙", (10, 0, 40, 90), 1.0, 0, vertical=True)
    assert span_box(known, 1, 3) == (10, 30, 40, 90)
    assert span_box(unknown, 0, 1) == (10, 0, 40, 30)


def test_turning_a_box_four_times_brings_it_back() -> None:
    box = (10, 20, 60, 40)
    width, height = 300, 500
    for _ in range(4):
        box = turned_box(box, 90, width, height)
        width, height = height, width
    assert box == (10, 20, 60, 40)
    assert turned_box((0, 0, 10, 5), 90, 100, 200) == (195, 0, 200, 10)


def test_pictured_layout_has_the_sizes_of_the_stored_picture() -> None:
    upright = PageLayout((line("甲", 10, 20, 30),), 800, 1200, 90.0, 270)
    stored = as_pictured(upright)
    assert (stored.width_px, stored.height_px) == (1200, 800)
    assert turned_box(stored.lines[0].box_px, 270, 1200, 800) == upright.lines[0].box_px


def test_sideways_is_told_by_long_runs_only() -> None:
    assert is_sideways([(30, 400), (28, 300), (30, 30)])
    assert not is_sideways([(400, 30), (30, 400)])
    assert not is_sideways([(30, 32), (20, 25)])


def test_skew_is_the_median_of_long_runs() -> None:
    assert skew_of([(1.9, 400), (2.0, 500), (-15.0, 40), (80.0, 900)]) == 2.0
    assert skew_of([]) == 0.0


def test_angle_counts_clockwise() -> None:
    assert content_angle(270, 0.5) == 90.5
    assert content_angle(180, 0) == 180
    assert content_angle(90, -1) == -91


def test_lines_where_a_hand_wrote_are_marked() -> None:
    printed, written = Line("经办人：", (100, 100, 220, 140), 0.99), Line("李明", (230, 95, 330, 150), 0.7)
    layout = with_handwriting(PageLayout((printed, written), 1000, 1000), [(225, 90, 340, 155)])
    assert [line.handwritten for line in layout.lines] == [False, True]
