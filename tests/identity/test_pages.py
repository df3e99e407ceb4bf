"""Every page of identity from outside: who gets in, who is refused, and what the forms do."""

from uuid import UUID

import pytest
from django.test import Client
from tests.factories import identity as make
from tests.identity.conftest import City

from lantai.identity.models import Account, RoleGrant, Unit

ROLES = ("sysadmin", "secadmin", "auditor", "archivist", "applicant")
SYS, SEC, BOTH, ALL = {"sysadmin"}, {"secadmin"}, {"sysadmin", "secadmin"}, set(ROLES)
GET_PAGES: list[tuple[str, set[str]]] = [
    ("/account/", ALL),
    ("/account/password/", ALL),
    ("/manage/units/", BOTH),
    ("/manage/units/{bureau}/", BOTH),
    ("/manage/units/{bureau}/children/", BOTH),
    ("/manage/units/{bureau}/add/", SYS),
    ("/manage/units/{bureau}/edit/", SYS),
    ("/manage/units/{bureau}/move/", SYS),
    ("/manage/accounts/", BOTH),
    ("/manage/accounts/add/", SYS),
    ("/manage/accounts/{person}/", BOTH),
    ("/manage/accounts/{person}/edit/", SYS),
    ("/manage/accounts/{person}/grants/", SEC),
    ("/manage/levels/", SEC),
]
POST_ACTS: list[tuple[str, dict[str, str], set[str]]] = [
    ("/manage/units/{west}/close/", {}, SYS),
    ("/manage/units/{bureau}/add/", {"kind": "archive_room", "name_zh": "档案室"}, SYS),
    ("/manage/units/{bureau}/edit/", {"version": "1", "name_zh": "新名"}, SYS),
    ("/manage/units/{bureau}/move/", {"parent": "W"}, SYS),
    ("/manage/accounts/add/", {"login": "new.one", "name": "新人", "unit": "E-MZJ"}, SYS),
    ("/manage/accounts/{person}/edit/", {"name": "新名", "unit": "E-MZJ"}, SYS),
    ("/manage/accounts/{person}/deactivate/", {}, SYS),
    ("/manage/accounts/{person}/reset/", {}, SYS),
    ("/manage/accounts/{gone}/reactivate/", {}, SYS),
    ("/manage/accounts/{person}/grants/", {"role": "handler", "unit": "E"}, SEC),
    ("/manage/accounts/{person}/grants/{grant}/withdraw/", {}, SEC),
    ("/manage/accounts/{person}/level/", {"level": "10"}, SEC),
    ("/manage/levels/10/", {"10-name_zh": "馆内", "10-name_en": "House"}, SEC),
]


@pytest.fixture
def places(city: City) -> dict[str, UUID]:
    person = make.make_account("person", unit=city.bureau, role="liaison")
    gone = make.make_account("gone", unit=city.bureau, deactivated_at=person.created_at)
    grant = RoleGrant.objects.get(account=person)
    return {
        "bureau": city.bureau.id,
        "west": city.west.id,
        "person": person.id,
        "gone": gone.id,
        "grant": grant.id,
    }


def state() -> list[object]:
    """Return all that the acts could change."""
    return [
        list(Unit.objects.order_by("id").values()),
        list(RoleGrant.objects.order_by("id").values()),
        list(Account.objects.order_by("id").values("id", "name", "unit", "password", "level", "deactivated_at")),
    ]


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_to_their_roles_alone(city: City, places: dict[str, UUID], role: str) -> None:
    browser = make.browser_of(getattr(city, role))
    for path, allowed in GET_PAGES:
        answer = browser.get(path.format(**places))
        assert answer.status_code == (200 if role in allowed else 403), (path, answer.status_code)


@pytest.mark.parametrize(("path", "values", "allowed"), POST_ACTS)
def test_acts_are_done_by_their_roles_alone(
    city: City, places: dict[str, UUID], path: str, values: dict[str, str], allowed: set[str]
) -> None:
    address = path.format(**places)
    for role in sorted(ALL - allowed):
        before = state()
        assert make.browser_of(getattr(city, role)).post(address, values).status_code == 403, role
        assert state() == before, role
    for role in sorted(allowed):
        answer = make.browser_of(getattr(city, role)).post(address, values)
        assert answer.status_code in {200, 302}, answer.content.decode()


