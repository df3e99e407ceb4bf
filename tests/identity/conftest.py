"""A small city for the tests of identity."""

from dataclasses import dataclass

import pytest
from tests.factories import identity as make

from lantai.identity.models import Account, Unit
from lantai.identity.rules.tree import Kind


@dataclass(frozen=True, slots=True)
class City:
    """A city with two districts; the first has archives and a department; one account of every kind."""

    top: Unit
    east: Unit
    west: Unit
    archives: Unit
    bureau: Unit
    sysadmin: Account
    secadmin: Account
    auditor: Account
    archivist: Account
    applicant: Account


@pytest.fixture
def city(db: None) -> City:
    make.with_levels()
    top = make.make_unit("砚州市", Kind.CITY, code="YZ")
    east = make.make_unit("松烟区", Kind.DISTRICT, top, code="E")
    west = make.make_unit("笺湖区", Kind.DISTRICT, top, code="W")
    archives = make.make_unit("松烟区档案馆", Kind.ARCHIVES, east, code="E-DAG")
    bureau = make.make_unit("松烟区民政局", Kind.DEPARTMENT, east, code="E-MZJ")
    return City(
        top,
        east,
        west,
        archives,
        bureau,
        sysadmin=make.make_account(unit=top, role="sysadmin"),
        secadmin=make.make_account(unit=top, role="secadmin"),
        auditor=make.make_account(unit=top, role="auditor"),
        archivist=make.make_account(unit=archives, role="archivist", level=20),
        applicant=make.make_account(unit=bureau, role="applicant"),
    )
