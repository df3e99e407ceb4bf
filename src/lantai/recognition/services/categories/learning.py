"""Train the models of an archives from what people decided, and keep the better one."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
from django.db import transaction

from lantai.audit.services import record_act
from lantai.identity.models import Unit
from lantai.identity.selectors import require
from lantai.kernel import queue
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ArchiveError, ConflictError, InvalidError, gettext_noop
from lantai.recognition.adapters.classifier import LinearModel, groups_of
from lantai.recognition.models import LearningRun, RunState
from lantai.recognition.rules import categories as rules
from lantai.recognition.selectors import categories as selectors
from lantai.recognition.selectors.categories import Lesson
from lantai.recognition.selectors.review import REVIEWERS
from lantai.recognition.services.categories.models import keep_model, load_model

if TYPE_CHECKING:
    from lantai.recognition.adapters.classifier.training import Trained

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]
_MASK = (1 << 64) - 1
STALE_SECONDS = 6 * 3600


@dataclass(frozen=True, slots=True)
class Parted:
    """The records to train on, and those kept apart for comparing models."""

    train: list[Lesson]
    held_out: list[Lesson]


@transaction.atomic
def ask_for_learning(*, actor: Actor, archives_id: UUID) -> LearningRun:
    """Queue the training of an archives' models; return the run. Raises ConflictError while one is under way."""
    archives = Unit.objects.select_for_update().get(id=archives_id)
    if not actor.is_system:
        require(actor, REVIEWERS, archives.path)
    last = selectors.latest_run(archives_id)
    under_way = last is not None and last.state in (RunState.WAITING, RunState.RUNNING)
    if last is not None and under_way and (now() - last.began_at).total_seconds() < STALE_SECONDS:
        raise ConflictError(
            "recognition.learning", gettext_noop("The models of this archives are being trained already.")
        )
    run = LearningRun.objects.create(
        archives=archives, began_at=now(), asked_by=actor.on_behalf_of or actor.name, total=len(rules.FACETS) * 100
    )
    record_act(
        actor=actor,
        verb="recognition.ask_for_learning",
        target_kind="unit",
        target_id=archives.id,
        facts={"run": run.id},
    )
    queue.enqueue("recognition.learn_categories", run_id=str(run.id))
    return run


def learn_everywhere(*, actor: Actor) -> int:
    """Queue the training of every archives where anything was decided since the last; return how many."""
    asked = 0
    for archives_id in selectors.archives_with_lessons():
        try:
            ask_for_learning(actor=actor, archives_id=archives_id)
            asked += 1
        except ConflictError:
            log.info("the models of %s are being trained already", archives_id)
    return asked


