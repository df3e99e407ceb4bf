"""Questions of the opening review: what is due, what was proposed and said, the words and rules of an archives."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from lantai.catalogue.models import OpeningReview, Record
from lantai.catalogue.selectors import archives_to_arrange, record_for, visible_records
from lantai.identity.models import Unit
from lantai.identity.selectors import below, require, scopes
from lantai.kernel.actors import Actor
from lantai.kernel.clock import today
from lantai.kernel.errors import NotFoundError, gettext_noop
from lantai.kernel.paging import Slice, decode_cursor, encode_cursor
from lantai.recognition.models import OpeningOpinion, OpeningProposalRow, OpeningRule, ReviewWord
from lantai.recognition.rules.personal.opening import CLOSING_YEARS, due_until
from lantai.recognition.rules.personal.words import DEFAULT_WORDS, ListedWord

REVIEW_ROLES = ("archivist", "reviewer", "approver")
PAGE_SIZE = 50
MOST_EXPORTED = 50_000
STATES = ("all", "unprepared", "open", "masked", "restricted", "second")


@dataclass(frozen=True, slots=True)
class DueRecord:
    """A record due for review: the machine's proposal and the first opinion, each None while there is none."""

    record: Record
    proposal: OpeningProposalRow | None
    first: OpeningOpinion | None


@dataclass(frozen=True, slots=True)
class OpeningCounts:
    """How far the review is: records due, looked through by the machine, waiting for their second review."""

    due: int
    proposed: int
    second: int


def reviewed_archives(actor: Actor) -> list[Unit]:
    """Return the archives whose records `actor` reviews. Raises NotPermittedError for who reviews none."""
    require(actor, REVIEW_ROLES)
    paths = below(scopes(actor, *REVIEW_ROLES), "path")
    return list(Unit.objects.filter(paths, kind__in=("archives", "archive_room")).order_by("path"))


def rule_of(archives_id: UUID) -> OpeningRule:
    """Return the rule of an archives, the usual one where it has set none (not stored)."""
    found = OpeningRule.objects.filter(archives_id=archives_id).first()
    return found or OpeningRule(archives_id=archives_id, closing_years=CLOSING_YEARS)


def word_list(archives_id: UUID) -> list[ListedWord]:
    """Return the words of an archives; the default ones while it has edited none."""
    rows = list(ReviewWord.objects.filter(archives_id=archives_id).order_by("kind", "word"))
    if not rows:
        return [ListedWord(*word) for word in DEFAULT_WORDS]
    return [ListedWord(row.word, row.kind, row.effect, row.note) for row in rows]


