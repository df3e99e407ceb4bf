"""Train a model: features, one boundary for each class, confidences made true on records it was not trained on."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from lantai.recognition.adapters.classifier.features import Features, Matrix, fit_features, groups_of
from lantai.recognition.adapters.classifier.model import Calibration, LinearModel
from lantai.recognition.rules.categories import Sample, thresholds_of

Floats = npt.NDArray[np.floating[Any]]
Labels = npt.NDArray[np.int64]
Progress = Callable[[str, int, int], None]

FOLDS = 4
TUNED_UP_TO = 4000
"""Above so many records the usual settings are taken: they differ by less than a tenth of a per cent there."""
ABSENT = -1.5
_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to train: whether dictionary words are features, how far single records may bend the boundary."""

    with_words: bool
    bending: float


USUAL = Setting(with_words=True, bending=0.5)
SETTINGS = (USUAL, Setting(with_words=False, bending=0.5))


@dataclass(frozen=True, slots=True)
class Trained:
    """A model with what it said of each record while that one was left out, and the thresholds that follow."""

    model: LinearModel
    setting: Setting
    thresholds: dict[str, float]
    guessed: list[str]
    confidences: Floats
    hits: npt.NDArray[np.bool_]


def train(
    samples: Sequence[Sample],
    labels: Sequence[str],
    *,
    background: Sequence[Sample] = (),
    progress: Progress | None = None,
) -> Trained:
    """Return a model of `samples` with their `labels` (two classes at least).

    `background` are records without a label, from which only the words are learnt.

    Settings, confidences and thresholds come from folds of these samples, records alike never on both sides; whatever
    is to judge the model must not be among them.
    """
    tell = progress or (lambda _name, _done, _total: None)
    classes = tuple(sorted(set(labels)))
    numbers = np.array([classes.index(label) for label in labels], dtype=np.int64)
    settings = SETTINGS if len(samples) <= TUNED_UP_TO else (USUAL,)
    total = len(settings) * FOLDS + 1
    folds = _folds(numbers, groups_of(samples))
    tried: list[tuple[float, Setting, Floats]] = []
    matrices = _FoldMatrices(samples, numbers, folds, background, again=len(settings) > 1)
    for turn, setting in enumerate(settings):
        told = partial(_tell_fold, tell, turn * FOLDS, total)
        scores = _scores_left_out(matrices, numbers, setting, len(classes), told)
        tried.append((float((scores.argmax(axis=1) == numbers).mean()), setting, scores))
    _, setting, scores = max(tried, key=lambda one: one[0])
    calibration = _calibrated(scores, numbers)
    features = fit_features(samples, numbers, background=background, with_words=setting.with_words)
    weights, intercepts = _boundaries(features.matrix(samples), numbers, setting, len(classes))
    tell("train", total, total)
    confidences = calibration.confidences(scores)
    best = confidences.argmax(axis=1)
    guessed = [classes[at] for at in best]
    top, hits = confidences.max(axis=1), best == numbers
    model = LinearModel(classes, features, weights.astype(np.float32), intercepts.astype(np.float32), calibration)
    return Trained(model, setting, thresholds_of(guessed, top, hits), guessed, top, hits)


def _tell_fold(tell: Progress, before: int, total: int, done: int) -> None:
    tell("train", before + done, total)


def _folds(numbers: Labels, groups: Labels) -> list[tuple[Labels, Labels]]:
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=_SEED)
    with warnings.catch_warnings():
        # A class with fewer records than folds is told as a warning; its records are then left out one fold at a time.
        warnings.simplefilter("ignore", UserWarning)
        parts = list(splitter.split(numbers, numbers, groups))
    return [(inside, outside) for inside, outside in parts if len(inside) and len(outside)]


class _FoldMatrices:
    """The features of each fold, made once for the settings that share them."""

    def __init__(
        self,
        samples: Sequence[Sample],
        numbers: Labels,
        folds: list[tuple[Labels, Labels]],
        background: Sequence[Sample],
        *,
        again: bool,
    ) -> None:
        self.again = again
        self.samples, self.numbers, self.folds, self.background = samples, numbers, folds, background
        self._made: dict[int, tuple[Features, Matrix, Matrix]] = {}

    def of(self, fold: int, *, with_words: bool) -> tuple[Matrix, Matrix]:
        """Return the features of the records inside and outside of a fold, chosen and weighed by those inside."""
        if fold not in self._made:
            inside, outside = self.folds[fold]
            known = [self.samples[row] for row in inside]
            features = fit_features(known, self.numbers[inside], background=self.background)
            unknown = [self.samples[row] for row in outside]
            self._made[fold] = features, features.matrix(known), features.matrix(unknown)
        features, inside_matrix, outside_matrix = self._made[fold] if self.again else self._made.pop(fold)
        if with_words:
            return inside_matrix, outside_matrix
        columns = features.columns_without_words()
        return inside_matrix[:, columns], outside_matrix[:, columns]


def _scores_left_out(
    matrices: _FoldMatrices, numbers: Labels, setting: Setting, classes: int, tell: Callable[[int], None]
) -> Floats:
    """Return (n, classes) scores, each record's by a model that has seen neither it nor one like it."""
    scores = np.full((len(numbers), classes), ABSENT)
    for fold, (inside, outside) in enumerate(matrices.folds):
        known, unknown = matrices.of(fold, with_words=setting.with_words)
        weights, intercepts = _boundaries(known, numbers[inside], setting, classes)
        scores[outside] = np.asarray(unknown @ weights) + intercepts
        tell(fold + 1)
    return scores


def _boundaries(matrix: Matrix, numbers: Labels, setting: Setting, classes: int) -> tuple[Floats, Floats]:
    """Return ((features, classes) weights, intercepts); a class without records here never comes first."""
    weights = np.zeros((matrix.shape[1], classes), dtype=np.float64)
    intercepts = np.full(classes, ABSENT)
    present = np.unique(numbers)
    if len(present) == 1:
        intercepts[present[0]] = 1.0
        return weights, intercepts
    machine = LinearSVC(C=setting.bending, class_weight="balanced", random_state=_SEED, tol=1e-2, max_iter=200)
    machine.fit(matrix, numbers)
    if len(present) == 2:
        weights[:, present] = np.stack([-machine.coef_[0], machine.coef_[0]], axis=1)
        intercepts[present] = [-machine.intercept_[0], machine.intercept_[0]]
    else:
        weights[:, present] = machine.coef_.T
        intercepts[present] = machine.intercept_
    return weights, intercepts


def _calibrated(scores: Floats, numbers: Labels) -> Calibration:
    """Return the sharpness and biases under which the scores of left-out records are likeliest, biases held small."""
    classes = scores.shape[1]
    rows = np.arange(len(numbers))
    truth = np.zeros_like(scores)
    truth[rows, numbers] = 1.0

    def loss(values: Floats) -> tuple[float, Floats]:
        sharpness, biases = np.exp(values[0]), values[1:]
        raised = sharpness * scores + biases
        raised -= raised.max(axis=1, keepdims=True)
        shares = np.exp(raised)
        shares /= shares.sum(axis=1, keepdims=True)
        error = shares - truth
        held = 0.5 * float(biases @ biases)
        value = -float(np.log(np.maximum(shares[rows, numbers], 1e-12)).sum()) + held
        slope = np.concatenate([[sharpness * float((error * scores).sum())], error.sum(axis=0) + biases])
        return value, slope

    found = minimize(loss, np.concatenate([[1.0], np.zeros(classes)]), jac=True, method="L-BFGS-B")
    return Calibration(float(np.exp(found.x[0])), found.x[1:])
