"""Pages of one record looked at together: printed numbers that jump, pages scanned twice."""

import pytest

from lantai.recognition.rules.layout import Line, PageLayout
from lantai.recognition.rules.record_pages import (
    PrintedNumber,
    SeenPage,
    doubled_pages,
    missing_pages,
    printed_number,
)

SURE = "— {} —"
TEXT = "为规范全市电子档案的收集整理和利用现将有关事项通知如下请认真贯彻执行"
PRINT = "0f" * 32


def foot(text: str) -> PageLayout:
    return PageLayout((Line("正文", (100, 500, 300, 540), 1.0), Line(text, (500, 1650, 560, 1690), 1.0)), 1240, 1754)


def numbered(*numbers: int | None, plain: bool = False, total: int = 0) -> list[SeenPage]:
    return [
        SeenPage(place, printed=None if number is None else PrintedNumber(number, total, plain))
        for place, number in enumerate(numbers, start=1)
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("— 12 —", PrintedNumber(12)),
        ("-3-", PrintedNumber(3)),
        ("第 5 页", PrintedNumber(5)),
        ("第2页 共9页", PrintedNumber(2, 9)),
        ("3/8", PrintedNumber(3, 8)),
        ("７", PrintedNumber(7, plain=True)),
        ("2019年3月5日", None),
        ("13 / 4", None),
    ],
)
def test_printed_numbers_are_read_at_the_edge(text: str, number: PrintedNumber | None) -> None:
    assert printed_number(foot(text)) == number


def test_numbers_inside_the_page_are_no_page_numbers() -> None:
    assert printed_number(PageLayout((Line("12", (100, 800, 140, 840), 1.0),), 1240, 1754)) is None


def test_a_jump_is_told_with_both_numbers() -> None:
    (found,) = missing_pages(numbered(1, 2, 3, 6, 7))
    assert (found.code, found.measured) == ("quality.missing_pages", {"before": 3, "after": 6, "page": 4})


@pytest.mark.parametrize(
    "pages",
    [
        numbered(1, 2, 3, 4),
        numbered(11, 12, None, 14),
        numbered(1, 2, 1, 2, 3),
        numbered(1, None, 2, None, 3),
        numbered(1, 2, 87, 4, plain=True),
        numbered(3, 57, plain=True),
        [],
    ],
)
def test_what_is_whole_has_no_jump(pages: list[SeenPage]) -> None:
    assert missing_pages(pages) == []


def test_the_stated_number_of_pages_is_compared() -> None:
    assert [f.code for f in missing_pages(numbered(None, None), stated=3)] == ["quality.page_count"]
    assert missing_pages(numbered(None, None), stated=2) == []
    (found,) = missing_pages(numbered(1, 2, total=4))
    assert found.measured == {"stated": 4, "pages": 2}


def test_a_page_scanned_twice_is_told_with_its_first() -> None:
    pages = [SeenPage(1, TEXT, PRINT), SeenPage(2, TEXT[::-1], "a5" * 32), SeenPage(3, TEXT.replace("请", "清"), PRINT)]
    ((number, finding),) = doubled_pages(pages)
    assert (number, finding.measured["other"]) == (3, 1)


@pytest.mark.parametrize(
    ("text", "picture"),
    [
        (TEXT, "f0" * 32),
        (TEXT.replace("收集整理", "销毁鉴定").replace("贯彻", "研究"), PRINT),
        (TEXT + "1204 88 360 15", PRINT),
        ("", ""),
    ],
)
def test_forms_filled_in_differently_are_no_doubles(text: str, picture: str) -> None:
    first = SeenPage(1, TEXT + ("1305 42 977 16" if text.endswith("15") else ""), PRINT)
    assert doubled_pages([first, SeenPage(2, text, picture)]) == []


def test_pictures_without_text_are_compared_by_their_print() -> None:
    assert [n for n, _ in doubled_pages([SeenPage(1, "", PRINT), SeenPage(2, "", PRINT)])] == [2]
    assert doubled_pages([SeenPage(1, "", PRINT), SeenPage(2, "", "0e" * 32)]) == []
