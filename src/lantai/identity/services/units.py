"""Make, describe, move and close units: the system administrator's work."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Length, Substr

from lantai.audit.services import record_act
from lantai.identity.models import Account, Unit
from lantai.identity.rules import tree
from lantai.identity.rules.credit_code import normal_credit_code
from lantai.identity.rules.roles import Role
from lantai.identity.selectors import archives_units, no_such_unit, require
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, InvalidError, gettext_noop
from lantai.kernel.ids import new_id

_TREE_LOCK = 0x1A17A1_01


def create_unit(
    *,
    actor: Actor,
    parent_id: UUID | None,
    kind: str,
    name_zh: str,
    name_en: str = "",
    code: str = "",
    uscc: str = "",
    until: date | None = None,
    archives_id: UUID | None = None,
) -> Unit:
    """Make a unit below another one; only the system itself makes one at the root.

    `archives_id` names the archives institution it hands its records to where that is not the nearest one.
    Raises NotPermittedError, InvalidError for a code or kind that cannot be right, ConflictError for a code in use.
    """
    kind = _known_kind(kind)
    uscc = normal_credit_code(uscc)
    with transaction.atomic(), _one_uscc(uscc):
        _lock_tree()
        parent = _locked(parent_id) if parent_id else None
        require(actor, Role.SYSADMIN, parent.path if parent else "/")
        parent_path = parent.path if parent else "/"
        tree.check_place(kind, parent.kind if parent else None, parent_path, bool(parent and parent.closed_at))
        tree.check_particulars(kind, name_zh, uscc, until)
        unit_id = new_id()
        unit = Unit.objects.create(
            id=unit_id,
            parent=parent,
            path=tree.path_of(unit_id, parent_path),
            kind=kind,
            name_zh=name_zh.strip(),
            name_en=name_en.strip(),
            code=code.strip(),
            uscc=uscc,
            until=until,
            archives=_archives(archives_id),
        )
        facts = {"kind": kind, "parent": parent_id, "path": unit.path.strip("/")}
        record_act(actor=actor, verb="identity.create_unit", target_kind="unit", target_id=unit.id, facts=facts)
        return unit


def edit_unit(
    *,
    actor: Actor,
    unit_id: UUID,
    version: int,
    name_zh: str,
    name_en: str = "",
    code: str = "",
    uscc: str = "",
    until: date | None = None,
    archives_id: UUID | None = None,
) -> Unit:
    """Describe a unit anew; its kind and place stay. Raises ConflictError when `version` is not the present one."""
    uscc = normal_credit_code(uscc)
    with transaction.atomic(), _one_uscc(uscc):
        unit = _locked(unit_id)
        require(actor, Role.SYSADMIN, unit.path)
        _check_open(unit)
        if unit.version != version:
            raise ConflictError(
                "identity.unit_version",
                gettext_noop(
                    "Somebody else has changed this unit meanwhile. Look at it again, then repeat your change."
                ),
            )
        tree.check_particulars(unit.kind, name_zh, uscc, until)
        wanted = {
            "name_zh": name_zh.strip(),
            "name_en": name_en.strip(),
            "code": code.strip(),
            "uscc": uscc,
            "until": until,
            "archives_id": _archives_id(archives_id),
        }
        changed = sorted(field for field, value in wanted.items() if getattr(unit, field) != value)
        for field in changed:
            setattr(unit, field, wanted[field])
        unit.version += 1
        unit.save(update_fields=[*changed, "version"])
        facts = {"fields": changed, "version": unit.version}
        record_act(actor=actor, verb="identity.edit_unit", target_kind="unit", target_id=unit.id, facts=facts)
        return unit


def move_unit(*, actor: Actor, unit_id: UUID, parent_id: UUID) -> Unit:
    """Put a unit, with all that is below it, under another one; roles are inherited along the new paths from now on.

    The ledger entry holds the old and the new path (without the outer slashes): whoever keeps copies of paths follows.
    """
    with transaction.atomic():
        _lock_tree()
        unit, parent = _locked(unit_id), _locked(parent_id)
        require(actor, Role.SYSADMIN, unit.path)
        require(actor, Role.SYSADMIN, parent.path)
        _check_open(unit)
        tree.check_move(unit.path, parent.path)
        tree.check_place(unit.kind, parent.kind, parent.path, parent.closed_at is not None)
        old_path, new_path = unit.path, tree.path_of(unit.id, parent.path)
        below = Unit.objects.filter(path__startswith=old_path)
        longest = max(len(path) for path in below.values_list("path", flat=True))
        tree.check_depth(new_path, longest - len(old_path))
        moved = below.update(path=Concat(Value(new_path), Substr("path", Length(Value(old_path)) + 1)))
        Unit.objects.filter(id=unit.id).update(parent=parent, version=F("version") + 1)
        unit.refresh_from_db()
        facts = {"old_path": old_path.strip("/"), "new_path": new_path.strip("/"), "units": moved}
        record_act(actor=actor, verb="identity.move_unit", target_kind="unit", target_id=unit.id, facts=facts)
        return unit


def close_unit(*, actor: Actor, unit_id: UUID) -> Unit:
    """Close a unit that has no open units below it and no active accounts; what it left stays where it is."""
    with transaction.atomic():
        _lock_tree()
        unit = _locked(unit_id)
        require(actor, Role.SYSADMIN, unit.path)
        _check_open(unit)
        if Unit.objects.filter(parent=unit, closed_at=None).exists():
            raise ConflictError(
                "identity.unit_has_units",
                gettext_noop("There are open units below this one. Close or move them first."),
            )
        if Account.objects.filter(unit=unit, deactivated_at=None).exists():
            raise ConflictError(
                "identity.unit_has_accounts",
                gettext_noop("There are active accounts at this unit. Move or deactivate them first."),
            )
        unit.closed_at = clock.now()
        unit.version += 1
        unit.save(update_fields=["closed_at", "version"])
        record_act(actor=actor, verb="identity.close_unit", target_kind="unit", target_id=unit.id)
        return unit


def _lock_tree() -> None:
    """Let one change of the tree's shape happen at a time, so that no path is written below a unit on the move."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])


def _locked(unit_id: UUID) -> Unit:
    unit = Unit.objects.select_for_update().filter(id=unit_id).first()
    if unit is None:
        raise no_such_unit()
    return unit


def _known_kind(kind: str) -> str:
    if kind not in set(tree.Kind):
        raise InvalidError(
            "identity.unit_kind", gettext_noop("There is no such kind of unit. Choose one from the list.")
        )
    return kind


def _check_open(unit: Unit) -> None:
    if unit.closed_at is not None:
        raise ConflictError("identity.unit_closed", gettext_noop("This unit is closed and does not change any more."))


def _archives(archives_id: UUID | None) -> Unit | None:
    if archives_id is None:
        return None
    found = archives_units().filter(id=archives_id).first()
    if found is None:
        raise InvalidError(
            "identity.not_archives",
            gettext_noop("Records are handed over to an open archives institution. Choose one."),
        )
    return found


def _archives_id(archives_id: UUID | None) -> UUID | None:
    found = _archives(archives_id)
    return found.id if found else None


@contextmanager
def _one_uscc(uscc: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "unit_uscc_once" not in str(error):
            raise
        raise ConflictError(
            "identity.uscc_in_use",
            gettext_noop("Another open unit has the code %(uscc)s already. Look for it before making a second one."),
            uscc=uscc,
        ) from error