@pytest.mark.parametrize("path", [path for path, _ in GET_PAGES if path.startswith("/manage/")])
def test_somebody_not_signed_in_is_asked_to(city: City, places: dict[str, UUID], path: str) -> None:
    address = path.format(**places)
    answer = Client().get(address)
    assert answer.status_code == 302
    assert answer["Location"] == f"/sign-in/?next={address}"


@pytest.mark.parametrize("path", [path for path, _, _ in POST_ACTS])
def test_acts_are_not_done_by_looking(city: City, places: dict[str, UUID], path: str) -> None:
    before = state()
    for role in ("sysadmin", "secadmin"):
        make.browser_of(getattr(city, role)).get(path.format(**places))
    assert state() == before


def test_an_unknown_unit_and_a_hidden_one_look_the_same(city: City) -> None:
    east = make.make_account(unit=city.east, role="sysadmin")
    browser = make.browser_of(east)
    hidden = browser.get(f"/manage/units/{city.west.id}/")
    absent = browser.get(f"/manage/units/{city.sysadmin.id}/")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert browser.get(f"/manage/accounts/{city.sysadmin.id}/").status_code == 404


def test_a_wrong_credit_code_is_shown_beside_its_field(city: City) -> None:
    browser = make.browser_of(city.sysadmin)
    values = {"kind": "enterprise", "name_zh": "松风公司", "uscc": "91350100M000100Y44"}
    answer = browser.post(f"/manage/units/{city.east.id}/add/", values)
    assert answer.status_code == 422
    assert "91350100M000100Y44" in answer.content.decode()
    assert answer.context["form"].errors["uscc"]


def test_a_first_password_is_shown_once_and_works(city: City) -> None:
    browser = make.browser_of(city.sysadmin)
    answer = browser.post("/manage/accounts/add/", {"login": "new.one", "name": "新人", "unit": "E-MZJ 松烟区民政局"})
    password = answer.context["password"]
    assert password in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    stranger = Client()
    assert stranger.post("/sign-in/", {"login": "new.one", "password": password}).status_code == 302
    account = Account.objects.get(login="new.one")
    assert password not in browser.get(f"/manage/accounts/{account.id}/").content.decode()


def test_exclusion_is_told_in_the_form(city: City, places: dict[str, UUID]) -> None:
    browser = make.browser_of(city.secadmin)
    answer = browser.post(f"/manage/accounts/{places['person']}/grants/", {"role": "auditor", "unit": "YZ"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["role"]


def test_a_state_that_forbids_is_told_on_the_page(city: City) -> None:
    browser = make.browser_of(city.sysadmin)
    answer = browser.post(f"/manage/units/{city.east.id}/close/", follow=True)
    assert answer.status_code == 200
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_the_tree_is_read_level_by_level(city: City) -> None:
    browser = make.browser_of(city.sysadmin)
    top = browser.get("/manage/units/").content.decode()
    assert "砚州市" in top
    assert "松烟区" in top
    assert "松烟区民政局" not in top
    below = browser.get(f"/manage/units/{city.east.id}/children/").content.decode()
    assert "松烟区民政局" in below
    assert browser.get("/manage/units/?find=E-MZJ")["Location"] == f"/manage/units/{city.bureau.id}/"
    assert browser.get("/manage/units/?find=nowhere").status_code == 200


@pytest.mark.parametrize("path", ["/manage/units/", "/manage/accounts/"])
def test_lists_cost_the_same_however_long(city: City, path: str, django_assert_max_num_queries: object) -> None:
    for number in range(30):
        make.make_account(unit=make.make_unit(parent=city.east, code=f"E-{number}"))
    browser = make.browser_of(city.sysadmin)
    browser.get("/account/")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert browser.get(path).status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_speak_both_languages(city: City, places: dict[str, UUID], language: str) -> None:
    for role in ("sysadmin", "secadmin"):
        browser = make.browser_of(getattr(city, role))
        for path, allowed in GET_PAGES:
            if role in allowed:
                answer = browser.get(path.format(**places), headers={"Accept-Language": language})
                assert answer.status_code == 200
