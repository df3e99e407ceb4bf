"""Questions about people and units: who acts, what may they do where, which units and accounts can they see."""

import hashlib
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from lantai.identity.models import AccessLevel, Account, RoleGrant, Sitting, Unit
from lantai.identity.rules.roles import Role
from lantai.identity.rules.tree import Kind, path_steps
from lantai.kernel.actors import Actor, RoleAt
from lantai.kernel.clock import today
from lantai.kernel.errors import InvalidError, NotFoundError, NotPermittedError, gettext_noop
from lantai.kernel.paging import Slice, decode_cursor, encode_cursor

PAGE_SIZE = 50
KEEPERS = (Role.SYSADMIN, Role.SECADMIN)
"""Who sees the tree of units and the list of accounts."""


def grants_in_force() -> QuerySet[RoleGrant]:
    """Return the grants that count today: not withdrawn, not ended, at a unit that is neither closed nor ended."""
    day = today()
    return RoleGrant.objects.filter(
        Q(until=None) | Q(until__gte=day),
        Q(unit__until=None) | Q(unit__until__gte=day),
        withdrawn_at=None,
        unit__closed_at=None,
    )


def actor_for(account: Account, *, sitting: str = "") -> Actor:
    """Return who acts when `account` does, in one query; somebody deactivated holds nothing.

    `sitting` is the session's key; the actor carries a digest of it, which opens no session.
    """
    name = account.name or account.login
    mark = hashlib.sha256(sitting.encode()).hexdigest()[:32] if sitting else ""
    if not account.is_active:
        return Actor(kind="account", name=name, id=account.id, sitting=mark)
    held = grants_in_force().filter(account=account).values_list("role", "unit_id", "unit__path")
    roles = tuple(RoleAt(role, unit_id, path) for role, unit_id, path in held)
    return Actor(kind="account", name=name, id=account.id, roles=roles, level=account.level, sitting=mark)


def actor_for_login(login: str) -> Actor:
    """Return the actor of the active account named `login`. Raises NotFoundError."""
    account = Account.objects.filter(login=login, deactivated_at=None).first()
    if account is None:
        raise NotFoundError(
            "identity.login", gettext_noop("There is no active account “%(login)s”. Check its name."), login=login
        )
    return actor_for(account)


def require(actor: Actor, role: str | tuple[str, ...], unit_path: str | None = None) -> None:
    """Raise NotPermittedError unless `actor` holds one of the roles at or above `unit_path` (anywhere, if None).

    The system's own hands pass.
    """
    wanted = (role,) if isinstance(role, str) else role
    if actor.is_system or any(actor.holds(one, unit_path) for one in wanted):
        return
    raise NotPermittedError(
        "identity.role",
        gettext_noop("This account may not do that here. If it should, ask the security administrator for the role."),
        roles=", ".join(wanted),
    )


def scopes(actor: Actor, *roles: str) -> tuple[str, ...]:
    """Return the widest unit paths where `actor` holds one of `roles` (any, if none named); ("/",) for the system."""
    if actor.is_system:
        return ("/",)
    paths = sorted({held.unit_path for held in actor.roles if not roles or held.role in roles})
    return tuple(path for path in paths if not any(path != other and path.startswith(other) for other in paths))


def below(paths: Sequence[str], field: str = "path") -> Q:
    """Return the condition that `field` lies at or below one of `paths`; nothing does when there are none."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def units_for(actor: Actor) -> QuerySet[Unit]:
    """Return the units at or below those where the actor holds a role."""
    return Unit.objects.filter(below(scopes(actor)))


def unit_for(actor: Actor, unit_id: UUID) -> Unit:
    """Return one of `units_for(actor)`. Raises NotFoundError for any other, absent or not."""
    unit = units_for(actor).filter(id=unit_id).first()
    if unit is None:
        raise no_such_unit()
    return unit


def unit_of(unit_id: UUID) -> Unit:
    """Return the unit, whoever asks; for other packages' services. Raises NotFoundError."""
    unit = Unit.objects.filter(id=unit_id).first()
    if unit is None:
        raise no_such_unit()
    return unit


def unit_by_code(code: str) -> Unit:
    """Return the open unit with this code. Raises NotFoundError for none, InvalidError for several."""
    found = list(Unit.objects.filter(code=code, closed_at=None)[:2]) if code else []
    if not found:
        raise no_such_unit()
    if len(found) > 1:
        raise InvalidError(
            "identity.unit_code",
            gettext_noop("Several units have the code %(unit_code)s. Name the unit by its id."),
            unit_code=code,
        )
    return found[0]


def children_of(actor: Actor, parent: Unit | None, *, cursor: str = "", size: int = PAGE_SIZE) -> Slice[Unit]:
    """Return a page of the units directly below `parent`, or of the actor's own topmost units if None, by code.

    Each unit carries `has_children`.
    """
    keeper = scopes(actor, *KEEPERS)
    rows = Unit.objects.filter(below(keeper))
    rows = (
        rows.filter(parent=parent)
        if parent
        else rows.filter(path__in=keeper)
        if keeper != ("/",)
        else rows.filter(parent=None)
    )
    rows = rows.annotate(has_children=Exists(Unit.objects.filter(parent=OuterRef("pk")))).order_by("code", "id")
    if cursor:
        code, last_id = decode_cursor(cursor, 2)
        rows = rows.filter(Q(code__gt=code) | Q(code=code, id__gt=last_id))
    found = list(rows[: size + 1])
    more = len(found) > size
    return Slice(found[:size], encode_cursor(found[size - 1].code, str(found[size - 1].id)) if more else "")


