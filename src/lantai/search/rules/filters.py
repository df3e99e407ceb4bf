"""The filters beside the box and the counts they show."""

from dataclasses import dataclass, fields, replace

from lantai.search.rules.queries import Between, Every, Fixed, OneOf, Query


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What the reader chose: values of one field are alternatives, fields narrow each other.

    `fonds` are hexadecimal ids; `year_from` and `year_to` are included.
    """

    fonds: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    retention: tuple[str, ...] = ()
    opening: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    access_level: tuple[int, ...] = ()
    year_from: int | None = None
    year_to: int | None = None

    def chosen(self) -> tuple[str, ...]:
        """Return the counted fields that are narrowed."""
        years = ("year",) if self.year_from is not None or self.year_to is not None else ()
        return (
            tuple(f.name for f in fields(self) if isinstance(getattr(self, f.name), tuple) and getattr(self, f.name))
            + years
        )

    def without(self, field: str) -> "SearchFilters":
        """Return the same filters with `field` open again."""
        if field == "year":
            return replace(self, year_from=None, year_to=None)
        return replace(self, **{field: ()})  # type: ignore[arg-type]  # every field but the years is a tuple


def narrowing(filters: SearchFilters) -> Query:
    """Return the condition of `filters`; it scores nothing."""
    parts: list[Query] = []
    for field in filters.chosen():
        if field == "year":
            parts.append(Between("year", filters.year_from, filters.year_to))
        else:
            parts.append(OneOf(field, frozenset(getattr(filters, field))))
    return Fixed(Every(tuple(parts)), 0.0)
