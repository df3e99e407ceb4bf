"""Which unit may stand where, and the paths by which a unit knows all that is below it.

A path is "/a1b2c3d4e5/f6…/": one step per unit, from the root, each the random end of the unit's id. It shows no names.
"""

from datetime import date
from enum import StrEnum
from uuid import UUID

from lantai.identity.rules.credit_code import is_credit_code
from lantai.kernel.errors import ConflictError, InvalidError, gettext_noop

STEP_LENGTH = 10
MAX_DEPTH = 9
"""So deep a path still fits into one fact of the ledger."""


class Kind(StrEnum):
    """What a unit is."""

    CITY = "city"
    DISTRICT = "district"
    TOWNSHIP = "township"
    AUTHORITY = "authority"
    ARCHIVES = "archives"
    ARCHIVE_ROOM = "archive_room"
    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"
    TEMPORARY = "temporary"


REGIONS = (Kind.CITY, Kind.DISTRICT, Kind.TOWNSHIP)
"""From the widest to the narrowest; a region stands below a wider one only."""


def path_of(unit_id: UUID, parent_path: str = "/") -> str:
    """Return the path of a unit below `parent_path`."""
    return f"{parent_path}{unit_id.hex[-STEP_LENGTH:]}/"


def path_steps(path: str) -> list[str]:
    """Return the paths of the units from the root down to `path` itself."""
    steps = path.strip("/").split("/")
    return ["/" + "/".join(steps[: depth + 1]) + "/" for depth in range(len(steps))]


def check_place(kind: str, parent_kind: str | None, parent_path: str, parent_is_closed: bool) -> None:
    """Raise InvalidError or ConflictError if a unit of `kind` may not stand below such a parent (None: at the root)."""
    if parent_kind is not None and parent_is_closed:
        raise ConflictError(
            "identity.parent_closed",
            gettext_noop("The unit above is closed and takes no new units. Choose a unit that is open."),
        )
    check_depth(parent_path, STEP_LENGTH + 1)
    if kind not in REGIONS or parent_kind is None:
        return
    if parent_kind not in REGIONS or REGIONS.index(Kind(parent_kind)) >= REGIONS.index(Kind(kind)):
        raise InvalidError(
            "identity.region_place",
            gettext_noop("A region stands below a wider region only. Choose a city or district above it."),
        )


def check_depth(path: str, longest_below: int) -> None:
    """Raise ConflictError if a unit at `path` stands too deep, its longest path below being so much longer."""
    if len(path) + longest_below > MAX_DEPTH * (STEP_LENGTH + 1) + 1:
        raise ConflictError(
            "identity.tree_depth",
            gettext_noop("The tree of units is too deep here. Choose a unit higher up."),
        )


def check_move(path: str, new_parent_path: str) -> None:
    """Raise ConflictError if a unit would come to stand below itself."""
    if new_parent_path.startswith(path):
        raise ConflictError(
            "identity.move_into_itself",
            gettext_noop("A unit cannot stand below itself. Choose a unit outside of it."),
        )


def check_particulars(kind: str, name_zh: str, uscc: str, until: date | None) -> None:
    """Raise InvalidError if what is said of a unit cannot be right for its kind. `uscc` is as printed or empty."""
    if not name_zh.strip():
        raise InvalidError(
            "identity.unit_name", gettext_noop("The unit has no Chinese name. Enter the name on its seal.")
        )
    if uscc and not is_credit_code(uscc):
        raise InvalidError(
            "identity.uscc",
            gettext_noop(
                "%(uscc)s is not a unified social credit code: its check character does not fit. "
                "Compare it with the certificate, character by character."
            ),
            uscc=uscc,
        )
    if kind == Kind.ENTERPRISE and not uscc:
        raise InvalidError(
            "identity.uscc_missing",
            gettext_noop("An enterprise needs its unified social credit code. Enter the 18 characters of its licence."),
        )
    if (kind == Kind.TEMPORARY) != (until is not None):
        raise InvalidError(
            "identity.temporary_until",
            gettext_noop("A temporary body, and only that, has a day on which it ends. Enter or remove that day."),
        )
