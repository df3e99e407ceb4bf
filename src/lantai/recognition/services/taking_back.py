"""Take one's own last decision on suggestions back, as long as the record still says what it put there."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Category, Record
from lantai.catalogue.selectors import record_for
from lantai.catalogue.services import edit_record
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, gettext_noop
from lantai.recognition.models import DECIDED, BeforeDecision, Suggestion, SuggestionState
from lantai.recognition.rules.filling import SEVERAL, change_back, present_value
from lantai.recognition.selectors.review import REVIEWERS

TAKE_BACK_MINUTES = 60


@transaction.atomic
def take_back_decision(*, actor: Actor) -> list[Suggestion]:
    """Reopen what `actor` decided last, within the last hour, and put the description back as it was; return it.

    What was decided in one act is taken back in one. Raises ConflictError when there is nothing to take back, or when
    the record has been changed in these fields since.
    """
    befores = _last(actor)
    rows = [before.suggestion for before in befores]
    record = record_for(actor, rows[0].record_id)
    require(actor, REVIEWERS, record.archives.path)
    changes: dict[str, Any] = {}
    for before in befores:
        change = _back(record, before)
        _lay(record, change)
        changes |= change
    if changes:
        edit_record(actor=actor, record_id=record.id, version=record.version, changes=changes)
    for before in befores:
        _reopen(before)
    record_act(
        actor=actor,
        verb="recognition.take_back_decision",
        target_kind="record",
        target_id=record.id,
        facts={"suggestions": [row.id for row in rows], "fields": sorted({row.field for row in rows})},
    )
    return rows


def _last(actor: Actor) -> list[BeforeDecision]:
    mine = BeforeDecision.objects.filter(
        suggestion__decided_by_account=actor.id,
        suggestion__decided_at__gte=now() - timedelta(minutes=TAKE_BACK_MINUTES),
        suggestion__state__in=DECIDED,
    ).select_related("suggestion")
    last = mine.order_by("-suggestion__decided_at").first() if actor.id else None
    if last is None:
        raise ConflictError(
            "recognition.nothing_to_take_back",
            gettext_noop("There is no decision of yours from the last hour to take back."),
        )
    one = last.suggestion
    together = mine.filter(suggestion__record_id=one.record_id, suggestion__decided_at=one.decided_at)
    return list(together.select_for_update().order_by("-suggestion_id"))


def _back(record: Record, before: BeforeDecision) -> dict[str, Any]:
    """Return the change that undoes a decision. Raises ConflictError where the field says something else by now."""
    row = before.suggestion
    if row.field in SEVERAL:
        wrote = row.decided_value
        return (change_back(record, row.field, wrote, before.said) if wrote else None) or {}
    if present_value(record, row.field) != before.says and row.decided_value:
        raise ConflictError(
            "recognition.changed_since",
            gettext_noop("The record has been changed in this field since. Open the record and edit it there."),
        )
    if present_value(record, row.field) == before.said:
        return {}
    return change_back(record, row.field, before.says, before.said) or {}


def _lay(record: Record, change: dict[str, Any]) -> None:
    for name, value in change.items():
        if name == "category_code":
            record.category = Category(code=value)
        else:
            setattr(record, name, value)


def _reopen(before: BeforeDecision) -> None:
    row = before.suggestion
    row.state = SuggestionState(before.state)
    row.decided_value = row.value if row.state == SuggestionState.APPLIED else ""
    row.decided_by, row.decided_by_account, row.decided_at = "", None, None
    row.save(update_fields=["state", "decided_value", "decided_by", "decided_by_account", "decided_at"])
    before.delete()
