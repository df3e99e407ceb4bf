"""Notes on records: defects with their owner and closure, and relations between two records."""

from uuid import UUID

from django.db import IntegrityError, transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Defect, Relation
from lantai.catalogue.selectors.fonds import fonds_to_work_on
from lantai.catalogue.selectors.records import defects_for
from lantai.catalogue.services.editing import lock_record
from lantai.catalogue.services.permits import permit_adding, permit_arranging
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop


@transaction.atomic
def report_defect(
    *,
    actor: Actor,
    kind: str,
    description: str,
    record_id: UUID | None = None,
    fonds_id: UUID | None = None,
    owner_id: UUID | None = None,
) -> Defect:
    """Enter in the register what is wrong with a record, or (for a record that is missing) with a fonds.

    Raises InvalidError without a description or for a kind that is not known.
    """
    record = lock_record(actor, record_id) if record_id else None
    if record is None and fonds_id is None:
        raise InvalidError("catalogue.defect_of", gettext_noop("Name the record or the fonds that the defect is in."))
    fonds = record.fonds if record else fonds_to_work_on(fonds_id)  # type: ignore[arg-type]  # one of the two is there
    permit_adding(actor, fonds)
    if not description.strip() or len(description) > 1000 or kind not in Defect.Kind.values:
        raise InvalidError(
            "catalogue.defect", gettext_noop("Say what is wrong in at most 1000 characters, and choose its kind.")
        )
    defect = Defect.objects.create(
        fonds=fonds,
        record=record,
        kind=kind,
        description=description.strip(),
        owner_id=owner_id,
        reported_by=actor.name,
        reported_at=now(),
    )
    facts = {"kind": kind, "fonds": fonds.id, "record": record.id if record else None, "owner": owner_id}
    record_act(actor=actor, verb="catalogue.report_defect", target_kind="defect", target_id=defect.id, facts=facts)
    return defect


@transaction.atomic
def assign_defect(*, actor: Actor, defect_id: UUID, owner_id: UUID) -> Defect:
    """Make an account the owner of an open defect."""
    defect = _open_defect(actor, defect_id)
    defect.owner_id = owner_id
    defect.save(update_fields=["owner"])
    facts = {"owner": owner_id}
    record_act(actor=actor, verb="catalogue.assign_defect", target_kind="defect", target_id=defect.id, facts=facts)
    return defect


@transaction.atomic
def close_defect(*, actor: Actor, defect_id: UUID, outcome: str) -> Defect:
    """Close a defect, saying what was done. Raises InvalidError without an outcome, ConflictError when closed already."""
    defect = _open_defect(actor, defect_id)
    if not outcome.strip() or len(outcome) > 1000:
        raise InvalidError(
            "catalogue.defect_outcome", gettext_noop("Say what was done about it, in at most 1000 characters.")
        )
    defect.outcome, defect.closed_by, defect.closed_at = outcome.strip(), actor.name, now()
    defect.save(update_fields=["outcome", "closed_by", "closed_at"])
    record_act(actor=actor, verb="catalogue.close_defect", target_kind="defect", target_id=defect.id)
    return defect


def _open_defect(actor: Actor, defect_id: UUID) -> Defect:
    rows = Defect.objects.select_for_update(of=("self",)).select_related("fonds__archives", "fonds__owner_unit")
    seen = defects_for(actor).filter(id=defect_id).exists()
    defect = rows.filter(id=defect_id).first() if seen else None
    if defect is None:
        raise NotFoundError("catalogue.defect", gettext_noop("There is no such defect in the register. Load it again."))
    permit_arranging(actor, defect.fonds)
    if defect.closed_at is not None:
        raise ConflictError("catalogue.defect_closed", gettext_noop("This defect is closed already."))
    return defect


@transaction.atomic
def relate_records(*, actor: Actor, source_id: UUID, target_id: UUID, kind: str, note: str = "") -> Relation:
    """Tie two records together, read "source … target". Raises InvalidError or ConflictError for a tie that cannot be."""
    source, target = (lock_record(actor, record_id) for record_id in (source_id, target_id))
    permit_arranging(actor, source.fonds)
    if source_id == target_id or kind not in Relation.Kind.values or len(note) > 400:
        raise InvalidError(
            "catalogue.relation", gettext_noop("A relation ties two different records and has a known kind.")
        )
    try:
        with transaction.atomic():
            relation = Relation.objects.create(source=source, target=target, kind=kind, note=note, created_at=now())
    except IntegrityError as error:
        raise ConflictError(
            "catalogue.relation_there", gettext_noop("The two records are tied in this way already.")
        ) from error
    facts = {"target": target.id, "kind": kind}
    record_act(actor=actor, verb="catalogue.relate_records", target_kind="record", target_id=source.id, facts=facts)
    return relation


@transaction.atomic
def unrelate_records(*, actor: Actor, relation_id: UUID) -> None:
    """Take a relation away. Raises NotFoundError unless the actor may see both ends."""
    relation = Relation.objects.filter(id=relation_id).first()
    if relation is None:
        raise NotFoundError(
            "catalogue.relation_gone", gettext_noop("There is no such relation. Load the record again.")
        )
    source, target = (lock_record(actor, record_id) for record_id in (relation.source_id, relation.target_id))
    permit_arranging(actor, source.fonds)
    facts = {"target": target.id, "kind": relation.kind}
    relation.delete()
    record_act(actor=actor, verb="catalogue.unrelate_records", target_kind="record", target_id=source.id, facts=facts)
