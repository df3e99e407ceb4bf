"""The roles, and which of them may not meet in one person.

Source: GB/T 22239-2019 clause 8.1.4 (separation of administrators' rights); the three administrators (三员分立).
"""

from collections.abc import Collection
from enum import StrEnum

from lantai.kernel.errors import ConflictError, NotPermittedError, gettext_noop


class Role(StrEnum):
    """What an account may do at a unit and below it."""

    APPLICANT = "applicant"
    HANDLER = "handler"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    ARCHIVIST = "archivist"
    LIAISON = "liaison"
    WITNESS = "witness"
    SUPERVISOR = "supervisor"
    SYSADMIN = "sysadmin"
    SECADMIN = "secadmin"
    AUDITOR = "auditor"


ADMINISTRATORS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})
"""Each of the three excludes every other role of the same person, the two others first of all."""

GUARDED = frozenset({Role.SECADMIN, Role.AUDITOR})
"""Who watches the system administrator: that administrator may not reset their passwords and so become them."""


def check_together(held: Collection[str], wanted: str) -> None:
    """Raise ConflictError if one person may not hold `wanted` beside the roles `held`."""
    others = {role for role in held if role != wanted}
    if wanted in ADMINISTRATORS and others:
        raise ConflictError(
            "identity.roles_exclude",
            gettext_noop(
                "An administrator's role stands alone: this account already holds another role. "
                "Withdraw that role first, or give this one to another person."
            ),
            held=", ".join(sorted(others)),
        )
    if others & ADMINISTRATORS:
        raise ConflictError(
            "identity.roles_exclude",
            gettext_noop(
                "This account is an administrator's and may hold no other role. "
                "Give the role to another person, or withdraw the administrator's role first."
            ),
            held=", ".join(sorted(others)),
        )


def check_level(held: Collection[str], level: int) -> None:
    """Raise ConflictError if somebody with the roles `held` may not see records of access level `level`."""
    if level > 0 and ADMINISTRATORS.intersection(held):
        raise ConflictError(
            "identity.level_of_administrator",
            gettext_noop("An administrator sees no records that are not public. Leave the access level at public."),
        )


def check_not_oneself(actor_id: object, account_id: object) -> None:
    """Raise NotPermittedError if somebody would decide on the own rights or the own account."""
    if actor_id is not None and actor_id == account_id:
        raise NotPermittedError(
            "identity.oneself",
            gettext_noop("Nobody decides on their own account. Ask another administrator to do this."),
        )
