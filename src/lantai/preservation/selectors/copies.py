"""One file: its row, its copies, and what was done to it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lantai.kernel.errors import NotFoundError
from lantai.kernel.errors import gettext_noop as _
from lantai.preservation.models import ComputerFile, CopyState, PreservationEvent, StoredCopy


def file_of(file_id: UUID) -> ComputerFile:
    """Return the file with its key. Raises NotFoundError."""
    file = ComputerFile.objects.select_related("key").filter(id=file_id).first()
    if file is None:
        raise NotFoundError("preservation.file", _("There is no such file in the stores."))
    return file


@dataclass(frozen=True, slots=True)
class CopyOf:
    """One copy of a file as a person is shown it."""

    store: str
    state: CopyState
    checked_at: datetime


def copies_of(file_id: UUID) -> list[CopyOf]:
    """Return the copies of a file, by store; empty for an unknown file. One query."""
    rows = StoredCopy.objects.filter(file_id=file_id).select_related("store").order_by("store__name")
    return [CopyOf(row.store.name, CopyState(row.state), row.checked_at) for row in rows]


def events_of(file_id: UUID) -> list[PreservationEvent]:
    """Return what was done to a file, the latest first; its taking in is the last. Two queries."""
    own = list(PreservationEvent.objects.filter(file_id=file_id).select_related("store"))
    return own + list(PreservationEvent.objects.filter(files=file_id))
