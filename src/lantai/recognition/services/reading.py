"""Read pages: picture or text layer to layout, text and, once the whole record is read, suggestions."""

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from uuid import UUID

import cv2
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from lantai.audit.services import Act, record_acts
from lantai.catalogue.models import Page
from lantai.catalogue.services import quarantine_record
from lantai.kernel import queue
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import InvalidError, NotFoundError, NotPermittedError, gettext_noop
from lantai.preservation.models import ComputerFile
from lantai.preservation.selectors import open_file
from lantai.preservation.services import store_files
from lantai.recognition.adapters.documents import Document, open_document
from lantai.recognition.adapters.engine import engine_name_here
from lantai.recognition.adapters.reading import OWN_TEXT, read_document_page
from lantai.recognition.models import PageReading, PageText, ReadingState
from lantai.recognition.rules.alto import write_alto
from lantai.recognition.rules.layout import PageLayout
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.rules.secrecy import secrecy_mark
from lantai.recognition.selectors.progress import secret_pages, unread_page_ids
from lantai.recognition.services.keeping import FINISHERS, KEEPERS
from lantai.recognition.services.suggesting import renew_suggestions

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
PAGES_A_JOB = 4
CRASHED = "recognition.crashed"
# What a hostile or broken page can make the readers raise; it fails the page, never the batch.
PAGE_FAULTS = (
    InvalidError,
    NotFoundError,
    cv2.error,
    ArithmeticError,
    LookupError,
    ValueError,
    RuntimeError,
    MemoryError,
)


@dataclass(slots=True)
class _Outcome:
    """How the reading of one page ended."""

    page: Page
    read: PageRead | None = None
    secrecy: str = ""
    fault: str = ""
    file: ComputerFile | None = field(default=None)

    @property
    def layout(self) -> PageLayout | None:
        return self.read.layout if self.read else None

    @property
    def engine(self) -> str:
        return self.read.engine if self.read else ""

    @property
    def state(self) -> ReadingState:
        if self.read is None:
            return ReadingState.FAILED
        return ReadingState.SECRET if self.secrecy else ReadingState.READ


def read_record(*, actor: Actor, record_id: UUID) -> int:
    """Queue the reading of a record's unread pages in slices; return how many pages that is."""
    _permit(actor)
    unread = unread_page_ids(record_id)
    with transaction.atomic():
        for start in range(0, len(unread), PAGES_A_JOB):
            queue.enqueue("recognition.read_pages", page_ids=[str(p) for p in unread[start : start + PAGES_A_JOB]])
    return len(unread)


def read_pages(*, actor: Actor, page_ids: Sequence[UUID]) -> int:
    """Read these pages and keep what they say; return how many were read now.

    Pages that this engine has read already are passed over, so that a job may run twice. A page that cannot be read is
    recorded as failed with the reason. Of a page with a state-secret mark nothing is kept but the mark, and its record
    is quarantined. When the last page of a record is read its suggestions are made. Raises UnavailableError where no
    engine or no good copy is there; then trying again helps.
    """
    _permit(actor)
    pages = _to_read(page_ids)
    outcomes: list[_Outcome] = []
    for _part, same_part in groupby(pages, key=lambda page: page.part_id):
        outcomes += _read_part(list(same_part))
    _store_layouts(actor, outcomes)
    for _record, same_record in groupby(outcomes, key=lambda outcome: outcome.page.record_id):
        _keep(actor, list(same_record))
    return sum(outcome.layout is not None for outcome in outcomes)


def _permit(actor: Actor) -> None:
    if not actor.is_system:
        raise NotPermittedError(
            "recognition.system_reads", gettext_noop("Pages are read by the system, after they have been taken in.")
        )


def _to_read(page_ids: Sequence[UUID]) -> list[Page]:
    """Return those of the pages that are not read by this engine (or kept as their file's own text), in order."""
    engines = (engine_name_here(), OWN_TEXT)
    done = PageReading.objects.filter(
        page_id__in=page_ids, engine__in=engines, state__in=(ReadingState.READ, ReadingState.SECRET)
    )
    failed = PageReading.objects.filter(page_id__in=page_ids, state=ReadingState.FAILED, engine__in=engines)
    rows = Page.objects.filter(id__in=page_ids).exclude(id__in=done.values("page_id"))
    rows = rows.exclude(id__in=failed.values("page_id"))
    related = ("record", "part__computer_file__key")
    return list(rows.select_related(*related).order_by("record_id", "part__order", "part_page"))


def _read_part(pages: list[Page]) -> list[_Outcome]:
    """Read pages of one computer file, opened once."""
    part = pages[0].part
    try:
        with open_file(part.computer_file) as stream, open_document(stream, part.name, known=True) as document:
            return [_read_page(document, page) for page in pages]
    except InvalidError as error:
        return [_Outcome(page, fault=error.code) for page in pages]


