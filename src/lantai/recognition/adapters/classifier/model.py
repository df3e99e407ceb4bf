"""A trained model: scores from the features, confidences from the scores, and the words that decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.classifier.features import Features, Matrix
from lantai.recognition.rules.categories import GUESSES, Guess, Sample

Floats = npt.NDArray[np.floating[Any]]
READ_AT_ONCE = 500
REASONS = 6


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns scores into confidences: one sharpness for all classes and a bias for each, softmaxed."""

    sharpness: float
    biases: Floats

    def confidences(self, scores: Floats) -> Floats:
        """Return (n, classes) confidences that add up to 1."""
        raised = self.sharpness * scores + self.biases
        raised = np.exp(raised - raised.max(axis=1, keepdims=True))
        shares: Floats = raised / raised.sum(axis=1, keepdims=True)
        return shares


@dataclass(frozen=True, slots=True)
class LinearModel:
    """One weight for each feature and class: fast, small, and able to say why."""

    classes: tuple[str, ...]
    features: Features
    weights: Floats  # (features, classes) float32
    intercepts: Floats
    calibration: Calibration

    def confidences(self, samples: Sequence[Sample]) -> Floats:
        """Return (n, classes) calibrated confidences."""
        parts = [samples[start : start + READ_AT_ONCE] for start in range(0, len(samples), READ_AT_ONCE)]
        found = [self.calibration.confidences(self.scores(self.features.matrix(part))) for part in parts]
        return np.concatenate(found) if found else np.zeros((0, len(self.classes)))

    def scores(self, matrix: Matrix) -> Floats:
        """Return (n, classes) distances from the boundary of each class."""
        scores: Floats = np.asarray(matrix @ self.weights) + self.intercepts
        return scores

    def guesses(self, samples: Sequence[Sample], most: int = GUESSES) -> list[Guess]:
        """Return the surest classes of each sample, the surest first."""
        confidences = self.confidences(samples)
        order = np.argsort(-confidences, axis=1, kind="stable")[:, :most]
        return [
            Guess(tuple((self.classes[at], float(confidences[row, at])) for at in places))
            for row, places in enumerate(order)
        ]

    def reasons(self, sample: Sample, value: str, most: int = REASONS) -> list[tuple[str, float]]:
        """Return (words, weight) that spoke most for `value`, runs of characters that overlap told once."""
        if value not in self.classes:
            return []
        row = self.features.matrix([sample])
        mine = self.classes.index(value)
        weights = self.weights[row.indices]
        # What a feature says for a class is more than what it says for the others.
        worth = row.data * (weights[:, mine] - weights.mean(axis=1))
        told: list[tuple[str, float]] = []
        for at in np.argsort(-worth, kind="stable")[: 40 * most]:
            words = self._words(int(row.indices[at]))
            if worth[at] <= 0 or len(told) == most:
                break
            if words:
                told = _with(told, words, round(float(worth[at]), 4), f"{sample.title}\n{sample.text}")
        return told

    def _words(self, column: int) -> str:
        """Return a feature as words; lone characters and single years say little to a reader."""
        block, place = self.features.block_of(column)
        name = block.name_of(place).strip()
        if block.plan.name == "marks":
            kind, _, value = name.partition(":")
            return value if kind in ("author", "number") else ""
        if block.plan.name == "years":
            return ""
        return name if len(name) > 1 else ""


def _with(told: list[tuple[str, float]], words: str, worth: float, said: str) -> list[tuple[str, float]]:
    """Return `told` with `words`; those that overlap a run told before lengthen it, as far as the record says so."""
    for place, (other, other_worth) in enumerate(told):
        joined = _joined(other, words)
        if joined and (joined == other or joined in said):
            return [*told[:place], (joined, max(worth, other_worth)), *told[place + 1 :]]
    return [*told, (words, worth)]


def _joined(one: str, other: str) -> str:
    if other in one or one in other:
        return max(one, other, key=len)
    for left, right in ((one, other), (other, one)):
        for size in range(min(len(left), len(right)) - 1, 0, -1):
            if left.endswith(right[:size]):
                return left + right[size:]
    return ""
