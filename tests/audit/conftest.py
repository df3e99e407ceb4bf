"""A ledger of its own for each test that commits: sealing needs committed rows, which no rolled-back test has."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections

from lantai.audit.models import LedgerEntry
from lantai.audit.services import record_act
from lantai.kernel.actors import Actor, system_actor
from lantai.kernel.ids import new_id

TABLES = ("audit_ledgerentry", "audit_ledgerleaf", "audit_ledgernode", "audit_sealing", "audit_checkpoint")
HAND = system_actor("tester")


def connect_as(alias: str) -> psycopg.Connection[Any]:
    """Return a connection of its own in the role of `alias` ("default" is the app, "sealer", "owner")."""
    place = connections[alias].settings_dict
    return psycopg.connect(
        host=place["HOST"],
        port=place["PORT"] or None,
        user=place["USER"],
        password=place["PASSWORD"],
        dbname=place["NAME"],
        autocommit=True,
    )


def tamper(statement: str, *values: Any) -> None:
    """Change the ledger as somebody would who owns the database and has switched its rules off."""
    with connect_as("owner") as owner, owner.transaction():
        owner.execute("; ".join(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in TABLES))
        owner.execute(statement, values or None)
        owner.execute("; ".join(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in TABLES))
        owner.execute("; ".join(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_refuse_change" for table in TABLES))


def empty_ledger() -> None:
    """Remove every row, as no role of the platform can."""
    tamper("; ".join(f"DELETE FROM {table}" for table in TABLES))


@pytest.fixture
def ledger(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Commit for real, and empty the ledger afterwards."""
    with django_db_blocker.unblock():
        yield
        empty_ledger()
        for alias in ("default", "sealer"):
            connections[alias].close()


@pytest.fixture
def write() -> Callable[..., list[LedgerEntry]]:
    """Return a function that writes `count` entries."""

    def written(count: int = 1, actor: Actor = HAND) -> list[LedgerEntry]:
        return [
            record_act(actor=actor, verb="audit.try", target_kind="thing", target_id=new_id(), facts={"number": n})
            for n in range(count)
        ]

    return written
