"""Accounts: made, changed and deactivated by the system administrator, who can take nobody else's place."""

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.test import override_settings
from tests.factories import identity as make
from tests.identity.conftest import City

from lantai.identity import selectors, services
from lantai.identity.models import Account, UsedPassword
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError

FIRST = "first-Password-1"


def create(city: City, login: str = "zhang.san", staff_code: str = "") -> Account:
    return services.create_account(
        actor=make.actor_of(city.sysadmin),
        login=login,
        name="张三",
        unit_id=city.bureau.id,
        password=FIRST,
        staff_code=staff_code,
    )


def test_a_new_account_may_do_nothing_yet(city: City) -> None:
    account = create(city)
    actor = selectors.actor_for(account)
    assert (actor.roles, actor.level) == ((), 0)
    assert account.must_change_password
    assert identify_hasher(account.password).algorithm == "argon2"
    assert "$argon2id$" in account.password


@pytest.mark.parametrize("who", ["secadmin", "auditor", "archivist", "applicant"])
def test_nobody_but_the_system_administrator_makes_accounts(city: City, who: str) -> None:
    actor = make.actor_of(getattr(city, who))
    with pytest.raises(NotPermittedError):
        services.create_account(actor=actor, login="zhang", name="张三", unit_id=city.bureau.id, password=FIRST)


@pytest.mark.parametrize("login", ["", "Zhang San", "张三", "-zhang", "z" * 65])
def test_a_login_has_a_plain_form(city: City, login: str) -> None:
    with pytest.raises(InvalidError):
        create(city, login)


def test_one_login_and_one_staff_code_each(city: City) -> None:
    create(city, staff_code="0042")
    with pytest.raises(ConflictError) as same_login:
        create(city)
    with pytest.raises(ConflictError) as same_person:
        create(city, "zhang.san2", staff_code="0042")
    assert [same_login.value.code, same_person.value.code] == ["identity.login_in_use", "identity.one_per_person"]


def test_no_account_is_a_super_user(city: City) -> None:
    field_names = {field.name for field in Account._meta.get_fields()}
    assert field_names.isdisjoint({"is_superuser", "is_staff", "user_permissions", "groups"})
    assert not any(account.is_superuser or account.is_staff for account in Account.objects.all())
    with pytest.raises(AttributeError):
        city.sysadmin.is_superuser = True  # type: ignore[misc]


def test_a_deactivated_account_is_out_at_once(city: City) -> None:
    browser = make.signed_in(city.archivist)
    assert browser.get("/account/").status_code == 200
    services.deactivate_account(actor=make.actor_of(city.sysadmin), account_id=city.archivist.id)
    assert browser.get("/account/").status_code != 200
    assert make.roles_of(city.archivist.id) == set()
    assert make.actor_of(city.archivist).roles == ()
    with pytest.raises(NotFoundError):
        selectors.actor_for_login(city.archivist.login)


def test_nobody_deactivates_oneself_nor_the_last_administrator(city: City) -> None:
    actor = make.actor_of(city.sysadmin)
    with pytest.raises(NotPermittedError):
        services.deactivate_account(actor=actor, account_id=city.sysadmin.id)
    with pytest.raises(ConflictError):
        services.deactivate_account(actor=actor, account_id=city.secadmin.id)
    make.make_account(unit=city.top, role="secadmin")
    services.deactivate_account(actor=actor, account_id=city.secadmin.id)


def test_a_reactivated_account_begins_anew(city: City) -> None:
    actor = make.actor_of(city.sysadmin)
    services.deactivate_account(actor=actor, account_id=city.archivist.id)
    back = services.reactivate_account(actor=actor, account_id=city.archivist.id, password=FIRST)
    assert back.is_active
    assert back.must_change_password
    assert make.roles_of(back.id) == set()


@pytest.mark.parametrize("guarded", ["secadmin", "auditor"])
def test_the_system_administrator_cannot_take_the_watchers_place(city: City, guarded: str) -> None:
    account = getattr(city, guarded)
    with pytest.raises(NotPermittedError):
        services.reset_password(actor=make.actor_of(city.sysadmin), account_id=account.id, password=FIRST)
    assert services.reset_password(actor=make.SYSTEM, account_id=account.id, password=FIRST).must_change_password


def test_a_reset_password_opens_once_and_must_be_changed(city: City) -> None:
    services.reset_password(actor=make.actor_of(city.sysadmin), account_id=city.archivist.id, password=FIRST)
    account = services.sign_in(actor=make.SYSTEM, login=city.archivist.login, password=FIRST, address="10.0.0.1")
    assert account.must_change_password


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])  # thirty comparisons
def test_a_password_is_not_taken_again(city: City) -> None:
    account = create(city)
    actor = selectors.actor_for(account)
    former = FIRST
    for number in range(2, 8):
        services.change_password(actor=actor, old=former, new=f"Password-number-{number}")
        former = f"Password-number-{number}"
    with pytest.raises(InvalidError) as refused:
        services.change_password(actor=actor, old=former, new="Password-number-4")
    assert refused.value.code == "identity.password_used"
    assert UsedPassword.objects.filter(account=account).count() == 5
    services.change_password(actor=actor, old=former, new=FIRST)


def test_a_common_password_is_refused(city: City) -> None:
    with pytest.raises(InvalidError) as refused:
        services.create_account(
            actor=make.SYSTEM, login="zhang", name="张三", unit_id=city.bureau.id, password="password1!"
        )
    assert refused.value.code == "identity.password_common"


def test_wrong_old_passwords_are_counted(city: City) -> None:
    actor = make.actor_of(city.archivist)
    codes = []
    for _ in range(6):
        with pytest.raises(NotPermittedError) as refused:
            services.change_password(actor=actor, old="wrong", new="Password-number-1")
        codes.append(refused.value.code)
    assert codes == ["identity.old_password"] * 5 + ["identity.locked"]


def test_administrators_see_the_accounts_of_their_units_only(city: City) -> None:
    east = make.make_actor("secadmin", city.east)
    logins = set(selectors.accounts_for(east).values_list("login", flat=True))
    assert city.archivist.login in logins
    assert city.sysadmin.login not in logins
    with pytest.raises(NotFoundError):
        selectors.account_for(east, city.sysadmin.id)
    assert not selectors.accounts_for(make.actor_of(city.archivist)).exists()


def test_the_list_is_searched_and_paged(city: City) -> None:
    for number in range(5):
        make.make_account(f"reader{number}", unit=city.west, name=f"读者{number}")
    actor = make.actor_of(city.sysadmin)
    first = selectors.account_list(actor, text="读者", size=3)
    rest = selectors.account_list(actor, text="读者", size=3, cursor=first.next_cursor)
    assert [a.login for a in (*first.items, *rest.items)] == [f"reader{n}" for n in range(5)]
    assert rest.next_cursor == ""


def test_an_account_moves_to_another_unit(city: City) -> None:
    account = create(city)
    edited = services.edit_account(
        actor=make.actor_of(city.sysadmin), account_id=account.id, name="张叁", unit_id=city.west.id
    )
    assert (edited.name, edited.unit_id) == ("张叁", city.west.id)
    with pytest.raises(NotPermittedError):
        services.edit_account(
            actor=make.make_actor("sysadmin", city.east), account_id=account.id, name="张三", unit_id=city.bureau.id
        )
