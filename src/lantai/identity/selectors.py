"""Questions about accounts, roles and units."""

from lantai.identity.models import Account
from lantai.kernel.actors import Actor, RoleAt


def actor_for(account: Account, *, sitting: str = "") -> Actor:
    """Return who acts when `account` does."""
    roles = tuple(RoleAt(g.role, g.unit_id, g.unit.path) for g in account.grants.select_related("unit"))
    return Actor(kind="account", name=account.login, id=account.id, roles=roles, level=account.level, sitting=sitting)
