"""Small makers for tests of the catalogue: a place with units, people in their roles, fonds and records."""

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from lantai.catalogue.models import Fonds, Grant, Record
from lantai.catalogue.rules.records import PartDescription
from lantai.catalogue.services import assign_reference_code, create_record, ensure_fonds, install_defaults
from lantai.identity.models import Account, RoleGrant, Unit
from lantai.identity.rules.tree import path_of
from lantai.identity.selectors import actor_for
from lantai.kernel.actors import Actor, system_actor
from lantai.kernel.clock import now
from lantai.kernel.ids import new_id
from lantai.preservation.models import ComputerFile
from lantai.preservation.services import store_file

SYSTEM = system_actor("tests")


@dataclass(frozen=True, slots=True)
class A4:
    """The size of an A4 page scanned at 200 dpi."""

    width_px: int = 1654
    height_px: int = 2339
    dpi: float | None = 200


def make_unit(name: str, kind: str = "department", parent: Unit | None = None, **values: Any) -> Unit:
    """Return a new unit below `parent`."""
    unit_id = new_id()
    path = path_of(unit_id, parent.path if parent else "/")
    return Unit.objects.create(id=unit_id, parent=parent, path=path, kind=kind, name_zh=name, code=name[:32], **values)


@dataclass(frozen=True, slots=True)
class Place:
    """A city with an archives, an authority, two departments and one fonds, Z109, of the first."""

    city: Unit
    archives: Unit
    authority: Unit
    bureau: Unit
    office: Unit
    fonds: Fonds


def make_place(code: str = "Z109") -> Place:
    """Return a city with its archives and a fonds `code`; the catalogue's defaults are installed."""
    install_defaults(actor=SYSTEM)
    mark = new_id().hex[-4:]
    city = make_unit(f"榕江市{mark}", "city")
    archives = make_unit("市档案馆", "archives", city)
    authority = make_unit("市档案局", "authority", city)
    bureau = make_unit("市住建局", "department", city)
    office = make_unit("市教育局", "department", city)
    fonds = ensure_fonds(
        actor=SYSTEM,
        archives_id=archives.id,
        code=code,
        name_zh="市住建局",
        name_en="Housing bureau",
        owner_unit_id=bureau.id,
    )
    return Place(city, archives, authority, bureau, office, fonds)


def make_account(unit: Unit, *, level: int = 0, **roles: Unit) -> Account:
    """Return an active account of `unit`; `roles` are role=unit pairs, such as archivist=place.archives."""
    mark = new_id().hex[-12:]
    account = Account.objects.create(
        login=f"u{mark}", name=f"用户{mark}", unit=unit, level=level, must_change_password=False
    )
    for role, at in roles.items():
        RoleGrant.objects.create(account=account, role=role, unit=at)
    return account


def make_actor(unit: Unit, *, level: int = 0, **roles: Unit) -> Actor:
    """Return who acts for a new account like that of `make_account`."""
    return actor_for(make_account(unit, level=level, **roles), sitting="sitting")


def make_archivist(place: Place, *, level: int = 20) -> Actor:
    """Return an archivist of the place's archives."""
    return make_actor(place.archives, level=level, archivist=place.archives)


def make_record(fonds: Fonds, title: str = "关于城市规划的通知", *, coded: bool = False, **values: Any) -> Record:
    """Return a new item (or what `values` say) of `fonds`, with a reference code if `coded`."""
    usual: dict[str, Any] = {"level": "item", "category_code": "WS", "year": 2011, "retention": "Y"}
    record = create_record(actor=SYSTEM, fonds_id=fonds.id, title=title, **(usual | values))
    return assign_reference_code(actor=SYSTEM, record_id=record.id) if coded else record


def make_computer_file(archives_id: UUID, content: bytes = b"", *, level: int = 0) -> ComputerFile:
    """Return a computer file kept in the stores of the tests; its bytes are new ones unless given."""
    source = BytesIO(content or new_id().bytes)
    return store_file(
        actor=SYSTEM, source=source, name="001.tif", archives_id=archives_id, level=level, media_type="image/tiff"
    )


def make_part(archives_id: UUID, pages: int = 1, **values: Any) -> PartDescription:
    """Return the description of a part with `pages` pages of A4."""
    usual: dict[str, Any] = {"name": "001.tif", "media_type": "image/tiff", "pages": [A4()] * pages}
    return PartDescription(computer_file_id=make_computer_file(archives_id).id, **(usual | values))


def make_grant(record_id: UUID, account: Account, until_on: date) -> Grant:
    """Return the row of a grant, past all rules."""
    return Grant.objects.create(
        record_id=record_id,
        account=account,
        until_on=until_on,
        reason="for a test",
        granted_by="tests",
        created_at=now(),
    )


def days_from(day: date, days: int) -> date:
    """Return the day `days` after `day`."""
    return day + timedelta(days=days)
