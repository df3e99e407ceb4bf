"""Where a suggested value goes in a description, and whether it may fill an empty field by itself."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from lantai.kernel.errors import InvalidError
from lantai.kernel.errors import gettext_noop as _
from lantai.recognition.rules.categories import FILED_FIELDS
from lantai.recognition.rules.dates import dates_in

# From which confidence on a value fills an empty field by itself. Fields with several values always ask a person.
# A title fills in earlier: it only ever replaces the bare name of a file, and of those that 144 real forms suggested
# from 0.75 on none was another title (4 had a word of the letter-head too many).
THRESHOLDS = {"title": 0.75, "document_number": 0.93, "author": 0.93, "dated_on": 0.93, "addressees": 0.9}
COLUMNS = ("title", "document_number", "author", "dated_on", "organisation", "retention")
ELEMENTS = {
    "addressees": "principal_receiver",
    "people": "personal_name",
    "organisations": "keyword",
    "uscc": "organization_code",
    "identity_number": "identity_number",
    "project_code": "project_code",
}
"""The element of DA/T 46 (or our own, where it has none) that takes a field which is no column of the record."""


def element_of(field: str) -> str:
    """Return the element of the description that takes `field`: that of the standard, else one of the same name."""
    return ELEMENTS.get(field, field)


SEVERAL = ("people", "organisations", "uscc", "identity_number", "project_code", "phone")
BETWEEN = "；"
_ALL_BUT_WORDS = re.compile(r"[\W_日号]")
_NAME_LIKE = re.compile(r"[\u4e00-\u9fff]{4}")


class Described(Protocol):
    """The parts of a record's description that suggestions are about."""

    @property
    def title(self) -> str: ...
    @property
    def document_number(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def dated_on(self) -> date | None: ...
    @property
    def year(self) -> int | None: ...
    @property
    def category(self) -> Any: ...
    @property
    def metadata(self) -> Mapping[str, Any]: ...


def present_value(record: Described, field: str) -> str:
    """Return what the record says in `field` now; "" for nothing. A category stands by its code."""
    if field == "category":
        return str(record.category.code)
    if field == "year":
        return str(record.year or "")
    if field in COLUMNS:
        value = getattr(record, field)
        return value.isoformat() if isinstance(value, date) else str(value or "")
    return str(record.metadata.get(element_of(field), "") or "")


def holds(record: Described, field: str, value: str) -> bool:
    """Tell whether the record says `value` in `field` already."""
    present = present_value(record, field)
    return value in present.split(BETWEEN) if field in SEVERAL else present == value


def is_empty(record: Described, field: str, file_names: Sequence[str] = ()) -> bool:
    """Tell whether `field` waits to be filled. A title counts as empty while it is only the bare name of a file."""
    present = present_value(record, field)
    if field == "title":
        return not present or (present in {_stem(name) for name in file_names} and not _NAME_LIKE.search(present))
    return not present


def may_fill_itself(
    record: Described,
    field: str,
    confidence: float,
    file_names: Sequence[str] = (),
    learnt: Mapping[str, float] | None = None,
) -> bool:
    """Tell whether a value of this confidence may be filled in without a person: over the threshold, field empty.

    `learnt` are thresholds that decisions of people have shown; they win over those that stand here.
    """
    threshold = (learnt or {}).get(field, THRESHOLDS.get(field, 2.0))
    if field in FILED_FIELDS:
        return False  # services.filing decides on these: they stand in the reference code.
    return field not in SEVERAL and confidence >= threshold and is_empty(record, field, file_names)


def change_for(record: Described, field: str, value: str) -> dict[str, Any]:
    """Return the change of the description that puts `value` into `field`. Raises InvalidError for an impossible date."""
    if field == "dated_on":
        return {"dated_on": _day(value)}
    if field == "category":
        return {"category_code": value.strip()}
    if field == "year":
        return {"year": _year(value)}
    if field in COLUMNS:
        return {field: value}
    present = present_value(record, field)
    if field in SEVERAL and present and value not in present.split(BETWEEN):
        value = f"{present}{BETWEEN}{value}"
    return {"metadata": {**record.metadata, element_of(field): value}}


def change_without(record: Described, field: str, value: str) -> dict[str, Any] | None:
    """Return the change that takes `value` out of `field` again, or None where it is not there (or the field is never empty)."""
    if field in ("title", *FILED_FIELDS) or not holds(record, field, value):
        return None
    if field == "dated_on":
        return {"dated_on": None}
    if field in COLUMNS:
        return {field: ""}
    rest = [part for part in present_value(record, field).split(BETWEEN) if part != value]
    metadata = {name: kept for name, kept in record.metadata.items() if name != element_of(field)}
    if field in SEVERAL and rest:
        metadata[element_of(field)] = BETWEEN.join(rest)
    return {"metadata": metadata}


def change_back(record: Described, field: str, value: str, before: str) -> dict[str, Any] | None:
    """Return the change by which the record says `before` in `field` again instead of `value`.

    Of a field with several values only `value` is taken out, and only if it was not there before.
    """
    if field in SEVERAL:
        return None if value in before.split(BETWEEN) else change_without(record, field, value)
    if before:
        return change_for(record, field, before)
    if field == "year":
        return {"year": None}
    return change_without(record, field, value)


def written(field: str, value: str) -> str:
    """Return a typed value as it is kept: days in any spelling as 2019-03-05, years as digits, the rest as it was typed."""
    typed = value.strip()
    if field == "year":
        return typed.removesuffix("年").strip()
    if field.endswith("_on"):
        day = _day_in(typed)
        return day.isoformat() if day else typed
    return typed


def _day_in(typed: str) -> date | None:
    """Return the day that `typed` is, in whatever spelling, or None where it is more or less than one day."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        bare = _ALL_BUT_WORDS.sub("", typed)
        found = [day for day in dates_in(typed) if _ALL_BUT_WORDS.sub("", typed[day.start : day.end]) == bare]
        return found[0].on if len(found) == 1 else None


def _day(value: str) -> date:
    day = _day_in(value.strip())
    if day is None:
        raise InvalidError(
            "recognition.date",
            _("“%(value)s” is not a day. Write it as 2019-03-05, 2019.3.5 or 2019年3月5日."),
            value=value,
        )
    return day


def _year(value: str) -> int:
    digits = value.strip().removesuffix("年")
    if not re.fullmatch(r"\d{4}", digits):
        raise InvalidError("recognition.year", _("“%(value)s” is not a year. Write it as 2019."), value=value)
    return int(digits)


def _stem(name: str) -> str:
    return re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name.replace("\\", "/").rsplit("/", 1)[-1])
