"""What may stand in a ledger entry: ids, numbers, codes and salted digests, never a person's values.

An entry can never be erased, so a name, a telephone number or an identity number must not get into one.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lantai.kernel.errors import InvalidError
from lantai.kernel.errors import gettext_noop as _

GREATEST_NUMBER = 2**53 - 1
"""The greatest whole number that every JSON reader keeps exactly (RFC 8259, section 6)."""
GREATEST_DEPTH = 3

VERB = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
KIND = re.compile(r"[a-z][a-z0-9_.]{0,63}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/+·-]{0,99}")
_TELEPHONE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86-?)?1[3-9]\d{9}(?![0-9A-Za-z])")
_IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{17}[0-9Xx])(?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


def checked_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return `facts` in the form that an entry keeps: ids, dates and moments as text, tuples and sets as lists.

    Raises InvalidError for a float, a number past 2**53, free text, and anything like a telephone or identity number.
    """
    return _checked_mapping(facts, GREATEST_DEPTH)


def _checked_mapping(facts: Mapping[str, Any], depth: int) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in facts.items():
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise _refused(str(key)[:40])
        kept[key] = _checked(key, value, depth - 1)
    return kept


def _checked(key: str, value: Any, depth: int) -> Any:
    match value:
        case None | bool():
            return value
        case int() if abs(value) <= GREATEST_NUMBER:
            return int(value)
        case UUID() as identifier:
            return str(identifier)
        case datetime() | date() as moment:
            return moment.isoformat()
        case str() if is_code(str(value)):
            return str(value)
        case Mapping() if depth > 0:
            return _checked_mapping(value, depth)
        case list() | tuple() if depth > 0:
            return [_checked(key, item, depth - 1) for item in value]
        case set() | frozenset() if depth > 0:
            return sorted((_checked(key, item, depth - 1) for item in value), key=str)
        case _:
            raise _refused(key)


def is_code(text: str) -> bool:
    """Tell whether `text` is an id, digest or short code (or empty), and not like a person's number."""
    return text == "" or (_CODE.fullmatch(text) is not None and not is_personal_number(text))


def is_personal_number(text: str) -> bool:
    """Tell whether `text` holds a mainland mobile number or a resident identity number with a right check character.

    Source: GB 11643-1999 (identity number: region, day of birth, sequence, ISO 7064 MOD 11-2 check character).
    """
    if _TELEPHONE.search(text):
        return True
    return any(_is_identity_number(found.group(1)) for found in _IDENTITY_NUMBER.finditer(text))


def _is_identity_number(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECK_CHARACTERS[total % 11] == number[17].upper()


def salted_digest_of(value: str, salt: str) -> str:
    """Return HMAC-SHA-256 of `value` under the installation's `salt`, hexadecimal."""
    return hmac.new(salt.encode(), value.encode(), hashlib.sha256).hexdigest()


def _refused(key: str) -> InvalidError:
    return InvalidError(
        "audit.fact",
        _("The fact %(key)s may not stand in the ledger, which keeps ids, numbers and codes only. Nothing was done."),
        key=key,
    )
