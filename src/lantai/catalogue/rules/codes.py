"""Reference codes 档号: templates as data, rendering, reading back, and what can be wrong with one.

Source: DA/T 13-2022 (archival codes), DA/T 22-2015 clause 6.4 (codes of administrative records), DA/T 13-1994 (older
codes of four numbers). Of the templates an archives may add its own versions; a code once issued never changes.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lantai.catalogue.rules.findings import Finding
from lantai.kernel.errors import InvalidError
from lantai.kernel.errors import gettext_noop as _

DOT = "\u00b7"
LOOKALIKE_DOTS = "\u2022\u30fb\uff65\u2027\u22c5\u2219\uff0e\u0387"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"
_STRAIGHT = str.maketrans(dict.fromkeys(LOOKALIKE_DOTS, DOT) | dict.fromkeys(DASHES, "-"))

ITEM, FILE, ITEM_IN_FILE = "item", "file", "item_in_file"
"""The forms a template may have: an item by itself, a file, an item inside a file that bears a code."""
RUNNING = frozenset({"file", "item"})
"""Parts that are running numbers."""

PATTERNS = {
    "fonds": r"[A-Z0-9]{2,6}",
    "category": rf"[A-Z]{{2}}(?:{DOT}[A-Z][A-Z0-9]*)*",
    "catalogue_number": r"\d{1,3}",
    "year": r"(?:19|20)\d{2}",
    "retention": r"(?:Y|D\d{1,2}|C|D)",
    "organisation": rf"[^-{DOT}\s]+",
    "file": r"\d{3,8}",
    "item": r"\d{3,8}",
}
"""What each part of a code looks like."""

STANDARD_FORMS = (
    ("DA/T 13-1994", re.compile(r"^[A-Z]\d{3}(-\d{3}){3}$")),
    (
        "DA/T 22-2015",
        re.compile(rf"^[A-Z0-9]{{2,6}}-[A-Z]{{2}}({DOT}[^-{DOT}]+)*{DOT}\d{{4}}-(Y|D\d{{1,2}})(-[^-]+)?-\d{{4}}$"),
    ),
    ("DA/T 13-2022", re.compile(rf"^[A-Z]\d{{3}}-[A-Z]{{2}}({DOT}[^-{DOT}]+)*(-\d{{3,5}}){{1,2}}$")),
)
"""The outer form that each standard gives a code; an archives' own template may widen it."""


@dataclass(frozen=True, slots=True)
class CodePart:
    """One part of a code: its name, the delimiter in front of it, the least width of a number, whether it may lack."""

    name: str
    before: str = ""
    width: int = 0
    optional: bool = False


Form = tuple[CodePart, ...]
Forms = Mapping[str, Form]


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A code taken apart: which form it has, its parts as text, all in front of its last number, and that number."""

    form: str
    parts: dict[str, str]
    prefix: str
    number: int


def forms_from(data: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Form]:
    """Return the forms that a template's JSON describes. Raises InvalidError if it cannot be used."""
    forms = {name: tuple(CodePart(**part) for part in parts) for name, parts in data.items()}
    for name, form in forms.items():
        known = all(part.name in PATTERNS for part in form)
        if not (known and form and form[-1].name in RUNNING and not form[-1].optional):
            raise InvalidError(
                "catalogue.template",
                _(
                    "The form %(form)s of this template does not end in a running number. Put the item or file number last."
                ),
                form=name,
            )
    return forms


def normal_code(text: str) -> str:
    """Return `text` as a code is stored: half width, capital letters, the middle dot U+00B7, plain hyphens, no blanks."""
    plain = unicodedata.normalize("NFKC", text.translate(_STRAIGHT)).translate(_STRAIGHT)
    return "".join(plain.split()).upper()


def is_fonds_number(text: str) -> bool:
    """Tell whether `text` (normal) can stand as a fonds number in front of a code."""
    return re.fullmatch(PATTERNS["fonds"], text) is not None


def is_category_code(text: str) -> bool:
    """Tell whether `text` (normal) can stand as a category in a code."""
    return re.fullmatch(PATTERNS["category"], text) is not None


def standard_of(code: str) -> str:
    """Return the standard whose outer form `code` has, or "" if it has none."""
    return next((name for name, pattern in STANDARD_FORMS if pattern.match(code)), "")


def prefix_of(form: Form, values: Mapping[str, str]) -> str:
    """Return all of a code that stands in front of its running number, the delimiter included.

    Raises InvalidError when a part that the form needs is missing or cannot stand in a code.
    """
    pieces = []
    for part in form[:-1]:
        value = values.get(part.name, "")
        if not value and part.optional:
            continue
        if not value:
            raise InvalidError(
                "catalogue.code_part_missing",
                _("A reference code cannot be made: the %(part)s is missing. Fill it in, then issue the code again."),
                part=part.name,
            )
        text = normal_code(value).zfill(part.width)
        if not re.fullmatch(PATTERNS[part.name], text):
            raise InvalidError(
                "catalogue.code_part",
                _("“%(value)s” cannot stand in a reference code as %(part)s. Correct it in the description."),
                value=value,
                part=part.name,
            )
        pieces.append(part.before + text)
    return "".join(pieces) + form[-1].before


