"""Decide which items an archive of so many pages holds, in an order that shows every kind early."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from sample.budgets import budget_table, relief_register
from sample.enterprises import registration
from sample.families import only_child_form, only_child_register
from sample.item import FIRST_YEAR, LAST_YEAR, RETENTIONS, Item
from sample.marriages import marriage_file, marriage_register
from sample.official import LEFT
from sample.papers import PAPERS
from sample.permits import STAGES, project
from sample.pictures import photograph_card, photographs, recording
from sample.sheet import RED, Text, points
from sample.typesetting import Entry, set_table

MAKERS = {
    **PAPERS,
    "enterprise": registration,
    "marriage_file": marriage_file,
    "marriage_register": marriage_register,
    "only_child_register": only_child_register,
    "only_child_form": only_child_form,
    "relief_register": relief_register,
    "budget_table": budget_table,
    "photographs": photographs,
    "photograph_card": photograph_card,
    "recording": recording,
}

_PROJECT = "project"

# The first round, most telling kinds first; afterwards kinds are drawn by weight.
_FIRST = (
    "notice",
    "photograph_card",
    _PROJECT,
    "marriage_register",
    "minutes",
    "enterprise",
    "born_digital_notice",
    "budget_table",
    "reply",
    "only_child_register",
    "photographs",
    "letter",
    "marriage_file",
    "recording",
    "request",
    "circular",
    "only_child_form",
    "relief_register",
)
_WEIGHTS = {
    "notice": 20,
    "enterprise": 9,
    "minutes": 8,
    "reply": 7,
    "marriage_file": 7,
    "letter": 6,
    "request": 6,
    "circular": 6,
    "budget_table": 6,
    "photographs": 6,
    "photograph_card": 5,
    "marriage_register": 4,
    "born_digital_notice": 4,
    "only_child_register": 3,
    "only_child_form": 3,
    "relief_register": 2,
    _PROJECT: 2,
    "recording": 1,
}

_PATIENCE = 30
_ATTEMPTS = 20

_CLASSES = {
    "J019": {"HY": "ZY·HY", "DS": "ZY·DS"},
    "Q045": {"": "ZY·QY"},
}


class Planner:
    """Plans one archive; the same seed plans the same items."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.order = random.Random(f"{seed}/order")  # noqa: S311 invented papers, no secret
        self.made = 0
        self.projects = 0
        self.numbers: set[str] = set()
        self.codes: Counter[str] = Counter()

    def _year(self) -> int:
        span = LAST_YEAR - FIRST_YEAR + 1
        return FIRST_YEAR + (self.made * 7 + self.seed) % span

    def _kinds(self) -> Iterator[str]:
        yield from _FIRST
        # Each kind gathers credit by its weight and pays when its turn comes: even from the first page, and yet no drill.
        credit = dict.fromkeys(_WEIGHTS, 0.0)
        total = sum(_WEIGHTS.values())
        while True:
            for name, weight in _WEIGHTS.items():
                credit[name] += weight * self.order.uniform(0.5, 1.5)
            kind = max(credit, key=lambda name: credit[name])
            credit[kind] -= total
            yield kind

    def _make(self, kind: str) -> list[Item]:
        """Make the next item, or the four of the next project, with document numbers that nobody has yet."""
        self.made += 1
        for attempt in range(_ATTEMPTS):
            items = self._drafted(kind, f"{self.seed}/{self.made}/{kind}/{attempt}")
            if not self.numbers.intersection(item.document_number for item in items):
                break
        return items

    def _drafted(self, kind: str, seed: str) -> list[Item]:
        rng = random.Random(seed)  # noqa: S311 invented papers, no secret
        if kind == _PROJECT:
            building = project(rng, self.projects + 1)
            items = [stage(building, rng) for stage in STAGES]
        else:
            items = [MAKERS[kind](rng, self._year())]
        for place, item in enumerate(items):
            item.seed = f"{seed}/{place}"
        return items

    def items(self, pages: int) -> Iterator[Item]:
        """Yield items of exactly `pages` pages together (recordings have none)."""
        left, refused = pages, 0
        for drawn in self._kinds():
            if left <= 0:
                return
            kind = "photograph_card" if refused > _PATIENCE else drawn
            made = self._make(kind)
            size = sum(item.pages for item in made)
            if size > left:
                refused += 1
                continue
            left -= size
            self.projects += kind == _PROJECT
            self.numbers.update(item.document_number for item in made if item.document_number)
            for item in made:
                yield self.entered(item)

    def entered(self, item: Item) -> Item:
        """Give an item its reference code and, where it was filed on paper, the archives' stamp on its first leaf."""
        item.code = self._code(item)
        if item.stampable and item.category == "WS" and item.rng("stamp").random() < 0.55:
            _stamp(item)
        return item

    def _code(self, item: Item) -> str:
        if item.category == "KJ":
            stem = f"{item.fonds}-KJ·JJ·{int(item.organisation):03d}-001"
            self.codes[stem] += 1
            return f"{stem}-{self.codes[stem]:03d}"
        classes = _CLASSES.get(item.fonds, {})
        head = classes.get(item.organisation) or classes.get("") or item.category
        own = "" if head != item.category or item.category != "WS" else f"·{item.organisation}"
        stem = f"{item.fonds}-{head}·{item.year}·{item.retention}{own}"
        self.codes[stem] += 1
        return f"{stem}-{self.codes[stem]:04d}"


def _stamp(item: Item) -> None:
    """Stamp the first leaf with the filing stamp 归档章: fonds, year, number; section, retention, pages. Source: DA/T 22-2015."""
    rng = item.rng("stamp_place")
    sheet = item.sheets[0]
    place = LEFT + rng.uniform(50, 110)
    level = 8 + rng.uniform(0, 5)
    small = points(9)
    number = str(int(item.code.rsplit("-", 1)[1]))
    above = [item.fonds, str(item.year), number]
    below = [item.organisation, RETENTIONS[item.retention], str(item.pages)]
    rows = [
        (8.0, [Entry(text, colour=RED, size_mm=small, face="song", kind="filing_stamp") for text in row])
        for row in (above, below)
    ]
    set_table(sheet, place, level, (16, 16, 16), rows, colour=RED, frame_mm=0.4)
    # The stamp is read before the paper itself, as it lies above the head.
    stamp = [mark for mark in sheet.marks if isinstance(mark, Text) and mark.kind == "filing_stamp"]
    rest = [mark for mark in sheet.marks if not (isinstance(mark, Text) and mark.kind == "filing_stamp")]
    sheet.marks[:] = [*(replace(mark) for mark in stamp), *rest]
