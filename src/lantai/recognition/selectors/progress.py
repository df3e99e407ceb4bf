"""How far the reading of records is."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from lantai.catalogue.models import Page
from lantai.recognition.models import PageReading, ReadingState

ENDED = (ReadingState.READ, ReadingState.FAILED, ReadingState.SECRET)


def unread_page_ids(record_id: UUID) -> list[UUID]:
    """Return the pages of a record whose reading has not ended, in their order; a page that failed has ended."""
    ended = PageReading.objects.filter(record_id=record_id, state__in=ENDED).values("page_id")
    rows = Page.objects.filter(record_id=record_id).exclude(id__in=ended).order_by("number")
    return list(rows.values_list("id", flat=True))


def secret_pages(record_id: UUID) -> list[int]:
    """Return the numbers of the pages of a record on which a state-secret mark was seen."""
    rows = PageReading.objects.filter(record_id=record_id, state=ReadingState.SECRET).order_by("page__number")
    return list(rows.values_list("page__number", flat=True))


def reading_counts(record_ids: QuerySet[Any] | Collection[UUID]) -> tuple[int, int]:
    """Return (pages, pages whose reading has ended) of these records; takes ids or a query of ids."""
    pages = Page.objects.filter(record_id__in=record_ids).count()
    return pages, PageReading.objects.filter(record_id__in=record_ids, state__in=ENDED).count()


def readings_of(record_id: UUID) -> list[PageReading]:
    """Return how each page of a record was read, in their order."""
    return list(PageReading.objects.filter(record_id=record_id).select_related("page").order_by("page__number"))
