"""What a reader asked for, read from an address and written back into one."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from lantai.search.rules.filters import SearchFilters
from lantai.search.selectors.labels import fonds_keys

TEXT_FIELDS = ("fonds", "category", "retention", "opening", "level")
MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """One search as an address holds it."""

    text: str = ""
    filters: SearchFilters = field(default_factory=SearchFilters)
    page_number: int = 1
    newest_first: bool = False

    def address(self) -> str:
        """Return the part of the address after the question mark; the page number only where it is not the first."""
        pairs: list[tuple[str, str | int]] = [("q", self.text)] if self.text else []
        years = {"year_from": self.filters.year_from, "year_to": self.filters.year_to}
        pairs += [(name, year) for name, year in years.items() if year is not None]
        pairs += self.kept()
        if self.page_number > 1:
            pairs.append(("page", self.page_number))
        return urlencode(pairs)

    def kept(self) -> list[tuple[str, str | int]]:
        """Return the names and values of the address that stay when other words are searched for."""
        pairs: list[tuple[str, str | int]] = []
        for name in (*TEXT_FIELDS, "access_level"):
            pairs += [(name, value) for value in getattr(self.filters, name)]
        return [*pairs, ("sort", "newest")] if self.newest_first else pairs

    def on_page(self, number: int) -> "Asked":
        return replace(self, page_number=number)

    def sorted_by(self, *, newest_first: bool) -> "Asked":
        return replace(self, newest_first=newest_first, page_number=1)

    def toggled(self, name: str, value: str | int) -> "Asked":
        """Return the same search with one value of a filter added, or taken away if it was chosen."""
        if name == "year":
            chosen = self.filters.year_from == self.filters.year_to == value
            year = None if chosen else int(value)
            return replace(self, filters=replace(self.filters, year_from=year, year_to=year), page_number=1)
        present: tuple[str | int, ...] = getattr(self.filters, name)
        kept = tuple(v for v in present if v != value) if value in present else (*present, value)
        return replace(self, filters=replace(self.filters, **{name: kept}), page_number=1)  # type: ignore[arg-type]

    def without(self, name: str) -> "Asked":
        return replace(self, filters=self.filters.without(name), page_number=1)

    def cleared(self) -> "Asked":
        return replace(self, filters=SearchFilters(), page_number=1)


def read_asked(query: QueryDict) -> Asked:
    """Return the search that an address asks for; numbers that are none are left out."""
    levels = [number for value in query.getlist("access_level")[:MOST_VALUES] if (number := _number(value)) is not None]
    texts = {name: tuple(filter(None, query.getlist(name)[:MOST_VALUES])) for name in TEXT_FIELDS}
    texts["fonds"] = fonds_keys(texts["fonds"])
    return Asked(
        text=query.get("q", "").strip(),
        filters=SearchFilters(
            **texts,
            access_level=tuple(levels),
            year_from=_number(query.get("year_from", "")),
            year_to=_number(query.get("year_to", "")),
        ),
        page_number=_number(query.get("page", "")) or 1,
        newest_first=query.get("sort") == "newest",
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
