"""Grant and withdraw roles and access levels: the security administrator's work, never for oneself."""

from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from lantai.audit.services import record_act
from lantai.identity.models import AccessLevel, Account, RoleGrant, Unit
from lantai.identity.rules import roles
from lantai.identity.rules.roles import Role
from lantai.identity.selectors import grants_in_force, no_such_account, no_such_unit, require
from lantai.identity.services.sittings import end_sittings
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop

FIRST_LEVELS = ((0, "公开", "Public"), (10, "内部", "Internal"), (20, "敏感", "Sensitive"))
_ADMINISTRATORS_LOCK = 0x1A17A1_02


def grant_role(*, actor: Actor, account_id: UUID, role: str, unit_id: UUID, until: date | None = None) -> RoleGrant:
    """Grant a role at a unit and everywhere below it, through the day `until`. The account's sittings end at once.

    Raises ConflictError when the three administrators' separation forbids it or the grant is there already.
    """
    with transaction.atomic():
        account = locked_account(account_id)
        unit = Unit.objects.filter(id=unit_id, closed_at=None).first()
        if unit is None:
            raise no_such_unit()
        require(actor, Role.SECADMIN, unit.path)
        require(actor, Role.SECADMIN, account.unit.path)
        roles.check_not_oneself(actor.id, account.id)
        role = _known_role(role)
        _check_day(until)
        if account.deactivated_at is not None:
            raise ConflictError(
                "identity.grant_deactivated",
                gettext_noop("This account is deactivated and takes no roles. Reactivate it first."),
            )
        _close_ended(account)
        held = list(account.grants.filter(withdrawn_at=None).values_list("role", "unit_id"))
        roles.check_together([name for name, _ in held], role)
        if (role, unit.id) in held or (role in roles.ADMINISTRATORS and held):
            raise ConflictError(
                "identity.granted_already",
                gettext_noop(
                    "The account holds this role already. Withdraw that grant first to change its unit or its end."
                ),
            )
        grant = RoleGrant.objects.create(account=account, role=role, unit=unit, until=until, granted_by_id=actor.id)
        if role in roles.ADMINISTRATORS and account.level > 0:
            Account.objects.filter(id=account.id).update(level=0)
        facts = {"role": role, "unit": unit.id, "until": until, "grant": grant.id, "sittings": end_sittings(account)}
        record_act(actor=actor, verb="identity.grant_role", target_kind="account", target_id=account.id, facts=facts)
        return grant


def withdraw_role(*, actor: Actor, grant_id: UUID) -> RoleGrant:
    """Withdraw a grant at once, with the account's sittings. The last administrator of a kind keeps the post."""
    with transaction.atomic():
        holder = RoleGrant.objects.filter(id=grant_id).values_list("account_id", flat=True).first()
        account = locked_account(holder) if holder else None
        found = RoleGrant.objects.select_related("unit").filter(id=grant_id, withdrawn_at=None).first()
        if account is None or found is None:
            raise NotFoundError("identity.grant", gettext_noop("There is no such grant, or it is withdrawn already."))
        require(actor, Role.SECADMIN, found.unit.path)
        require(actor, Role.SECADMIN, account.unit.path)
        roles.check_not_oneself(actor.id, account.id)
        if found.role in roles.ADMINISTRATORS:
            check_somebody_remains(account)
        found.withdrawn_at = clock.now()
        found.save(update_fields=["withdrawn_at"])
        facts = {"role": found.role, "unit": found.unit_id, "grant": found.id, "sittings": end_sittings(account)}
        record_act(actor=actor, verb="identity.withdraw_role", target_kind="account", target_id=account.id, facts=facts)
        return found


