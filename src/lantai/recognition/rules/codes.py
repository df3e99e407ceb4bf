"""Find identifiers in text and tell by their check digits whether they were read right.

Sources: GB 32100-2015 (unified social credit code), GB 11643-1999 (identity number), GB/T 40058-2021 (project code).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
# The standard leaves these letters out, so a reader's I, O, S, Z can only be the digit that looks like it.
_NOT_IN_USCC = str.maketrans("IOSZ", "1052")

_EDGE = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_EIGHTEEN = re.compile(rf"{_EDGE}[0-9A-Za-z](?: ?[0-9A-Za-z]){{17}}{_END}")
_PROJECT_NEW = re.compile(rf"{_EDGE}(\d{{2}})(0[1-9]|1[0-2])-?(\d{{6}})-(\d{{2}})-(\d{{2}})-([0-9A-Z]{{6}}){_END}")
_PROJECT_OLD = re.compile(rf"{_EDGE}(20\d{{2}})-(\d{{6}})-(\d{{2}})-(\d{{2}})-(\d{{6}}){_END}")


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A code in a text: kind "uscc", "identity_number" or "project_code", its normal form, its place in the text.

    `sureness` is what the check digit (or, without one, the form) lets one believe.
    """

    kind: str
    value: str
    start: int
    end: int
    sureness: float


def is_uscc(code: str) -> bool:
    """Tell whether `code` is a unified social credit code with the right check character (GB 32100-2015)."""
    if len(code) != 18 or any(c not in _USCC_ALPHABET for c in code):
        return False
    total = sum(_USCC_ALPHABET.index(c) * w for c, w in zip(code, _USCC_WEIGHTS, strict=False))
    return code[17] == _USCC_ALPHABET[(31 - total % 31) % 31]


def is_identity_number(code: str) -> bool:
    """Tell whether `code` is an 18-digit identity number with a real birth date and the right check (GB 11643)."""
    if not re.fullmatch(r"[1-9]\d{16}[0-9X]", code):
        return False
    try:
        born = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return False
    total = sum(int(c) * w for c, w in zip(code, _IDENTITY_WEIGHTS, strict=False))
    return born.year >= 1880 and code[17] == _IDENTITY_CHECKS[total % 11]


def codes_in(text: str) -> Iterator[FoundCode]:
    """Yield the codes in `text` in the order of their places; positions are of the text as given.

    A code of the right form but with a wrong check digit is not yielded: it was misread or mistyped.
    """
    plain = _same_length(text)
    for match in _EIGHTEEN.finditer(plain):
        kind, value = _eighteen(match.group().replace(" ", "").upper())
        if kind:
            yield FoundCode(kind, value, match.start(), match.end(), 0.995)
    for match in _PROJECT_NEW.finditer(plain):
        year_month = match.group(1) + match.group(2)
        yield FoundCode("project_code", "-".join((year_month, *match.groups()[2:])), match.start(), match.end(), 0.95)
    for match in _PROJECT_OLD.finditer(plain):
        yield FoundCode("project_code", "-".join(match.groups()), match.start(), match.end(), 0.93)


_PHONE = re.compile(
    rf"{_EDGE}(?:(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{{4}}){{2}}|0\d{{2,3}}[- ]?[2-8]\d{{6,7}}|400[- ]?\d{{3}}[- ]?\d{{4}}){_END}"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][ ·.]?"
    r"(?:[DF][A-HJ-NP-Z0-9]\d{4}|\d{5}[DF]|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳])(?![0-9A-Za-z])"
)


def phones_in(text: str) -> Iterator[FoundCode]:
    """Yield the telephone numbers in `text`: mobile numbers are surer than those of landlines."""
    plain = _same_length(text)
    for match in _PHONE.finditer(plain):
        digits = re.sub(r"[^\d]", "", match.group())
        is_mobile = bool(re.fullmatch(r"(?:86)?1[3-9]\d{9}", digits))
        value = digits[-11:] if is_mobile else re.sub(r" ", "-", match.group())
        yield FoundCode("phone", value, match.start(), match.end(), 0.96 if is_mobile else 0.9)


def plates_in(text: str) -> Iterator[FoundCode]:
    """Yield the number plates of vehicles in `text` (GA 36-2018, new energy plates included)."""
    for match in _PLATE.finditer(_same_length(text)):
        yield FoundCode("plate", re.sub(r"[ ·.]", "", match.group()), match.start(), match.end(), 0.95)


def _eighteen(code: str) -> tuple[str, str]:
    if is_identity_number(code):
        return "identity_number", code
    repaired = code.translate(_NOT_IN_USCC)
    if is_uscc(repaired) and repaired[0] in "123456789ANY" and repaired[2:8].isdigit():
        return "uscc", repaired
    return "", ""


def _same_length(text: str) -> str:
    """Fold full-width letters, digits and dashes one for one, so that positions stay."""
    folded = (unicodedata.normalize("NFKC", c) for c in text)
    plain = "".join(f if len(f) == 1 else c for f, c in zip(folded, text, strict=True))
    return re.sub(r"[‐‑‒–—―−]", "-", plain)
