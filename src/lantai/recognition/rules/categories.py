"""Decide when a guess of the classifier may stand by itself, and say how far its guesses and their confidence are true.

Pure: confidences and hits in, thresholds and curves out. A class files itself only where held-out records prove it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Hits = npt.NDArray[np.bool_]

FACETS = ("category", "organisation", "retention")
"""What is learnt, each by a model of its own; the year follows from the date by rule."""
FILED_FIELDS = (*FACETS, "year")
"""Fields that reading fills only in place of a value which nobody gave, and never once a reference code holds them."""
RIGHT_SHARE = 0.95
"""Of what files itself at least this share is right."""
SURENESS = 1.2816
"""The one-sided 90 % bound: a class that was right every time files itself from 32 held-out records on."""
LEAST_RECORDS = 60
LEAST_CLASSES = 2
LEAST_OF_A_CLASS = 8
CURVE_POINTS = 40
RELIABILITY_STEPS = 10
GUESSES = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """What the classifier may know of a record: never the value that it is to guess."""

    title: str
    text: str
    author: str = ""
    number: str = ""
    year: int | None = None
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Guess:
    """The classes of a record, the surest first, each with its calibrated confidence."""

    values: tuple[tuple[str, float], ...]

    @property
    def value(self) -> str:
        return self.values[0][0]

    @property
    def confidence(self) -> float:
        return self.values[0][1]


def lower_bound(right: int, total: int, sureness: float = SURENESS) -> float:
    """Return the share that is surely reached when `right` of `total` were right. Source: Wilson 1927, one-sided."""
    if total == 0:
        return 0.0
    share, z2 = right / total, sureness * sureness
    spread = sureness * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return (share + z2 / (2 * total) - spread) / (1 + z2 / total)


def threshold_of(confidences: Floats, hits: Hits, share: float = RIGHT_SHARE) -> float | None:
    """Return the least confidence from which on surely `share` of the guesses is right; None where none is proved."""
    order = np.argsort(-confidences, kind="stable")
    right = np.cumsum(hits[order])
    sorted_confidences = confidences[order]
    for count in range(len(order), 0, -1):
        last_of_its_kind = count == len(order) or sorted_confidences[count] < sorted_confidences[count - 1]
        if last_of_its_kind and lower_bound(int(right[count - 1]), count) >= share:
            return float(sorted_confidences[count - 1])
    return None


def thresholds_of(
    guessed: Sequence[str], confidences: Floats, hits: Hits, share: float = RIGHT_SHARE
) -> dict[str, float]:
    """Return the threshold of each class that may file itself at all, from guesses about records not trained on."""
    found = {}
    names = np.asarray(guessed, dtype=object)
    for name in sorted(set(guessed)):
        mine = names == name
        threshold = threshold_of(confidences[mine], hits[mine], share)
        if threshold is not None:
            found[name] = round(threshold, 6)
    return found


def stands_by_itself(guess: Guess, thresholds: Mapping[str, float]) -> bool:
    """Tell whether the first value of `guess` is sure enough for its class."""
    threshold = thresholds.get(guess.value)
    return threshold is not None and guess.confidence >= threshold


def precision_coverage(confidences: Floats, hits: Hits, points: int = CURVE_POINTS) -> list[dict[str, float]]:
    """Return {coverage, precision, threshold} as the threshold falls: what share stands, and how much of it is right."""
    if not len(confidences):
        return []
    order = np.argsort(-confidences, kind="stable")
    right = np.cumsum(hits[order])
    counts = sorted({max(1, round(len(order) * step / points)) for step in range(1, points + 1)})
    return [
        {
            "coverage": round(count / len(order), 4),
            "precision": round(float(right[count - 1] / count), 4),
            "threshold": round(float(confidences[order[count - 1]]), 4),
        }
        for count in counts
    ]


def coverage_at(confidences: Floats, hits: Hits, share: float = RIGHT_SHARE) -> float:
    """Return the greatest share of records that one threshold lets stand with `share` of them right."""
    if not len(confidences):
        return 0.0
    order = np.argsort(-confidences, kind="stable")
    counts = np.arange(1, len(order) + 1)
    enough = np.flatnonzero(np.cumsum(hits[order]) / counts >= share)
    return float(counts[enough[-1]] / len(order)) if len(enough) else 0.0


def reliability(confidences: Floats, hits: Hits, steps: int = RELIABILITY_STEPS) -> list[dict[str, float]]:
    """Return for each step of confidence {low, high, count, said, right}; steps without records are left out."""
    at = np.minimum((confidences * steps).astype(int), steps - 1)
    rows = []
    for step in range(steps):
        mine = at == step
        if mine.any():
            rows.append(
                {
                    "low": step / steps,
                    "high": (step + 1) / steps,
                    "count": int(mine.sum()),
                    "said": round(float(confidences[mine].mean()), 4),
                    "right": round(float(hits[mine].mean()), 4),
                }
            )
    return rows


def calibration_error(rows: Sequence[Mapping[str, float]]) -> float:
    """Return by how much said and right differ on average over the records of a reliability curve."""
    total = sum(row["count"] for row in rows)
    return sum(row["count"] * abs(row["said"] - row["right"]) for row in rows) / total if total else 0.0


def macro_f1(truth: Sequence[str], guessed: Sequence[str]) -> float:
    """Return the mean F1 of the classes of `truth`, each counting alike."""
    true, said = np.asarray(truth, dtype=object), np.asarray(guessed, dtype=object)
    scores = []
    for name in sorted(set(truth)):
        both = int(((true == name) & (said == name)).sum())
        scores.append(2 * both / int((true == name).sum() + (said == name).sum()))
    return sum(scores) / len(scores) if scores else 0.0


def is_better(candidate: Mapping[str, float], current: Mapping[str, float]) -> bool:
    """Tell whether a candidate replaces the current model: both measured on the same held-out records.

    More right wins; with as many right, the one whose own filing covers no less. A tie goes to the newer one, which
    has seen more.
    """
    ours = (candidate["accuracy"], candidate["coverage"])
    return ours >= (current["accuracy"], current["coverage"])


def is_held_out(group_key: int) -> bool:
    """Tell whether a group of records alike is kept apart for comparing models: about one in eight, always the same."""
    return (group_key * 0x9E3779B97F4A7C15 % (1 << 64)) >> 61 == 0
