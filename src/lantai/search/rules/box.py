"""The one box: what a reader typed, read as parts, and the question made of it.

Parts are set apart by blanks and all of them must be found. "Quoted" means exactly so; -part means without it.
"""

import re
from dataclasses import dataclass

from lantai.kernel.errors import InvalidError, gettext_noop
from lantai.language.rules import is_han, mark, normal, phrase_tokens, runs, trigrams, words
from lantai.search.rules.documents import code_key
from lantai.search.rules.queries import (
    AllTokens,
    Equals,
    Every,
    Everything,
    Except,
    Fixed,
    Holding,
    Phrase,
    Preferring,
    Query,
    Some,
    Weighted,
)

LONGEST_BOX = 400
MOST_PARTS = 16
EXACT_UP_TO = 3
"""Chinese parts up to this length are searched exactly as typed; longer ones also by the words in them."""

_PART = re.compile(r'([-－]?)(?:["“”„]([^"“”„]*)["“”„]|([^\s"“”„]+))')
_YEAR = re.compile(r"((?:1[89]|20)\d\d)年?")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a question as typed."""

    text: str
    quoted: bool = False
    without: bool = False


def parts_of(text: str) -> tuple[Part, ...]:
    """Return the parts of what was typed, those without a letter or digit left out.

    Raises InvalidError when it is too long or has too many parts.
    """
    if len(text) > LONGEST_BOX:
        raise InvalidError(
            "search.too_long",
            gettext_noop("The search text is longer than %(most)s characters. Shorten it and search again."),
            most=LONGEST_BOX,
        )
    found = [Part(quoted or plain, bool(quoted), bool(sign)) for sign, quoted, plain in _PART.findall(text)]
    parts = tuple(part for part in found if runs(part.text))
    if len(parts) > MOST_PARTS:
        raise InvalidError(
            "search.too_many_parts",
            gettext_noop("The search text has more than %(most)s parts. Leave some out and search again."),
            most=MOST_PARTS,
        )
    return parts


def question_of(parts: tuple[Part, ...]) -> Query:
    """Return the query for all `parts` together; everything, if there are none."""
    if not parts:
        return Everything()
    wanted = [_wanted(part) for part in parts if not part.without]
    unwanted = [Except(_exactly(part)) for part in parts if part.without]
    return Every((*wanted, *unwanted))


def _wanted(part: Part) -> Query:
    """Return the question for one part: something of it must stand in the text, better still in the title."""
    tokens = tuple(phrase_tokens(part.text))
    if _is_one_character(tokens):
        return Preferring(
            Fixed(Holding("text_pairs", tokens[0]), 1.0), (Fixed(Holding("title_pairs", tokens[0]), 4.0),)
        )
    found: list[Query] = [Weighted(Phrase("text_pairs", tokens, part.quoted), 3.0)]
    better: list[Query] = [Weighted(Phrase("title_pairs", tokens, part.quoted), 8.0)]
    if not part.quoted:
        found += [*_as_code(part.text), *_as_year(part.text)]
        better.append(Fixed(Equals("names", normal(part.text)), 20.0))
        if sum(map(is_han, part.text)) > EXACT_UP_TO:
            shortest = shortest_words(part.text)
            found.append(AllTokens("text_words", shortest))
            better.append(Weighted(AllTokens("title_words", shortest), 4.0))
    return Preferring(found[0] if len(found) == 1 else Some(tuple(found)), tuple(better))


def _is_one_character(tokens: tuple[str, ...]) -> bool:
    return len(tokens) == 1 and len(tokens[0]) == 1 and is_han(tokens[0])


def _exactly(part: Part) -> Query:
    tokens = tuple(phrase_tokens(part.text))
    if _is_one_character(tokens):
        return Holding("text_pairs", tokens[0])
    return Some((Phrase("text_pairs", tokens, strict=True), Equals("code", code_key(part.text))))


def _as_code(text: str) -> list[Query]:
    """A part with a digit or Latin letter may be a code or a piece of one."""
    key = code_key(text)
    if len(key) < 2 or not any(char.isascii() for char in key):
        return []
    whole: Query = Fixed(Equals("code", key), 100.0)
    return [whole] if len(key) < 3 else [whole, Fixed(Phrase("code_parts", tuple(trigrams(key))), 20.0)]


def _as_year(text: str) -> list[Query]:
    year = _YEAR.fullmatch(normal(text))
    return [Fixed(Equals("year", int(year[1])), 1.0)] if year else []


def shortest_words(text: str) -> tuple[str, ...]:
    """Return the different words of `text` that hold no other word of it, in order."""
    found = list(dict.fromkeys(words(text)))
    return tuple(word for word in found if not any(other != word and other in word for other in found))


def marks_in(text: str, parts: tuple[Part, ...]) -> list[str]:
    """Return the terms to mark in `text`: each wanted part as typed where it stands so, else its words."""
    terms: list[str] = []
    for part in parts:
        if part.without:
            continue
        if part.quoted or mark(text, [part.text]):
            terms.append(part.text)
        elif sum(map(is_han, part.text)) > EXACT_UP_TO:
            terms.extend(word for word in shortest_words(part.text) if len(word) > 1)
    return terms
