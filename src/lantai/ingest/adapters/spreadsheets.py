"""Reading the rows of a catalogue in Excel or CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from lantai.ingest.rules.names import decoded
from lantai.kernel.errors import InvalidError, gettext_noop

ROW_LIMIT = 1_000_000


def rows_of(file: Path) -> Iterator[Sequence[object]]:
    """Yield the rows of the first sheet of `file` (.xlsx or .csv), the heading first.

    Raises InvalidError when it cannot be read as one.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if file.suffix.lower() == ".csv":
            yield from _csv_rows(decoded(file.read_bytes()).lstrip("\ufeff"))
        else:
            yield from CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python(nrows=ROW_LIMIT)
    except (CalamineError, csv.Error, OSError) as error:
        raise InvalidError(
            "ingest.catalogue_unreadable",
            gettext_noop(
                "The catalogue “%(name)s” cannot be read as a spreadsheet (%(reason)s). Save it again as .xlsx or .csv."
            ),
            name=file.name,
            reason=str(error),
        ) from error


def _csv_rows(text: str) -> Iterator[Sequence[object]]:
    heading = text.split("\n", 1)[0]
    delimiter = max("\t,;", key=heading.count)
    return csv.reader(io.StringIO(text), delimiter=delimiter)
