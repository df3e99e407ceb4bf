"""How well records are filed by what an archives has decided before: open sets, documents unseen, near-duplicates grouped.

Every document is judged once, by a model that saw neither it nor one nearly like it; settings, confidences and
thresholds are chosen inside the training part alone. `category_laws_*`, `category_housing_*` and `category_messages_*`
are shares 0..1. A label that is printed in the document's own header (主题分类) is left out of the text: what it adds is
told apart as `header_kept_accuracy`. The yardstick is a plain linear model of single characters and pairs on the same
folds.
"""

import gzip
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.classifier import groups_of
from lantai.recognition.adapters.classifier.training import Trained, train
from lantai.recognition.rules import categories as rules
from lantai.recognition.rules.categories import Sample

Progress = Callable[[str, int, int], None]
SECTION = "categories"
FOLDS = 5
QUICK_FOLDS = 2
QUICK_DOCUMENTS = 220
MESSAGE_ROUNDS = 3
TRAINING_RECORDS = 10_000
SEED = 20260101
_COMMENT = re.compile(r"<!--.*?-->|[#*]")
_PRINTED_LABEL = re.compile(r"主题分类[::]?[^\n]{0,40}")
Hits = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents with their labels, and more of the same kind without."""

    name: str
    samples: list[Sample]
    labels: list[str]
    background: list[Sample]
    rounds: int = 1


def measure(*, quick: bool, data: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Return the flat figures of this section and, under "categories", the curves and what the yardstick gave."""
    del folder  # nothing is written
    if not (data / "laws").is_dir():
        return {SECTION: "skipped: no open sets of labelled documents"}
    sets = [_laws(data), _housing(data), _messages(data)]
    if quick:
        sets = [_small(sets[0]), _small(sets[2])]
    found: dict[str, Any] = {SECTION: {}}
    for place, one in enumerate(sets):
        progress("categories", place, len(sets) + 1)
        told = _judged(one, quick=quick)
        found[SECTION][one.name] = told
        found |= {
            f"category_{one.name}_{key}": told[key]
            for key in ("accuracy", "macro_f1", "coverage_at_95", "filed", "filed_right")
        }
    first = sets[0].name
    found["category_accuracy"], found["category_macro_f1"] = (
        found[f"category_{first}_{key}"] for key in ("accuracy", "macro_f1")
    )
    if not quick:
        found |= _pace(sets[0])
        found[SECTION]["housing"]["header_kept_accuracy"] = _accuracy(_housing(data, header=True))
    progress("categories", 1, 1)
    return found


def _laws(data: Path) -> Collection:
    rows = _rows(data / "laws" / "laws.jsonl.gz")
    samples = [
        Sample(row["title"], _COMMENT.sub("", row["text"]), row["issuer"] or "", year=_year(row["year"]))
        for row in rows
    ]
    return Collection("laws", samples, [row["category"] for row in rows], [])


def _housing(data: Path, *, header: bool = False) -> Collection:
    rows = _rows(data / "housing_policy" / "policies.jsonl.gz")
    samples = []
    for row in rows:
        text = row["text"] or ""
        text = text if header else _PRINTED_LABEL.sub("", text)
        samples.append(Sample(row["title"] or "", text, year=_year(row["year"])))
    told = [(sample, row["category_single"]) for sample, row in zip(samples, rows, strict=True)]
    labelled = [(sample, label) for sample, label in told if label]
    return Collection(
        "housing", [s for s, _ in labelled], [label for _, label in labelled], [s for s, label in told if not label]
    )


def _messages(data: Path) -> Collection:
    folder = data / "citizen_messages"
    rows = _rows(folder / "labelled_gold.jsonl.gz")
    samples = [Sample(row["subject"], row["body"]) for row in rows]
    more = [*_rows(folder / "messages_with_votes.jsonl.gz"), *_rows(folder / "messages_with_official_reply.jsonl.gz")]
    background = [Sample(row["subject"] or "", row["body"] or "") for row in more[:2000]]
    return Collection("messages", samples, [row["label"] for row in rows], background, MESSAGE_ROUNDS)


def _rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _year(text: Any) -> int | None:
    return int(text) if text else None


def _small(one: Collection) -> Collection:
    chosen = np.random.default_rng(SEED).permutation(len(one.samples))[:QUICK_DOCUMENTS]
    return replace(
        one,
        samples=[one.samples[at] for at in chosen],
        labels=[one.labels[at] for at in chosen],
        background=[],
        rounds=1,
    )


def _splits(one: Collection, folds: int, turn: int) -> tuple[list[Sample], list[tuple[Any, Any]]]:
    """Return (the background without anything like a labelled document, the folds)."""
    import warnings

    from sklearn.model_selection import StratifiedGroupKFold

    groups = groups_of([*one.samples, *one.background])
    own = groups[: len(one.samples)]
    known = set(own.tolist())
    background = [s for s, group in zip(one.background, groups[len(own) :], strict=True) if group not in known]
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED + turn)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # classes with fewer documents than folds are part of the set
        return background, list(splitter.split(own, one.labels, own))


