"""The search page and the API: the same answers, safely shown."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lantai.catalogue.models import Page, Record
from lantai.catalogue.services import add_part
from lantai.identity.models import Account
from lantai.kernel.errors import InvalidError
from lantai.recognition.models import PageText
from lantai.search.pages import marked
from lantai.search.rules.filters import SearchFilters
from lantai.search.selectors import search
from tests.factories.catalogue import (
    SYSTEM,
    Place,
    make_account,
    make_actor,
    make_archivist,
    make_part,
    make_place,
    make_record,
)
from tests.search.conftest import Carry

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sealer"])

TEXTS = ("关于印发《老旧小区改\n造实施方案》的通知", "二、加强监督。<b>张建国</b>同志负责。", "附件：征地补偿标准。")


def _with_pages(place: Place, record: Record, texts: tuple[str, ...] = TEXTS) -> list[UUID]:
    """Give a record one page for each of `texts`, as recognition leaves them."""
    part = make_part(place.archives.id, len(texts))
    add_part(
        actor=SYSTEM, record_id=record.id, computer_file_id=part.computer_file_id, name=part.name,
        media_type=part.media_type, pages=part.pages,
    )  # fmt: skip
    pages = list(Page.objects.filter(record=record).order_by("number"))
    for page, text in zip(pages, texts, strict=True):
        PageText.objects.create(page=page, record=record, text=text)
    return [page.id for page in pages]


def _signed_in(place: Place, level: int = 20) -> tuple[Client, Account]:
    account = make_account(place.archives, level=level, archivist=place.archives)
    client = Client()
    client.force_login(account)
    return client, account


def _get(client: Client, **query: Any) -> str:
    answer = client.get("/desk/search/?" + urlencode(query, doseq=True), headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_passage_says_which_page_and_where_the_words_stand(carry_news: Carry) -> None:
    place = make_place()
    record = make_record(place.fonds, "市政府办公室通知", coded=True)
    page_ids = _with_pages(place, record)
    carry_news()
    reader = make_archivist(place)
    [hit] = search(reader, "小区改造", fresh=True).hits
    [passage] = hit.passages
    assert (passage.page_number, passage.page_id) == (1, page_ids[0])
    assert [passage.text[start:end] for start, end in passage.marks] == ["小区改造"]
    [hit] = search(reader, "张建国 征地补偿", fresh=True).hits
    assert [passage.page_number for passage in hit.passages] == [2, 3]
    assert hit.first_page_id == page_ids[0]


def test_a_sensitive_record_is_found_by_its_description_only(carry_news: Carry) -> None:
    place = make_place()
    record = make_record(place.fonds, "离婚登记审查处理表", access_level=20)
    _with_pages(place, record, ("当事人王小明",))
    carry_news()
    reader = make_archivist(place)
    assert search(reader, "王小明", fresh=True).total == 0
    [hit] = search(reader, "离婚登记", fresh=True).hits
    assert hit.passages == []


def test_the_page_shows_title_passage_thumbnail_and_link(carry_news: Carry) -> None:
    place = make_place()
    record = make_record(place.fonds, "老旧小区<i>通知", coded=True)
    page_ids = _with_pages(place, record)
    carry_news()
    client, _ = _signed_in(place)
    page = _get(client, q="张建国")
    assert "&lt;b&gt;<mark>张建国</mark>&lt;/b&gt;" in page
    assert "老旧小区&lt;i&gt;通知" in page
    assert f"/iiif/image/{page_ids[1]}/full/160,/0/default.jpg" in page
    assert f"/desk/records/{record.id}/?page=2&amp;q=%E5%BC%A0%E5%BB%BA%E5%9B%BD" in page
    assert record.reference_code is not None
    assert record.reference_code in page


def test_the_page_takes_as_many_queries_for_many_answers_as_for_one(
    carry_news: Carry, django_assert_num_queries: Any
) -> None:
    place = make_place()
    _with_pages(place, make_record(place.fonds, "通知之首", coded=True))
    carry_news()
    client, _ = _signed_in(place)
    _get(client, q="通知")
    with CaptureQueriesContext(connection) as few:
        _get(client, q="通知")
    queries = len(few)
    for n in range(6):
        _with_pages(place, make_record(place.fonds, f"通知之{n}", coded=True))
    carry_news()
    _get(client, q="通知")
    with django_assert_num_queries(queries):
        _get(client, q="通知")
    assert queries <= 18


def test_htmx_gets_only_the_answers(carry_news: Carry) -> None:
    place = make_place()
    client, _ = _signed_in(place)
    carry_news()
    answer = client.get("/desk/search/?q=x", headers={"HX-Request": "true", "HX-Target": "answers"})
    assert b"<html" not in answer.content
    assert b'role="status"' in answer.content


def test_filters_show_as_chips_and_narrow(carry_news: Carry) -> None:
    place = make_place()
    make_record(place.fonds, "甲通知", year=2001)
    make_record(place.fonds, "乙通知", year=2011, retention="D30")
    carry_news()
    client, _ = _signed_in(place)
    page = _get(client, q="通知", retention="D30")
    assert "乙" in page
    assert "甲" not in page
    assert "chip-remove" in page
    page = _get(client, q="通知", year_from=2000, year_to=2005, fonds="Z109")
    assert "甲" in page
    assert "乙" not in page
    page = _get(client, q="通知", fonds="Z999")
    assert "Nothing found" in page


@pytest.mark.parametrize("query", [{"page": 9_999}, {"q": "城" * 401}, {"q": "城 " * 20}])
def test_what_cannot_be_answered_is_told_on_the_page(carry_news: Carry, query: dict[str, Any]) -> None:
    place = make_place()
    make_record(place.fonds)
    carry_news()
    client, _ = _signed_in(place)
    assert "notice-amber" in _get(client, **query)


@pytest.mark.parametrize(
    "query", [{"year_from": "abc"}, {"page": "-1"}, {"access_level": "x"}, {"fonds": "'; --"}, {"sort": "?"}]
)
def test_a_mangled_address_is_no_error(carry_news: Carry, query: dict[str, Any]) -> None:
    place = make_place()
    carry_news()
    client, _ = _signed_in(place)
    _get(client, q="通知", **query)


def test_somebody_not_signed_in_is_asked_to(carry_news: Carry) -> None:
    answer = Client().get("/desk/search/?q=x")
    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]


def test_the_api_answers_with_the_callers_rights(carry_news: Carry) -> None:
    place = make_place()
    opened = make_record(place.fonds, "开放的通知", opening="open")
    _with_pages(place, opened)
    make_record(place.fonds, "未审核的通知")
    carry_news()
    anonymous = Client().get("/api/v1/search?q=通知&facets=true").json()
    assert anonymous["total"] == 1
    assert anonymous["facets"]["opening"] == [{"value": "open", "count": 1}]
    [hit] = anonymous["hits"]
    assert hit["id"] == str(opened.id)
    [passage] = hit["passages"]
    assert [passage["text"][start:end] for start, end in passage["marks"]] == ["通知"]
    client, _ = _signed_in(place)
    assert client.get("/api/v1/search?q=通知").json()["total"] == 2
    assert client.get("/api/v1/search?q=" + "城" * 401).status_code == 400


def test_paging_goes_as_far_as_it_says(carry_news: Carry) -> None:
    place = make_place()
    for n in range(5):
        make_record(place.fonds, f"通知之{n}", year=2000 + n)
    carry_news()
    reader = make_archivist(place)
    pages = [search(reader, "通知", page_number=n, page_size=2, newest_first=True, fresh=True) for n in (1, 2, 3)]
    assert [hit.record.year for page in pages for hit in page.hits] == [2004, 2003, 2002, 2001, 2000]
    assert {page.total for page in pages} == {5}
    with pytest.raises(InvalidError):
        search(reader, "通知", page_number=501, page_size=20)
    with pytest.raises(InvalidError):
        search(reader, "通知", page_number=0)


def test_counts_never_tell_of_what_may_not_be_seen(carry_news: Carry) -> None:
    place, other = make_place(), make_place("Z200")
    make_record(place.fonds, "甲的通知", year=1999)
    make_record(other.fonds, "乙的通知", year=2009)
    carry_news()
    reader = make_actor(place.archives, level=20, archivist=place.archives)
    for filters in (SearchFilters(), SearchFilters(year_from=2009), SearchFilters(fonds=(other.fonds.id.hex,))):
        found = search(reader, "通知", filters=filters, with_facets=True, fresh=True)
        for facet in found.facets:
            counted = {value.value: value.count for value in facet.values if value.count}
            assert 2009 not in counted
            assert other.fonds.id.hex not in counted


def test_marks_are_escaped() -> None:
    assert marked("<a>&", [(0, 1), (3, 4)]) == "<mark>&lt;</mark>a&gt;<mark>&amp;</mark>"
