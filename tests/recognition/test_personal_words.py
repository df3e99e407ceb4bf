"""The word list of an archives and what the machine proposes from it."""

from datetime import date

import pytest

from lantai.kernel.errors import InvalidError
from lantai.recognition.rules.personal.opening import is_due, proposal_for
from lantai.recognition.rules.personal.words import DEFAULT_WORDS, ListedWord, WordFinder, read, written

DEFAULTS = WordFinder(ListedWord(*word) for word in DEFAULT_WORDS)


def test_a_longer_word_shields_the_shorter_one() -> None:
    assert [hit.word.word for hit in DEFAULTS.hits_in("患传染病者由传染病医院收治，依传染病防治法处理。")] == ["传染病"]


def test_a_word_is_found_across_a_line_end() -> None:
    assert [hit.word.word for hit in DEFAULTS.hits_in("保护举\n报人的权利")] == ["举报人"]


def test_the_list_comes_back_as_it_went() -> None:
    words = [ListedWord("举报人", "informant", "restrict", "含“线人”"), ListedWord("配方", "commercial_secret", "look")]
    assert list(read(written(words))) == words
    assert list(read("\ufeff举报人,informant,restrict\n\n")) == [ListedWord("举报人", "informant", "restrict")]


@pytest.mark.parametrize(
    "line", ["字,other,look", "举报人,nonsense,look", "举报人,other,burn", f"{'长' * 41},other,look"]
)
def test_what_is_no_word_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read(f"word,class,effect,note\n{line}\n")
    assert caught.value.facts["number"] == 2


def test_proposals() -> None:
    assert proposal_for([], []).outcome == "open"
    assert proposal_for(["organisation_address"], []).outcome == "open"
    assert proposal_for(["name", "phone"], []).outcome == "masked"
    assert proposal_for(["name"] * 31, []).outcome == "restricted"
    assert proposal_for([], DEFAULTS.hits_in("举报人张某")).outcome == "restricted"
    assert proposal_for(["health"], DEFAULTS.hits_in("传染病")).outcome == "restricted"
    assert proposal_for([], DEFAULTS.hits_in("传染病")).outcome == "open"


@pytest.mark.parametrize(
    ("on", "year", "due"),
    [
        (date(2000, 5, 1), None, True),
        (date(2000, 5, 2), None, False),
        (None, 1999, True),
        (None, 2000, False),
        (None, None, False),
    ],
)
def test_when_the_closing_period_is_over(on: date | None, year: int | None, due: bool) -> None:
    assert is_due(on, year, today=date(2025, 5, 1), years=25) is due
