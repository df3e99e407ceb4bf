"""The words that people know the counted values by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from lantai.catalogue.models import Category, Fonds, Level, Opening, RetentionPeriod
from lantai.identity.models import AccessLevel
from lantai.search.selectors.searching import Facet

FIELD_WORDS = {
    "fonds": _("Fonds"),
    "category": _("Category"),
    "year": _("Year"),
    "retention": _("Retention period"),
    "opening": _("Opening state"),
    "level": _("Level"),
    "access_level": _("Access level"),
}


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value of a facet with its words."""

    value: str | int
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class ShownFacet:
    """A facet with its words."""

    field: str
    label: str
    values: list[ShownValue]


def labelled(facets: Sequence[Facet]) -> list[ShownFacet]:
    """Return `facets` with the words of the reader's language; at most four small queries."""
    return [_shown(facet) for facet in facets]


def _shown(facet: Facet) -> ShownFacet:
    words = _words_of(facet.field, [value.value for value in facet.values])
    values = [ShownValue(v.value, words.get(v.value) or str(v.value), v.count, v.chosen) for v in facet.values]
    return ShownFacet(facet.field, str(FIELD_WORDS[facet.field]), values)


def _words_of(name: str, values: Sequence[str | int]) -> dict[str | int, str]:
    if not values:
        return {}
    match name:
        case "fonds":
            rows = Fonds.objects.filter(id__in=list(_ids(values)))
            return {row.id.hex: f"{row.code} {_named(row.name_zh, row.name_en)}" for row in rows}
        case "category":
            return {row.code: _named(row.name_zh, row.name_en) for row in Category.objects.filter(code__in=values)}
        case "retention":
            periods = RetentionPeriod.objects.filter(code__in=values)
            return {row.code: _named(row.name_zh, row.name_en) for row in periods}
        case "access_level":
            levels = AccessLevel.objects.filter(level__in=values)
            return {row.level: _named(row.name_zh, row.name_en) for row in levels}
        case "opening":
            return {value: str(label) for value, label in Opening.choices}
        case "level":
            return {value: str(label) for value, label in Level.choices}
    return {}


def _named(chinese: str, english: str) -> str:
    """Return the name in the reader's language, or the other one where it is missing."""
    first, second = (english, chinese) if (get_language() or "").startswith("en") else (chinese, english)
    return first or second


def _ids(values: Iterable[str | int]) -> Iterable[UUID]:
    for value in values:
        try:
            yield UUID(hex=str(value))
        except ValueError:
            continue


def fonds_keys(values: Iterable[str]) -> tuple[str, ...]:
    """Return the keys that the index knows fonds by, for ids or codes; an unknown one stays as it is and finds nothing."""
    wanted = list(values)
    by_code = Fonds.objects.filter(code__in=wanted).values_list("code", "id") if wanted else ()
    keys: list[str] = []
    for value in wanted:
        found = [fonds_id.hex for code, fonds_id in by_code if code == value]
        keys += found or [value.replace("-", "").lower()]
    return tuple(dict.fromkeys(keys))


def years_words(low: int | None, high: int | None) -> str:
    """Return a range of years in words."""
    if low is not None and high is not None:
        return str(low) if low == high else gettext("%(low)s to %(high)s") % {"low": low, "high": high}
    if low is not None:
        return gettext("%(low)s and later") % {"low": low}
    return gettext("%(high)s and earlier") % {"high": high}
