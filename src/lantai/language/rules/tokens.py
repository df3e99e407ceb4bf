"""Text cut into tokens for an index: dictionary words for ranking, pairs of characters for finding everything.

A line end or blank inside Chinese text separates nothing: scans break lines in the middle of a word.
"""

import importlib.metadata
import re
from operator import add

import rjieba

from lantai.language.rules.forms import HAN, is_han, normal

LONGEST_RUN = 64
DICTIONARY_VERSION = f"rjieba-{importlib.metadata.version('rjieba')}"
"""Names the dictionary that `words` cuts by; an index built with another one has to be rebuilt."""

GAP = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
"""Blanks and line ends between Chinese characters."""

_RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]{{1,{LONGEST_RUN}}}")


def _closed(text: str) -> str:
    """Return the normal form of `text` without the blanks that stand between Chinese characters."""
    return GAP.sub("", normal(text))


def runs(text: str) -> list[str]:
    """Return the runs of Chinese characters and of letters and digits in `text`, in order and in normal form."""
    return _RUN.findall(_closed(text))


def words(text: str) -> list[str]:
    """Return the dictionary words of `text`, long words followed by the words inside them, punctuation left out."""
    found: list[str] = []
    for token in rjieba.cut_for_search(_closed(text)):
        if token.isalnum():
            found.append(token[:LONGEST_RUN])
        elif len(token) > 1:
            found.extend(_RUN.findall(token))
    return found


def bigrams(text: str) -> list[str]:
    """Return every pair of neighbouring Chinese characters, a lone character as it is, other runs whole."""
    found: list[str] = []
    for run in runs(text):
        if len(run) > 1 and is_han(run[0]):
            found.extend(map(add, run, run[1:]))
        else:
            found.append(run)
    return found


def phrase_tokens(text: str) -> list[str]:
    """Return the bigrams that any text holding `text` must hold, one after the other.

    A lone Chinese character at either end is left out when something else remains: in the text its neighbour may be
    another Chinese character, and then it stands there in a pair (章 of 3章 in 第3章节).
    """
    found = bigrams(text)
    start, end = 0, len(found)
    while end - start > 1 and _is_lone(found[end - 1]):
        end -= 1
    while end - start > 1 and _is_lone(found[start]):
        start += 1
    return found[start:end]


def trigrams(code: str) -> list[str]:
    """Return every three neighbouring characters of a normal code, so that any part of it can be found."""
    return [code[at : at + 3] for at in range(len(code) - 2)] or ([code] if code else [])


def _is_lone(token: str) -> bool:
    return len(token) == 1 and is_han(token)
