"""A sheet of paper before it is printed: what stands where, in millimetres, and what it means.

The same sheet is drawn as a picture (`raster`) or as a born-digital page (`vector`); the truth is read off it.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from sample.fonts import width_em

RGB: TypeAlias = tuple[int, int, int]

BLACK: RGB = (22, 22, 24)
RED: RGB = (200, 28, 36)
BLUE_INK: RGB = (32, 44, 112)
GREY: RGB = (120, 120, 120)

MM_PER_INCH = 25.4


def points(size: float) -> float:
    """Return a type size in points as millimetres."""
    return size * MM_PER_INCH / 72


@dataclass(frozen=True, slots=True)
class Text:
    """One line of print. `y_mm` is the baseline; `kind` says what the line is in the document."""

    text: str
    x_mm: float
    y_mm: float
    size_mm: float
    face: str = "song"
    colour: RGB = BLACK
    tracking_mm: float = 0.0
    kind: str = "body"

    @property
    def width_mm(self) -> float:
        return width_em(self.text, self.face) * self.size_mm + self.tracking_mm * max(len(self.text) - 1, 0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight printed line."""

    x0_mm: float
    y0_mm: float
    x1_mm: float
    y1_mm: float
    width_mm: float = 0.3
    colour: RGB = BLACK


@dataclass(frozen=True, slots=True)
class Seal:
    """A stamp: `round` with star and ring text, or `square` with a person's name."""

    x_mm: float
    y_mm: float
    size_mm: float
    ring_text: str
    inner_text: str = ""
    shape: str = "round"
    angle_degrees: float = 0.0
    grain: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph stuck on or printed on the sheet, named by what `scenes` draws."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    scene: str
    seed: int
    banner: str = ""
    monochrome: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a finished table, rows and columns counted from 0, box in millimetres."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    box_mm: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table as it stands on the sheet."""

    box_mm: tuple[float, float, float, float]
    cells: tuple[Cell, ...]


Mark: TypeAlias = Text | Rule | Seal | Picture


@dataclass(slots=True)
class Sheet:
    """One side of one leaf; `marks` are in reading order."""

    width_mm: float = 210.0
    height_mm: float = 297.0
    marks: list[Mark] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def put(self, *marks: Mark) -> None:
        self.marks.extend(marks)

    def centre(self, text: str, y_mm: float, size_mm: float, face: str = "song", **more: object) -> Text:
        """Print a line in the middle of the sheet and return it."""
        return self.aligned(text, self.width_mm / 2, y_mm, size_mm, face, share=0.5, **more)

    def aligned(
        self, text: str, x_mm: float, y_mm: float, size_mm: float, face: str = "song", *, share: float, **more: object
    ) -> Text:
        """Print a line of which `share` (0 left, 0.5 middle, 1 right) lies left of `x_mm`."""
        bare = Text(text, 0.0, y_mm, size_mm, face, **more)  # type: ignore[arg-type]  # the fields of Text by name
        placed = Text(text, x_mm - bare.width_mm * share, y_mm, size_mm, face, **more)  # type: ignore[arg-type]
        self.put(placed)
        return placed

    @property
    def lines(self) -> list[Text]:
        return [mark for mark in self.marks if isinstance(mark, Text) and mark.text.strip()]
