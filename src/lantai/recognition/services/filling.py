"""Fill the empty fields of a record by rule with what reading is sure of."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Record
from lantai.catalogue.services import edit_record
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.recognition.models import FieldThreshold, Suggestion, SuggestionState
from lantai.recognition.rules.filling import change_for, may_fill_itself
from lantai.recognition.services.deciding import settle
from lantai.recognition.services.filing import may_file_itself, note_filed


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
    moment = now()
    for suggestion in filled:
        settle(suggestion, actor, SuggestionState.APPLIED, suggestion.value, moment)
    note_filed(filled)
    record_act(
        actor=actor,
        verb="recognition.apply_suggestions",
        target_kind="record",
        target_id=record.id,
        facts={"suggestions": [suggestion.id for suggestion in filled], "fields": [s.field for s in filled]},
    )
    return len(filled)
