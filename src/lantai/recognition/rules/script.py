"""Simplified or traditional: settle by the page what the shape of one character leaves open."""

from collections.abc import Sequence

from lantai.language.rules.variants import SIMPLE_FORMS

_SIMPLE = frozenset(SIMPLE_FORMS.values())
# A page keeps to one script if at most this share of its telling characters is of the other.
OTHER_SHARE = 0.3
LEAST_TELLING = 12
# A character printed in the other script, as in a name or a motto, leaves its twin less than this.
LEAST_DOUBT = 0.01


def page_script(text: str) -> str:
    """Return "simplified", "traditional" or "" where `text` is too short or mixed."""
    traditional = sum(character in SIMPLE_FORMS for character in text)
    simplified = sum(character in _SIMPLE for character in text)
    telling = traditional + simplified
    if telling < LEAST_TELLING:
        return ""
    if traditional <= OTHER_SHARE * telling:
        return "simplified"
    return "traditional" if simplified <= OTHER_SHARE * telling else ""


def twins_to_take(script: str, best: Sequence[str], next_best: Sequence[str], doubt: Sequence[float]) -> list[int]:
    """Return where the next best reading is the same character in the script of the page, and the best one is not.

    `doubt` is the probability of the next best.
    """
    places = [i for i in range(len(best)) if doubt[i] >= LEAST_DOUBT]
    if script == "simplified":
        return [i for i in places if SIMPLE_FORMS.get(best[i]) == next_best[i]]
    if script == "traditional":
        return [i for i in places if SIMPLE_FORMS.get(next_best[i]) == best[i]]
    return []
