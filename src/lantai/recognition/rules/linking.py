"""Which answer of a form belongs to which question, by their places alone: beside, below, in a grid, in one cell.

Distances are counted in heights of the page's usual line, so that they hold at any resolution. An answer has one
question; a question may have several answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from lantai.recognition.rules.layout import Box

# What a step costs, in line heights: to the right on one row, downwards, into another cell, over another answer.
RIGHT, DOWN, INDENT = 0.5, 3.0, 0.1
BELOW, BELOW_IN_CELL = 14.0, 10.0
CROSSING, CROSSING_RIGHT, CROSSING_BELOW, CROSSING_DOWN = 12.0, 0.6, 5.0, 0.9
OVER_ANSWER, UNLIKE_COLUMN, SPANNING = 8.0, 6.0, 5.5
LEFTWARDS, UPWARDS, ASTRAY = 60.0, 120.0, 100.0


@dataclass(frozen=True, slots=True)
class Entity:
    """A run of a form with its place; `is_key` tells a question from an answer."""

    text: str
    box_px: Box
    is_key: bool


def linked(
    entities: Sequence[Entity], cells: Sequence[Box] = (), furthest: float = float("inf")
) -> list[tuple[int, int]]:
    """Return (index of the question, index of the answer) for each answer that has a question on the page.

    `cells` are the insides of ruled cells; without them runs are linked by rows and columns alone. An answer whose
    nearest question costs more than `furthest` has none.
    """
    form = _Form(entities, cells)
    pairs = []
    for answer in form.answers:
        offers = [(form.cost(question, answer), question) for question in form.questions]
        if offers and min(offers)[0] <= furthest:
            pairs.append((min(offers)[1], answer))
    return pairs


class _Form:
    """The runs of a page with the cells they stand in."""

    def __init__(self, entities: Sequence[Entity], cells: Sequence[Box]) -> None:
        self.boxes = [entity.box_px for entity in entities]
        self.inside = [cell_at(box, cells) for box in self.boxes]
        self.extents = [cells[i] if i >= 0 else box for i, box in zip(self.inside, self.boxes, strict=True)]
        self.questions = [i for i, entity in enumerate(entities) if entity.is_key]
        self.answers = [i for i, entity in enumerate(entities) if not entity.is_key]
        self.unit = median(box[3] - box[1] for box in self.boxes) if self.boxes else 1

    def cost(self, question: int, answer: int) -> float:
        """Return how far the answer is from the question along the ways that forms are read."""
        together = self.inside[question] == self.inside[answer]
        return self._near(question, answer) if together else self._across(question, answer)

    def _near(self, question: int, answer: int) -> float:
        asked, said, unit = self.boxes[question], self.boxes[answer], self.unit
        if overlap(asked, said, 1) > 0.4:
            if said[0] >= asked[0] - 0.3 * unit:
                return RIGHT * max(0, said[0] - asked[2]) / unit
            return LEFTWARDS + (asked[0] - said[0]) / unit
        if said[1] >= asked[1]:
            down = max(0, said[1] - asked[3]) / unit
            aside = max(0, asked[0] - said[2], said[0] - asked[2]) / unit
            base = BELOW if self.inside[answer] < 0 else BELOW_IN_CELL
            return (
                base
                + (1.5 if self.inside[answer] >= 0 else DOWN) * down
                + 0.3 * aside
                + INDENT * abs(said[0] - asked[0]) / unit
            )
        return UPWARDS + (asked[1] - said[3]) / unit

    def _across(self, question: int, answer: int) -> float:
        asked, said, unit = self.extents[question], self.extents[answer], self.unit
        middle = (self.boxes[answer][1] + self.boxes[answer][3]) / 2
        if asked[1] - 4 <= middle <= asked[3] + 4 and asked[0] <= self.boxes[answer][0] and asked[2] <= said[2] + unit:
            gap = max(0, said[0] - asked[2]) / unit
            tall = SPANNING if asked[3] - asked[1] > 1.8 * (said[3] - said[1]) else 0.0
            return CROSSING + CROSSING_RIGHT * gap + tall + OVER_ANSWER * self._between(asked, said, middle, answer)
        share = overlap(asked, said, 0)
        if share > 0.3 and asked[3] <= said[1] + 0.5 * unit:
            gap = max(0, said[1] - asked[3]) / unit
            alike = abs(asked[0] - said[0]) < unit and abs(asked[2] - said[2]) < unit
            return CROSSING + CROSSING_BELOW + (0.15 if alike else CROSSING_DOWN) * gap + UNLIKE_COLUMN * (1 - share)
        far = abs(said[1] - asked[1]) * 2 + abs(said[0] - asked[2])
        return ASTRAY + far / unit

    def _between(self, asked: Box, said: Box, middle: float, answer: int) -> int:
        """Return 1 where another answer's cell stands between the two on the row of the answer."""
        if said[0] - asked[2] < 2 * self.unit:
            return 0
        return int(
            any(
                other != answer
                and self.inside[other] >= 0
                and self.extents[other][0] >= asked[2] - self.unit
                and self.extents[other][2] <= said[0] + self.unit
                and self.extents[other][1] <= middle <= self.extents[other][3]
                for other in self.answers
            )
        )


def cell_at(box: Box, cells: Sequence[Box]) -> int:
    """Return the index of the smallest of `cells` that holds the middle of `box`, -1 for none."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    holding = [
        ((cell[2] - cell[0]) * (cell[3] - cell[1]), index)
        for index, cell in enumerate(cells)
        if cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]
    ]
    return min(holding)[1] if holding else -1


def overlap(one: Box, other: Box, axis: int) -> float:
    """Return how much two boxes overlap along `axis` (0 across, 1 down), as a share of the shorter side; below 0 apart."""
    shared = min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis])
    return shared / max(1, min(one[axis + 2] - one[axis], other[axis + 2] - other[axis]))
