"""Learn from what people decided: from which sureness on a field may fill itself."""

from collections import defaultdict
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import NotPermittedError, gettext_noop
from lantai.recognition.models import DECIDED, FieldThreshold, Suggestion, SuggestionState
from lantai.recognition.rules.agreement import threshold_of

MOST_DECISIONS = 50_000


@transaction.atomic
def learn_thresholds(*, actor: Actor) -> int:
    """Set the thresholds of every archives anew from its latest decisions; return how many fields have one now.

    A field of which too little was decided keeps the threshold that stands in the rules.
    """
    if not actor.is_system:
        raise NotPermittedError("recognition.system_learns", gettext_noop("Thresholds are learnt by the system."))
    decisions: dict[tuple[UUID, str], list[tuple[float, bool]]] = defaultdict(list)
    rows = Suggestion.objects.filter(state__in=DECIDED, decided_by_account__isnull=False).order_by("-decided_at")
    told = rows.values_list("record__archives_id", "field", "confidence", "state")[:MOST_DECISIONS]
    for archives_id, field, confidence, state in told.iterator(chunk_size=2000):
        assert archives_id is not None
        decisions[archives_id, field].append((confidence, state == SuggestionState.ACCEPTED))
    learnt = {key: found for key, made in decisions.items() if (found := threshold_of(made))}
    FieldThreshold.objects.all().delete()
    FieldThreshold.objects.bulk_create(
        [
            FieldThreshold(
                archives_id=archives_id, field=field, threshold=found.threshold,
                decided=found.decided, right=found.right, learnt_at=now(),
            )
            for (archives_id, field), found in learnt.items()
        ]
    )  # fmt: skip
    record_act(actor=actor, verb="recognition.learn_thresholds", facts={"fields": len(learnt)})
    return len(learnt)
