"""The ruled cells of pages, where the tables on them are known."""

from collections.abc import Sequence
from uuid import UUID

from lantai.recognition.models import PageTable, TableKind
from lantai.recognition.rules.layout import Box
from lantai.recognition.rules.tables.shapes import from_json


def ruled_cells(record_id: UUID, numbers: Sequence[int]) -> list[list[Box]]:
    """Return the insides of the ruled cells of the pages with these `numbers`, page by page; none where none were found.

    The caller has decided that the reader may see the pages.
    """
    cells: dict[int, list[Box]] = {number: [] for number in numbers}
    rows = PageTable.objects.filter(record_id=record_id, page__number__in=numbers, kind=TableKind.RULED)
    for number, structure in rows.values_list("page__number", "structure"):
        cells[number] += [cell.box_px for cell in from_json(structure).cells]
    return [cells[number] for number in numbers]