def render(form: Form, values: Mapping[str, str], number: int) -> str:
    """Return the code of `values` with the running `number` (from 1)."""
    return f"{prefix_of(form, values)}{number:0{form[-1].width}d}"


@lru_cache(maxsize=256)
def _pattern(form: Form, categories: frozenset[str]) -> re.Pattern[str]:
    known = "|".join(re.escape(code) for code in sorted(categories, key=lambda code: (-len(code), code)))
    pieces = []
    for part in form:
        inner = known if part.name == "category" and known else PATTERNS[part.name]
        piece = rf"(?:{re.escape(part.before)}(?P<{part.name}>{inner}))"
        pieces.append(piece + "?" if part.optional else piece)
    return re.compile("^" + "".join(pieces) + "$")


def read_code(code: str, forms: Forms, categories: Collection[str] = ()) -> ReadCode | None:
    """Return `code` taken apart by the first of `forms` that it fits, or None.

    With known `categories` a category code is told from what follows it with certainty.
    """
    for name, form in forms.items():
        found = _pattern(form, frozenset(categories)).match(code)
        if found:
            last = form[-1].name
            parts = {key: value for key, value in found.groupdict().items() if value}
            return ReadCode(name, parts, code[: found.start(last)], int(found[last]))
    return None


def check_code(
    code: str, forms: Forms, *, fonds: str, categories: Collection[str] = (), retentions: Collection[str] = ()
) -> list[Finding]:
    """Return what is wrong with `code` as a code of the fonds `fonds`; an empty list if nothing is."""
    if code != normal_code(code):
        return [_found(_("“%(reference)s” holds letters or signs that are not those of a code. Write it as “%(normal)s”."),
                       reference=code, normal=normal_code(code))]  # fmt: skip
    read = read_code(code, forms, categories)
    if read is None and categories and read_code(code, forms):
        return [
            _found(
                _("The category in “%(reference)s” is not known. Add the category first, or correct the code."),
                reference=code,
            )
        ]
    if read is None:
        return [
            _found(
                _("“%(reference)s” does not have the form of this fonds' codes. Compare it with one that was issued."),
                reference=code,
            )
        ]
    faults = []
    if read.parts.get("fonds", fonds) != fonds:
        faults.append(_found(_("“%(reference)s” names another fonds than %(fonds)s. Move the record, or correct the code."),
                             reference=code, fonds=fonds))  # fmt: skip
    if retentions and read.parts.get("retention") and read.parts["retention"] not in retentions:
        faults.append(
            _found(
                _("The retention period in “%(reference)s” is not in the schedule. Add it there, or correct the code."),
                reference=code,
            )
        )
    if read.number == 0:
        faults.append(
            _found(
                _("The last number of “%(reference)s” is zero; numbers begin with 1. Correct the code."), reference=code
            )
        )
    return faults


def _found(message: str, **facts: object) -> Finding:
    return Finding("1-2", "M8", message, facts=facts)


def template_data(forms: Forms) -> dict[str, list[dict[str, Any]]]:
    """Return `forms` as the JSON that a template row keeps."""
    return {
        name: [{"name": p.name, "before": p.before, "width": p.width, "optional": p.optional} for p in form]
        for name, form in forms.items()
    }


_HEAD_2022 = (
    CodePart("fonds"),
    CodePart("category", "-"),
    CodePart("catalogue_number", DOT, optional=True),
    CodePart("year", DOT, optional=True),
    CodePart("retention", DOT, optional=True),
    CodePart("organisation", DOT, optional=True),
)
_HEAD_1994 = (CodePart("fonds"), CodePart("catalogue_number", "-", 3), CodePart("file", "-", 3))

DAT13_2022: Forms = {
    ITEM: (*_HEAD_2022, CodePart("item", "-", 4)),
    ITEM_IN_FILE: (*_HEAD_2022, CodePart("file", "-", 3), CodePart("item", "-", 3)),
    FILE: (*_HEAD_2022, CodePart("file", "-", 3)),
}
DAT22_2015: Forms = {
    ITEM: (
        CodePart("fonds"),
        CodePart("category", "-"),
        CodePart("year", DOT),
        CodePart("retention", "-"),
        CodePart("organisation", "-", optional=True),
        CodePart("item", "-", 4),
    ),
}
DAT13_1994: Forms = {ITEM_IN_FILE: (*_HEAD_1994, CodePart("item", "-", 3)), FILE: _HEAD_1994}
