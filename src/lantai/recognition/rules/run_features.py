"""What can be seen of a run of a form: its words, its place in its cell, its row and its column."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from lantai.recognition.rules.key_words import asks, key_core, plain, word_marks
from lantai.recognition.rules.layout import Box
from lantai.recognition.rules.linking import overlap

Features = dict[str, float]
_CELL_GAP = 12
_LENGTHS = (1, 2, 3, 4, 6, 8, 11, 15, 20, 30)
_SIDES = ("left", "right", "above", "below", "before", "after")


@dataclass(frozen=True, slots=True)
class Seen:
    """One run as it is judged: its text, its place, the cell it stands in (-1 for none) and what a colon says."""

    text: str
    box_px: Box
    cell: int
    closed: bool
    opened: bool


@dataclass(slots=True)
class Neighbours:
    """The places of the runs beside each run in the list of runs, -1 for none."""

    left: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


def features_of(runs: Sequence[Seen], cells: Sequence[Box], unit: float) -> tuple[list[Features], Neighbours]:
    """Return what is seen of each run, and its neighbours."""
    around = _Cells(cells, {run.cell for run in runs})
    beside = neighbours_of(runs, unit)
    cores = Counter(key_core(run.text) for run in runs)
    members = Counter(run.cell for run in runs)
    low = max((run.box_px[3] for run in runs), default=1)
    left, right = min((r.box_px[0] for r in runs), default=0), max((r.box_px[2] for r in runs), default=1)
    found = []
    for place, run in enumerate(runs):
        marks = dict(_words(run.text))
        marks |= _placed(run, unit, low, left, right)
        if run.cell >= 0:
            marks |= _in_cell(run, cells[run.cell], members[run.cell], beside.before[place] < 0, unit)
            marks |= around.features(run.cell)
        marks |= _in_row(runs, place, beside, unit)
        if cores[key_core(run.text)] > 1:
            marks["repeated"] = 1.0
        found.append(marks)
    return found, beside


def _words(text: str) -> Features:
    compact, core = plain(text), key_core(text)
    marks = dict.fromkeys(word_marks(compact, core), 1.0)
    marks[f"length<={next((n for n in _LENGTHS if len(core) <= n), 99)}"] = 1.0
    marks["asks"] = max(-4.0, min(4.0, asks(text)))
    if core:
        marks |= {f"$1{core[-1:]}": 1.0, f"$2{core[-2:]}": 1.0, f"^1{core[:1]}": 1.0, f"^2{core[:2]}": 1.0}
        if len(core) <= 20:
            marks |= {f"_{core[at : at + 2]}": 1.0 for at in range(len(core) - 1) if not core[at : at + 2].isascii()}
    return marks


def _step(name: str, value: float, steps: Sequence[float]) -> str:
    return f"{name}<{next((step for step in steps if value < step), 'more')}"


def _placed(run: Seen, unit: float, low: int, left: int, right: int) -> Features:
    box = run.box_px
    room = "cell" if run.cell >= 0 else "free"
    names = [
        room,
        _step(f"{room} height", (box[3] - box[1]) / unit, (0.7, 0.9, 1.15, 1.4, 2.0, 3.2)),
        _step(f"{room} width", (box[2] - box[0]) / max(right - left, 1), (0.1, 0.2, 0.35, 0.6, 0.85)),
        _step(f"{room} down", box[3] / max(low, 1), (0.08, 0.15, 0.3, 0.85, 0.95)),
    ]
    names += [f"{room} closed"] * run.closed + [f"{room} opened"] * run.opened
    if run.cell < 0:
        middle = abs((box[0] + box[2]) - (left + right)) / max(right - left, 1)
        names += ["free centred"] * (middle < 0.06) + ["free at edge"] * (box[0] - left < 3 * unit)
    return dict.fromkeys(names, 1.0)


def _in_cell(run: Seen, cell: Box, members: int, first: bool, unit: float) -> Features:
    box, wide = run.box_px, max(cell[2] - cell[0], 1)
    before, behind = box[0] - cell[0], cell[2] - box[2]
    names = [
        "alone in cell" if members == 1 else "first in cell" if first else "later in cell",
        _step("fills", (box[2] - box[0]) / wide, (0.15, 0.3, 0.5, 0.7, 0.85)),
        _step("cell width", wide / unit, (2.5, 4, 6, 9, 14, 25)),
        _step("cell height", (cell[3] - cell[1]) / unit, (1.6, 2.5, 4, 7)),
    ]
    if abs(before - behind) < max(unit, 0.1 * wide):
        names.append("centred in cell")
    elif before < 1.2 * unit:
        names.append("left in cell")
    return dict.fromkeys(names, 1.0)


def _in_row(runs: Sequence[Seen], place: int, beside: Neighbours, unit: float) -> Features:
    box, names = runs[place].box_px, []
    for side in _SIDES:
        other = getattr(beside, side)[place]
        if other < 0:
            names.append(f"none {side}")
            continue
        if side in ("left", "right"):
            near = runs[other].box_px
            gap = (box[0] - near[2] if side == "left" else near[0] - box[2]) / unit
            names.append(_step(f"gap {side}", gap, (0.6, 1.5, 4, 10)))
    return dict.fromkeys(names, 1.0)


def neighbours_of(runs: Sequence[Seen], unit: float) -> Neighbours:
    """Return which run stands beside, above and below each, and before and after it in its cell."""
    found = Neighbours()
    for place, run in enumerate(runs):
        box = run.box_px
        offers: dict[str, list[tuple[int, int]]] = {side: [] for side in _SIDES}
        for other, one in enumerate(runs):
            if other == place:
                continue
            near = one.box_px
            if near[3] > box[1] and near[1] < box[3] and overlap(near, box, 1) > 0.4:
                if near[2] <= box[0] + 0.4 * unit:
                    offers["left"].append((box[0] - near[2], other))
                elif near[0] >= box[2] - 0.4 * unit:
                    offers["right"].append((near[0] - box[2], other))
            elif near[2] > box[0] and near[0] < box[2] and overlap(near, box, 0) > 0.3:
                same = run.cell >= 0 and run.cell == one.cell
                if near[1] < box[1]:
                    offers["before" if same else "above"].append((box[1] - near[3], other))
                else:
                    offers["after" if same else "below"].append((near[1] - box[3], other))
        for side, near_by in offers.items():
            getattr(found, side).append(min(near_by)[1] if near_by else -1)
    return found


class _Cells:
    """The ruled cells of a page and which of them stand beside each other."""

    def __init__(self, cells: Sequence[Box], written: set[int]) -> None:
        self.cells, self.written = cells, written
        self.known: dict[int, Features] = {}

    def features(self, place: int) -> Features:
        if place not in self.known:
            self.known[place] = self._of(place)
        return self.known[place]

    def _of(self, place: int) -> Features:
        cell = self.cells[place]
        middle = (cell[1] + cell[3]) / 2
        row = [
            i
            for i, other in enumerate(self.cells)
            if other[1] <= middle <= other[3] and i != place and not _holds(cell, other)
        ]
        names = []
        before = [i for i in row if self.cells[i][2] <= cell[0] + _CELL_GAP]
        behind = [i for i in row if self.cells[i][0] >= cell[2] - _CELL_GAP]
        names.append(f"cell no {min(len(before), 4)}")
        names.append(f"cells behind {min(len(behind), 4)}")
        names.append(_step("cells in row", len(row) + 1, (2, 3, 4, 5, 7)))
        if (len(before) + len(behind) + 1) % 2 == 0:
            names.append("even row, odd cell" if len(before) % 2 == 0 else "even row, even cell")
        wide = cell[2] - cell[0]
        for side, others in (("before", before[-1:]), ("behind", behind[:1])):
            nearest = min(
                (before if side == "before" else behind),
                key=lambda i: abs(self.cells[i][2] - cell[0]) if side == "before" else abs(self.cells[i][0] - cell[2]),
                default=-1,
            )
            if others:
                names.append(f"{side} empty" if nearest not in self.written else f"{side} written")
                ratio = (self.cells[nearest][2] - self.cells[nearest][0]) / max(wide, 1)
                names.append(_step(f"{side} wider", ratio, (0.5, 0.8, 1.25, 2.0)))
                tall = (self.cells[nearest][3] - self.cells[nearest][1]) / max(cell[3] - cell[1], 1)
                names.append(_step(f"{side} taller", tall, (0.6, 1.5)))
        names += self._column(place, cell)
        return dict.fromkeys(names, 1.0)

    def _column(self, place: int, cell: Box) -> list[str]:
        below = above = same = empty = 0
        for i, other in enumerate(self.cells):
            if i == place or abs(other[0] - cell[0]) > _CELL_GAP or abs(other[2] - cell[2]) > _CELL_GAP:
                continue
            same += 1
            if 0 <= other[1] - cell[3] <= _CELL_GAP or abs(other[1] - cell[3]) <= _CELL_GAP:
                below = 1
                empty = int(i not in self.written)
            if abs(cell[1] - other[3]) <= _CELL_GAP:
                above = 1
        names = [f"like above {above}", f"like below {below}", _step("like in column", same, (1, 2, 4, 7))]
        return names + ["below empty"] * empty


def _holds(one: Box, other: Box) -> bool:
    return one[0] - 2 <= other[0] and other[2] <= one[2] + 2 and one[1] - 2 <= other[1] and other[3] <= one[3] + 2


def context_of(place: int, beside: Neighbours, judged: Sequence[Sequence[float]]) -> Features:
    """Return how the neighbours of a run were judged by themselves: the chances of question, answer and neither."""
    marks: Features = {}
    for side in _SIDES:
        other = getattr(beside, side)[place]
        if other >= 0:
            for role, chance in zip("qao", judged[other], strict=True):
                marks[f"{side} {role}"] = chance
    for side in ("left", "right", "above", "below"):
        other = getattr(beside, side)[place]
        further = getattr(beside, side)[other] if other >= 0 else -1
        if further >= 0 and further != place:
            marks[f"{side} {side} q"] = judged[further][0]
    return marks
