"""What is done to units, accounts, grants and sittings; one file for each kind of act."""

from lantai.identity.services.accounts import (
    create_account,
    deactivate_account,
    edit_account,
    reactivate_account,
    reset_password,
)
from lantai.identity.services.demo import DEMO_PASSWORD, install_demo_city
from lantai.identity.services.grants import grant_role, install_defaults, name_level, set_level, withdraw_role
from lantai.identity.services.passwords import change_password
from lantai.identity.services.signing import sign_in
from lantai.identity.services.sittings import (
    begin_sitting,
    clear_expired,
    end_other_sittings,
    end_sitting,
    note_sitting,
    sign_out,
)
from lantai.identity.services.units import close_unit, create_unit, edit_unit, move_unit

__all__ = [
    "DEMO_PASSWORD",
    "begin_sitting",
    "change_password",
    "clear_expired",
    "close_unit",
    "create_account",
    "create_unit",
    "deactivate_account",
    "edit_account",
    "edit_unit",
    "end_other_sittings",
    "end_sitting",
    "grant_role",
    "install_defaults",
    "install_demo_city",
    "move_unit",
    "name_level",
    "note_sitting",
    "reactivate_account",
    "reset_password",
    "set_level",
    "sign_in",
    "sign_out",
    "withdraw_role",
]
