"""Furnish Yanzhou 砚州, the city of the sample archive: its units and one account for each face of the product."""

from dataclasses import dataclass

from django.db import transaction

from lantai.identity.models import Account, Unit
from lantai.identity.rules.roles import Role
from lantai.identity.rules.tree import Kind
from lantai.identity.selectors import require
from lantai.identity.services.accounts import create_account
from lantai.identity.services.grants import grant_role, install_defaults, set_level
from lantai.identity.services.units import create_unit
from lantai.kernel.actors import Actor

DEMO_PASSWORD = "lantai-demo-2026"  # noqa: S105 - the demo's, told to everybody
CITY_CODE = "YZ"


@dataclass(frozen=True, slots=True)
class _Body:
    code: str
    kind: Kind
    name_zh: str
    name_en: str
    parent: str = CITY_CODE
    uscc: str = ""


BODIES = (
    _Body("YZ-DAJ", Kind.AUTHORITY, "砚州市档案局", "Yanzhou Archives Authority"),
    _Body("YZ-DAG", Kind.ARCHIVES, "砚州市档案馆", "Yanzhou City Archives"),
    _Body("YZ-ZFB", Kind.DEPARTMENT, "砚州市人民政府办公室", "Office of the Yanzhou Municipal Government"),
    _Body(
        "YZ-ZFB-DAS", Kind.ARCHIVE_ROOM, "砚州市人民政府办公室档案室", "Archive Room of the Government Office", "YZ-ZFB"
    ),
    _Body("YZ-MZJ", Kind.DEPARTMENT, "砚州市民政局", "Yanzhou Civil Affairs Bureau"),
    _Body("YZ-MZJ-DAS", Kind.ARCHIVE_ROOM, "砚州市民政局档案室", "Archive Room of the Civil Affairs Bureau", "YZ-MZJ"),
    _Body("YZ-ZJJ", Kind.DEPARTMENT, "砚州市住房和城乡建设局", "Yanzhou Housing and Construction Bureau"),
    _Body(
        "YZ-ZJJ-DAS",
        Kind.ARCHIVE_ROOM,
        "砚州市住房和城乡建设局档案室",
        "Archive Room of the Construction Bureau",
        "YZ-ZJJ",
    ),
    _Body("YZ-GHJ", Kind.DEPARTMENT, "砚州市自然资源和规划局", "Yanzhou Natural Resources and Planning Bureau"),
    _Body("YZ-SJJ", Kind.DEPARTMENT, "砚州市市场监督管理局", "Yanzhou Market Regulation Bureau"),
    _Body("YZ-CZJ", Kind.DEPARTMENT, "砚州市财政局", "Yanzhou Finance Bureau"),
    _Body("YZ-SYQ", Kind.DISTRICT, "松烟区", "Songyan District"),
    _Body("YZ-SYQ-DAG", Kind.ARCHIVES, "松烟区档案馆", "Songyan District Archives", "YZ-SYQ"),
    _Body("YZ-SYQ-XYZ", Kind.TOWNSHIP, "洗砚镇", "Xiyan Township", "YZ-SYQ"),
    _Body("YZ-JHQ", Kind.DISTRICT, "笺湖区", "Jianhu District"),
    _Body("YZ-JHQ-DAG", Kind.ARCHIVES, "笺湖区档案馆", "Jianhu District Archives", "YZ-JHQ"),
    _Body("YZ-MTQ", Kind.DISTRICT, "墨塘区", "Motang District"),
    _Body(
        "YZ-QY-SF",
        Kind.ENTERPRISE,
        "砚州市松风建筑工程有限公司",
        "Songfeng Construction Co., Ltd.",
        uscc="91990101MA00000A19",
    ),
)

PEOPLE = (
    ("applicant", "林晓舟", "YZ-QY-SF", "YZ", Role.APPLICANT, 0),
    ("archivist", "苏文卷", "YZ-DAG", "YZ-DAG", Role.ARCHIVIST, 20),
    ("supervisor", "严明远", "YZ-DAJ", "YZ", Role.SUPERVISOR, 10),
    ("sysadmin", "石守正", "YZ-DAG", "YZ", Role.SYSADMIN, 0),
    ("secadmin", "安慎之", "YZ-DAG", "YZ", Role.SECADMIN, 0),
    ("auditor", "纪清平", "YZ-DAG", "YZ", Role.AUDITOR, 0),
)


def install_demo_city(*, actor: Actor) -> dict[str, Unit]:
    """Make the demo's units and accounts where they are missing; return the units by code and by Chinese name.

    The system's own hand alone may do this. The accounts are named for their roles and share `DEMO_PASSWORD`, which need not be changed.
    """
    require(actor, ())
    install_defaults(actor=actor)
    with transaction.atomic():
        units = {unit.code: unit for unit in Unit.objects.filter(code__startswith=CITY_CODE, closed_at=None)}
        if CITY_CODE not in units:
            units[CITY_CODE] = create_unit(
                actor=actor, parent_id=None, kind=Kind.CITY, name_zh="砚州市", name_en="Yanzhou City", code=CITY_CODE
            )
        for body in BODIES:
            if body.code not in units:
                units[body.code] = create_unit(
                    actor=actor,
                    parent_id=units[body.parent].id,
                    kind=body.kind,
                    name_zh=body.name_zh,
                    name_en=body.name_en,
                    code=body.code,
                    uscc=body.uscc,
                )
        _install_people(actor, units)
    return units | {unit.name_zh: unit for unit in units.values()}


def _install_people(actor: Actor, units: dict[str, Unit]) -> None:
    known = set(Account.objects.filter(login__in=[login for login, *_ in PEOPLE]).values_list("login", flat=True))
    for login, name, home, place, role, level in PEOPLE:
        if login in known:
            continue
        account = create_account(
            actor=actor,
            login=login,
            name=name,
            unit_id=units[home].id,
            password=DEMO_PASSWORD,
            must_change_password=False,
        )
        grant_role(actor=actor, account_id=account.id, role=role, unit_id=units[place].id)
        if level:
            set_level(actor=actor, account_id=account.id, level=level)
