"""Who acts: a person with an account, the system's own hands, or nobody known.

An Actor is a value made at the edge (identity makes it from an account) and passed first to every service.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RoleAt:
    """A role held at a unit; it reaches every unit whose path begins with `unit_path`."""

    role: str
    unit_id: UUID
    unit_path: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with all that a permission is decided from.

    `level` is the greatest access level the actor may see; `sitting` tells one sitting (session) from the next.
    `on_behalf_of` names the account that the owner of the machine speaks for on the command line.
    """

    kind: Literal["account", "system", "anonymous"]
    name: str
    id: UUID | None = None
    roles: tuple[RoleAt, ...] = ()
    level: int = 0
    sitting: str = ""
    on_behalf_of: str = ""

    def holds(self, role: str, unit_path: str | None = None) -> bool:
        """Tell whether the actor holds `role` at or above `unit_path` (anywhere, if None)."""
        return any(r.role == role and (unit_path is None or unit_path.startswith(r.unit_path)) for r in self.roles)

    @property
    def is_system(self) -> bool:
        return self.kind == "system"


ANONYMOUS = Actor(kind="anonymous", name="anonymous")


def system_actor(name: str) -> Actor:
    """Return one of the system's own hands, such as `system_actor("indexer")`."""
    return Actor(kind="system", name=name)
