"""Make one searchable PDF/A of a record: its scans as they are, with the read text unseen in its place."""

import hashlib
import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Page, Record, RecordPart
from lantai.kernel import queue
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import InvalidError, NotPermittedError, gettext_noop
from lantai.preservation.selectors import open_file
from lantai.preservation.services import store_file
from lantai.recognition.adapters.documents import Document, open_document
from lantai.recognition.adapters.reading import OWN_TEXT
from lantai.recognition.models import PageReading, ReadingState
from lantai.recognition.selectors import layout_of
from lantai.viewing.adapters.dual_layer import About, Composer, DualPage, pictures_of
from lantai.viewing.adapters.pdfa_check import check_pdfa
from lantai.viewing.models import SearchableCopy
from lantai.viewing.rules.searchable import FORM_OF_COPY, copy_name, is_rewritten

log = logging.getLogger(__name__)
_ENDED = (ReadingState.READ, ReadingState.FAILED)


def order_searchable_copy(*, actor: Actor, record_id: UUID) -> None:
    """Ask for a record's searchable copy to be made, or made again where something has changed."""
    with transaction.atomic():
        queue.enqueue("viewing.make_searchable_copy", once=f"searchable:{record_id}", record_id=str(record_id))


def make_searchable_copy(*, actor: Actor, record_id: UUID) -> bool:
    """Make the searchable PDF/A of a record, or make it again where its text or description has changed.

    Returns whether one was made. None is made while pages are unread, of a record in quarantine, and of PDF files that
    have their own text: those are searchable as they are. Safe to run again.
    """
    if not actor.is_system:
        raise NotPermittedError(
            "viewing.system_copies", gettext_noop("Searchable copies are made by the system, after pages were read.")
        )
    record = Record.objects.filter(id=record_id, quarantined=False).first()
    readings = _readings(record_id)
    pages = _pages(record_id, readings) if record else []
    if record is None or not pages:
        return False
    made_from = _digest_of(record, pages, readings)
    if SearchableCopy.objects.filter(record_id=record_id, made_from=made_from).exists():
        return False
    (settings.HOME / "tmp").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.HOME / "tmp") as folder:
        path = Path(folder) / "copy.pdf"
        with path.open("wb") as out:
            _compose(out, record, pages, readings)
        with path.open("rb") as made:
            faults = [str(finding) for finding in check_pdfa(made)]
            made.seek(0)
            _keep(actor, record, made, len(pages), made_from, faults)
    return True


def _readings(record_id: UUID) -> dict[UUID, PageReading]:
    rows = PageReading.objects.filter(record_id=record_id).select_related("layout_file")
    return {row.page_id: row for row in rows}


def _pages(record_id: UUID, readings: dict[UUID, PageReading]) -> list[Page]:
    """Return the pages that go into the copy, in their order; none while one of the record is still to be read."""
    rows = Page.objects.filter(record_id=record_id).select_related("part__computer_file__key").order_by("number")
    pages = list(rows)
    if any(page.id not in readings or readings[page.id].state not in _ENDED for page in pages):
        return []
    by_part: dict[UUID, list[Page]] = {}
    for page in pages:
        by_part.setdefault(page.part_id, []).append(page)
    kept = {
        part
        for part, members in by_part.items()
        if is_rewritten(members[0].part.media_type, [readings[page.id].engine == OWN_TEXT for page in members])
    }
    return [page for page in pages if page.part_id in kept]


def _digest_of(record: Record, pages: list[Page], readings: dict[UUID, PageReading]) -> str:
    """Return the digest of all that the copy says: pages, their bytes, their layouts, the description."""
    rows = [
        (
            str(page.part.computer_file_id),
            page.part_page,
            readings[page.id].turn_degrees,
            str(readings[page.id].layout_file_id),
        )
        for page in pages
    ]
    whole = json.dumps([FORM_OF_COPY, record.title, record.reference_code, rows], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def _compose(out: BinaryIO, record: Record, pages: list[Page], readings: dict[UUID, PageReading]) -> None:
    moments = [readings[page.id].read_at for page in pages]
    latest: datetime = max(moments)
    composer = Composer(out, About(record.title, record.reference_code or "", latest))
    for _part, members in groupby(pages, key=lambda page: page.part_id):
        same_part = list(members)
        composer.begin_section(same_part[0].part.name)
        for page in _dual_pages(same_part, readings):
            composer.add_page(page)
    composer.finish()


def _dual_pages(pages: list[Page], readings: dict[UUID, PageReading]) -> Iterator[DualPage]:
    """Yield the pages of one file with their pictures turned upright."""
    part = pages[0].part
    with ExitStack() as stack:
        source = _Source(stack, part)
        pictures = pictures_of(source.stream, part.media_type, [page.part_page for page in pages], source.draw)
        for page, picture in zip(pages, pictures, strict=True):
            turn = readings[page.id].turn_degrees
            size = (page.height_px, page.width_px) if turn in (90, 270) else (page.width_px, page.height_px)
            yield DualPage(picture.turned(turn), *size, page.dpi or 0, layout_of(page.id))


class _Source:
    """A file of the record: its bytes, and its drawn pages where a page holds no single picture."""

    def __init__(self, stack: ExitStack, part: RecordPart) -> None:
        self._stack = stack
        self._part = part
        self.stream = stack.enter_context(open_file(part.computer_file))
        self._document: Document | None = None

    def draw(self, part_page: int) -> np.ndarray[Any, Any]:
        """Return a page as pixels; a white one where it cannot be drawn."""
        try:
            if self._document is None:
                stream = self._stack.enter_context(open_file(self._part.computer_file))
                self._document = self._stack.enter_context(open_document(stream, self._part.name, known=True))
            return self._document.page_image(part_page)
        except InvalidError as error:
            log.warning("page %s of part %s cannot be drawn: %s", part_page, self._part.id, error.code)
            return np.full((1754, 1240, 3), 255, np.uint8)


def _keep(
    actor: Actor, record: Record, made: BinaryIO, page_count: int, made_from: str, faults: list[str]
) -> SearchableCopy:
    if faults:
        log.warning("the searchable copy of record %s is no PDF/A: %s", record.id, faults[0])
    with transaction.atomic():
        file = store_file(
            actor=actor,
            source=made,
            name=copy_name(record.reference_code or "", str(record.id)),
            archives_id=record.archives_id,
            level=record.access_level,
            media_type="application/pdf",
        )
        values = {"file": file, "page_count": page_count, "made_from": made_from, "faults": faults, "made_at": now()}
        copy, _ = SearchableCopy.objects.update_or_create(record=record, defaults=values)
        record_act(
            actor=actor,
            verb="viewing.make_searchable_copy",
            target_kind="record",
            target_id=record.id,
            facts={"file": str(file.id), "pages": page_count, "faults": len(faults)},
        )
    return copy
