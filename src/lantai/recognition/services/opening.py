"""The acts of the opening review: have records looked through, give an opinion, edit the words and rules of an archives."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Record
from lantai.catalogue.selectors import record_for
from lantai.catalogue.services import decide_opening
from lantai.catalogue.services.masking import refuse_unchecked
from lantai.identity.models import Unit
from lantai.identity.selectors import require
from lantai.kernel import queue
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError, gettext_noop
from lantai.recognition.models import OpeningOpinion, OpeningProposalRow, OpeningRule, ReviewWord
from lantai.recognition.rules.personal.words import ListedWord, check_word
from lantai.recognition.selectors.opening import REVIEW_ROLES, due_records, rule_of, word_list
from lantai.recognition.services.personal import find_personal

EDITORS = ("archivist",)
OUTCOMES = ("open", "masked", "restricted", "deferred")
RECORDS_A_JOB = 20
MOST_AT_ONCE = 5000


@transaction.atomic
def prepare_openings(*, actor: Actor) -> int:
    """Have the records due that the machine has not looked through yet looked through; return how many are queued now."""
    require(actor, REVIEW_ROLES)
    done = OpeningProposalRow.objects.values("record_id")
    ids = list(due_records(actor).exclude(id__in=done).order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])
    for start in range(0, len(ids), RECORDS_A_JOB):
        part = [str(record_id) for record_id in ids[start : start + RECORDS_A_JOB]]
        queue.enqueue("recognition.propose_openings", record_ids=part)
    record_act(actor=actor, verb="recognition.prepare_openings", facts={"records": len(ids)})
    return len(ids)


def propose_openings(*, actor: Actor, record_ids: Sequence[UUID]) -> int:
    """Look through these records; return how many could be. One that is gone is passed over. Safe to run again."""
    done = 0
    for record_id in record_ids:
        try:
            find_personal(actor=actor, record_id=record_id)
            done += 1
        except NotFoundError:
            continue
    return done


@transaction.atomic
def give_opinion(
    *,
    actor: Actor,
    record_id: UUID,
    version: int,
    outcome: str,
    basis: str,
    reason: str = "",
    next_review_on: date | None = None,
) -> OpeningOpinion:
    """Say what should become of a record that is due; the last opinion its archives asks for decides. Return it.

    Where two persons are asked for, the first review waits for another person's, and the second outcome stands. What the
    machine proposed is kept beside, untouched. Raises ConflictError for one's own second review, InvalidError for a
    restriction without a reason.
    """
    record = record_for(actor, record_id)
    require(actor, REVIEW_ROLES, record.archives.path)
    if actor.id is None:
        raise NotPermittedError(
            "catalogue.people_decide", gettext_noop("Opening is decided by people, not by the system.")
        )
    Record.objects.select_for_update().get(id=record.id)
    first = OpeningOpinion.objects.filter(record=record, settled=False).first()
    _check(actor, record, first, outcome, basis, reason, next_review_on)
    proposal = OpeningProposalRow.objects.filter(record=record).first()
    opinion = OpeningOpinion.objects.create(
        record=record,
        round=OpeningOpinion.Round.SECOND if first else OpeningOpinion.Round.FIRST,
        outcome=outcome,
        reason=reason.strip(),
        basis=basis.strip(),
        next_review_on=next_review_on,
        machine_outcome=proposal.outcome if proposal else "",
        given_by=actor.name,
        given_by_account_id=actor.id,
        given_at=now(),
    )
    facts = {"outcome": outcome, "round": int(opinion.round), "machine": opinion.machine_outcome or "none"}
    record_act(actor=actor, verb="recognition.give_opinion", target_kind="record", target_id=record.id, facts=facts)
    if first or not rule_of(record.archives_id).two_persons:
        _settle(actor, record, version, opinion)
    return opinion


def _check(
    actor: Actor,
    record: Record,
    first: OpeningOpinion | None,
    outcome: str,
    basis: str,
    reason: str,
    next_review_on: date | None,
) -> None:
    if outcome not in OUTCOMES:
        raise InvalidError("recognition.opening_outcome", gettext_noop("Choose open, masked, restricted or deferred."))
    if first and first.given_by_account_id == actor.id:
        raise ConflictError(
            "recognition.same_person",
            gettext_noop("You gave the first opinion on this record. Another person gives the second one."),
        )
    if not basis.strip():
        raise InvalidError(
            "recognition.opening_basis", gettext_noop("The legal basis is missing. Choose one or write the clause.")
        )
    if outcome in ("restricted", "deferred") and not reason.strip():
        raise InvalidError(
            "recognition.opening_reason", gettext_noop("Say why the record is not opened: people will ask.")
        )
    if (outcome == "deferred") != (next_review_on is not None):
        raise InvalidError(
            "recognition.opening_day",
            gettext_noop("A deferred opening, and only that, has a day of the next review. Enter or remove that day."),
        )
    if outcome == "masked":
        refuse_unchecked(record)


def _settle(actor: Actor, record: Record, version: int, opinion: OpeningOpinion) -> None:
    words = " · ".join(filter(None, (opinion.basis, opinion.reason)))[:400]
    decide_opening(
        actor=actor,
        record_id=record.id,
        version=version,
        outcome=opinion.outcome,
        basis=words,
        next_review_on=opinion.next_review_on,
    )
    OpeningOpinion.objects.filter(record=record, settled=False).update(settled=True)
    opinion.settled = True


@transaction.atomic
def note_export(*, actor: Actor, records: int) -> None:
    """Enter that a list of the review was taken away."""
    require(actor, REVIEW_ROLES)
    record_act(actor=actor, verb="recognition.export_openings", facts={"records": records})


@transaction.atomic
def set_opening_rule(
    *, actor: Actor, archives_id: UUID, closing_years: int, category_years: Mapping[str, int], two_persons: bool
) -> OpeningRule:
    """Set how an archives reviews; return the rule. Raises InvalidError for years that cannot be right."""
    archives = _archives(actor, archives_id)
    if not all(1 <= years <= 100 for years in (closing_years, *category_years.values())):
        raise InvalidError("recognition.closing_years", gettext_noop("A closing period has 1 to 100 years."))
    values = {"closing_years": closing_years, "category_years": dict(category_years), "two_persons": two_persons}
    rule, _ = OpeningRule.objects.update_or_create(archives=archives, defaults=values)
    facts = {"years": closing_years, "categories": len(category_years), "two_persons": two_persons}
    record_act(actor=actor, verb="recognition.set_opening_rule", target_kind="unit", target_id=archives.id, facts=facts)
    return rule


@transaction.atomic
def put_words(*, actor: Actor, archives_id: UUID, words: Sequence[ListedWord], replace: bool = False) -> int:
    """Add these words to the list of an archives, or make them the whole list; return how many words it has now.

    A word that is there already is changed. The first edit copies the default words. Raises InvalidError.
    """
    archives = _archives(actor, archives_id)
    for number, word in enumerate(words, 1):
        check_word(word, number)
    if replace:
        ReviewWord.objects.filter(archives=archives).delete()
        kept: dict[str, ListedWord] = {}
    else:
        present = ReviewWord.objects.filter(archives=archives).exists()
        kept = {} if present else {word.word: word for word in word_list(archives.id)}
    kept |= {word.word: word for word in words}
    rows = [
        ReviewWord(
            archives=archives,
            word=word.word,
            kind=word.kind,
            effect=word.effect,
            note=word.note,
            changed_by=actor.name,
            changed_at=now(),
        )
        for word in kept.values()
    ]
    ReviewWord.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["archives", "word"],
        update_fields=["kind", "effect", "note", "changed_by", "changed_at"],
    )
    total = ReviewWord.objects.filter(archives=archives).count()
    facts = {"words": len(words), "total": total, "replaced": replace}
    record_act(actor=actor, verb="recognition.put_words", target_kind="unit", target_id=archives.id, facts=facts)
    return total


@transaction.atomic
def remove_word(*, actor: Actor, word_id: UUID) -> None:
    """Take a word off its archives' list; taken off twice it stays off."""
    row = ReviewWord.objects.filter(id=word_id).first()
    if row is None:
        return
    archives = _archives(actor, row.archives_id)
    row.delete()
    record_act(
        actor=actor,
        verb="recognition.remove_word",
        target_kind="unit",
        target_id=archives.id,
        facts={"word": str(word_id)},
    )


def _archives(actor: Actor, archives_id: UUID) -> Unit:
    archives = Unit.objects.filter(id=archives_id, kind__in=("archives", "archive_room")).first()
    if archives is None or not any(archives.path.startswith(role.unit_path) for role in actor.roles):
        raise NotFoundError("recognition.archives", gettext_noop("There is no such archives, or it is not yours."))
    require(actor, EDITORS, archives.path)
    return archives
