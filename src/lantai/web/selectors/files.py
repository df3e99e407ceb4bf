"""What a record's files carry and what was made of them: signatures in them, the searchable PDF."""

from dataclasses import dataclass

from lantai.catalogue import selectors as catalogue
from lantai.catalogue.models import Record
from lantai.kernel.actors import Actor
from lantai.recognition import selectors as recognition
from lantai.recognition.models import FileSignature
from lantai.viewing.models import SearchableCopy
from lantai.viewing.selectors import searchable_copy
from lantai.web.rules.signatures import LIGHTS, MEANINGS

BROKEN_SHOWN = 4


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A signature with what its outcome means. `pages` are page numbers of the record."""

    row: FileSignature
    light: str
    meaning: str
    pages: list[int]

    @property
    def reason(self) -> str:
        """What could not be computed, where that is why the signature was not checked."""
        return self.row.reason if self.row.outcome == "unsupported" else ""

    @property
    def broken(self) -> list[str]:
        return [str(entry) for entry in self.row.broken[:BROKEN_SHOWN]]

    @property
    def broken_more(self) -> int:
        return max(len(self.row.broken) - BROKEN_SHOWN, 0)


@dataclass(frozen=True, slots=True)
class FilesView:
    """The searchable PDF that the reader may have, and the signatures in the files."""

    searchable: SearchableCopy | None
    signatures: list[SignatureLine]


def files_view(actor: Actor, record: Record) -> FilesView:
    """Return what the record page shows beside the files of a record that `actor` was given whole."""
    if record.quarantined:
        return FilesView(None, [])
    return FilesView(searchable_copy(actor, record), _signature_lines(record))


def _signature_lines(record: Record) -> list[SignatureLine]:
    rows = recognition.signatures_of(record.id)
    if not rows:
        return []
    places = {(page.part_id, page.part_page): page.number for page in catalogue.pages_of(record.id)}
    return [
        SignatureLine(
            row,
            LIGHTS.get(row.outcome, "waiting"),
            MEANINGS[row.outcome],
            sorted({places[row.part_id, page] for page in row.page_numbers if (row.part_id, page) in places}),
        )
        for row in rows
    ]
