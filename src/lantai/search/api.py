"""The search of the API: the same question, rights and answer as on the page."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from lantai.search.forms import read_asked
from lantai.search.schemas import SearchOut, answer_of
from lantai.search.selectors import search

router = Router()


@router.get("/search", response=SearchOut, url_name="search", summary="Search the records that the caller may see")
def search_records(
    request: HttpRequest,
    q: Annotated[str, Field(description='Words, a code or a name; "quoted" for exactly so, -word for without it')] = "",
    page: Annotated[int, Field(ge=1)] = 1,
    page_size: Annotated[int, Field(ge=1, le=100)] = 20,
    facets: Annotated[bool, Field(description="Also count the answers by field")] = False,
) -> dict[str, Any]:
    """Filters are repeated parameters: fonds, category, retention, opening, level, access_level; year_from, year_to."""
    asked = read_asked(request.GET)
    actor = request.actor  # type: ignore[attr-defined]
    result = search(
        actor,
        q,
        filters=asked.filters,
        page_number=page,
        page_size=page_size,
        newest_first=asked.newest_first,
        with_facets=facets,
    )
    return answer_of(result)
