"""Linking a catalogue to the files that it names, and telling what does not fit, before anything is taken in."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lantai.ingest.adapters.folders import walk
from lantai.ingest.adapters.spreadsheets import rows_of
from lantai.ingest.rules.catalogue_rows import CatalogueRow, Fault, doubled_file, read_rows, unlikely_name
from lantai.ingest.rules.grouping import SentFile, is_catalogue
from lantai.ingest.rules.names import doubled, normal_path
from lantai.kernel.errors import ArchiveError, InvalidError


@dataclass(frozen=True, slots=True)
class Comparison:
    """What linking a catalogue to a folder finds."""

    rows: int
    linked: int
    missing: list[dict[str, Any]]
    """Rows whose file is not there: row, file."""
    unlisted: list[str]
    """Files that no row names."""
    faults: list[dict[str, Any]]
    """Cells that cannot be right: row, column, value, message."""


@dataclass(slots=True)
class Files:
    """The files below a folder, those of one folder together, and what cannot be taken with its reason."""

    good: list[SentFile] = field(default_factory=list)
    refused: list[tuple[str, ArchiveError]] = field(default_factory=list)


@dataclass(slots=True)
class Listing:
    """The rows of the catalogues by the path they name below the source, and every fault found."""

    rows: dict[str, CatalogueRow] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def compared(self, files: list[SentFile]) -> Comparison:
        """Return what fits and what does not."""
        present = {f.path for f in files} | {f.folder for f in files}
        missing = [{"row": r.row, "file": path} for path, r in self.rows.items() if path not in present]
        unlisted = [
            f.path
            for f in files
            if self.rows and not is_catalogue(f.path) and f.path not in self.rows and f.folder not in self.rows
        ]
        return Comparison(
            len(self.rows), len(self.rows) - len(missing), missing, unlisted, [asdict(f) for f in self.faults]
        )


def compare_catalogue(*, folder: Path, catalogue: Path | None = None) -> Comparison:
    """Return what linking would find, with nothing taken in: a dry run."""
    files = files_below(folder)
    return listing_of(folder, catalogue, files.good).compared(files.good)


def files_below(folder: Path) -> Files:
    """Return what lies below `folder`; of two names that are one in normal form the second is refused."""
    files = Files()
    seen: set[str] = set()
    for found in walk(folder):
        if isinstance(found, tuple):
            files.refused.append(found)
        elif found.path in seen:
            files.refused.append((found.path, doubled(found.path)))
        else:
            seen.add(found.path)
            files.good.append(found)
    files.good.sort(key=lambda f: (f.folder, f.path))
    return files


def listing_of(folder: Path, catalogue: Path | None, files: list[SentFile]) -> Listing:
    """Return what the catalogues say: `catalogue`, or those among `files`, each naming files from its own folder on."""
    listing = Listing()
    sources = [(catalogue, "")] if catalogue else [(folder / f.path, f.folder) for f in files if is_catalogue(f.path)]
    for file, base in sources:
        rows, faults = read_rows(rows_of(file))
        listing.faults += faults
        for row in rows:
            _add(listing, row, base)
    return listing


def _add(listing: Listing, row: CatalogueRow, base: str) -> None:
    try:
        path = normal_path(row.file)
    except InvalidError:
        listing.faults.append(unlikely_name(row))
        return
    path = f"{base}/{path}" if base else path
    if path in listing.rows:
        listing.faults.append(doubled_file(row))
    else:
        listing.rows[path] = row
