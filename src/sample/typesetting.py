"""Break Chinese prose into lines and set ruled tables on a sheet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sample.fonts import width_em
from sample.sheet import BLACK, RGB, Cell, Rule, Sheet, Table, Text

_NOT_FIRST = set("，。、；：？！）》〉」』】”’％%℃〕")
_NOT_LAST = set("（《〈「『【“‘〔")
_TOKEN = re.compile(r"[0-9A-Za-z.,\-/#]+%?|.", re.DOTALL)


def broken(text: str, width_em_limit: float, *, indent_em: float = 0.0, face: str = "song") -> list[str]:
    """Break a text into lines: no closing mark begins a line, no opening mark ends one, numbers stay whole."""
    lines: list[str] = []
    line: list[str] = []
    used = indent_em
    for token in _TOKEN.findall(text):
        width = width_em(token, face)
        hangs = token in _NOT_FIRST and used + width <= width_em_limit + 1.01
        if line and used + width > width_em_limit + 0.01 and not hangs:
            carried = _carried(line, token)
            lines.append("".join(line))
            line, used = carried, width_em("".join(carried), face)
        line.append(token)
        used += width
    return [*lines, "".join(line)] if line else lines


def _carried(line: list[str], token: str) -> list[str]:
    """Take off the end of a full line what must stay with the next token, and return it."""
    carried: list[str] = []
    if token in _NOT_FIRST and len(line) > 2:
        carried.insert(0, line.pop())
        while carried[0] in _NOT_FIRST and len(line) > 2:
            carried.insert(0, line.pop())
    while len(line) > 1 and line[-1] in _NOT_LAST:
        carried.insert(0, line.pop())
    return carried


@dataclass(frozen=True, slots=True)
class Entry:
    """What goes into one cell. Spans count cells; `align` is 0 left, 0.5 middle, 1 right."""

    text: str = ""
    columns: int = 1
    rows: int = 1
    align: float = 0.5
    face: str = "song"
    colour: RGB = BLACK
    size_mm: float = 3.9
    kind: str = "cell"


def _set_cell(sheet: Sheet, entry: Entry, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    pad = 1.4
    lines = [
        line
        for paragraph in entry.text.split("\n")
        for line in (broken(paragraph, (right - left - 2 * pad) / entry.size_mm, face=entry.face) or [""])
    ]
    pitch = min(entry.size_mm * 1.45, (bottom - top - 0.8) / max(len(lines), 1))
    size = min(entry.size_mm, pitch * 0.96)
    first = (top + bottom) / 2 - pitch * len(lines) / 2 + pitch / 2 + size * 0.36
    anchor = left + pad + (right - left - 2 * pad) * entry.align
    for place, line in enumerate(lines):
        if line.strip():
            sheet.aligned(
                line,
                anchor,
                first + pitch * place,
                size,
                entry.face,
                share=entry.align,
                colour=entry.colour,
                kind=entry.kind,
            )


def set_table(
    sheet: Sheet,
    x_mm: float,
    y_mm: float,
    widths_mm: Sequence[float],
    rows: Sequence[tuple[float, Sequence[Entry]]],
    *,
    frame_mm: float = 0.5,
    colour: RGB = BLACK,
) -> float:
    """Set a ruled table and return its lower edge.

    `rows`: (height in mm, entries left to right); places covered by a span from above are left out, as in HTML.
    """
    edges = [x_mm]
    for width in widths_mm:
        edges.append(edges[-1] + width)
    levels = [y_mm]
    for height, _ in rows:
        levels.append(levels[-1] + height)
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row, (_, entries) in enumerate(rows):
        column = 0
        for entry in entries:
            while (row, column) in taken:
                column += 1
            taken |= {(row + down, column + over) for down in range(entry.rows) for over in range(entry.columns)}
            box = (edges[column], levels[row], edges[column + entry.columns], levels[row + entry.rows])
            _rule_cell(sheet, box, colour)
            _set_cell(sheet, entry, box)
            cells.append(Cell(row, column, entry.rows, entry.columns, entry.text.replace("\n", ""), box))
            column += entry.columns
    outline = (edges[0], levels[0], edges[-1], levels[-1])
    _rule_frame(sheet, outline, frame_mm, colour)
    sheet.tables.append(Table(outline, tuple(cells)))
    return levels[-1]


def _rule_cell(sheet: Sheet, box: tuple[float, float, float, float], colour: RGB) -> None:
    left, top, right, bottom = box
    sheet.put(Rule(left, bottom, right, bottom, 0.22, colour), Rule(right, top, right, bottom, 0.22, colour))


def _rule_frame(sheet: Sheet, box: tuple[float, float, float, float], width_mm: float, colour: RGB) -> None:
    left, top, right, bottom = box
    sheet.put(
        Rule(left, top, right, top, width_mm, colour),
        Rule(left, bottom, right, bottom, width_mm, colour),
        Rule(left, top, left, bottom, width_mm, colour),
        Rule(right, top, right, bottom, width_mm, colour),
    )


def set_paragraph(
    sheet: Sheet,
    text: str,
    *,
    x_mm: float,
    y_mm: float,
    width_mm: float,
    size_mm: float = 4.6,
    pitch_mm: float = 8.0,
    face: str = "song",
    colour: RGB = BLACK,
    indent_em: float = 2.0,
    kind: str = "body",
) -> float:
    """Set one free paragraph below `y_mm` and return the level below it."""
    limit = width_mm / size_mm
    level = y_mm
    for place, line in enumerate(broken(text, limit, indent_em=indent_em, face=face)):
        level += pitch_mm
        shift = indent_em * size_mm if place == 0 else 0.0
        sheet.put(Text(line, x_mm + shift, level - pitch_mm * 0.3, size_mm, face, colour, kind=kind))
    return level
