"""Change what a record says, where it stands and whether it is open; every change keeps what was there before."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from lantai.catalogue.models import Category, OpeningReview, Record, RetentionPeriod
from lantai.catalogue.rules import metadata as schemes
from lantai.catalogue.rules.findings import Finding
from lantai.catalogue.rules.records import check_place, check_texts, check_values, path_below
from lantai.catalogue.selectors.records import scheme_elements
from lantai.catalogue.selectors.viewing import may_view
from lantai.catalogue.services.history import Changes, store_change
from lantai.catalogue.services.inheriting import carry_down, inherit
from lantai.catalogue.services.masking import refuse_unchecked
from lantai.catalogue.services.permits import permit_arranging, permit_deciding
from lantai.identity.selectors import unit_of
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now, today
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop

EDITABLE = (
    "title", "author", "document_number", "dated_on", "year", "retention", "organisation", "catalogue_number",
    "category_code", "access_level", "unit_id", "metadata",
)  # fmt: skip
"""Fields of a description that may be edited; opening, place and code have acts of their own."""
CARRYING = {"access_level", "unit_id"}


def lock_record(actor: Actor, record_id: UUID) -> Record:
    """Return the record, its row locked. Raises NotFoundError alike when it is absent and when it is hidden."""
    rows = Record.objects.select_for_update(of=("self",))
    related = ("fonds__archives", "fonds__owner_unit", "archives", "category", "parent")
    record = rows.select_related(*related).filter(id=record_id).first()
    if record is None or not may_view(actor, record):
        raise NotFoundError(
            "catalogue.record",
            gettext_noop("There is no record %(reference)s that you may see. Check the code, or ask the archives."),
            reference=str(record_id),
        )
    return record


def check_version(record: Record, version: int) -> None:
    """Raise ConflictError unless `record` is still what the editor saw."""
    if record.version != version:
        raise ConflictError(
            "catalogue.edited_meanwhile",
            gettext_noop(
                "Somebody changed this record while you were editing it. Load it again, then repeat your change."
            ),
        )


@transaction.atomic
def edit_record(*, actor: Actor, record_id: UUID, version: int, changes: Mapping[str, Any]) -> Record:
    """Change fields of a description (see EDITABLE) and return the record; what is given unchanged is not a change.

    `version` is the one the editor saw. `access_level` or `unit_id` None lets the record inherit again. An issued code
    stays as it is whatever is changed. Raises ConflictError when somebody was faster, InvalidError when a value cannot be
    right.
    """
    record = lock_record(actor, record_id)
    permit_arranging(actor, record.fonds)
    _refuse_quarantined(record)
    check_version(record, version)
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise InvalidError(
            "catalogue.not_editable",
            gettext_noop("The field %(field)s cannot be edited here."),
            field=min(unknown),
        )
    made = _apply(actor, record, dict(changes))
    if not made:
        return record
    store_change(actor=actor, record=record, act="catalogue.edit_record", changes=made)
    if CARRYING & set(changes):
        carry_down(actor=actor, record=record)
    return record


def _apply(actor: Actor, record: Record, wishes: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set `wishes` on `record` and return what really changed. Raises InvalidError."""
    check_texts(wishes)
    check_values(wishes)
    made: dict[str, tuple[Any, Any]] = {}
    for name in ("title", "author", "document_number", "dated_on", "year", "organisation", "catalogue_number"):
        if name in wishes:
            value = wishes[name].strip() if isinstance(wishes[name], str) else wishes[name]
            _set(record, made, name, value)
    if "retention" in wishes:
        _check_retention(wishes["retention"], record)
        _set(record, made, "retention", wishes["retention"])
    if "category_code" in wishes and wishes["category_code"] != record.category.code:
        category = Category.objects.filter(code=wishes["category_code"]).first()
        if category is None:
            raise InvalidError(
                "catalogue.category",
                gettext_noop("There is no category “%(category)s”. Use one that is set up, such as WS."),
                category=wishes["category_code"],
            )
        made["category"] = (record.category.code, category.code)
        record.category = category
    if "access_level" in wishes:
        _set_access_level(actor, record, made, wishes["access_level"])
    if "unit_id" in wishes:
        _set_unit(record, made, wishes["unit_id"])
    if "metadata" in wishes:
        _set_metadata(record, made, wishes["metadata"])
    return made


def _set(record: Record, made: dict[str, tuple[Any, Any]], name: str, value: Any) -> None:
    old = getattr(record, name)
    if old != value:
        made[name] = (old, value)
        setattr(record, name, value)


def _check_retention(code: str, record: Record) -> None:
    if code != record.retention and not RetentionPeriod.objects.filter(code=code).exists():
        raise InvalidError(
            "catalogue.retention",
            gettext_noop(
                "“%(retention)s” is not in the retention schedule. Use Y, D30 or D10, or add the period first."
            ),
            retention=code,
        )


def _set_access_level(actor: Actor, record: Record, made: dict[str, tuple[Any, Any]], level: int | None) -> None:
    inherited = level is None and record.parent is not None
    wanted = level if level is not None else record.parent.access_level if record.parent else 0
    if not actor.is_system and wanted > actor.level:
        raise InvalidError(
            "catalogue.level_beyond_own",
            gettext_noop("You cannot set an access level above your own; you would no longer see the record."),
        )
    _set(record, made, "access_level_inherited", inherited)
    _set(record, made, "access_level", wanted)


def _set_unit(record: Record, made: dict[str, tuple[Any, Any]], unit_id: UUID | None) -> None:
    above = record.parent.unit_id if record.parent else record.fonds.owner_unit_id
    unit = unit_of(unit_id or above)
    if unit.id != record.unit_id:
        made["unit"] = (str(record.unit_id), str(unit.id))
        record.unit = unit
    _set(record, made, "unit_inherited", unit_id is None)
    _set(record, made, "unit_path", unit.path)


