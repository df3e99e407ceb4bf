"""The visual rows of a page as text with places, which is what the rules of facts look at."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from lantai.recognition.rules.layout import Box, Line, PageLayout, span_box, union


@dataclass(frozen=True, slots=True)
class Span:
    """A value found at a place; `worth` is how far the rule that found it is to be believed."""

    value: str
    worth: float
    read_confidence: float
    page_number: int
    box_px: Box
    addressees: "Span | None" = None


@dataclass(frozen=True, slots=True)
class Row:
    """One visual row: its runs joined by a space. `text` has widths folded one for one, `raw` is as it was read."""

    text: str
    raw: str
    box_px: Box
    page_number: int
    page_width: int
    page_height: int
    lines: tuple[Line, ...]

    @property
    def runs(self) -> list[tuple[int, str]]:
        """The runs of the row, each with where it begins in `text`."""
        found, position = [], 0
        for line in self.lines:
            found.append((position, self.text[position : position + len(line.text)]))
            position += len(line.text) + 1
        return found

    @property
    def height(self) -> float:
        """Height of the tallest run, in pixels."""
        return max(line.box_px[3] - line.box_px[1] for line in self.lines)

    @property
    def middle(self) -> float:
        """Horizontal middle as a share of the page's width."""
        return (self.box_px[0] + self.box_px[2]) / 2 / max(self.page_width, 1)

    @property
    def top(self) -> float:
        """Upper edge as a share of the page's height."""
        return self.box_px[1] / max(self.page_height, 1)

    @property
    def confidence(self) -> float:
        return min((line.confidence for line in self.lines), default=1.0)

    def span(self, start: int, end: int, value: str, worth: float) -> Span:
        """Return the characters `start` to `end` of `text` as a found value."""
        boxes, sureness = [], []
        position = 0
        for line in self.lines:
            first, last = max(start - position, 0), min(end - position, len(line.text))
            if first < last:
                boxes.append(span_box(line, first, last))
                sureness.append(line.confidence)
            position += len(line.text) + 1
        return Span(value, worth, min(sureness, default=1.0), self.page_number, union(boxes) if boxes else self.box_px)

    def whole(self, value: str, worth: float) -> Span:
        """Return the whole row as a found value."""
        return self.span(0, len(self.text), value, worth)


def rows_of(layout: PageLayout, page_number: int) -> list[Row]:
    """Return the rows of a page from top to bottom."""
    return [_row(tuple(lines), layout, page_number) for _, lines in groupby(layout.lines, key=lambda line: line.row)]


def joined(rows: Sequence[Row], value: str, worth: float) -> Span:
    """Return `rows`, one below the other, as one found value."""
    first = rows[0]
    boxes = [row.box_px for row in rows if row.page_number == first.page_number]
    return Span(value, worth, min(row.confidence for row in rows), first.page_number, union(boxes))


def _row(lines: tuple[Line, ...], layout: PageLayout, page_number: int) -> Row:
    text = " ".join(line.text for line in lines)
    return Row(
        text=_folded(text),
        raw=text,
        box_px=union([line.box_px for line in lines]),
        page_number=page_number,
        page_width=layout.width_px,
        page_height=layout.height_px,
        lines=lines,
    )


def _folded(text: str) -> str:
    """Fold full-width letters, digits and punctuation one for one, so that positions stay those of the lines."""
    return "".join(f if len(f := unicodedata.normalize("NFKC", c)) == 1 else c for c in text)
