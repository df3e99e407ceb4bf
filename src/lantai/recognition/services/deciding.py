"""Decide on suggestions: a person accepts, mends or refuses, one by one or several of a record at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Category, Record
from lantai.catalogue.selectors import record_for
from lantai.catalogue.services import edit_record
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop
from lantai.recognition.models import BeforeDecision, Suggestion, SuggestionState
from lantai.recognition.rules.filling import change_for, change_without, holds, present_value, written
from lantai.recognition.rules.following import following_value, settled_by
from lantai.recognition.selectors.categories import assumed_value
from lantai.recognition.selectors.choices import code_named
from lantai.recognition.selectors.review import OPEN, REVIEWERS

DECISIONS = {
    "accept": SuggestionState.ACCEPTED,
    "mend": SuggestionState.MENDED,
    "refuse": SuggestionState.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person wants with one suggestion: "accept", "mend" (with the `value` it should say) or "refuse"."""

    suggestion_id: UUID
    decision: str
    value: str = ""


@dataclass(slots=True)
class _Desk:
    """The work on one record while its suggestions are decided: the record as it will be, and what to change."""

    actor: Actor
    record: Record
    at: datetime
    changes: dict[str, Any] = field(default_factory=dict)

    def decide(self, suggestion: Suggestion, decision: str, value: str) -> None:
        """Settle one suggestion and lay its change on the record in memory."""
        wanted = _wanted(suggestion, decision, value)
        said = present_value(self.record, suggestion.field)
        if decision == "refuse":
            change = _taken_out(self.record, suggestion) if _was_applied(suggestion) else None
        else:
            change = _change(self.record, suggestion, wanted)
        self._lay(change or {})
        says = present_value(self.record, suggestion.field) if decision == "refuse" else wanted
        BeforeDecision.objects.update_or_create(
            suggestion=suggestion, defaults={"state": suggestion.state, "said": said, "says": says}
        )
        settle(suggestion, self.actor, DECISIONS[decision], "" if decision == "refuse" else wanted, self.at)

    def write(self) -> None:
        """Write what was laid on the record, in one revision."""
        if self.changes:
            edit_record(actor=self.actor, record_id=self.record.id, version=self.record.version, changes=self.changes)

    def _lay(self, change: dict[str, Any]) -> None:
        for name, value in change.items():
            if name == "category_code":
                self.record.category = Category(code=value)
            else:
                setattr(self.record, name, value)
        self.changes |= change


@transaction.atomic
def decide_suggestion(*, actor: Actor, suggestion_id: UUID, decision: str, value: str = "") -> Suggestion:
    """Decide on a suggestion: "accept" it, "mend" it with `value`, or "refuse" it; return it.

    Accepting and mending write the description and settle what says no more than this one; refusing what a rule had
    filled in takes it out again. Raises NotFoundError for what the actor may not see, ConflictError for what was decided
    already, InvalidError for a value that cannot be right.
    """
    suggestion = _locked([suggestion_id])[0]
    desk = _desk(actor, suggestion.record_id)
    _check(suggestion, decision, value)
    settled = _settled_with(suggestion, decision)
    desk.decide(suggestion, decision, value)
    for other, own in settled:
        _decide_with(desk, other, suggestion, own)
    desk.write()
    record_act(
        actor=actor,
        verb="recognition.decide_suggestion",
        target_kind="record",
        target_id=suggestion.record_id,
        facts={
            "suggestion": suggestion.id,
            "field": suggestion.field,
            "decision": decision,
            "page": suggestion.page_id,
            "with": [other.id for other, own in settled if own != "refuse"],
            "against": [other.id for other, own in settled if own == "refuse"],
        },
    )
    return suggestion


@transaction.atomic
def decide_suggestions(*, actor: Actor, record_id: UUID, decisions: Sequence[Decision]) -> list[Suggestion]:
    """Decide on several suggestions of one record at once, all or none; return them in their order.

    Raises as `decide_suggestion` does, and NotFoundError where one is of another record.
    """
    desk = _desk(actor, record_id)
    rows = {row.id: row for row in _locked([one.suggestion_id for one in decisions])}
    if any(row.record_id != record_id for row in rows.values()):
        raise _gone()
    for one in decisions:
        _check(rows[one.suggestion_id], one.decision, one.value)
        desk.decide(rows[one.suggestion_id], one.decision, one.value)
    desk.write()
    named = {word: [one.suggestion_id for one in decisions if one.decision == word] for word in DECISIONS}
    record_act(
        actor=actor,
        verb="recognition.decide_suggestions",
        target_kind="record",
        target_id=record_id,
        facts={word: ids for word, ids in named.items() if ids},
    )
    return [rows[one.suggestion_id] for one in decisions]


@transaction.atomic
def refuse_the_rest(*, actor: Actor, record_id: UUID) -> list[Suggestion]:
    """Refuse whatever still waits on a record, in one act; return it. What a rule has filled in stays.

    Raises NotFoundError for a record that the actor may not see, ConflictError where nothing waits.
    """
    record_for(actor, record_id)
    waiting = Suggestion.objects.filter(record_id=record_id, state=SuggestionState.WAITING)
    decisions = [Decision(one, "refuse") for one in waiting.values_list("id", flat=True)]
    if not decisions:
        raise ConflictError("recognition.nothing_waits", gettext_noop("Nothing waits on this record any more."))
    return decide_suggestions(actor=actor, record_id=record_id, decisions=decisions)


def _desk(actor: Actor, record_id: UUID) -> _Desk:
    record = record_for(actor, record_id)
    require(actor, REVIEWERS, record.archives.path)
    return _Desk(actor, record, now())


def _settled_with(suggestion: Suggestion, decision: str) -> list[tuple[Suggestion, str]]:
    others = Suggestion.objects.select_for_update().filter(
        record_id=suggestion.record_id, state=SuggestionState.WAITING
    )
    return settled_by(suggestion, decision, list(others.exclude(id=suggestion.id)))


def _decide_with(desk: _Desk, other: Suggestion, leading: Suggestion, decision: str) -> None:
    value = following_value(other, leading.decided_value) if decision != "refuse" else ""
    desk.decide(other, "accept" if decision == "mend" and value == other.value else decision, value)


def _wanted(suggestion: Suggestion, decision: str, value: str) -> str:
    if decision != "mend":
        return suggestion.value
    return code_named(suggestion.field, written(suggestion.field, value))


def _locked(suggestion_ids: Iterable[UUID]) -> list[Suggestion]:
    wanted = set(suggestion_ids)
    rows = list(Suggestion.objects.select_for_update().filter(id__in=wanted).order_by("id"))
    if len(rows) != len(wanted):
        raise _gone()
    return rows


def _gone() -> NotFoundError:
    return NotFoundError("recognition.suggestion", gettext_noop("This suggestion is no longer there."))


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


def settle(suggestion: Suggestion, actor: Actor, state: SuggestionState, value: str, at: datetime) -> None:
    """Note what became of a suggestion, and who said so."""
    suggestion.state = state
    suggestion.decided_value = value[:1000]
    suggestion.decided_by = actor.on_behalf_of or actor.name
    suggestion.decided_by_account = actor.id
    suggestion.decided_at = at
    suggestion.save(update_fields=["state", "decided_value", "decided_by", "decided_by_account", "decided_at"])
