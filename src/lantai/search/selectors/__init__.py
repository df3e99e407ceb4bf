"""What is asked of the index. Nothing here writes."""

from lantai.search.rules.filters import SearchFilters
from lantai.search.selectors.index import IndexState, engine, generations, index_state
from lantai.search.selectors.searching import (
    FIRST_PAGES,
    Facet,
    FacetValue,
    Hit,
    HitPassage,
    SearchResult,
    search,
)
from lantai.search.selectors.sources import indexed_records, keys_after

__all__ = [
    "FIRST_PAGES",
    "Facet",
    "FacetValue",
    "Hit",
    "HitPassage",
    "IndexState",
    "SearchFilters",
    "SearchResult",
    "engine",
    "generations",
    "index_state",
    "indexed_records",
    "keys_after",
    "search",
]
