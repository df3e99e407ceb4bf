"""Tables: how many cells are right in structure and in text, on drawn pages and on tables marked inside real forms.

A cell of the truth is right in **structure** when a found cell lies on it (intersection over union of their boxes at
least 0.5; the cells of open tables have no printed border, theirs end in the middle of the gaps) and spans as many rows
and as many columns. It is right in **text** when the found cell that lies on it says the same after NFKC and without
white space (on forms also with check boxes and punctuation twins folded, and without regard to the order of the runs in
a cell, which their truth does not give). Cells without text count: they are right when nothing is read in them.

The marks of the real forms (`marks/tables.json`) hold the grid of 20 tables, set by eye: edges of rows and columns as
shares of the page and, row by row, one letter for each place, neighbours with the same letter being one cell. No text:
what a cell says comes from the boxes of the forms' own ground truth that lie inside it; a cell crossed by a box that
lies in several cells is left out of the text score.

The yardstick is a naive grid of our own, named so: it is told where the tables are, and takes rows and columns from the
projection of the text boxes of the same reading; no rules are looked at and no cells merged.
"""

import itertools
import json
import statistics
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Box = tuple[float, float, float, float]
Progress = Callable[[str, int, int], None]

MARKS = Path(__file__).parent / "marks" / "tables.json"
SAME_PLACE = 0.5
INSIDE = 0.7
CASES, QUICK_CASES, QUICK_FORMS = 12, 1, 1
BARE_PAGES, QUICK_BARE = 16, 1


@dataclass(frozen=True, slots=True)
class WantedCell:
    """A cell of the truth; `text` is None where the truth cannot tell it."""

    box: Box
    row_span: int
    column_span: int
    text: str | None


