"""The answer of a search as the API and the command line give it."""

from typing import Any
from uuid import UUID

from ninja import Schema

from lantai.search.selectors import SearchResult


class PassageOut(Schema):
    """A part of a page's text; `marks` are ranges of it (start, end, exclusive)."""

    page_number: int
    page_id: UUID
    text: str
    marks: list[tuple[int, int]]


class HitOut(Schema):
    """One record found."""

    id: UUID
    code: str
    title: str
    score: float
    passages: list[PassageOut]


class FacetValueOut(Schema):
    value: str
    count: int


class SearchOut(Schema):
    """How many records fit, those of the page asked for, and counts by field."""

    total: int
    hits: list[HitOut]
    facets: dict[str, list[FacetValueOut]]


def answer_of(result: SearchResult) -> dict[str, Any]:
    """Return `result` as plain values in the shape of SearchOut."""
    return {
        "total": result.total,
        "hits": [
            {
                "id": str(hit.record_id),
                "code": hit.code,
                "title": hit.title,
                "score": hit.score,
                "passages": [
                    {
                        "page_number": passage.page_number,
                        "page_id": str(passage.page_id),
                        "text": passage.text,
                        "marks": [list(place) for place in passage.marks],
                    }
                    for passage in hit.passages
                ],
            }
            for hit in result.hits
        ],
        "facets": {
            facet.field: [{"value": str(value.value), "count": value.count} for value in facet.values]
            for facet in result.facets
        },
    }
