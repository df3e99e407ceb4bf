"""A filled-in form with its truth: what each printed text is and which question it belongs to."""

from dataclasses import dataclass, field

from sample.sheet import BLUE_INK, Sheet, Text

QUESTION, ANSWER, OTHER = "question", "answer", "other"
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text: what it is and the number of the question it belongs to (0 for none)."""

    text: str
    role: str = OTHER
    link: int = 0


Row = tuple[Piece, ...]


@dataclass(slots=True)
class FilledForm:
    """A sheet with what each printed text of it is; `cells` are the insides of ruled cells."""

    sheet: Sheet = field(default_factory=Sheet)
    pieces: list[tuple[Text, Piece]] = field(default_factory=list)
    questions: int = 0

    @property
    def cells(self) -> list[Box]:
        return [cell.box_mm for table in self.sheet.tables for cell in table.cells]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each question with all of its answer."""
        asked: dict[int, list[str]] = {}
        said: dict[int, list[str]] = {}
        for mark, piece in self.pieces:
            if piece.link:
                (asked if piece.role == QUESTION else said).setdefault(piece.link, []).append(mark.text)
        return [("".join(words), "".join(said[link])) for link, words in asked.items() if link in said]

    def ask(self, label: str) -> Piece:
        self.questions += 1
        return Piece(label, QUESTION, self.questions)

    def put(self, piece: Piece, x_mm: float, y_mm: float, size_mm: float, face: str) -> float:
        """Print a piece and return where it ends."""
        ink = BLUE_INK if piece.role == ANSWER else (22, 22, 24)
        mark = Text(piece.text, x_mm, y_mm, size_mm, face, ink, kind=piece.role)
        if piece.text.strip():
            self.sheet.put(mark)
            self.pieces.append((mark, piece))
        return x_mm + mark.width_mm
