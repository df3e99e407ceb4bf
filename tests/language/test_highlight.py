"""Marks and passages: the right places of the original text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.language.rules import closed_lines, mark, normal, passages, runs

TEXT = st.text("城市規规划劃局的 \n，Ａa１9〔〕½㎡", max_size=80)
TERM = st.text("城市规划局a19½", min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("text", "terms", "marked"),
    [
        ("本市城市規劃局", ["城市规划"], ["城市規劃"]),
        ("本市城市规\n  划局", ["城市规划"], ["城市规\n  划"]),
        ("国发〔2021〕15号文", ["国发2021 15号"], ["国发〔2021〕15号"]),
        ("计划、生育", ["计划生育"], []),
        ("2015年15号", ["15"], ["15"]),
        ("标准ＧＢ／Ｔ 9704", ["gb/t"], ["ＧＢ／Ｔ"]),
        ("城市规划与规划局", ["城市规划", "规划局"], ["城市规划", "规划局"]),
        ("城市规划局", ["城市规划", "规划局"], ["城市规划局"]),
        ("哈哈哈", ["哈哈"], ["哈哈哈"]),
        ("第½章", ["½"], ["½"]),
        ("无", [], []),
        ("", ["城"], []),
        ("(.*)", [".*"], []),
    ],
)
def test_marks_stand_where_the_terms_stand(text: str, terms: list[str], marked: list[str]) -> None:
    assert [text[start:end] for start, end in mark(text, terms)] == marked


@given(TEXT, TERM)
def test_every_mark_lies_in_the_text_and_shows_the_term(text: str, term: str) -> None:
    last = 0
    for start, end in mark(text, [term]):
        assert last <= start < end <= len(text)
        assert "".join(runs(term)) in "".join(runs(text[start:end]))
        last = end


@given(st.text("城市规划局\n", max_size=30), st.text("城市规划局", min_size=1, max_size=3))
def test_no_place_is_missed(text: str, term: str) -> None:
    closed = text.replace("\n", "")
    covered = sum(len(normal(text[s:e]).replace(" ", "")) for s, e in mark(text, [term]))
    expected = {at + i for at in range(len(closed)) if closed.startswith(term, at) for i in range(len(term))}
    assert covered == len(expected)


@given(st.lists(TERM, max_size=3), TEXT, st.integers(5, 60), st.integers(1, 4))
def test_passages_are_parts_with_their_marks_inside(terms: list[str], text: str, width: int, most: int) -> None:
    found = passages(text, terms, most=most, width=width)
    assert len(found) <= most
    assert bool(found) == bool(mark(text, terms))
    for before, after in pairwise(found):
        assert before.end <= after.start
    for passage in found:
        assert passage.text == text[passage.start : passage.end]
        assert passage.marks
        assert {(s + passage.start, e + passage.start) for s, e in passage.marks} <= set(mark(text, terms))


def test_the_window_with_more_different_words_wins() -> None:
    text = "征地。" * 30 + "无关的话。" * 30 + "征地补偿与安置的标准。" + "无关的话。" * 30
    [best] = passages(text, ["征地", "安置"], most=1, width=40)
    assert best.distinct == 2
    assert "征地补偿与安置" in best.text


def test_a_page_full_of_marks_takes_no_time() -> None:
    assert len(passages("城" * 200_000 + "，城" * 20_000, ["城"])) == 3


def test_lines_are_closed_inside_marks_only() -> None:
    text = "通\n知老旧小区改\n 造，\nabc def\n现将"
    marks = mark(text, ["小区改造", "abc def", "现将"])
    closed, moved = closed_lines(text, marks)
    assert closed == "通\n知老旧小区改造，\nabc def\n现将"
    assert [closed[start:end] for start, end in moved] == ["小区改造", "abc def", "现将"]


@given(TEXT, TERM)
def test_marks_move_with_the_closing_of_lines(text: str, term: str) -> None:
    marks = mark(text, [term])
    closed, moved = closed_lines(text, marks)
    assert runs(closed) == runs(text)
    assert [runs(closed[start:end]) for start, end in moved] == [runs(text[start:end]) for start, end in marks]