def _read_page(document: Document, page: Page) -> _Outcome:
    if _begin(page) > MOST_ATTEMPTS:
        return _Outcome(page, fault=CRASHED)
    try:
        read = read_document_page(document, page.part_page)
    except PAGE_FAULTS as error:
        log.warning("page %s could not be read: %s", page.id, error)
        return _Outcome(page, fault=getattr(error, "code", None) or f"recognition.{type(error).__name__.lower()}"[:120])
    return _Outcome(page, read, secrecy_mark(read.layout.text) or "")


def _begin(page: Page) -> int:
    """Note, for good, that the reading of `page` begins; return for the how manieth time."""
    row, is_new = PageReading.objects.get_or_create(page=page, defaults={"record_id": page.record_id, "read_at": now()})
    if is_new or row.state in (ReadingState.READ, ReadingState.SECRET):
        return 1
    PageReading.objects.filter(id=row.id).update(attempts=F("attempts") + 1)
    return row.attempts + 1


def _store_layouts(actor: Actor, outcomes: list[_Outcome]) -> None:
    """Keep the layouts of readable pages in the content store, files of one archives and level in one group."""
    readable = [o for o in outcomes if o.state == ReadingState.READ]
    readable.sort(key=lambda o: (o.page.record.archives_id, o.page.record.access_level))
    folder = settings.HOME / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    for (archives_id, level), group in groupby(
        readable, key=lambda o: (o.page.record.archives_id, o.page.record.access_level)
    ):
        members = list(group)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            sources = [_alto_file(Path(temporary), outcome) for outcome in members]
            files = store_files(actor=actor, archives_id=archives_id, level=level, sources=sources)
        for outcome, file in zip(members, files, strict=True):
            outcome.file = file


def _alto_file(folder: Path, outcome: _Outcome) -> tuple[str, Path]:
    assert outcome.layout is not None
    page = outcome.page
    path = folder / f"{page.id}.xml"
    engine = "" if outcome.engine == OWN_TEXT else outcome.engine
    # The page's id makes the bytes its own: two blank pages must not share one file.
    path.write_bytes(write_alto(outcome.layout, page_number=page.number, source_name=str(page.id), engine=engine))
    return path.name, path


@transaction.atomic
def _keep(actor: Actor, outcomes: list[_Outcome]) -> None:
    """Write what was read of one record; whoever keeps its last page makes the suggestions."""
    record = outcomes[0].page.record
    _lock_record(record.id)
    for outcome in outcomes:
        _keep_page(outcome)
        if outcome.read is not None and outcome.state == ReadingState.READ:
            for keep in KEEPERS:
                keep(actor, outcome.page, outcome.read)
    facts = {
        "pages": len(outcomes),
        "engine": outcomes[0].engine or "none",
        "failed": sum(o.state == ReadingState.FAILED for o in outcomes),
        "secret": sum(o.state == ReadingState.SECRET for o in outcomes),
    }
    record_acts(actor=actor, acts=[Act("recognition.read_pages", "record", record.id, facts)])
    if secret_pages(record.id):
        PageText.objects.filter(record_id=record.id).delete()
        quarantine_record(actor=actor, record_id=record.id, reason="secrecy_mark")
    if not unread_page_ids(record.id):
        for finish in FINISHERS:
            finish(actor, record.id)
        renew_suggestions(actor=actor, record_id=record.id)
        queue.enqueue("recognition.apply_suggestions", once=f"recognition.apply:{record.id}", record_id=str(record.id))


def _lock_record(record_id: UUID) -> None:
    """Let one worker at a time keep pages of a record, so that one of them sees that it kept the last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [record_id.int % (1 << 63)])


def _keep_page(outcome: _Outcome) -> None:
    layout = outcome.layout
    row = {
        "record_id": outcome.page.record_id,
        "state": outcome.state,
        "engine": outcome.engine or engine_name_here(),
        "confidence": layout.confidence if layout else None,
        "turn_degrees": layout.turn_degrees if layout else 0,
        "angle_degrees": layout.angle_degrees if layout else 0.0,
        "layout_file": outcome.file,
        "secrecy": outcome.secrecy,
        "fault": outcome.fault,
        "read_at": now(),
    }
    PageReading.objects.update_or_create(page=outcome.page, defaults=row)
    if outcome.state == ReadingState.READ and layout is not None and layout.text:
        PageText.objects.update_or_create(
            page=outcome.page, defaults={"record_id": outcome.page.record_id, "text": layout.text.replace("\x00", "")}
        )
    else:
        PageText.objects.filter(page=outcome.page).delete()