def _judged(one: Collection, *, quick: bool) -> dict[str, Any]:
    truth: list[str] = []
    guessed: list[str] = []
    sure: list[float] = []
    filed: list[bool] = []
    plain: list[str] = []
    rates: list[float] = []
    f1: list[float] = []
    for turn in range(one.rounds):
        start = len(truth)
        background, splits = _splits(one, QUICK_FOLDS if quick else FOLDS, turn)
        for inside, outside in splits:
            trained, unseen = _trained(one, inside, background), [one.samples[at] for at in outside]
            began = time.perf_counter()
            guesses = trained.model.guesses(unseen)
            rates.append(len(unseen) / (time.perf_counter() - began))
            truth += [one.labels[at] for at in outside]
            guessed += [guess.value for guess in guesses]
            sure += [guess.confidence for guess in guesses]
            filed += [rules.stands_by_itself(guess, trained.thresholds) for guess in guesses]
            plain += _plain(one, inside, outside)
        f1.append(rules.macro_f1(truth[start:], guessed[start:]))
    return _told(one, truth, guessed, np.array(sure), np.array(filed), plain) | {
        "macro_f1": round(float(np.mean(f1)), 4),
        "records_per_second": round(float(np.median(rates))),
    }


def _trained(one: Collection, inside: Sequence[int], background: list[Sample]) -> Trained:
    return train([one.samples[at] for at in inside], [one.labels[at] for at in inside], background=background)


def _told(
    one: Collection, truth: list[str], guessed: list[str], sure: Any, filed: Hits, plain: list[str]
) -> dict[str, Any]:
    hits = np.array([label == guess for label, guess in zip(truth, guessed, strict=True)])
    steps = rules.reliability(sure, hits)
    groups = groups_of(one.samples)
    return {
        "documents": len(one.samples),
        "groups": len(set(groups.tolist())),
        "classes": len(set(one.labels)),
        "rounds": one.rounds,
        "accuracy": round(float(hits.mean()), 4),
        "coverage_at_95": round(rules.coverage_at(sure, hits), 4),
        "filed": round(float(filed.mean()), 4),
        "filed_right": round(float(hits[filed].mean()), 4) if filed.any() else None,
        "calibration_error": round(rules.calibration_error(steps), 4),
        "precision_coverage": rules.precision_coverage(sure, hits),
        "reliability": steps,
        "plain_accuracy": round(float(np.mean([a == b for a, b in zip(truth, plain, strict=True)])), 4),
        "plain_macro_f1": round(rules.macro_f1(truth, plain), 4),
    }


def _plain(one: Collection, inside: Sequence[int], outside: Sequence[int]) -> list[str]:
    """The yardstick: single characters and pairs of title and text, rarity-weighted, one linear boundary a class."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    texts = [f"{sample.title}\n{sample.text[:2000]}" for sample in one.samples]
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, min_df=2, dtype=np.float32)
    known = vectors.fit_transform([texts[at] for at in inside])
    machine = LinearSVC(random_state=SEED).fit(known, [one.labels[at] for at in inside])
    return [str(label) for label in machine.predict(vectors.transform([texts[at] for at in outside]))]


def _accuracy(one: Collection) -> float:
    """Return the accuracy alone, on the same folds."""
    background, splits = _splits(one, FOLDS, 0)
    right = 0
    for inside, outside in splits:
        guesses = _trained(one, inside, background).model.guesses([one.samples[at] for at in outside])
        right += sum(guess.value == one.labels[at] for guess, at in zip(guesses, outside, strict=True))
    return round(right / len(one.samples), 4)


def _pace(one: Collection) -> dict[str, Any]:
    """Return how long the training on 10,000 records takes, and how many a second the model then judges."""
    samples, labels = [], []
    for turn in range(TRAINING_RECORDS):
        at, window = turn % len(one.samples), 500 * (turn // len(one.samples))
        sample = one.samples[at]
        samples.append(replace(sample, text=sample.text[window:]))  # another passage each time, so that none is doubled
        labels.append(one.labels[at])
    began, spent = time.perf_counter(), time.process_time()
    trained = train(samples, labels)
    seconds, spent = time.perf_counter() - began, time.process_time() - spent
    began, judged = time.perf_counter(), time.process_time()
    trained.model.guesses(samples[:4000])
    return {
        "category_training_seconds_10000": round(seconds, 1),
        "category_training_cpu_seconds_10000": round(spent, 1),
        "category_records_per_second": round(4000 / (time.perf_counter() - began)),
        "category_records_per_cpu_second": round(4000 / (time.process_time() - judged)),
    }