def set_level(*, actor: Actor, account_id: UUID, level: int) -> Account:
    """Set the greatest access level an account may see; its sittings end at once."""
    with transaction.atomic():
        account = locked_account(account_id)
        require(actor, Role.SECADMIN, account.unit.path)
        roles.check_not_oneself(actor.id, account.id)
        if not AccessLevel.objects.filter(level=level).exists():
            raise _no_such_level()
        roles.check_level(list(account.grants.filter(withdrawn_at=None).values_list("role", flat=True)), level)
        former, account.level = account.level, level
        account.save(update_fields=["level"])
        facts = {"from": former, "to": level, "sittings": end_sittings(account)}
        record_act(actor=actor, verb="identity.set_level", target_kind="account", target_id=account.id, facts=facts)
        return account


def name_level(*, actor: Actor, level: int, name_zh: str, name_en: str) -> AccessLevel:
    """Give an access level other names; its number stays."""
    with transaction.atomic():
        row = AccessLevel.objects.select_for_update().filter(level=level).first()
        require(actor, Role.SECADMIN)
        if row is None:
            raise _no_such_level()
        if not name_zh.strip() or not name_en.strip():
            raise InvalidError(
                "identity.level_name", gettext_noop("An access level has a Chinese and an English name. Enter both.")
            )
        row.name_zh, row.name_en = name_zh.strip(), name_en.strip()
        row.save(update_fields=["name_zh", "name_en"])
        record_act(actor=actor, verb="identity.name_level", target_kind="access_level", facts={"level": level})
        return row


def install_defaults(*, actor: Actor) -> None:
    """Make the access levels an installation begins with; those that are there keep their names."""
    require(actor, ())
    with transaction.atomic():
        rows = [AccessLevel(level=level, name_zh=zh, name_en=en) for level, zh, en in FIRST_LEVELS]
        known = set(AccessLevel.objects.values_list("level", flat=True))
        AccessLevel.objects.bulk_create(rows, ignore_conflicts=True)
        made = [row.level for row in rows if row.level not in known]
        if made:
            record_act(actor=actor, verb="identity.install_levels", target_kind="access_level", facts={"levels": made})


def locked_account(account_id: UUID) -> Account:
    """Return the account, locked until the transaction ends. Raises NotFoundError."""
    account = Account.objects.select_for_update(of=("self",)).select_related("unit").filter(id=account_id).first()
    if account is None:
        raise no_such_account()
    return account


def check_somebody_remains(account: Account) -> None:
    """Raise ConflictError if, without `account`, nobody would hold its administrator's role at that unit or above."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADMINISTRATORS_LOCK])
    in_force = grants_in_force()
    for grant in in_force.filter(account=account, role__in=roles.ADMINISTRATORS).select_related("unit"):
        others = in_force.filter(role=grant.role, account__deactivated_at=None).exclude(account=account)
        if not any(grant.unit.path.startswith(path) for path in others.values_list("unit__path", flat=True)):
            raise ConflictError(
                "identity.last_administrator",
                gettext_noop(
                    "This is the last account with that administrator's role here. Grant it to somebody else first."
                ),
            )


def withdraw_all(account: Account) -> int:
    """Withdraw every grant of `account` in the caller's transaction; return how many."""
    return account.grants.filter(withdrawn_at=None).update(withdrawn_at=clock.now())


def _close_ended(account: Account) -> None:
    """Withdraw grants whose last day has passed, so that they do not stand in the way of new ones."""
    account.grants.filter(Q(until__lt=clock.today()), withdrawn_at=None).update(withdrawn_at=clock.now())


def _known_role(role: str) -> str:
    if role not in set(Role):
        raise InvalidError("identity.role_name", gettext_noop("There is no such role. Choose one from the list."))
    return str(Role(role))


def _check_day(until: date | None) -> None:
    if until is not None and until < clock.today():
        raise InvalidError(
            "identity.until_past", gettext_noop("The last day of the grant has passed already. Choose a later one.")
        )


def _no_such_level() -> NotFoundError:
    return NotFoundError("identity.level", gettext_noop("There is no such access level. Choose one from the list."))
