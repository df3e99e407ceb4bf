"""Dates in every spelling of Chinese papers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.recognition.rules.dates import dates_in


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("2019年3月5日", "2019-03-05"),
        ("2019 年 3 月 5 日", "2019-03-05"),
        ("２０１９年３月５日", "2019-03-05"),
        ("二〇一九年三月五日", "2019-03-05"),
        ("二○二〇年十月二十日", "2020-10-20"),
        ("二O一九年十二月三十一日", "2019-12-31"),
        ("一九九八年五月廿一日", "1998-05-21"),
        ("民国三十八年十月一日", "1949-10-01"),
        ("2019.3.5", "2019-03-05"),
        ("2019-03-05", "2019-03-05"),
        ("2019/12/31", "2019-12-31"),
        ("20190305", "2019-03-05"),
        ("2019年3月5", "2019-03-05"),
        ("印发日期：2019年3月6日印发", "2019-03-06"),
    ],
)
def test_spellings(text: str, on: str) -> None:
    assert [d.on.isoformat() for d in dates_in(text)] == [on]


@pytest.mark.parametrize(
    "text", ["2020年13月1日", "2021年2月30日", "2001年1月", "192.168.1.1", "1234567890123", "〔2019〕12号"]
)
def test_what_is_no_date(text: str) -> None:
    assert list(dates_in(text)) == []


DIGITS = "〇一二三四五六七八九"


def in_words(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("十" if tens == 1 else DIGITS[tens] + "十" if tens else "") + (DIGITS[ones] if ones or not tens else "")


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_any_day_is_read_back_from_words(day: date) -> None:
    year = "".join(DIGITS[int(c)] for c in str(day.year))
    found = list(dates_in(f"云州市{year}年{in_words(day.month)}月{in_words(day.day)}日"))
    assert [d.on for d in found] == [day]
