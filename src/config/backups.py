"""A dump of the database before a risky act, and the way back to it."""

import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from config import postgres
from config.environment import ENVIRONMENT
from lantai.kernel import clock
from lantai.kernel.errors import UnavailableError, gettext_noop


def dump_database() -> Path:
    """Write a dump of the whole database below LANTAI_HOME/backups, durably, and return it."""
    folder = ENVIRONMENT.home / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{clock.now():%Y%m%dT%H%M%SZ}.dump"
    draft = target.with_suffix(".new")
    _run("pg_dump", "--format=custom", f"--file={draft}")
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(target)
    return target


def restore_database(dump: Path) -> None:
    """Put the database back to what `dump` holds; whoever is connected is thrown out."""
    owner = settings.DATABASES["owner"]
    connections.close_all()
    with psycopg.connect(**_address(owner) | {"dbname": "postgres"}, autocommit=True) as link:
        name = sql.Identifier(owner["NAME"])
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        link.execute(sql.SQL("CREATE DATABASE {}").format(name))
    _run("pg_restore", "--exit-on-error", f"--dbname={owner['NAME']}", str(dump))


def _address(owner: dict[str, Any]) -> dict[str, Any]:
    return {
        "host": owner["HOST"],
        "port": owner["PORT"] or None,
        "user": owner["USER"],
        "password": owner["PASSWORD"],
        "dbname": owner["NAME"],
    }


def _run(program: str, *arguments: str) -> None:
    owner = settings.DATABASES["owner"]
    place = postgres.layout(ENVIRONMENT.home)
    environment = os.environ | {
        "PGHOST": owner["HOST"], "PGPORT": str(owner["PORT"] or 5432), "PGUSER": owner["USER"],
        "PGPASSWORD": owner["PASSWORD"], "PGDATABASE": owner["NAME"],
    }  # fmt: skip
    done = subprocess.run(
        [str(place.binaries / program), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise UnavailableError(
            "database.program",
            gettext_noop("%(program)s failed: %(words)s. The database is as it was."),
            program=program,
            words=done.stderr.strip()[-400:],
        )