def run_learning(*, actor: Actor, run_id: UUID) -> None:
    """Do one queued training and keep how far it is; a run that ended is not done again."""
    run = LearningRun.objects.select_related("archives").get(id=run_id)
    if run.state in (RunState.DONE, RunState.FAILED):
        return
    LearningRun.objects.filter(id=run_id).update(state=RunState.RUNNING)
    last = 0.0

    def tell(_name: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > 1 or done >= total:
            LearningRun.objects.filter(id=run_id).update(done=done, total=total)
            last = time.monotonic()

    state = RunState.FAILED
    try:
        outcomes = learn_categories(actor=actor, archives_id=run.archives_id, progress=tell)
        state = RunState.DONE
        LearningRun.objects.filter(id=run_id).update(outcomes=outcomes)
    finally:
        LearningRun.objects.filter(id=run_id).update(state=state, ended_at=now())


def learn_categories(
    *, actor: Actor, archives_id: UUID, facets: Sequence[str] = rules.FACETS, progress: Progress | None = None
) -> dict[str, dict[str, Any]]:
    """Train a model for each facet and put it to work if it is no worse than the present one.

    Both are measured on the same records, which neither was trained on. Returns for each facet {"state": "current",
    "candidate" or "refused", "message", "facts"}; refused says what is missing.
    """
    archives = Unit.objects.get(id=archives_id)
    if not actor.is_system:
        require(actor, REVIEWERS, archives.path)
    outcomes = {}
    for place, facet in enumerate(facets):
        tell = _part_of(progress, place, len(facets))
        try:
            outcomes[facet] = _learn(actor, archives, facet, tell)
        except InvalidError as error:
            facts = {name: value for name, value in error.facts.items() if isinstance(value, int | float | str)}
            outcomes[facet] = {"state": "refused", "message": error.message, "facts": facts}
        tell("train", 1, 1)
    return outcomes


def _part_of(progress: Progress | None, place: int, parts: int) -> Progress:
    def tell(_name: str, done: int, total: int) -> None:
        if progress is not None:
            progress("train", place * 100 + round(100 * done / max(total, 1)), parts * 100)

    return tell


def _learn(actor: Actor, archives: Unit, facet: str, tell: Progress) -> dict[str, Any]:
    from lantai.recognition.adapters.classifier.training import (
        train,
    )  # loads scikit-learn: only those who train need it

    began = time.monotonic()
    lessons = selectors.lessons(archives.id, facet)
    _check_enough(lessons)
    parted = _parted(lessons)
    background = [lesson.sample for lesson in selectors.unlabelled(archives.id, facet)]
    trained = train(
        [lesson.sample for lesson in parted.train],
        [lesson.value for lesson in parted.train],
        background=background,
        progress=tell,
    )
    metrics = _metrics(trained, parted)
    present = _measured_present(archives, facet, parted.held_out)
    wins = present is None or rules.is_better(metrics["held_out"], present)
    metrics |= {"against": present, "seconds": round(time.monotonic() - began, 1)}
    row = keep_model(actor=actor, archives=archives, facet=facet, model=trained.model, metrics=metrics, wins=wins)
    message = gettext_noop("Trained on %(records)s records; it is at work now.")
    if not wins:
        message = gettext_noop("Trained on %(records)s records; the model at work is better and stays.")
    return {"state": row.state, "message": message, "facts": {"records": row.records}, "model": str(row.id)}


def _check_enough(lessons: Sequence[Lesson]) -> None:
    """Raise InvalidError that says how many records are missing."""
    counts = Counter(lesson.value for lesson in lessons)
    well_known = sum(count >= rules.LEAST_OF_A_CLASS for count in counts.values())
    if len(lessons) < rules.LEAST_RECORDS or well_known < rules.LEAST_CLASSES:
        raise InvalidError(
            "recognition.too_few",
            gettext_noop(
                "Too few records have been decided to learn from: %(records)s of %(least)s, and %(known)s of %(classes)s "
                "values with at least %(each)s records each. Decide on more records, then train again."
            ),
            records=len(lessons),
            least=rules.LEAST_RECORDS,
            known=well_known,
            classes=rules.LEAST_CLASSES,
            each=rules.LEAST_OF_A_CLASS,
        )


def _parted(lessons: list[Lesson]) -> Parted:
    """Keep about one group of records alike in eight apart, the same ones at every training."""
    groups = groups_of([lesson.sample for lesson in lessons])
    held = [rules.is_held_out(lessons[group].record_id.int & _MASK) for group in groups]
    learnt = [lesson for lesson, out in zip(lessons, held, strict=True) if not out]
    known = {lesson.value for lesson in learnt}
    if len(known) < rules.LEAST_CLASSES:
        return Parted(lessons, [])
    return Parted(learnt, [lesson for lesson, out in zip(lessons, held, strict=True) if out])


def _measured_present(archives: Unit, facet: str, held_out: Sequence[Lesson]) -> dict[str, Any] | None:
    """Measure the model at work on the held-out records; None where there is none that can be used."""
    present = selectors.current_model(archives.id, facet)
    if present is None:
        return None
    try:
        model = load_model(present)
    except ArchiveError as error:
        log.warning("the model at work of %s is not usable: %s", archives.id, error)
        return None
    return _measured(model, present.metrics["thresholds"], held_out) | {"model": str(present.id)}


def _measured(model: LinearModel, thresholds: dict[str, float], lessons: Sequence[Lesson]) -> dict[str, Any]:
    """Return {records, accuracy, macro_f1, coverage, precision} of a model on records it has not seen."""
    guesses = model.guesses([lesson.sample for lesson in lessons])
    hits = np.array([guess.value == lesson.value for guess, lesson in zip(guesses, lessons, strict=True)], dtype=bool)
    stands = np.array([rules.stands_by_itself(guess, thresholds) for guess in guesses], dtype=bool)
    return {
        "records": len(lessons),
        "accuracy": round(float(hits.mean()), 4) if len(lessons) else 0.0,
        "macro_f1": round(rules.macro_f1([lesson.value for lesson in lessons], [guess.value for guess in guesses]), 4),
        "coverage": round(float(stands.mean()), 4) if len(lessons) else 0.0,
        "precision": round(float(hits[stands].mean()), 4) if stands.any() else None,
    }


def _metrics(trained: "Trained", parted: Parted) -> dict[str, Any]:
    """Return what was measured: on folds left out while training, and on the records kept apart."""
    confidences, hits = trained.confidences, trained.hits
    truth = [lesson.value for lesson in parted.train]
    stands = np.array(
        [
            rules.stands_by_itself(rules.Guess(((value, float(sure)),)), trained.thresholds)
            for value, sure in zip(trained.guessed, confidences, strict=True)
        ],
        dtype=bool,
    )
    steps = rules.reliability(confidences, hits)
    return {
        "records": len(truth),
        "accuracy": round(float(hits.mean()), 4),
        "macro_f1": round(rules.macro_f1(truth, trained.guessed), 4),
        "coverage": round(float(stands.mean()), 4),
        "precision": round(float(hits[stands].mean()), 4) if stands.any() else None,
        "calibration_error": round(rules.calibration_error(steps), 4),
        "thresholds": trained.thresholds,
        "curve": rules.precision_coverage(confidences, hits),
        "reliability": steps,
        "by_class": _by_class(trained, truth),
        "setting": {"with_words": trained.setting.with_words, "bending": trained.setting.bending},
        "held_out": _measured(trained.model, trained.thresholds, parted.held_out),
    }


def _by_class(trained: "Trained", truth: Sequence[str]) -> list[dict[str, Any]]:
    """Return for each class {value, records, guessed, right, threshold}, the largest first."""
    records, guessed = Counter(truth), Counter(trained.guessed)
    right = Counter(value for value, hit in zip(trained.guessed, trained.hits, strict=True) if hit)
    return [
        {
            "value": value,
            "records": count,
            "guessed": guessed[value],
            "right": right[value],
            "threshold": trained.thresholds.get(value),
        }
        for value, count in records.most_common()
    ]
