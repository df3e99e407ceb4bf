"""Decide on suggestions: a person accepts, mends or refuses; a rule fills empty fields with what is sure enough."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Record
from lantai.catalogue.selectors import record_for
from lantai.catalogue.services import edit_record
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop
from lantai.recognition.models import FieldThreshold, Suggestion, SuggestionState
from lantai.recognition.rules.filling import change_for, change_without, holds, may_fill_itself
from lantai.recognition.selectors.categories import assumed_value
from lantai.recognition.selectors.review import OPEN, REVIEWERS
from lantai.recognition.services.filing import may_file_itself, note_filed

DECISIONS = {
    "accept": SuggestionState.ACCEPTED,
    "mend": SuggestionState.MENDED,
    "refuse": SuggestionState.REFUSED,
}


@transaction.atomic
def decide_suggestion(*, actor: Actor, suggestion_id: UUID, decision: str, value: str = "") -> Suggestion:
    """Decide on a suggestion: "accept" it, "mend" it with `value`, or "refuse" it; return it.

    Accepting and mending write the description; refusing what a rule had filled in takes it out again. Raises
    NotFoundError for what the actor may not see, ConflictError for what was decided already, InvalidError for a value
    that cannot be right.
    """
    suggestion = _locked(suggestion_id)
    record = record_for(actor, suggestion.record_id)
    require(actor, REVIEWERS, record.archives.path)
    _check(suggestion, decision, value)
    wanted = value.strip() if decision == "mend" else suggestion.value
    if decision == "refuse":
        change = _taken_out(record, suggestion) if _was_applied(suggestion) else None
    else:
        change = _change(record, suggestion, wanted)
    if change:
        edit_record(actor=actor, record_id=record.id, version=record.version, changes=change)
    state = DECISIONS[decision]
    _settle(suggestion, actor, state, "" if decision == "refuse" else wanted)
    record_act(
        actor=actor,
        verb="recognition.decide_suggestion",
        target_kind="record",
        target_id=record.id,
        facts={
            "suggestion": suggestion.id,
            "field": suggestion.field,
            "decision": decision,
            "page": suggestion.page_id,
        },
    )
    return suggestion


@transaction.atomic
def apply_suggestions(*, actor: Actor, record_id: UUID, file_names: Sequence[str] = ()) -> int:
    """Fill the empty fields of a record with the suggestions that are sure enough; return how many were filled.

    `file_names` are names, beside those of its parts, that stand for a title which nobody gave. Each says so in its
    state and can be mended or refused by a person later. A quarantined record is left alone. Safe to run again.
    """
    record = Record.objects.select_for_update(of=("self",)).select_related("category").filter(id=record_id).first()
    if record is None or record.quarantined:
        return 0
    names = [*file_names, *record.parts.values_list("name", flat=True)]
    rows = Suggestion.objects.select_for_update().filter(record=record, state=SuggestionState.WAITING)
    learnt = dict(FieldThreshold.objects.filter(archives_id=record.archives_id).values_list("field", "threshold"))
    chosen = [
        suggestion
        for suggestion in rows.order_by("-confidence")
        if may_fill_itself(record, suggestion.field, suggestion.confidence, names, learnt)
        or may_file_itself(record, suggestion)
    ]
    changes: dict[str, Any] = {}
    filled: list[Suggestion] = []
    for suggestion in chosen:
        if suggestion.field not in {other.field for other in filled}:
            one = change_for(record, suggestion.field, suggestion.value)
            changes["metadata"] = {**changes.get("metadata", record.metadata), **one.pop("metadata", {})}
            changes |= one
            filled.append(suggestion)
    if not filled:
        return 0
    edit_record(actor=actor, record_id=record.id, version=record.version, changes=changes)
    for suggestion in filled:
        _settle(suggestion, actor, SuggestionState.APPLIED, suggestion.value)
    note_filed(filled)
    record_act(
        actor=actor,
        verb="recognition.apply_suggestions",
        target_kind="record",
        target_id=record.id,
        facts={"suggestions": [suggestion.id for suggestion in filled], "fields": [s.field for s in filled]},
    )
    return len(filled)


def _locked(suggestion_id: UUID) -> Suggestion:
    suggestion = Suggestion.objects.select_for_update().filter(id=suggestion_id).first()
    if suggestion is None:
        raise NotFoundError("recognition.suggestion", gettext_noop("This suggestion is no longer there."))
    return suggestion


def _check(suggestion: Suggestion, decision: str, value: str) -> None:
    if decision not in DECISIONS:
        raise InvalidError(
            "recognition.decision", gettext_noop("A suggestion is accepted, mended or refused."), decision=decision
        )
    if suggestion.state not in OPEN:
        raise ConflictError(
            "recognition.decided", gettext_noop("Somebody has decided on this suggestion already. Load the page again.")
        )
    if decision == "mend" and not value.strip():
        raise InvalidError(
            "recognition.empty_value", gettext_noop("The mended value is empty. Refuse the suggestion instead.")
        )


def _was_applied(suggestion: Suggestion) -> bool:
    return suggestion.state == SuggestionState.APPLIED


def _taken_out(record: Record, suggestion: Suggestion) -> dict[str, Any] | None:
    """Return the change that undoes what a rule filled in: emptied, or as it was put when nobody gave a value."""
    assumed = assumed_value(record.id, suggestion.field)
    if assumed and holds(record, suggestion.field, suggestion.value):
        return change_for(record, suggestion.field, assumed)
    return change_without(record, suggestion.field, suggestion.value)


def _change(record: Record, suggestion: Suggestion, wanted: str) -> dict[str, Any]:
    """Return what to change so that the record says `wanted`, without the applied value where that one was mended."""
    if _was_applied(suggestion) and wanted != suggestion.value:
        taken_out = change_without(record, suggestion.field, suggestion.value) or {}
        record.metadata = taken_out.get("metadata", record.metadata)
    return {} if holds(record, suggestion.field, wanted) else change_for(record, suggestion.field, wanted)


def _settle(suggestion: Suggestion, actor: Actor, state: SuggestionState, value: str) -> None:
    suggestion.state = state
    suggestion.decided_value = value[:1000]
    suggestion.decided_by = actor.on_behalf_of or actor.name
    suggestion.decided_by_account = actor.id
    suggestion.decided_at = now()
    suggestion.save(update_fields=["state", "decided_value", "decided_by", "decided_by_account", "decided_at"])