def _set_metadata(record: Record, made: dict[str, tuple[Any, Any]], values: Mapping[str, Any]) -> None:
    schemes.check_held_values(values)
    kept = {name: value for name, value in values.items() if value not in (None, "", [])}
    faults = metadata_faults(record, kept)
    if faults:
        raise InvalidError("catalogue.metadata", faults[0].message, **faults[0].facts)
    _set(record, made, "metadata", kept)


def metadata_faults(record: Record, values: Mapping[str, Any]) -> list[Finding]:
    """Return what is wrong with the values that differ from the record's own; what is missing is no fault of an edit."""
    fresh = {name: value for name, value in values.items() if record.metadata.get(name) != value}
    level = "item" if record.level == "item" else "file"
    found = schemes.check_metadata(scheme_elements(record.category), fresh, level=level, today=today(), complete=False)
    return [finding for finding in found if finding.severity == "error"]


@transaction.atomic
def move_record(*, actor: Actor, record_id: UUID, version: int, parent_id: UUID | None) -> Record:
    """Put a record, with all below it, below another one of its fonds, or at the top (None); what is inherited follows.

    Raises InvalidError for a place where it cannot stand; ConflictError when its code names the file it lies in.
    """
    record = lock_record(actor, record_id)
    permit_arranging(actor, record.fonds)
    check_version(record, version)
    parent = lock_record(actor, parent_id) if parent_id else None
    _check_move(record, parent)
    if record.parent_id == parent_id:
        return record
    old_path = record.path
    changes: dict[str, tuple[Any, Any]] = {"parent": (str(record.parent_id or ""), str(parent_id or ""))}
    before = {
        name: getattr(record, name)
        for name in ("access_level", "opening", "unit_path", "quarantined", "quarantine_inherited")
    }
    record.parent = parent
    if parent:
        inherit(record, parent)
    else:
        record.access_level_inherited = record.opening_inherited = False
        if record.unit_inherited:
            record.unit, record.unit_path = record.fonds.owner_unit, record.fonds.owner_unit.path
    record.path = path_below(parent.path if parent else "/", record.id)
    changes |= {name: (old, getattr(record, name)) for name, old in before.items() if old != getattr(record, name)}
    facts = {"parent": parent_id}
    record.save(update_fields=["path", "unit", "access_level_inherited", "opening_inherited"])
    store_change(actor=actor, record=record, act="catalogue.move_record", changes=changes, facts=facts)
    carry_down(actor=actor, record=record, old_path=old_path)
    return record


def _check_move(record: Record, parent: Record | None) -> None:
    if parent and parent.fonds_id != record.fonds_id:
        raise InvalidError(
            "catalogue.other_fonds",
            gettext_noop("A record stays in its fonds. Choose a file of the same fonds."),
        )
    if parent and parent.path.startswith(record.path):
        raise InvalidError(
            "catalogue.into_itself", gettext_noop("A file cannot be put into itself. Choose another one.")
        )
    check_place(record.level, parent.level if parent else None, parent.path if parent else "/")
    old = record.parent
    if (
        old
        and old.reference_code
        and record.reference_code
        and record.reference_code.startswith(f"{old.reference_code}-")
    ):
        raise ConflictError(
            "catalogue.code_names_its_file",
            gettext_noop(
                "The code %(reference)s names the file the item lies in, and codes never change. "
                "Enter the mistake in the register of defects instead."
            ),
            reference=record.reference_code,
        )


@transaction.atomic
def decide_opening(
    *, actor: Actor, record_id: UUID, version: int, outcome: str, basis: str, next_review_on: date | None = None
) -> Record:
    """Decide whether a record is open 开放审核, and carry it to what inherits; a person decides, naming the basis.

    Raises InvalidError without a basis, for a deferral without its day, or for opening what is not public by level.
    """
    record = lock_record(actor, record_id)
    permit_deciding(actor, record)
    _refuse_quarantined(record)
    check_version(record, version)
    if outcome == "masked":
        refuse_unchecked(record)
    else:
        check_values({"opening": outcome})
    if not basis.strip():
        raise InvalidError(
            "catalogue.opening_basis", gettext_noop("The basis of the decision is missing. Name the clause.")
        )
    if (outcome == "deferred") != (next_review_on is not None):
        raise InvalidError(
            "catalogue.opening_day",
            gettext_noop("A deferred opening, and only that, has a day of the next review. Enter or remove that day."),
        )
    if outcome in ("open", "masked") and record.access_level > 0:
        raise InvalidError(
            "catalogue.opening_level",
            gettext_noop("This record is not public by its access level, so it cannot be open. Lower the level first."),
        )
    OpeningReview.objects.create(
        record=record,
        outcome=outcome,
        basis=basis.strip(),
        next_review_on=next_review_on,
        decided_by=actor.name,
        decided_at=now(),
    )
    changes: Changes = {
        name: pair
        for name, pair in {
            "opening": (str(record.opening), outcome),
            "opening_inherited": (record.opening_inherited, False),
        }.items()
        if pair[0] != pair[1]
    }
    record.opening, record.opening_inherited = outcome, False
    store_change(
        actor=actor, record=record, act="catalogue.decide_opening", changes=changes, facts={"outcome": outcome}
    )
    carry_down(actor=actor, record=record)
    return record


def _refuse_quarantined(record: Record) -> None:
    if record.quarantined:
        raise ConflictError(
            "catalogue.quarantined",
            gettext_noop("This record is quarantined. The security administrator decides on it before anything else."),
        )
