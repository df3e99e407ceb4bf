"""A record as numbers: runs of characters of title, text and issuing body, dictionary words, and marks of its form.

Every feature can be named again, so that a guess can be explained in words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import rjieba
import scipy.sparse as sparse

from lantai.recognition.adapters.classifier.grams import BREAK, Keys, Lookup, alike_groups, grams_of, text_of
from lantai.recognition.rules.categories import Sample

Matrix = Any
"""A scipy.sparse.csr_matrix, (records, features) float32."""
Floats = npt.NDArray[np.float32]

HEAD_CHARACTERS = 600
TITLE_CHARACTERS = 200
AUTHOR_CHARACTERS = 60
WORDS_FROM = 400
MADE_AT_ONCE = 1000
CHOSEN_FROM = 3000
"""Features are chosen from so many records at most: more change little and would not fit into a worker's memory."""
SMALL_CLASS = 60
FIRST_YEAR, LAST_YEAR = 1950, 2060
_DIGIT = re.compile(r"[0-9]")
_BLANK = re.compile(r"\s+")
_NUMBER_HEAD = re.compile(r"^[^0-9〔\[(（]{1,20}")
_HAN_OR_LONG = re.compile(r"[\u3400-\u9fff]|\w\w")


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """How one kind of feature is taken and how much it counts; `high` 0 means whole words."""

    name: str
    low: int
    high: int
    weight: float
    least_records: int
    most: int


PLANS = (
    BlockPlan("text", 1, 4, 1.0, 2, 24_000),
    BlockPlan("title", 1, 3, 1.0, 2, 16_000),
    BlockPlan("author", 1, 4, 0.7, 2, 4_000),
    BlockPlan("words", 0, 0, 1.0, 2, 16_000),
    BlockPlan("title_words", 0, 0, 1.0, 2, 8_000),
    BlockPlan("marks", 0, 0, 0.7, 2, 2_000),
    BlockPlan("years", 0, 0, 2.0, 2, 200),
)
WORD_BLOCKS = ("words", "title_words")


def normal(text: str) -> str:
    """Return `text` in compatibility form, small letters, digits as 0 and blanks closed up: what the features see."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return _BLANK.sub(" ", _DIGIT.sub("0", folded))


def _words(text: str) -> list[str]:
    return [word for word in rjieba.cut(text) if _HAN_OR_LONG.match(word)]


def _marks(sample: Sample) -> list[str]:
    """Return the issuing body, and its short name as it stands in the document number."""
    author = normal(sample.author)[:AUTHOR_CHARACTERS]
    head = _NUMBER_HEAD.match(sample.number)
    return [
        *([f"author:{author}"] if author else []),
        *([f"number:{normal(head.group())}"] if head else []),
    ]


def _years(sample: Sample) -> list[str]:
    """Return a mark for every year up to that of the record: habits of filing change from some year on."""
    if sample.year is None or not FIRST_YEAR <= sample.year <= LAST_YEAR:
        return []
    return [f"since:{year}" for year in range(FIRST_YEAR, sample.year + 1)]


_TEXTS: dict[str, Callable[[Sample], str]] = {
    "text": lambda s: normal(s.text[:HEAD_CHARACTERS]),
    "title": lambda s: normal(s.title[:TITLE_CHARACTERS]),
    "author": lambda s: normal(s.author[:AUTHOR_CHARACTERS]),
}
_TOKENS: dict[str, Callable[[Sample], list[str]]] = {
    "words": lambda s: _words(normal(s.text[:WORDS_FROM])),
    "title_words": lambda s: _words(normal(s.title[:TITLE_CHARACTERS])),
    "marks": _marks,
    "years": _years,
}


def groups_of(samples: Sequence[Sample]) -> npt.NDArray[np.int64]:
    """Return for each sample the row of the first one that says nearly the same."""
    return alike_groups([re.sub(r"\W+", "", normal(s.title + s.text[:1500])) for s in samples])


class Block:
    """The features of one plan, after `fit`: which there are and how rare each is."""

    def __init__(self, plan: BlockPlan, names: Any, rarity: Floats) -> None:
        self.plan, self.names, self.rarity = plan, names, rarity
        self._lookup = Lookup(names) if plan.high else None
        self._places = {} if plan.high else {name: place for place, name in enumerate(names)}

    def matrix(self, samples: Sequence[Sample]) -> Matrix:
        """Return (samples, features) float32: damped counts times rarity, each row of the plan's length."""
        if self._lookup is not None:
            rows, keys = _grams(self.plan, samples)
            places = self._lookup.places(keys)
        else:
            rows, places = _placed(_tokens(self.plan, samples), self._places)
        known = places >= 0
        return self._weighted(len(samples), rows[known], places[known])

    def _weighted(self, count: int, rows: npt.NDArray[Any], places: npt.NDArray[Any]) -> Matrix:
        width = len(self.rarity)
        cells, times = np.unique(rows.astype(np.int64) * width + places, return_counts=True)
        where, which = np.divmod(cells, max(width, 1))
        values = ((1 + np.log(times)) * self.rarity[which]).astype(np.float32)
        lengths = np.sqrt(np.bincount(where, weights=values * values, minlength=count))
        values *= (self.plan.weight / lengths[where]).astype(np.float32)
        ends = np.searchsorted(where, np.arange(count + 1))
        return sparse.csr_matrix((values, which.astype(np.int32), ends.astype(np.int32)), shape=(count, width))

    def name_of(self, place: int) -> str:
        return text_of(int(self.names[place])) if self.plan.high else str(self.names[place])