def find_unit(actor: Actor, text: str) -> Unit:
    """Return the open unit that an administrator names by code, by name, or as "code name". Raises NotFoundError."""
    words = text.split()
    rows = Unit.objects.filter(below(scopes(actor, *KEEPERS)), closed_at=None).order_by("path")
    if not words:
        raise no_such_unit()
    found = rows.filter(code=words[0]).first() or rows.filter(Q(name_zh=text.strip()) | Q(name_en=text.strip())).first()
    if found is None:
        raise no_such_unit()
    return found


def ancestors_of(unit: Unit) -> list[Unit]:
    """Return the units above `unit`, from the root down."""
    return list(Unit.objects.filter(path__in=path_steps(unit.path)[:-1]).order_by("path"))


def archives_of(unit: Unit) -> Unit | None:
    """Return the archives institution 档案馆 that `unit` hands its records to, or None.

    That is the unit itself when it is one; else what is set on it or on the nearest unit above; else the open archives
    institution standing directly below the nearest unit above. Two queries.
    """
    if unit.kind == Kind.ARCHIVES:
        return unit
    line = [*ancestors_of(unit), unit]
    candidates = Unit.objects.filter(
        Q(id__in=[step.archives_id for step in line if step.archives_id])
        | Q(parent__in=[step.id for step in line], kind=Kind.ARCHIVES, closed_at=None)
    ).order_by("code", "id")
    by_id = {step.id: step for step in line} | {found.id: found for found in candidates}
    below_of: dict[UUID | None, Unit] = {}
    for found in candidates:
        if found.kind == Kind.ARCHIVES and found.closed_at is None:
            below_of.setdefault(found.parent_id, found)
    for step in reversed(line):
        if step.kind == Kind.ARCHIVES:
            return step
        if step.archives_id:
            return by_id[step.archives_id]
        if step.id in below_of:
            return below_of[step.id]
    return None


def archives_units() -> QuerySet[Unit]:
    """Return the open archives institutions."""
    return Unit.objects.filter(kind=Kind.ARCHIVES, closed_at=None)


def open_units_for(actor: Actor, *, size: int = 500) -> list[Unit]:
    """Return the open units an administrator may choose from, in the order of the tree, at most `size`."""
    return list(Unit.objects.filter(below(scopes(actor, *KEEPERS)), closed_at=None).order_by("path")[:size])


def accounts_for(actor: Actor) -> QuerySet[Account]:
    """Return the accounts of the units that the actor administers; nobody else's administrator sees any."""
    return Account.objects.filter(below(scopes(actor, *KEEPERS), "unit__path")).select_related("unit")


def account_for(actor: Actor, account_id: UUID) -> Account:
    """Return one of `accounts_for(actor)`. Raises NotFoundError for any other, absent or not."""
    account = accounts_for(actor).filter(id=account_id).first()
    if account is None:
        raise no_such_account()
    return account


def account_by_login(actor: Actor, login: str) -> Account:
    """Return one of `accounts_for(actor)` by its login. Raises NotFoundError."""
    account = accounts_for(actor).filter(login=login).first()
    if account is None:
        raise no_such_account()
    return account


def account_list(actor: Actor, *, text: str = "", cursor: str = "", size: int = PAGE_SIZE) -> Slice[Account]:
    """Return a page of `accounts_for(actor)` whose login, name, staff code or unit holds `text`, by login."""
    rows = accounts_for(actor).order_by("login")
    if text:
        rows = rows.filter(
            Q(login__icontains=text)
            | Q(name__icontains=text)
            | Q(staff_code__iexact=text)
            | Q(unit__name_zh__icontains=text)
            | Q(unit__name_en__icontains=text)
        )
    if cursor:
        rows = rows.filter(login__gt=decode_cursor(cursor, 1)[0])
    found = list(rows[: size + 1])
    return Slice(found[:size], encode_cursor(found[size - 1].login) if len(found) > size else "")


def names_of(account_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of these accounts as they are now, whoever asks; an erased one is left out."""
    return dict(Account.objects.filter(id__in=account_ids).values_list("id", "name"))


def holders_of(role: str, unit_path: str) -> QuerySet[Account]:
    """Return the active accounts whose `role` reaches `unit_path`, for instance to tell them something."""
    grants = grants_in_force().filter(role=role, unit__path__in=path_steps(unit_path), account__deactivated_at=None)
    return Account.objects.filter(id__in=grants.values("account_id")).order_by("login")


def grants_of(account: Account) -> QuerySet[RoleGrant]:
    """Return the account's grants that are not withdrawn, ended ones too."""
    return account.grants.filter(withdrawn_at=None).select_related("unit")


def own_account(actor: Actor) -> Account:
    """Return the actor's own account. Raises NotPermittedError for somebody who is not signed in."""
    account = Account.objects.select_related("unit").filter(id=actor.id).first() if actor.id else None
    if account is None:
        raise NotPermittedError("identity.signed_out", gettext_noop("You are not signed in. Sign in and try again."))
    return account


def sittings_of(actor: Actor) -> QuerySet[Sitting]:
    """Return the actor's own sittings, the one seen last first."""
    return Sitting.objects.filter(account_id=actor.id) if actor.id else Sitting.objects.none()


def access_levels() -> list[AccessLevel]:
    """Return the access levels, from public upwards."""
    return list(AccessLevel.objects.all())


def no_such_unit() -> NotFoundError:
    """Return the refusal for a unit that is absent or hidden."""
    return NotFoundError("identity.unit", gettext_noop("There is no such unit. Choose one from the tree."))


def no_such_account() -> NotFoundError:
    """Return the refusal for an account that is absent or hidden."""
    return NotFoundError("identity.account", gettext_noop("There is no such account. Choose one from the list."))
