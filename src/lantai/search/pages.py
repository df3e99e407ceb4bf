"""The search page of the desk: box, filters with their counts, answers with marked passages."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from lantai.kernel.errors import InvalidError
from lantai.search.forms import Asked, read_asked
from lantai.search.selectors import FIRST_PAGES, Hit, SearchResult, search
from lantai.search.selectors.labels import FIELD_WORDS, ShownFacet, ShownValue, labelled, years_words

PAGE_SIZE = 20
FIRST_VALUES = 8
CHART_HEIGHT = 48
CHART_WIDTH = 240


@dataclass(frozen=True, slots=True)
class Bar:
    """One year of the histogram, in the units of its drawing."""

    year: int
    count: int
    x: float
    y: float
    width: float
    height: float
    chosen: bool
    href: str


@require_GET
@login_required
def search_records(request: HttpRequest) -> HttpResponse:
    """Show the answers to what the address asks; to htmx only the part that changes."""
    asked = read_asked(request.GET)
    context: dict[str, Any] = {"asked": asked, "search_text": asked.text}
    try:
        actor = request.actor  # type: ignore[attr-defined]
        result = search(
            actor,
            asked.text,
            filters=asked.filters,
            page_number=asked.page_number,
            page_size=PAGE_SIZE,
            newest_first=asked.newest_first,
            with_facets=True,
        )
        context |= _answers(asked, result)
    except InvalidError as error:
        context["refusal"] = gettext(error.message) % error.facts
    partial = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == "answers"
    return render(request, "search/answers.html" if partial else "search/search.html", context)


def _answers(asked: Asked, result: SearchResult) -> dict[str, Any]:
    facets = labelled(result.facets)
    last_page = max(1, ceil(min(result.total, FIRST_PAGES) / PAGE_SIZE))
    bars = _bars(asked, next((facet.values for facet in facets if facet.field == "year"), []))
    return {
        "result": result,
        "first_number": (asked.page_number - 1) * PAGE_SIZE + 1,
        "hits": [_shown_hit(hit, asked.text) for hit in result.hits],
        "facets": [_shown_facet(asked, facet) for facet in facets if facet.field != "year" and facet.values],
        "bars": bars,
        "last_year": bars[-1].year if bars else "",
        "chart": {"width": CHART_WIDTH, "height": CHART_HEIGHT},
        "chips": _chips(asked, facets),
        "clear": _href(asked.cleared()),
        "by_score": _href(asked.sorted_by(newest_first=False)),
        "by_day": _href(asked.sorted_by(newest_first=True)),
        "newest_first": asked.newest_first or not asked.text,
        "last_page": last_page,
        "previous": _href(asked.on_page(asked.page_number - 1)) if asked.page_number > 1 else "",
        "next": _href(asked.on_page(asked.page_number + 1)) if asked.page_number < last_page else "",
    }


def _href(asked: Asked) -> str:
    return f"{reverse('search:search_records')}?{asked.address()}"


def _shown_hit(hit: Hit, text: str) -> dict[str, Any]:
    place = {"page": hit.passages[0].page_number} if hit.passages else {}
    shown_page = hit.passages[0].page_id if hit.passages else hit.first_page_id
    return {
        "hit": hit,
        "href": _record_href(hit, place, text),
        "title": marked(hit.title, hit.title_marks),
        "thumbnail": f"/iiif/image/{shown_page}/full/160,/0/default.jpg" if shown_page else "",
        "passages": [
            {
                "page_number": passage.page_number,
                "href": _record_href(hit, {"page": passage.page_number}, text),
                "text": marked(passage.text, passage.marks),
            }
            for passage in hit.passages
        ],
    }


def _record_href(hit: Hit, place: dict[str, int], text: str) -> str:
    words = {"q": text} if text else {}
    query = urlencode(place | words)
    return f"/desk/records/{hit.record_id}/" + (f"?{query}" if query else "")


def marked(text: str, marks: Iterable[tuple[int, int]]) -> SafeString:
    """Return `text` as HTML with its marked ranges in <mark>."""
    parts: list[SafeString] = []
    at = 0
    for start, end in marks:
        parts.append(format_html("{}<mark>{}</mark>", text[at:start], text[start:end]))
        at = end
    return mark_safe("".join([*parts, conditional_escape(text[at:])]))  # noqa: S308  # every part is escaped


def _shown_facet(asked: Asked, facet: ShownFacet) -> dict[str, Any]:
    values = [
        {"label": v.label, "count": v.count, "chosen": v.chosen, "href": _href(asked.toggled(facet.field, v.value))}
        for v in facet.values
    ]
    return {"field": facet.field, "label": facet.label, "first": values[:FIRST_VALUES], "more": values[FIRST_VALUES:]}


def _chips(asked: Asked, facets: list[ShownFacet]) -> list[dict[str, str]]:
    """Return what is chosen, in words, each with the address without it."""
    chips = [
        {"field": facet.label, "label": v.label, "remove": _href(asked.toggled(facet.field, v.value))}
        for facet in facets
        for v in facet.values
        if v.chosen and facet.field != "year"
    ]
    low, high = asked.filters.year_from, asked.filters.year_to
    if low is not None or high is not None:
        words = {"field": str(FIELD_WORDS["year"]), "label": years_words(low, high)}
        chips.append(words | {"remove": _href(asked.without("year"))})
    return chips


def _bars(asked: Asked, values: list[ShownValue]) -> list[Bar]:
    """Return the histogram of years: one bar for each year from the first to the last, at most the last hundred."""
    counts = {int(value.value): value for value in values}
    if not counts:
        return []
    last = max(counts)
    first = max(min(counts), last - 99)
    most = max(value.count for value in counts.values())
    step = CHART_WIDTH / (last - first + 1)
    return [
        Bar(
            year=year,
            count=counts[year].count,
            x=round((year - first) * step, 2),
            y=round(CHART_HEIGHT - (height := max(2.0, CHART_HEIGHT * counts[year].count / most)), 2),
            width=round(max(1.0, min(step - 1, 14)), 2),
            height=round(height, 2),
            chosen=counts[year].chosen,
            href=_href(asked.toggled("year", year)),
        )
        for year in range(first, last + 1)
        if year in counts
    ]
