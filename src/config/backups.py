"""A dump of the database before a risky act, and the way back to it."""

import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from config import postgres
from config.environment import ENVIRONMENT
from lantai.kernel import clock
from lantai.kernel.errors import ConflictError, UnavailableError, gettext_noop

SERVER_DATABASE = "postgres"
"""Where one connects to make, rename and drop other databases."""


def require_way_back() -> None:
    """Raise ConflictError unless the owner may make a database, which putting a dump back needs."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    if not (row and row[0]):
        raise ConflictError(
            "database.no_way_back",
            gettext_noop(
                "The role %(role)s may not make databases, so a failed upgrade could not be put back. "
                "Have it given that right: ALTER ROLE %(role)s CREATEDB"
            ),
            role=settings.DATABASES["owner"]["USER"],
        )


def dump_database() -> Path:
    """Write a dump of the whole database below LANTAI_HOME/backups, durably, and return it."""
    folder = ENVIRONMENT.home / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{clock.now():%Y%m%dT%H%M%SZ}.dump"
    draft = target.with_suffix(".new")
    try:
        _run("pg_dump", "--format=custom", f"--file={draft}", f"--dbname={_conninfo()}")
        _sync(draft)
        draft.replace(target)
        _sync(folder)
    finally:
        draft.unlink(missing_ok=True)
    return target


def restore_database(dump: Path) -> None:
    """Put the database back to what `dump` holds; whoever is connected is thrown out.

    The dump is read into a new database, which takes the old one's name only when it is complete. Raises
    UnavailableError when it cannot be read; the database then stays as it stands.
    """
    name = settings.DATABASES["owner"]["NAME"]
    new = f"{name}_restored"
    connections.close_all()
    with psycopg.connect(_conninfo(SERVER_DATABASE), password=_password(), autocommit=True) as link:
        _drop(link, new)
        _create_like(link, new, name)
        try:
            _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={_conninfo(new)}", str(dump))
        except UnavailableError:
            _drop(link, new)
            raise
        _drop(link, name)
        link.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(new), sql.Identifier(name)))


def _drop(link: psycopg.Connection[Any], name: str) -> None:
    link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _create_like(link: psycopg.Connection[Any], new: str, model: str) -> None:
    """Make an empty database with the encoding and the sort order of another."""
    row = link.execute(
        "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = %s", [model]
    ).fetchone()
    assert row is not None
    link.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}").format(
            sql.Identifier(new), *map(sql.Literal, row)
        )
    )


def _conninfo(name: str = "") -> str:
    """Return how to reach a database as the owner, without the password."""
    owner = settings.DATABASES["owner"]
    address = {"host": owner["HOST"], "port": owner["PORT"], "user": owner["USER"], "dbname": name or owner["NAME"]}
    return make_conninfo("", **{k: v for k, v in address.items() if v}, **owner["OPTIONS"])


def _password() -> str:
    return str(settings.DATABASES["owner"]["PASSWORD"])


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(postgres.program(program)), *arguments],
        env=os.environ | {"PGPASSWORD": _password()},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise UnavailableError(
            "database.program",
            gettext_noop("%(program)s failed: %(words)s. The database stands as it was before that."),
            program=program,
            words=done.stderr.strip()[-400:],
        )


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
