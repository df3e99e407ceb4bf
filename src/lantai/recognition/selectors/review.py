"""What waits for a person: records with suggestions, the least sure first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from lantai.catalogue.models import Page, Record
from lantai.catalogue.selectors import record_for, visible_records
from lantai.identity.selectors import below, scopes
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotFoundError, gettext_noop
from lantai.kernel.paging import Slice, decode_cursor, encode_cursor
from lantai.recognition.models import DECIDED, Suggestion, SuggestionState
from lantai.recognition.rules.following import follows

REVIEWERS = ("archivist",)
QUEUE_LENGTH = 50
STRIPS_LENGTH = 20
OPEN = (SuggestionState.WAITING, SuggestionState.APPLIED)
PAUSE, FIRST_ACT = timedelta(minutes=5), timedelta(seconds=2)
MOST_OF_A_SITTING, LEAST_FOR_A_PACE = 1000, 10


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A record in the queue: how many suggestions wait, how sure the least sure one is, its first page."""

    record: Record
    waiting: int
    worst: float
    first_page_id: UUID | None

    @property
    def worst_percent(self) -> int:
        return round(100 * self.worst)


def _waiting(actor: Actor) -> QuerySet[Suggestion]:
    mine = visible_records(actor).filter(
        below(scopes(actor, *REVIEWERS), "archives__path"), quarantined=False, id=OuterRef("record_id")
    )
    return Suggestion.objects.filter(Exists(mine), state=SuggestionState.WAITING)


def waiting_count(actor: Actor) -> int:
    """Return how many suggestions wait for `actor`, who is an archivist of their archives."""
    return _waiting(actor).count() if scopes(actor, *REVIEWERS) else 0


def review_queue(actor: Actor, limit: int = QUEUE_LENGTH) -> tuple[list[ReviewRecord], int]:
    """Return (the records with suggestions waiting, the least sure first, up to `limit`; how many such records)."""
    waiting = _waiting(actor)
    total = waiting.values("record_id").distinct().count()
    rows = list(
        waiting.values("record_id")
        .annotate(count=Count("id"), worst=Min("confidence"))
        .order_by("worst", "record_id")[:limit]
    )
    ids = [row["record_id"] for row in rows]
    records = Record.objects.select_related("fonds", "category").in_bulk(ids)
    firsts = dict(Page.objects.filter(record_id__in=ids, number=1).values_list("record_id", "id"))
    queue = [
        ReviewRecord(records[row["record_id"]], row["count"], row["worst"], firsts.get(row["record_id"]))
        for row in rows
    ]
    return queue, total


def next_record(actor: Actor, after: UUID | None = None, without: Collection[UUID] = ()) -> UUID | None:
    """Return the record with the least sure suggestion waiting: none of `without`, and never `after`."""
    rows = _waiting(actor).order_by("confidence", "record_id").values_list("record_id", flat=True)
    return rows.exclude(record_id__in={*without, *([after] if after else [])}).first()


def waiting_by_field(actor: Actor) -> list[tuple[str, int]]:
    """Return (field, how many suggestions wait) for `actor`, the most first."""
    if not scopes(actor, *REVIEWERS):
        return []
    rows = _waiting(actor).values_list("field").annotate(count=Count("id")).order_by("-count", "field")
    return [(field, count) for field, count in rows]


def strips(actor: Actor, field: str, *, cursor: str = "") -> Slice[Suggestion]:
    """Return the suggestions of one field that wait, with their records and pages, the least sure first."""
    found = _waiting(actor).filter(field=field).select_related("record__fonds", "page")
    if cursor:
        thousandths, last = decode_cursor(cursor, 2)
        sureness = thousandths / 1_000_000
        found = found.filter(Q(confidence__gt=sureness) | Q(confidence__gte=sureness - 1e-6, id__gt=UUID(last)))
    rows = list(found.order_by("confidence", "id")[: STRIPS_LENGTH + 1])
    more = len(rows) > STRIPS_LENGTH
    rows = rows[:STRIPS_LENGTH]
    return Slice(rows, encode_cursor(round(rows[-1].confidence * 1_000_000), str(rows[-1].id)) if more else "")


def suggestions_of(record_id: UUID, states: Sequence[str] = OPEN) -> list[Suggestion]:
    """Return the suggestions of a record that can be decided: waiting ones before those filled in, the worst first.

    The caller has decided that the reader may see the record.
    """
    rows = Suggestion.objects.filter(record_id=record_id, state__in=states).select_related("page")
    # "waiting" sorts behind "applied".
    return list(rows.order_by(F("state").desc(), "confidence", "id"))


def suggestion_for(actor: Actor, suggestion_id: UUID) -> Suggestion:
    """Return a suggestion of a record that `actor` may see. Raises NotFoundError for any other."""
    suggestion = Suggestion.objects.select_related("page").filter(id=suggestion_id).first()
    if suggestion is None:
        raise NotFoundError("recognition.suggestion", gettext_noop("This suggestion is no longer there."))
    record_for(actor, suggestion.record_id)
    return suggestion


def suggestions_named(record_id: UUID, ids: Sequence[UUID]) -> list[Suggestion]:
    """Return these suggestions of a record, in the order given. The caller has decided that the reader may see it."""
    rows = Suggestion.objects.filter(record_id=record_id).select_related("page").in_bulk(list(ids))
    return [rows[one] for one in ids if one in rows]


def freed_by(refused: Suggestion) -> list[Suggestion]:
    """Return what would have followed a refused suggestion and now waits for a look of its own."""
    return [one for one in suggestions_of(refused.record_id, (SuggestionState.WAITING,)) if follows(one, refused)]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a person decides in the present sitting."""

    decided: int
    minutes: int
    an_hour: int


def pace_of(actor: Actor) -> Pace | None:
    """Return the pace of the actor's present sitting; None before ten decisions.

    A sitting goes back to the last pause of five minutes. What was decided in its first act is not counted: how long
    that took nobody knows.
    """
    if not actor.id:
        return None
    rows = Suggestion.objects.filter(decided_by_account=actor.id, state__in=DECIDED).order_by("-decided_at")
    moments = [one for one in rows.values_list("decided_at", flat=True)[:MOST_OF_A_SITTING] if one]
    if not moments or clock.now() - moments[0] > PAUSE:
        return None
    sitting = [moments[0]]
    for moment in moments[1:]:
        if sitting[-1] - moment > PAUSE:
            break
        sitting.append(moment)
    counted = sum(moment > sitting[-1] + FIRST_ACT for moment in sitting)
    seconds = (sitting[0] - sitting[-1]).total_seconds()
    if counted < LEAST_FOR_A_PACE or seconds <= 0:
        return None
    return Pace(counted, max(round(seconds / 60), 1), round(3600 * counted / seconds))


def decided_today(actor: Actor) -> int:
    """Return how many suggestions `actor` has decided since the day began in China."""
    begin = datetime.combine(clock.today(), time.min, clock.CHINA)
    return Suggestion.objects.filter(
        decided_by_account=actor.id, decided_at__gte=begin, state__in=DECIDED
    ).count() if actor.id else 0  # fmt: skip
