"""The database and its three roles: owner migrates, app works, sealer numbers the ledger."""

import fcntl
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from config import postgres
from config.environment import Environment
from config.secrets import make_secrets, read_secrets

NAME = "lantai"
ROLES = ("owner", "app", "sealer")
LEDGER_TABLES = ("audit_ledgerentry", "audit_ledgerleaf", "audit_ledgernode", "audit_sealing", "audit_checkpoint")


class OwnerMigrates:
    """Database router: only the owner changes tables; everything else works on the default connection."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True


def databases(environment: Environment) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES: `default` is the app role, beside it `sealer` and `owner`."""
    known = read_secrets(environment.home)
    return {
        alias: {
            "ENGINE": "django.db.backends.postgresql",
            **_address(environment, known, role),
            "CONN_MAX_AGE": 0 if alias == "owner" else 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"connect_timeout": 10},
            "TEST": {"MIGRATE": False},
        }
        for alias, role in (("default", "app"), ("sealer", "sealer"), ("owner", "owner"))
    }


def _address(environment: Environment, known: dict[str, str], role: str) -> dict[str, Any]:
    if environment.database_url:
        url = urlsplit(environment.database_url)
        name = url.path.lstrip("/") or NAME
        address = {"NAME": name, "HOST": url.hostname or "", "PORT": str(url.port or "")}
        if role == "owner":
            return address | {"USER": unquote(url.username or ""), "PASSWORD": unquote(url.password or "")}
        return address | {"USER": f"{name}_{role}", "PASSWORD": known.get(role, "")}
    place = postgres.layout(environment.home)
    return {
        "NAME": NAME, "HOST": str(place.sockets), "PORT": str(postgres.PORT),
        "USER": f"{NAME}_{role}", "PASSWORD": known.get(role, ""),
    }  # fmt: skip


def prepare(environment: Environment) -> None:
    """Make the secrets, start the embedded server if it is ours, and make roles and database where they are missing."""
    known = make_secrets(environment.home)
    place = None if environment.database_url else postgres.hold(environment.home)
    if _answers(environment, known):
        return
    with (environment.home / "secrets" / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if place is None:
            _prepare_site_server(environment.database_url, known)
        else:
            _prepare_own_server(place, known)


def _answers(environment: Environment, known: dict[str, str]) -> bool:
    """Tell whether every role can sign in to the database."""
    try:
        for role in ROLES:
            address = _address(environment, known, role)
            psycopg.connect(
                host=address["HOST"], port=address["PORT"] or None, user=address["USER"],
                password=address["PASSWORD"], dbname=address["NAME"],
            ).close()  # fmt: skip
    except psycopg.OperationalError:
        return False
    return True


def _prepare_site_server(url: str, known: dict[str, str]) -> None:
    with psycopg.connect(url, autocommit=True) as link:
        for role in ("app", "sealer"):
            _make_role(link, f"{link.info.dbname}_{role}", known[role])


def _prepare_own_server(place: postgres.Layout, known: dict[str, str]) -> None:
    superuser = {"user": "postgres", "password": known["superuser"], "dbname": "postgres"}
    with psycopg.connect(host=str(place.sockets), port=postgres.PORT, autocommit=True, **superuser) as link:
        for role in ROLES:
            _make_role(link, f"{NAME}_{role}", known[role], create_databases=role == "owner")
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            owner = sql.Identifier(f"{NAME}_owner")
            link.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(NAME), owner))


def start_if_ours(environment: Environment) -> None:
    """Start the embedded server when it is ours and was made before; nothing is made."""
    if not environment.database_url and read_secrets(environment.home):
        postgres.hold(environment.home)


def _make_role(link: psycopg.Connection[Any], role: str, password: str, *, create_databases: bool = False) -> None:
    exists = link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    act = sql.SQL("ALTER ROLE" if exists else "CREATE ROLE")
    right = sql.SQL("CREATEDB" if create_databases else "NOCREATEDB")
    link.execute(sql.SQL("{} {} LOGIN {} PASSWORD {}").format(act, sql.Identifier(role), right, sql.Literal(password)))


def role_prefix(app_role: str) -> str:
    """Return what the names of the roles begin with: "lantai" of "lantai_app"."""
    return app_role.removesuffix("_app")


def grant_rights(owner: psycopg.Connection[Any], prefix: str) -> None:
    """Give app and sealer what they may do, table by table; run after every migration.

    The app reads and inserts ledger entries and nothing more; the sealer reads entries and inserts leaves and
    checkpoints. Neither may change or delete a row of the ledger.
    """
    app, sealer = sql.Identifier(f"{prefix}_app"), sql.Identifier(f"{prefix}_sealer")
    tables = [row[0] for row in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    free = [sql.Identifier(t) for t in tables if t not in (*LEDGER_TABLES, "django_migrations")]
    ledger = [sql.Identifier(t) for t in LEDGER_TABLES if t in tables]
    statements = [sql.SQL("GRANT USAGE ON SCHEMA public TO {}, {}").format(app, sealer)]
    if free:
        statements.append(
            sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}").format(sql.SQL(", ").join(free), app)
        )
    if "django_migrations" in tables:
        statements.append(sql.SQL("GRANT SELECT ON django_migrations TO {}, {}").format(app, sealer))
    if ledger:
        names = sql.SQL(", ").join(ledger)
        statements += [
            sql.SQL("REVOKE ALL ON {} FROM {}, {}, PUBLIC").format(names, app, sealer),
            sql.SQL("GRANT SELECT ON {} TO {}, {}").format(names, app, sealer),
        ]
    statements += [
        sql.SQL("GRANT INSERT ON {} TO {}").format(sql.Identifier(table), role)
        for table, role in ((name, app if name == "audit_ledgerentry" else sealer) for name in LEDGER_TABLES)
        if table in tables
    ]
    statements.append(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}, {}").format(app, sealer))
    statements.append(sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}").format(app))
    for statement in statements:
        owner.execute(statement)
