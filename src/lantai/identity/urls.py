"""The addresses of identity."""

from django.urls import path

from lantai.identity.pages import accounts, grants, sittings, units

app_name = "identity"
ACCOUNT = "manage/accounts/<uuid:account_id>/"
UNIT = "manage/units/<uuid:unit_id>/"

urlpatterns = [
    path("sign-in/", sittings.sign_in, name="sign_in"),
    path("sign-out/", sittings.sign_out, name="sign_out"),
    path("account/", sittings.account, name="account"),
    path("account/password/", sittings.change_password, name="change_password"),
    path("account/sittings/end/", sittings.end_sittings, name="end_sittings"),
    path("manage/units/", units.units, name="units"),
    path(UNIT, units.unit, name="unit"),
    path(f"{UNIT}children/", units.children, name="children"),
    path(f"{UNIT}add/", units.create_unit, name="create_unit"),
    path(f"{UNIT}edit/", units.edit_unit, name="edit_unit"),
    path(f"{UNIT}move/", units.move_unit, name="move_unit"),
    path(f"{UNIT}close/", units.close_unit, name="close_unit"),
    path("manage/accounts/", accounts.accounts, name="accounts"),
    path("manage/accounts/add/", accounts.create_account, name="create_account"),
    path(ACCOUNT, accounts.account, name="manage_account"),
    path(f"{ACCOUNT}edit/", accounts.edit_account, name="edit_account"),
    path(f"{ACCOUNT}deactivate/", accounts.deactivate_account, name="deactivate_account"),
    path(f"{ACCOUNT}reactivate/", accounts.reactivate_account, name="reactivate_account"),
    path(f"{ACCOUNT}reset/", accounts.reset_password, name="reset_password"),
    path(f"{ACCOUNT}grants/", grants.grants, name="grants"),
    path(f"{ACCOUNT}grants/<uuid:grant_id>/withdraw/", grants.withdraw_role, name="withdraw_role"),
    path(f"{ACCOUNT}level/", grants.set_level, name="set_level"),
    path("manage/levels/", grants.levels, name="levels"),
    path("manage/levels/<int:level>/", grants.name_level, name="name_level"),
]
