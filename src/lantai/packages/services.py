"""Writing records to a folder that can be read without Lantai."""

import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Record
from lantai.catalogue.selectors import record_for, record_view, records_of_fonds
from lantai.kernel.actors import Actor
from lantai.kernel.digests import chunks_of
from lantai.kernel.errors import ConflictError, NotFoundError, UnavailableError, gettext_noop
from lantai.preservation.selectors import file_of, open_file
from lantai.recognition.selectors.tables import described, tables_of, workbook
from lantai.viewing.selectors import searchable_copy

CHECKSUMS = "manifest-sha256.txt"
LONGEST_NAME_BYTES, LONGEST_SUFFIX = 200, 8


@dataclass(slots=True)
class Export:
    """What was written: files with their checksums, all bytes, and where; and how many records quarantine kept back."""

    folder: Path
    files: int = 0
    size_bytes: int = 0
    withheld: int = 0


def export_code(*, actor: Actor, code: str, folder: Path) -> Export:
    """Write the record (or every record of the fonds) that `code` names to `folder`, with descriptions and checksums.

    What is in quarantine is never written, whoever asks. Raises NotFoundError when nothing has the code, ConflictError
    when the folder is not empty, UnavailableError when it cannot be written or a written file does not have the digest
    that the archives holds for it.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ConflictError(
            "packages.folder", gettext_noop("The folder “%(folder)s” is not empty. Name a new one."), folder=str(folder)
        )
    done = Export(folder)
    for record in _records(actor, code):
        if record.quarantined:
            done.withheld += 1
        else:
            with _told(folder):
                _export_record(actor, record, done)
    return done


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnavailableError(
            "packages.folder_fails",
            gettext_noop(
                "The folder “%(folder)s” cannot be written (%(reason)s). Mend that, then export to a new one."
            ),
            folder=str(folder),
            reason=error.strerror or str(error),
        ) from error


def _records(actor: Actor, code: str) -> Iterable[Record]:
    try:
        return [record_for(actor, code)]
    except NotFoundError:
        return records_of_fonds(actor, code)


def _export_record(actor: Actor, record: Record, done: Export) -> None:
    place = done.folder / _safe(record.reference_code or str(record.id))
    sums: list[tuple[str, str]] = []
    for part in record.parts.order_by("order"):
        computer_file = file_of(part.computer_file_id)
        target = place / "files" / f"{part.order:04d}-{_safe(part.name)}"
        with open_file(computer_file) as source:
            digest, size = _write(target, source)
        if digest != computer_file.digest:
            raise UnavailableError(
                "packages.digest",
                gettext_noop("“%(name)s” came out other than it went in. Run a fixity check before trying again."),
                name=part.name,
            )
        sums.append((digest, str(target.relative_to(place))))
        done.size_bytes += size
    searchable = searchable_copy(actor, record)
    if searchable is not None:
        target = place / "derived" / f"{_safe(record.reference_code or str(record.id))}.pdf"
        with open_file(searchable.file) as source:
            digest, size = _write(target, source)
        sums.append((digest, str(target.relative_to(place))))
        done.size_bytes += size
    for name, content in _tables(actor, record):
        digest, size = _write(place / "derived" / name, io.BytesIO(content))
        sums.append((digest, f"derived/{name}"))
        done.size_bytes += size
    description = json.dumps(record_view(actor, record), ensure_ascii=False, indent=2, default=str).encode()
    sums.append((hashlib.sha256(description).hexdigest(), "description.json"))
    place.mkdir(parents=True, exist_ok=True)
    (place / "description.json").write_bytes(description)
    (place / CHECKSUMS).write_text("".join(f"{digest}  {name}\n" for digest, name in sums))
    done.files += len(sums)
    done.size_bytes += len(description)
    with transaction.atomic():
        record_act(
            actor=actor,
            verb="packages.export_code",
            target_kind="record",
            target_id=record.id,
            facts={"files": len(sums)},
        )


def _tables(actor: Actor, record: Record) -> list[tuple[str, bytes]]:
    """Return the tables on the record's pages as files: a workbook, and plain values with the places of all cells."""
    tables = tables_of(actor, record.id)
    if not tables:
        return []
    values = json.dumps([described(table) for table in tables], ensure_ascii=False, indent=1)
    return [("tables.xlsx", workbook(tables)), ("tables.json", values.encode())]


def _write(target: Path, source: BinaryIO) -> tuple[str, int]:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as out:
        for piece in chunks_of(source):
            out.write(piece)
            digest.update(piece)
            size += len(piece)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size


def _safe(name: str) -> str:
    """Return a name that any file system takes and that leads nowhere else."""
    clean = "".join("_" if c in '/\\:*?"<>|' or not c.isprintable() else c for c in name).strip(". ")
    stem, dot, suffix = clean.rpartition(".")
    ending = f"{dot}{suffix}" if stem and len(suffix) <= LONGEST_SUFFIX else ""
    stem = clean.removesuffix(ending).encode()[: LONGEST_NAME_BYTES - len(ending.encode())].decode(errors="ignore")
    return f"{stem}{ending}" or "_"
