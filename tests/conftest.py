"""The database of the tests: made and migrated by the owner, worked on as the app role, as in production."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql

from config import database
from config.environment import CHECKOUT, ENVIRONMENT

pytest_plugins = ["tests.browser.fixtures"]


def _owner_link(name: str) -> psycopg.Connection[Any]:
    owner = settings.DATABASES["owner"]
    return psycopg.connect(
        host=owner["HOST"],
        port=owner["PORT"],
        user=owner["USER"],
        password=owner["PASSWORD"],
        dbname=name,
        autocommit=True,
    )


def _migrations_digest() -> str:
    """Return a digest of everything that shapes the tables, so that a stale template is never used."""
    digest = hashlib.sha256()
    for file in [*sorted((CHECKOUT / "src").glob("lantai/*/migrations/*.py")), Path(database.__file__)]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _use(name: str) -> None:
    for alias in ("default", "sealer", "owner"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def _template() -> str:
    """Return the name of a migrated database that the workers' databases are copied from."""
    home = f"lantai_template_{_migrations_digest()}"
    with _owner_link(database.NAME) as link:
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [home]).fetchone():
            for (old,) in link.execute(
                r"SELECT datname FROM pg_database WHERE datname LIKE 'lantai\_template\_%'"
            ).fetchall():
                link.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(old)))
                link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
            link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(home)))
            _use(home)
            call_command("migrate", database="owner", verbosity=0, interactive=False)
            with _owner_link(home) as made:
                database.grant_rights(made, database.NAME)
            connections["owner"].close()
            link.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(home)))
    return home


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    """Copy the migrated template for this worker, and drop the copy afterwards."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"lantai_test_{worker}"
    with (ENVIRONMENT.home / "tests.lock").open("w") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        template = _template()
        with _owner_link(database.NAME) as link:
            link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            link.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
    _use(name)
    yield
    with django_db_blocker.unblock():
        for alias in ("default", "sealer", "owner"):
            connections[alias].close()
        with _owner_link(database.NAME) as link:
            link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _empty_tables(case: TransactionTestCase) -> None:
    """Empty every table as the owner does, the ledger's refusals held off for that moment: the app role may not."""
    with _owner_link(settings.DATABASES["default"]["NAME"]) as link, link.transaction():
        tables = [
            sql.Identifier(row[0])
            for row in link.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
            )
        ]
        refusals = link.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND (tgtype & 32) <> 0"
        ).fetchall()
        for table, trigger in refusals:
            link.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER {}").format(sql.SQL(table), sql.Identifier(trigger)))
        link.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(tables)))
        for table, trigger in refusals:
            link.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER {}").format(sql.SQL(table), sql.Identifier(trigger)))


TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[attr-defined]
