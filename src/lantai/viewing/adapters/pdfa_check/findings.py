"""What is found wrong with a PDF/A file, as values."""

from dataclasses import dataclass

MOST_OF_A_KIND = 5


@dataclass(frozen=True, slots=True)
class PdfaFinding:
    """One fault: the clause of ISO 19005-2 that it breaks, the object it is in, and words in English."""

    clause: str
    place: str
    words: str

    def __str__(self) -> str:
        return f"{self.clause} {self.place}: {self.words}"


class Findings:
    """Gathers findings; of one clause no more than a few."""

    def __init__(self) -> None:
        self._found: dict[str, list[PdfaFinding]] = {}

    def add(self, clause: str, place: str, words: str) -> None:
        same = self._found.setdefault(clause, [])
        finding = PdfaFinding(clause, place, words[:300])
        if len(same) < MOST_OF_A_KIND and finding not in same:
            same.append(finding)

    @property
    def all(self) -> tuple[PdfaFinding, ...]:
        return tuple(finding for same in self._found.values() for finding in same)


def place_of(number: tuple[int, int]) -> str:
    """Return how an object is named in a finding."""
    return f"object {number[0]}" if number[0] else "object"
