"""Count what was found against what is there: seals by the part their boxes share."""

from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
SAME = 0.5


@dataclass(slots=True)
class Tally:
    """How many were there, found and wrongly found."""

    there: int = 0
    right: int = 0
    wrong: int = 0

    def add(self, other: "Tally") -> None:
        self.there += other.there
        self.right += other.right
        self.wrong += other.wrong

    @property
    def recall(self) -> float | None:
        return round(self.right / self.there, 4) if self.there else None

    @property
    def precision(self) -> float | None:
        found = self.right + self.wrong
        return round(self.right / found, 4) if found else None

    @property
    def f1(self) -> float | None:
        total = 2 * self.right + self.wrong + (self.there - self.right)
        return round(2 * self.right / total, 4) if total else None


def shared_part(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the shared area of two boxes as a part of their union."""
    wide = min(first[2], second[2]) - max(first[0], second[0])
    high = min(first[3], second[3]) - max(first[1], second[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
    return wide * high / (areas - wide * high)


def paired(true: Sequence[Sequence[float]], found: Sequence[Sequence[float]]) -> list[int | None]:
    """Return for each found box the place of the true box that it is, each true box once; None where it is none."""
    taken: set[int] = set()
    pairs: list[int | None] = []
    for box in found:
        shares = [(shared_part(box, other), place) for place, other in enumerate(true) if place not in taken]
        best = max(shares, default=(0.0, -1))
        pairs.append(best[1] if best[0] >= SAME else None)
        taken.update({best[1]} if best[0] >= SAME else ())
    return pairs


def tally(true: Sequence[Sequence[float]], found: Sequence[Sequence[float]]) -> Tally:
    """Count a page."""
    pairs = paired(true, found)
    right = sum(place is not None for place in pairs)
    return Tally(len(true), right, len(pairs) - right)
