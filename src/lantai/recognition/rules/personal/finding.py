"""Find all personal data in the text of a page, each place once."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from lantai.recognition.rules.personal import classes
from lantai.recognition.rules.personal.circumstances import circumstances_in
from lantai.recognition.rules.personal.classes import Found
from lantai.recognition.rules.personal.homes import addresses_in
from lantai.recognition.rules.personal.numbers import numbers_in
from lantai.recognition.rules.personal.people import people_in
from lantai.recognition.rules.personal.plain_names import led_names_in, mongolian_names_in, plain_names_in
from lantai.recognition.rules.personal.views import View, folded, rejoined, tightened

# Where two lie over each other the first of these stays.
_ORDER = (
    classes.IDENTITY_NUMBER,
    classes.SOCIAL_SECURITY,
    classes.PASSPORT,
    classes.BANK_CARD,
    classes.PHONE,
    classes.EMAIL,
    classes.PLATE,
    classes.BIRTH_DATE,
    classes.ADDRESS,
    classes.ORGANISATION_ADDRESS,
    classes.ADOPTION,
    classes.HEALTH,
    classes.MARRIAGE,
    classes.MINOR,
    classes.NAME,
)
_RANK = {kind: rank for rank, kind in enumerate(_ORDER)}


def personal_in(text: str) -> list[Found]:
    """Return the personal data in `text`, and the addresses of organisations, in the order of their places.

    Places are of the text as given. Gaps, full width, look-alikes of digits and broken lines are seen through.
    """
    plain = folded(text)
    view = rejoined(plain)
    tight = tightened(view)
    found = [
        *numbers_in(plain),
        *_led_back(view, people_in(view.text)),
        *_led_back(tight, addresses_in(tight.text)),
        *_led_back(tight, circumstances_in(tight.text)),
    ]
    found += _led_back(view, _free_names(view, found))
    return [one for one in _apart(found) if one.kind not in _OF_A_PERSON or _near_a_person(plain, one, found)]


_SIGNS = frozenset(
    {
        classes.NAME,
        classes.IDENTITY_NUMBER,
        classes.BIRTH_DATE,
        classes.BANK_CARD,
        classes.PLATE,
        classes.ADDRESS,
        classes.PASSPORT,
    }
)


def _free_names(view: View, found: list[Found]) -> Iterator[Found]:
    """Yield the names that stand free in prose, within reach of other signs of a person."""
    signs = [bisect_left(view.places, one.start) for one in found if one.kind in _SIGNS]
    for start, end in (
        *plain_names_in(view.text, signs),
        *mongolian_names_in(view.text, signs),
        *led_names_in(view.text, signs),
    ):
        yield Found(classes.NAME, start, end, 0.75)


_OF_A_PERSON = frozenset({classes.HEALTH, classes.MINOR, classes.MARRIAGE, classes.ADOPTION})
"""What is personal only where a person is named near by: laws and reports speak of illness and divorce in general."""
_NEAR = 80
_FORM_LABEL = re.compile(r"(?:状况|状态|情况|等级|类别|类型|级别|诊断|病史|结果|血型)\s*(?:为|是)?\s*[:：]?\s*$")


def _near_a_person(plain: str, one: Found, found: list[Found]) -> bool:
    if _FORM_LABEL.search(plain[max(one.start - 10, 0) : one.start]):
        return True
    named = (classes.NAME, classes.IDENTITY_NUMBER, classes.BIRTH_DATE)
    return any(
        other.kind in named and other.start - _NEAR < one.end and one.start < other.end + _NEAR for other in found
    )


def _led_back(view: View, found: Iterable[Found]) -> Iterable[Found]:
    for one in found:
        yield Found(one.kind, *view.span(one.start, one.end), one.sureness)


def _apart(found: list[Found]) -> list[Found]:
    """Return `found` without what lies over something that counts for more."""
    kept: list[Found] = []
    taken = bytearray()
    for one in sorted(found, key=lambda f: (_RANK[f.kind], -f.sureness, f.start - f.end)):
        if len(taken) < one.end:
            taken.extend(b"\0" * (one.end - len(taken)))
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda f: f.start)
