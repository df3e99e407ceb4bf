"""Blank out numbers of persons in a text that is shown beside its context, such as the passages of an answer.

Every text given back is as long as the one taken, so that marks in it stay where they are.
"""

import re

from lantai.recognition.rules.personal import classes
from lantai.recognition.rules.personal.numbers import numbers_in
from lantai.recognition.rules.personal.views import folded

COVER = "*"
_SHOWN = {
    classes.IDENTITY_NUMBER: (3, 4),
    classes.PASSPORT: (1, 2),
    classes.PHONE: (3, 4),
    classes.BANK_CARD: (0, 4),
    classes.SOCIAL_SECURITY: (2, 2),
}
"""How many characters of a number stay to be read at its beginning and its end."""
_AROUND = 40
_DIGITS = re.compile(r"\d{7}|\d[\dOlI \n]{6}", re.ASCII)


def masked_numbers(text: str) -> str:
    """Return `text` with the middle of identity, passport, phone, card and social security numbers covered by *."""
    plain = folded(text)
    if not _DIGITS.search(plain):
        return text
    shown = list(text)
    for found in numbers_in(plain):
        if found.kind not in _SHOWN:
            continue
        head, tail = _SHOWN[found.kind]
        signs = [at for at in range(found.start, found.end) if plain[at].isalnum()]
        for at in signs[head : len(signs) - tail]:
            shown[at] = COVER
    return "".join(shown)


def masked_part(text: str, start: int, end: int) -> str:
    """Return characters `start` to `end` of `text` with numbers covered, those cut off at either end too."""
    before, after = max(start - _AROUND, 0), min(end + _AROUND, len(text))
    return masked_numbers(text[before:after])[start - before : end - before]
