"""Words and bigrams: everything that stands in a text can be found by its tokens."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lantai.language.rules import bigrams, is_han, phrase_tokens, runs, trigrams, words

HAN_TEXT = st.text("城市规划局关于印发管理办法的通知", min_size=2, max_size=40)
MIXED = st.text("城市规划局第章号年 \n，。〔〕AB19", max_size=40)


def _holds(tokens: list[str], wanted: list[str]) -> bool:
    return any(tokens[at : at + len(wanted)] == wanted for at in range(len(tokens) - len(wanted) + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("城市规划", ["城市", "市规", "规划"]),
        ("城市规\n划", ["城市", "市规", "规划"]),
        ("城 市", ["城市"]),
        ("计划，生育", ["计划", "生育"]),
        ("第3章", ["第", "3", "章"]),
        ("國發〔2021〕15號", ["国发", "2021", "15", "号"]),
        ("GB/T 9704-2012", ["gb", "t", "9704", "2012"]),
        ("", []),
        ("，。", []),
    ],
)
def test_bigrams_cross_line_ends_but_not_marks(text: str, expected: list[str]) -> None:
    assert bigrams(text) == expected


def test_words_hold_the_words_inside_long_words() -> None:
    assert words("《城市规划管理辦法》的通知") == ["城市", "规划", "城市规划", "管理", "办法", "的", "通知"]


def test_words_are_not_cut_by_a_line_end() -> None:
    assert words("城市规\n划") == words("城市规划")


def test_a_lone_character_at_the_end_of_a_phrase_is_not_asked_for() -> None:
    assert _holds(bigrams("依据第3章节规定"), phrase_tokens("第3章"))
    assert phrase_tokens("章") == ["章"]


@given(HAN_TEXT, st.data())
def test_every_part_of_chinese_text_is_found_by_its_phrase(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 2, len(text)))
    assert _holds(bigrams(text), phrase_tokens(text[start:end]))


@given(MIXED, MIXED, MIXED)
def test_every_part_cut_between_runs_is_found_by_its_phrase(before: str, part: str, after: str) -> None:
    assume(runs(part))
    tokens = bigrams(f"{before}，{part}，{after}")
    assert _holds(tokens, phrase_tokens(part))


@given(MIXED)
def test_tokens_hold_no_blank_and_every_letter(text: str) -> None:
    for tokens in (bigrams(text), words(text)):
        assert all(token and not any(c.isspace() for c in token) for token in tokens)
        assert {c for run in runs(text) for c in run} <= {c for token in tokens for c in token}


@given(st.text("国发19a()号", min_size=3, max_size=20), st.data())
def test_every_part_of_a_code_is_found_by_its_trigrams(code: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(code) - 3))
    end = data.draw(st.integers(start + 3, len(code)))
    assert _holds(trigrams(code), trigrams(code[start:end]))


def test_is_han_knows_its_planes() -> None:
    assert all(map(is_han, "城〇㐀\U00020000"))
    assert not any(map(is_han, "aか1，\U0001f600"))