@dataclass(slots=True)
class Score:
    """Counts of cells: in the truth, right in structure, with known text, right in text; found in all."""

    cells: int = 0
    structure: int = 0
    known: int = 0
    text: int = 0
    filled: int = 0
    filled_right: int = 0
    found: int = 0
    tables: int = 0
    whole_tables: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        """Count those of `other` too."""
        for name in (
            "cells",
            "structure",
            "known",
            "text",
            "filled",
            "filled_right",
            "found",
            "tables",
            "whole_tables",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.wrong += other.wrong

    def as_shares(self) -> dict[str, Any]:
        """Return the shares, 0 to 1."""
        return {
            "tables": self.tables,
            "cells": self.cells,
            "structure": _share(self.structure, self.cells),
            "text": _share(self.text, self.known),
            "text_of_filled_cells": _share(self.filled_right, self.filled),
            "found_cells_right": _share(self.structure, max(self.found, self.structure)),
            "tables_without_a_fault_of_structure": _share(self.whole_tables, self.tables),
        }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def measure(*, quick: bool, data: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Return the scores on drawn pages and on the marked forms, each beside the naive grid, and the time a page takes."""
    drawn, pages, milliseconds = _drawn(quick, progress)
    false, bare_milliseconds = _bare(quick, progress)
    result: dict[str, Any] = {
        "table_structure": drawn["all"]["structure"],
        "table_cells": drawn["all"]["text"],
        "table_false_per_page": false,
        "table_ms_per_page": round(statistics.median(milliseconds), 1),
        "tables": {
            "pages": pages,
            "drawn": drawn,
            "ms_per_page_without_tables": round(statistics.median(bare_milliseconds), 1),
            "right_means": "structure: IoU of boxes >= 0.5 and the same spans; text: equal after NFKC without white space",
        },
    }
    forms = data / "ocr_forms"
    if not (forms / "gt").is_dir():
        result["tables"]["forms"] = "The real forms are not here: give their folder with --data FOLDER or LANTAI_DATA."
        return result
    real = _forms(forms, quick, progress)
    result["table_forms_structure"] = real["marked"]["structure"]
    result["table_forms_cells"] = real["marked"]["text"]
    result["tables"]["forms"] = real
    return result


def _drawn(quick: bool, progress: Progress) -> tuple[dict[str, Any], int, list[float]]:
    from lantai.recognition.adapters.ocr import read_image
    from sample.grids import KINDS, make_grid_pages

    kinds = KINDS[:3] if quick else KINDS
    cases = QUICK_CASES if quick else CASES
    ours, naive = {kind: Score() for kind in kinds}, Score()
    milliseconds: list[float] = []
    pages, joined_right, joined_all = 0, 0, 0
    for place, (kind, seed) in enumerate(itertools.product(kinds, range(100, 100 + cases))):
        drawn = make_grid_pages(kind, seed)
        found_pages = []
        for page in drawn:
            layout = read_image(page.image)
            found, spent = _timed(page.image, layout)
            milliseconds.append(spent)
            found_pages.append((layout, found))
            truth = [[WantedCell(c.box_px, c.row_span, c.column_span, c.text) for c in t.cells] for t in page.tables]
            ours[kind].add(score(truth, found, _norm))
            naive.add(score(truth, naive_tables(layout, [_around(t) for t in truth]), _norm))
            pages += 1
        if kind == "two_pages":
            joined_right += _is_joined(found_pages, [table for page in drawn for table in page.tables])
            joined_all += 1
        progress("tables", place + 1, len(kinds) * cases)
    total = Score()
    for score_ in ours.values():
        total.add(score_)
    shares: dict[str, Any] = {kind: score_.as_shares() for kind, score_ in ours.items()}
    if joined_all:
        shares["two_pages"]["joined_right"] = _share(joined_right, joined_all)
    return {**shares, "all": total.as_shares(), "naive_grid": naive.as_shares()}, pages, milliseconds


def _timed(image: Any, layout: Any) -> tuple[Sequence[Any], float]:
    from lantai.recognition.adapters.tables import look_for_tables

    started = time.process_time()
    found = look_for_tables(image, layout)
    return found, 1000 * (time.process_time() - started)


def _is_joined(pages: Sequence[tuple[Any, Sequence[Any]]], truth: Sequence[Any]) -> bool:
    """Tell whether the table of both pages came out as one with the rows of both less the repeated heading."""
    from lantai.recognition.rules.tables.joining import PageTables, joined_tables

    rows = sum(max(c.row + c.row_span for c in table.cells) for table in truth) - 1
    joined = joined_tables([PageTables(layout, tuple(found)) for layout, found in pages])
    return len(joined) == 1 and joined[0].table.rows == rows


def _bare(quick: bool, progress: Progress) -> tuple[float, list[float]]:
    from lantai.recognition.adapters.ocr import read_image
    from sample.grids import BARE, make_grid_pages

    count = QUICK_BARE if quick else BARE_PAGES
    false, milliseconds = 0, []
    for seed in range(100, 100 + count):
        page = make_grid_pages(BARE, seed)[0]
        found, spent = _timed(page.image, read_image(page.image))
        false += len(found)
        milliseconds.append(spent)
        progress("pages without tables", seed - 99, count)
    return round(false / count, 3), milliseconds


def _forms(folder: Path, quick: bool, progress: Progress) -> dict[str, Any]:
    from lantai.recognition.adapters.documents import open_document
    from lantai.recognition.adapters.ocr import read_image

    marks = json.loads(MARKS.read_text("utf-8"))
    names = list(marks["pages"])[: QUICK_FORMS if quick else None]
    ours, naive, halves = Score(), Score(), {"developed_on": Score(), "held_back": Score()}
    milliseconds = []
    for place, name in enumerate(names):
        path = folder / "images" / f"{name}.jpg"
        with path.open("rb") as stream, open_document(stream, path.name) as document:
            image = document.page_image(1)
        layout = read_image(image)
        found, spent = _timed(image, layout)
        milliseconds.append(spent)
        truth = marked_tables(marks["pages"][name], json.loads((folder / "gt" / f"{name}.json").read_text("utf-8")))
        result = score(truth, found, _bag)
        result.wrong = [f"{name} {fault}" for fault in result.wrong]
        ours.add(result)
        halves["developed_on" if name in marks["developed_on"] else "held_back"].add(result)
        naive.add(score(truth, naive_tables(layout, [_around(t) for t in truth]), _bag))
        progress("forms with tables", place + 1, len(names))
    false = 0
    bare = marks["without_tables"][: 1 if quick else None]
    for name in bare:
        path = folder / "images" / f"{name}.jpg"
        with path.open("rb") as stream, open_document(stream, path.name) as document:
            image = document.page_image(1)
        false += len(_timed(image, read_image(image))[0])
    return {
        "marked": ours.as_shares(),
        **{name: half.as_shares() for name, half in halves.items()},
        "naive_grid": naive.as_shares(),
        "false_per_page_without_tables": round(false / max(len(bare), 1), 3),
        "pages_without_tables": len(bare),
        "ms_per_page": round(statistics.median(milliseconds), 1),
    }


def marked_tables(marked: Sequence[dict[str, Any]], truth: dict[str, Any]) -> list[list[WantedCell]]:
    """Return the cells of the marked tables of one form, their text from the boxes of its ground truth."""
    width, height = truth["width"], truth["height"]
    lines = [(line["text"], _bounds(line["points"])) for line in truth["lines"]]
    tables = []
    for mark in marked:
        ys, xs = [y * height for y in mark["rows"]], [x * width for x in mark["columns"]]
        lean = mark["lean"][0] * width, mark["lean"][1] * height
        cells = [(_rectangle(places, ys, xs, lean), places) for places in _letters(mark["grid"])]
        tables.append([_wanted(box, places, lines) for box, places in cells])
    return tables


def _letters(grid: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Return the places of each cell: neighbours with one letter hang together."""
    rest = {(r, c): letter for r, row in enumerate(grid) for c, letter in enumerate(row)}
    cells = []
    while rest:
        first = min(rest)
        letter, reached, fresh = rest.pop(first), [first], [first]
        while fresh:
            row, column = fresh.pop()
            for place in ((row, column + 1), (row + 1, column), (row, column - 1), (row - 1, column)):
                if rest.get(place) == letter:
                    del rest[place]
                    reached.append(place)
                    fresh.append(place)
        cells.append(reached)
    return cells


def _rectangle(
    places: Sequence[tuple[int, int]], ys: Sequence[float], xs: Sequence[float], lean: tuple[float, float]
) -> Box:
    """Return the box of a cell; in a table that leans, of its middle lines."""
    rows, columns = [r for r, _ in places], [c for _, c in places]
    left, right, top, bottom = xs[min(columns)], xs[max(columns) + 1], ys[min(rows)], ys[max(rows) + 1]
    over = lean[0] * ((top + bottom) / 2 - ys[0]) / (ys[-1] - ys[0])
    down = lean[1] * ((left + right) / 2 - xs[0]) / (xs[-1] - xs[0])
    return left + over, top + down, right + over, bottom + down


def _wanted(box: Box, places: Sequence[tuple[int, int]], lines: Sequence[tuple[str, Box]]) -> WantedCell:
    rows, columns = {r for r, _ in places}, {c for _, c in places}
    shares = [(text, line, _overlap(box, line) / max(_area(line), 1.0)) for text, line in lines]
    inside = [(text, line) for text, line, share in shares if share >= INSIDE]
    crossed = any(0.12 < share < INSIDE for _, _, share in shares)
    inside.sort(key=lambda item: (round(item[1][1] / 12), item[1][0]))
    return WantedCell(box, len(rows), len(columns), None if crossed else "".join(text for text, _ in inside))


def score(truth: Sequence[Sequence[WantedCell]], found: Sequence[Any], alike: Callable[[str], Any]) -> Score:
    """Return the counts for one page; `alike` makes texts comparable."""
    result = Score(found=sum(len(table.cells) for table in found))
    cells = [cell for table in found for cell in table.cells]
    for table in truth:
        right = 0
        for wanted in table:
            best = max(cells, key=lambda cell: _iou(wanted.box, cell.box_px), default=None)
            near = best is not None and _iou(wanted.box, best.box_px) >= SAME_PLACE
            same = near and (best.row_span, best.column_span) == (wanted.row_span, wanted.column_span)  # type: ignore[union-attr]
            right += same
            if not same:
                result.wrong.append(f"structure {[round(v) for v in wanted.box]}")
            if wanted.text is not None:
                said = best.text if near and best is not None else ""
                equal = near and alike(said) == alike(wanted.text)
                result.known += 1
                result.text += equal
                result.filled += bool(wanted.text.strip())
                result.filled_right += equal and bool(wanted.text.strip())
                if not equal:
                    result.wrong.append(f"text {[round(v) for v in wanted.box]} {wanted.text!r} {said!r}")
        result.cells += len(table)
        result.structure += right
        result.tables += 1
        result.whole_tables += right == len(table)
    return result


def naive_tables(layout: Any, places: Sequence[Box]) -> list[Any]:
    """Return one grid for each of `places`: rows and columns by projection of the boxes there, nothing merged."""
    return [table for place in places if (table := _naive_table(layout, place)) is not None]


def _naive_table(layout: Any, place: Box) -> Any:
    from lantai.recognition.rules.tables.shapes import Cell, Table

    lines = [line for line in layout.lines if line.text and _overlap(line.box_px, place) > 0.5 * _area(line.box_px)]
    if not lines:
        return None
    rows = _bands([(line.box_px[1], line.box_px[3]) for line in lines], shrink=0.25)
    columns = _bands([(line.box_px[0], line.box_px[2]) for line in lines], shrink=0.0)
    rows[0], rows[-1], columns[0], columns[-1] = (round(place[n]) for n in (1, 3, 0, 2))
    texts: dict[tuple[int, int], list[str]] = {}
    for line in lines:
        x, y = (line.box_px[0] + line.box_px[2]) / 2, (line.box_px[1] + line.box_px[3]) / 2
        row = max((n for n, edge in enumerate(rows[:-1]) if edge <= y), default=0)
        column = max((n for n, edge in enumerate(columns[:-1]) if edge <= x), default=0)
        texts.setdefault((row, column), []).append(line.text)
    cells = [
        Cell(r, c, 1, 1, "".join(texts.get((r, c), ())), 1.0, (columns[c], rows[r], columns[c + 1], rows[r + 1]))
        for r in range(len(rows) - 1)
        for c in range(len(columns) - 1)
    ]
    return Table((columns[0], rows[0], columns[-1], rows[-1]), len(rows) - 1, len(columns) - 1, tuple(cells))


def _around(table: Sequence[WantedCell]) -> Box:
    boxes = [cell.box for cell in table]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _bands(spans: Iterable[tuple[int, int]], shrink: float) -> list[int]:
    """Return the edges between the bands that `spans` leave free of each other."""
    merged: list[list[float]] = []
    for low, high in sorted((a + shrink * (b - a), b - shrink * (b - a)) for a, b in spans):
        if merged and low <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], high)
        else:
            merged.append([low, high])
    middles = [(before[1] + after[0]) / 2 for before, after in itertools.pairwise(merged)]
    return [round(v) for v in (merged[0][0], *middles, merged[-1][1])]


def _norm(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _bag(text: str) -> Counter[str]:
    from bench._reading_ocr import TWINS

    return Counter("".join(unicodedata.normalize("NFKC", text.translate(TWINS)).translate(TWINS).split()))


def _bounds(points: Sequence[Sequence[float]]) -> Box:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _area(box: Sequence[float]) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _overlap(one: Sequence[float], other: Sequence[float]) -> float:
    low = max(one[0], other[0]), max(one[1], other[1])
    high = min(one[2], other[2]), min(one[3], other[3])
    return max(high[0] - low[0], 0.0) * max(high[1] - low[1], 0.0)


def _iou(one: Sequence[float], other: Sequence[float]) -> float:
    both = _overlap(one, other)
    return both / max(_area(one) + _area(other) - both, 1e-9)