def words_page(archives_id: UUID, *, kind: str = "", text: str = "", cursor: str = "") -> Slice[ReviewWord]:
    """Return a page of the edited words of an archives, in the order of their class."""
    rows = ReviewWord.objects.filter(archives_id=archives_id).order_by("kind", "word")
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(word__icontains=text)
    if cursor:
        last_kind, last_word = decode_cursor(cursor, 2)
        rows = rows.filter(Q(kind__gt=last_kind) | Q(kind=last_kind, word__gt=last_word))
    found = list(rows[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    last = found[PAGE_SIZE - 1] if more else None
    return Slice(found[:PAGE_SIZE], encode_cursor(last.kind, last.word) if last else "")


def due_records(actor: Actor) -> QuerySet[Record]:
    """Return the records, items or whole files, whose closing period is over and that nobody has decided on since."""
    archives = reviewed_archives(actor)
    over = Q(pk__in=[])
    for one in archives:
        over |= Q(archives_id=one.id) & _over(rule_of(one.id))
    last_day = OpeningReview.objects.filter(record=OuterRef("pk")).order_by("-decided_at").values("next_review_on")[:1]
    rows = visible_records(actor).annotate(next_on=Subquery(last_day))
    waiting = Q(opening="not_reviewed") | Q(opening="deferred", next_on__lte=today())
    children = Record.objects.filter(parent=OuterRef("pk"))
    return rows.filter(over, waiting, quarantined=False).exclude(level="series").filter(~Exists(children))


def _over(rule: OpeningRule) -> Q:
    """Return the condition that the closing period is over, by the years of the record's category where it has its own."""
    own = {str(code): int(years) for code, years in rule.category_years.items()}
    usual = _before(rule.closing_years) & ~Q(category__code__in=list(own))
    for code, years in own.items():
        usual |= Q(category__code=code) & _before(years)
    return usual


def _before(years: int) -> Q:
    day = due_until(today(), years)
    last_year = day.year if (day.month, day.day) == (12, 31) else day.year - 1
    return Q(dated_on__lte=day) | Q(dated_on=None, year__lte=last_year)


def due_page(actor: Actor, *, state: str = "all", cursor: str = "", size: int = PAGE_SIZE) -> Slice[DueRecord]:
    """Return a page of what is due, those in one `state` of STATES only."""
    rows = _in_state(actor, due_records(actor), state).select_related("fonds", "category").order_by("id")
    if cursor:
        (last,) = decode_cursor(cursor, 1)
        rows = rows.filter(id__gt=UUID(last))
    found = list(rows[: size + 1])
    return Slice(_with_results(found[:size]), encode_cursor(str(found[size - 1].id)) if len(found) > size else "")


def _in_state(actor: Actor, rows: QuerySet[Record], state: str) -> QuerySet[Record]:
    proposals = OpeningProposalRow.objects.filter(record=OuterRef("pk"))
    first = OpeningOpinion.objects.filter(record=OuterRef("pk"), settled=False)
    match state:
        case "unprepared":
            return rows.filter(~Exists(proposals))
        case "second":
            return rows.filter(Exists(first.exclude(given_by_account=actor.id)))
        case "open" | "masked" | "restricted":
            return rows.filter(Exists(proposals.filter(outcome=state)))
        case _:
            return rows


def _with_results(rows: Sequence[Record]) -> list[DueRecord]:
    ids = [row.id for row in rows]
    proposals = OpeningProposalRow.objects.in_bulk(ids)
    opinions = {one.record_id: one for one in OpeningOpinion.objects.filter(record_id__in=ids, settled=False)}
    return [DueRecord(row, proposals.get(row.id), opinions.get(row.id)) for row in rows]


def opening_counts(actor: Actor) -> OpeningCounts:
    """Return how far the review of what is due to `actor` is."""
    due = due_records(actor).order_by()
    proposed = due.filter(Exists(OpeningProposalRow.objects.filter(record=OuterRef("pk"))))
    return OpeningCounts(due.count(), proposed.count(), _in_state(actor, due, "second").count())


def next_due(actor: Actor, after: UUID | None, state: str = "all") -> UUID | None:
    """Return the record due behind `after` in the list of `state`, the first one again at its end, None where none is left."""
    rows = _in_state(actor, due_records(actor), state).order_by("id").values_list("id", flat=True)
    behind = rows.filter(id__gt=after).first() if after else None
    return behind or (rows.exclude(id=after) if after else rows).first()


def review_record(actor: Actor, record_id: UUID) -> DueRecord:
    """Return one record with what machine and people said of it. Raises NotFoundError or NotPermittedError."""
    record = record_for(actor, record_id)
    require(actor, REVIEW_ROLES, record.archives.path)
    if record.quarantined:
        raise NotFoundError("catalogue.record", gettext_noop("A quarantined record is not reviewed for opening."))
    return _with_results([record])[0]


def exported_rows(actor: Actor, state: str = "all") -> list[DueRecord]:
    """Return what is due, for a list on paper: at most MOST_EXPORTED records."""
    rows = _in_state(actor, due_records(actor), state).select_related("fonds", "category").order_by("id")
    return _with_results(list(rows[:MOST_EXPORTED]))


def archives_edited(actor: Actor) -> list[Unit]:
    """Return the archives whose words and rules `actor` edits."""
    return list(archives_to_arrange(actor))
