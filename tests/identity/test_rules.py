"""The pure decisions of identity: codes of bodies, roles that exclude each other, the tree, the limits of sign-in."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from lantai.identity.rules import sign_in, tree
from lantai.identity.rules.credit_code import ALPHABET, is_credit_code, normal_credit_code
from lantai.identity.rules.roles import ADMINISTRATORS, Role, check_level, check_together
from lantai.kernel.errors import ConflictError, InvalidError
from lantai.kernel.ids import new_id

GOOD_CODES = (
    "91350100M000100Y43",
    "91330106673959654P",
    "91110000802100433B",
    "911101085923662400",
    "91440300708461136T",
)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize("code", GOOD_CODES)
def test_a_true_credit_code_is_known(code: str) -> None:
    assert is_credit_code(code)


@pytest.mark.parametrize("code", GOOD_CODES)
def test_every_single_wrong_character_is_noticed(code: str) -> None:
    for place, sign in product(range(8, 18), ALPHABET):
        if sign != code[place]:
            assert not is_credit_code(code[:place] + sign + code[place + 1 :])


@pytest.mark.parametrize(
    "code", ["", "91350100M000100Y4", "91350100M000100Y433", "91350100M000100Y4I", "9135O100M000100Y43"]
)
def test_a_code_of_another_form_is_refused(code: str) -> None:
    assert not is_credit_code(code)


def test_a_code_is_read_as_people_type_it() -> None:
    assert normal_credit_code(" 91350100 m000100y43 ") == "91350100M000100Y43"


@pytest.mark.parametrize(("held", "wanted"), list(product(Role, Role)))
def test_an_administrators_role_stands_alone(held: Role, wanted: Role) -> None:
    excluded = held != wanted and (held in ADMINISTRATORS or wanted in ADMINISTRATORS)
    if excluded:
        with pytest.raises(ConflictError):
            check_together([held], wanted)
    else:
        check_together([held], wanted)


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_no_administrator_sees_what_is_not_public(role: Role) -> None:
    check_level([role], 0)
    with pytest.raises(ConflictError):
        check_level([role], 10)


def test_a_path_holds_a_step_for_every_unit_above() -> None:
    top, below = new_id(), new_id()
    path = tree.path_of(below, tree.path_of(top))
    assert tree.path_steps(path) == [tree.path_of(top), path]
    assert path.startswith(tree.path_of(top))


@pytest.mark.parametrize(
    ("kind", "above", "is_fine"),
    [
        ("city", None, True),
        ("district", "city", True),
        ("township", "city", True),
        ("township", "district", True),
        ("city", "district", False),
        ("district", "department", False),
        ("department", "enterprise", True),
        ("archives", "district", True),
    ],
)
def test_a_region_stands_below_a_wider_one(kind: str, above: str | None, is_fine: bool) -> None:
    if is_fine:
        tree.check_place(kind, above, "/", False)
    else:
        with pytest.raises(InvalidError):
            tree.check_place(kind, above, "/", False)


def test_nothing_is_added_below_a_closed_unit() -> None:
    with pytest.raises(ConflictError):
        tree.check_place("department", "city", "/", True)


def test_the_tree_is_not_endlessly_deep() -> None:
    path = "/"
    for _ in range(tree.MAX_DEPTH):
        tree.check_place("department", "department", path, False)
        path = tree.path_of(new_id(), path)
    with pytest.raises(ConflictError):
        tree.check_place("department", "department", path, False)


@pytest.mark.parametrize(
    ("kind", "name", "uscc", "until", "code"),
    [
        ("department", " ", "", None, "identity.unit_name"),
        ("enterprise", "砚州松风", "", None, "identity.uscc_missing"),
        ("enterprise", "砚州松风", "91350100M000100Y44", None, "identity.uscc"),
        ("temporary", "普查办", "", None, "identity.temporary_until"),
        ("department", "民政局", "", date(2027, 1, 1), "identity.temporary_until"),
    ],
)
def test_particulars_that_cannot_be_right_are_named(
    kind: str, name: str, uscc: str, until: date | None, code: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        tree.check_particulars(kind, name, uscc, until)
    assert refused.value.code == code


def test_the_fifth_failure_locks_and_time_unlocks() -> None:
    failures = sign_in.Failures(0, NOON)
    for attempt in range(sign_in.LOGIN_FAILURES):
        assert not sign_in.is_locked(failures, NOON)
        failures = sign_in.after_attempt(failures, NOON + timedelta(seconds=attempt))
        failures = sign_in.after_failure(failures, NOON, sign_in.LOGIN_FAILURES)
    assert sign_in.is_locked(failures, NOON + sign_in.LOCK_TIME - timedelta(seconds=1))
    assert not sign_in.is_locked(failures, NOON + sign_in.LOCK_TIME)
    assert sign_in.after_attempt(failures, NOON + sign_in.LOCK_TIME).count == 1


def test_old_failures_do_not_count() -> None:
    failures = sign_in.Failures(4, NOON)
    assert sign_in.after_attempt(failures, NOON + sign_in.FAILURE_WINDOW).count == 1


@pytest.mark.parametrize(
    ("began", "seen", "is_over"),
    [(0, 0, False), (29, 29, False), (30, 30, True), (60, 29, False), (479, 1, False), (480, 1, True)],
)
def test_a_sitting_ends_when_idle_or_old(began: int, seen: int, is_over: bool) -> None:
    ago = [NOON - timedelta(minutes=minutes) for minutes in (began, seen)]
    assert sign_in.sitting_is_over(ago[0], ago[1], NOON) is is_over


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Ab3$", "identity.password_length"),
        ("x" * 129, "identity.password_length"),
        ("alllowercase", "identity.password_plain"),
        ("lower12345678", "identity.password_plain"),
        ("Suwenjuan-2026", "identity.password_personal"),
    ],
)
def test_a_poor_password_is_refused_with_its_reason(password: str, code: str) -> None:
    with pytest.raises(InvalidError) as refused:
        sign_in.check_password_form(password, "suwenjuan", "苏文卷")
    assert refused.value.code == code


def test_a_first_password_is_good_enough_and_new_each_time() -> None:
    made = {sign_in.new_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        sign_in.check_password_form(password, "zhang", "张三")


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("10.1.2.3", "", "10.1.2.3"),
        ("10.1.2.3", "6.6.6.6", "10.1.2.3"),
        ("127.0.0.1", "6.6.6.6, 10.9.9.9", "10.9.9.9"),
        ("", "10.9.9.9", "10.9.9.9"),
        ("::1", "", "::1"),
    ],
)
def test_only_a_proxy_on_this_machine_tells_the_address(remote: str, forwarded: str, address: str) -> None:
    assert sign_in.client_address(remote, forwarded) == address
