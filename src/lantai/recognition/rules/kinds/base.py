"""What a kind of document is: the words it is known by, and the fields it asks for with the labels they stand beside."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from lantai.recognition.rules.fact import Fact
from lantai.recognition.rules.key_values import KeyValue, key_values_of
from lantai.recognition.rules.key_words import key_core, plain
from lantai.recognition.rules.layout import Box, PageLayout
from lantai.recognition.rules.values import Reader, read_text

# How far down the first page the words stand that name a kind.
NAMING_SHARE, LARGER = 0.45, 1.12
LONGEST_TITLE = 26
# A document about such papers is none: notices name them in titles of their own.
_NO_TITLE = re.compile(r"关于|根据|[。，,;:]|通知$|意见$|办法$")


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a kind: the labels it is printed with (as regular expressions of the whole label) and how it is read."""

    field: str
    labels: tuple[str, ...]
    read: Reader = read_text
    worth: float = 0.97


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document. `named` matches its title, `marks` are labels of which `least` make it sure without one.

    `words` are the labels that its papers print; with `only_words` nothing else on them is a label.
    """

    name: str
    named: str
    asked: tuple[Asked, ...]
    marks: tuple[str, ...] = ()
    least: int = 3
    words: frozenset[str] = frozenset()
    only_words: bool = False

    @property
    def origin(self) -> str:
        """What its facts say of where they come from."""
        return f"{self.name}/1"

    def recognised(self, pages: Sequence[PageLayout]) -> tuple[float, float]:
        """Return how surely these pages are of this kind (0 for not), and how large the title is that says so.

        The size is a share of the page's height: of several titles the largest names the paper.
        """
        size = max((self._title_size(page) for page in pages), default=0.0)
        if size:
            return 0.97, size
        told = {plain(line.text) for page in pages for line in page.lines}
        marked = sum(any(mark in text for text in told) for mark in self.marks)
        return (0.85, 0.0) if self.marks and marked >= self.least else (0.0, 0.0)

    def _title_size(self, page: PageLayout) -> float:
        """Return the height of the largest short line in the upper part of the page that is a title of this kind."""
        title = re.compile(self.named)
        usual = median(line.box_px[3] - line.box_px[1] for line in page.lines) if page.lines else 0
        sizes = [
            (line.box_px[3] - line.box_px[1]) / page.height_px
            for line in page.lines
            if line.box_px[1] < NAMING_SHARE * page.height_px
            and line.box_px[3] - line.box_px[1] >= LARGER * usual
            and len(text := plain(line.text)) <= LONGEST_TITLE
            and not _NO_TITLE.search(text)
            and title.search(text)
        ]
        return max(sizes, default=0.0)


def answers_to(asked: Asked, found: Iterable[KeyValue]) -> list[KeyValue]:
    """Return the answers whose label is one of those that `asked` is printed with."""
    labels = [re.compile(label) for label in asked.labels]
    return [one for one in found if any(label.fullmatch(_label(one.key)) for label in labels)]


def _label(key: str) -> str:
    return re.sub(r"[:*]", "", key_core(key))


def facts_of_kind(
    kind: Kind,
    pages: Sequence[PageLayout],
    numbers: Sequence[int],
    cells: Sequence[Sequence[Box]] = (),
    *,
    sure: float = 1.0,
) -> list[Fact]:
    """Return what the fields of `kind` hold on these pages: each value once, with its place, the surest first.

    `cells` are the insides of the ruled cells of each page (none where unknown). `sure` is how surely the kind is known.
    """
    facts: dict[tuple[str, str], Fact] = {}
    for place, (page, number) in enumerate(zip(pages, numbers, strict=True)):
        found = key_values_of(page, cells[place] if place < len(cells) else (), kind.words, only_known=kind.only_words)
        for asked in kind.asked:
            for answer in answers_to(asked, found):
                fact = fact_from(asked, answer, number, kind, sure)
                if fact is not None and (fact.field, fact.value) not in facts:
                    facts[fact.field, fact.value] = fact
    return sorted(facts.values(), key=lambda fact: -fact.confidence)


def fact_from(asked: Asked, answer: KeyValue, number: int, kind: Kind, sure: float) -> Fact | None:
    """Return the fact that an answer states, None where it cannot be read as what is asked."""
    value = asked.read(answer.value)
    if value is None:
        return None
    confidence = asked.worth * value.worth * min(answer.read_confidence + (1 - answer.read_confidence) / 2, 1.0) * sure
    return Fact(
        field=asked.field,
        value=value.text,
        confidence=round(min(confidence, 0.999), 4),
        page_number=number,
        box_px=answer.value_box_px,
        origin=kind.origin,
        reasons=(answer.key,),
    )
