"""Decisions of identity: who may hold and grant which role, the tree of units, codes of bodies, sign-in limits."""

from lantai.identity.rules.credit_code import is_credit_code
from lantai.identity.rules.roles import ADMINISTRATORS, Role

__all__ = ["ADMINISTRATORS", "Role", "is_credit_code"]
