"""Pinyin: all readings of names, surnames first, the usual reading of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.language.rules import pinyin_readings, syllables


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("曾国藩", "zengguofan"),
        ("单雄信", "shanxiongxin"),
        ("解晓东", "xiexiaodong"),
        ("查良镛", "zhaliangyong"),
        ("區景明", "oujingming"),
        ("吕布", "lvbu"),
        ("尉迟恭", "yuchigong"),
        ("张建国", "zhangjianguo"),
    ],
)
def test_a_surname_is_read_as_a_surname_first(name: str, reading: str) -> None:
    assert pinyin_readings(name)[0] == reading


def test_other_readings_are_kept() -> None:
    assert {"zengdan", "cengdan"} <= set(pinyin_readings("曾丹"))
    assert "leyun" in pinyin_readings("乐云")


def test_text_is_read_by_the_usual_reading() -> None:
    assert syllables("綠色，ABC发展") == ["lv", "se", "abc", "fa", "zhan"]


@given(st.text("曾单行长乐重发ab·，", max_size=12))
def test_readings_are_few_different_and_plain(name: str) -> None:
    readings = pinyin_readings(name)
    assert len(readings) == len(set(readings)) <= 8
    assert all(reading.isascii() and reading.isalnum() for reading in readings)


def test_a_very_long_name_takes_no_time() -> None:
    assert len(pinyin_readings("曾单行长乐重发" * 200)) == 8
