"""Suggest category, organisation, retention and year: when a record has been read, and anew when a model is put to work."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Record
from lantai.kernel import queue
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ArchiveError, NotPermittedError, gettext_noop
from lantai.recognition.adapters.classifier import LinearModel
from lantai.recognition.models import AssumedValue, CategoryModel, Suggestion, SuggestionState
from lantai.recognition.rules.categories import FACETS, Guess, Sample
from lantai.recognition.rules.fact import Fact
from lantai.recognition.rules.filling import holds, present_value
from lantai.recognition.selectors import categories as selectors
from lantai.recognition.selectors.categories import ORIGIN
from lantai.recognition.services.categories.models import load_model

log = logging.getLogger(__name__)
RECORDS_A_JOB = 500
ALTERNATIVES = 3
LONGEST_REASON = 40
MOST_REASONS = 12
NOWHERE = (0, 0, 0, 0)


def note_assumed_values(*, actor: Actor, values: Collection[tuple[UUID, str, str]]) -> None:
    """Note (record, field, value) that were put into descriptions because nobody gave them; twice does no harm.

    For those that take records in: what is noted here a model may file, everything else it only leaves alone.
    """
    if not actor.is_system:
        raise NotPermittedError("recognition.system_notes", gettext_noop("Assumed values are noted by the system."))
    rows = [AssumedValue(record_id=record_id, field=field, value=value) for record_id, field, value in values]
    AssumedValue.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)


def category_facts(record: Record, sample: Sample) -> list[Fact]:
    """Return what the models at work say of the facets of a record that nobody has decided."""
    facts = []
    for facet in FACETS:
        if not selectors.is_undecided(record, facet):
            continue
        row = selectors.current_model(record.archives_id, facet)
        model = _usable(row) if row else None
        if row and model:
            facts.append(_fact(row, model, sample, model.guesses([sample])[0]))
    return facts


def year_facts(record: Record, facts: Iterable[Fact]) -> list[Fact]:
    """Return the year of the surest date of a record that has none.."""
    dates = sorted((fact for fact in facts if fact.field == "dated_on"), key=lambda fact: -fact.confidence)
    if record.year is not None or not (dates or record.dated_on):
        return []
    if record.dated_on:
        return [Fact("year", str(record.dated_on.year), 0.99, 0, NOWHERE, origin="year/1")]
    best = dates[0]
    others = tuple((fact.value[:4], fact.confidence) for fact in dates[1:] if fact.value[:4] != best.value[:4])
    return [Fact("year", best.value[:4], best.confidence, 0, NOWHERE, "year/1", others[:ALTERNATIVES], (best.value,))]


def suggest_categories(*, actor: Actor, archives_id: UUID, after: UUID | None = None) -> int:
    """Suggest the facets of a slice of records by the models at work now, and queue the next slice; return how many.

    What was decided or filed stays; what waits is replaced.
    """
    ids = selectors.records_to_suggest(archives_id, after, RECORDS_A_JOB)
    if not ids:
        return 0
    pairs = list(selectors.samples_of(ids))
    rows = [row for facet in FACETS for row in _rows(archives_id, facet, pairs)]
    with transaction.atomic():
        waiting = (SuggestionState.WAITING, SuggestionState.AGREES)
        Suggestion.objects.filter(record_id__in=ids, origin__startswith=ORIGIN, state__in=waiting).delete()
        Suggestion.objects.bulk_create(rows, ignore_conflicts=True)
        record_act(
            actor=actor,
            verb="recognition.suggest_categories",
            target_kind="unit",
            target_id=archives_id,
            facts={"records": len(ids), "suggestions": len(rows)},
        )
        for record_id in {row.record_id for row in rows if row.state == SuggestionState.WAITING}:
            queue.enqueue(
                "recognition.apply_suggestions", once=f"recognition.apply:{record_id}", record_id=str(record_id)
            )
        if len(ids) == RECORDS_A_JOB:
            queue.enqueue("recognition.suggest_categories", archives_id=str(archives_id), after=str(ids[-1]))
    return len(ids)


def _rows(archives_id: UUID, facet: str, pairs: Sequence[tuple[Record, Sample]]) -> list[Suggestion]:
    row = selectors.current_model(archives_id, facet)
    model = _usable(row) if row else None
    if row is None or model is None:
        return []
    ids = [record.id for record, _ in pairs]
    open_ones = set(selectors.undecided_records(archives_id, facet).filter(id__in=ids).values_list("id", flat=True))
    mine = [(record, sample) for record, sample in pairs if record.id in open_ones]
    guesses = model.guesses([sample for _, sample in mine])
    return [
        _suggestion(record, _fact(row, model, sample, guess))
        for (record, sample), guess in zip(mine, guesses, strict=True)
    ]


def _suggestion(record: Record, fact: Fact) -> Suggestion:
    agrees = holds(record, fact.field, fact.value)
    return Suggestion(
        record=record,
        field=fact.field,
        value=fact.value,
        confidence=fact.confidence,
        origin=fact.origin,
        alternatives=[{"value": value, "confidence": sure} for value, sure in fact.alternatives],
        reasons=list(fact.reasons),
        state=SuggestionState.AGREES if agrees else SuggestionState.WAITING,
        created_at=now(),
    )


def _fact(row: CategoryModel, model: LinearModel, sample: Sample, guess: Guess) -> Fact:
    reasons = tuple(words[:LONGEST_REASON] for words, _ in model.reasons(sample, guess.value))
    others = tuple((value, round(sure, 4)) for value, sure in guess.values[1:])
    return Fact(row.facet, guess.value, round(guess.confidence, 4), 0, NOWHERE, f"{ORIGIN}{row.id}", others, reasons)


def _usable(row: CategoryModel) -> LinearModel | None:
    """Return the model, or None where it was tampered with or cannot be reached: then nothing is suggested."""
    try:
        return load_model(row)
    except ArchiveError as error:
        log.warning("the model %s is not used: %s", row.id, error)
        return None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a model says of a record now: its guesses, the words that decided, and whether it may file them."""

    model: CategoryModel
    present: str
    guesses: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    threshold_percent: int | None
    decided: bool


def explain_record(record: Record) -> list[Explanation]:
    """Return for each facet with a usable model what it says of `record` and why; weights are shares of the greatest."""
    sample = selectors.sample_of(record)
    told = []
    for facet in FACETS:
        row = selectors.current_model(record.archives_id, facet)
        model = _usable(row) if row else None
        if row is None or model is None:
            continue
        guess = model.guesses([sample])[0]
        reasons = model.reasons(sample, guess.value, most=MOST_REASONS)
        greatest = max((worth for _, worth in reasons), default=1.0)
        threshold = row.metrics["thresholds"].get(guess.value)
        told.append(
            Explanation(
                row,
                present_value(record, facet),
                tuple((value, round(100 * sure)) for value, sure in guess.values),
                tuple((words, round(100 * worth / greatest)) for words, worth in reasons),
                None if threshold is None else round(100 * threshold),
                not selectors.is_undecided(record, facet),
            )
        )
    return told