class Features:
    """All blocks, side by side."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = tuple(blocks)
        self.starts = np.cumsum([0, *(len(block.rarity) for block in blocks)])

    def matrix(self, samples: Sequence[Sample]) -> Matrix:
        """Return the features of `samples`, (samples, features) float32."""
        if len(samples) > MADE_AT_ONCE:
            parts = [samples[start : start + MADE_AT_ONCE] for start in range(0, len(samples), MADE_AT_ONCE)]
            return sparse.vstack([self.matrix(part) for part in parts], format="csr", dtype=np.float32)
        return sparse.hstack([block.matrix(samples) for block in self.blocks], format="csr", dtype=np.float32)

    def columns_without_words(self) -> npt.NDArray[np.int64]:
        """Return the columns that are left when dictionary words are no features."""
        parts = [
            np.arange(start, start + len(block.rarity))
            for block, start in zip(self.blocks, self.starts[:-1], strict=True)
            if block.plan.name not in WORD_BLOCKS
        ]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    def block_of(self, column: int) -> tuple[Block, int]:
        """Return the block of a column and the place in it."""
        at = int(np.searchsorted(self.starts, column, side="right")) - 1
        return self.blocks[at], column - int(self.starts[at])


def fit_features(
    samples: Sequence[Sample],
    labels: npt.NDArray[np.int64],
    *,
    background: Sequence[Sample] = (),
    with_words: bool = True,
) -> Features:
    """Choose the features that tell these samples apart and weigh them by rarity.

    `background` are records without a label: they too show which words there are, and how rare they are.
    """
    plans = [plan for plan in PLANS if with_words or plan.name not in WORD_BLOCKS]
    rows = _chosen_rows(labels)
    everything = [*(samples[row] for row in rows), *background[:CHOSEN_FROM]]
    blocks = [_fitted(plan, everything, labels[rows]) for plan in plans]
    return Features([block for block in blocks if len(block.rarity)])


def _chosen_rows(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the rows to choose features from: all of small classes, the others by lot."""
    if len(labels) <= CHOSEN_FROM:
        return np.arange(len(labels))
    small = np.bincount(labels)[labels] <= SMALL_CLASS
    lot = np.random.default_rng(20260101).permutation(np.flatnonzero(~small))
    return np.sort(np.r_[np.flatnonzero(small), lot[: max(CHOSEN_FROM - int(small.sum()), CHOSEN_FROM // 2)]])


def _fitted(plan: BlockPlan, samples: Sequence[Sample], labels: npt.NDArray[np.int64]) -> Block:
    names: Any
    places: npt.NDArray[Any]
    if plan.high:
        rows, keys = _grams(plan, samples)
        names, places = np.unique(keys, return_inverse=True)
    else:
        tokens = _tokens(plan, samples)
        names = sorted({token for row in tokens for token in row})
        rows, places = _placed(tokens, {name: place for place, name in enumerate(names)})
    cells = _distinct(rows.astype(np.int64) * max(len(names), 1) + places)
    where, which = np.divmod(cells, max(len(names), 1))
    seen_in = np.bincount(which, minlength=len(names))
    kept = np.flatnonzero((seen_in >= plan.least_records) & (seen_in < len(samples)))
    if len(kept) > plan.most:
        number = np.full(len(names), -1, dtype=np.int64)
        number[kept] = np.arange(len(kept))
        told = (where < len(labels)) & (number[which] >= 0)
        telling = _telling(where[told], number[which[told]], labels, len(kept))
        kept = np.sort(kept[np.argsort(-telling, kind="stable")[: plan.most]])
    rarity = (np.log((1 + len(samples)) / (1 + seen_in[kept])) + 1).astype(np.float32)
    chosen = names[kept] if plan.high else [names[place] for place in kept]
    return Block(plan, chosen, rarity)


def _distinct(cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the values of `cells` once each, sorted: several times faster than numpy's own for millions of them."""
    ordered = np.sort(cells)
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]]] if len(ordered) else ordered


def _telling(
    where: npt.NDArray[Any], which: npt.NDArray[Any], labels: npt.NDArray[np.int64], count: int
) -> npt.NDArray[np.float64]:
    """Return for each feature how much more (or less) than by chance it stands with some class: the greatest chi-square."""
    shares = np.bincount(labels) / len(labels)
    together = np.bincount(labels[where] * count + which, minlength=len(shares) * count).reshape(len(shares), count)
    seen_in = together.sum(axis=0)
    best = np.zeros(count)
    for share, found in zip(shares, together, strict=True):
        expected = seen_in * share
        np.maximum(best, (found - expected) ** 2 / np.maximum(expected, 1e-9), out=best)
    return best


def _grams(plan: BlockPlan, samples: Sequence[Sample]) -> tuple[npt.NDArray[np.int32], Keys]:
    text = _TEXTS[plan.name]
    return grams_of([text(sample).replace(BREAK, " ") for sample in samples], plan.low, plan.high)


def _tokens(plan: BlockPlan, samples: Sequence[Sample]) -> list[list[str]]:
    take = _TOKENS[plan.name]
    return [take(sample) for sample in samples]


def _placed(tokens: Iterable[list[str]], places: dict[str, int]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    found = [(row, places.get(token, -1)) for row, some in enumerate(tokens) for token in some]
    pairs = np.array(found, dtype=np.int32).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
