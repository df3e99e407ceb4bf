"""The database and its three roles: owner migrates, app works, sealer numbers the ledger."""

import fcntl
import time
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from config import postgres
from config.environment import Environment
from config.secrets import make_secrets, read_secrets
from lantai.kernel.errors import UnavailableError, gettext_noop

NAME = "lantai"
ROLES = ("owner", "app", "sealer")
SESSIONS_END_WITHIN_SECONDS = 3
"""A session that was closed is still listed for a moment."""
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
            "OPTIONS": {"connect_timeout": 10, **_options(environment)},
            "TEST": {"MIGRATE": False},
        }
        for alias, role in (("default", "app"), ("sealer", "sealer"), ("owner", "owner"))
    }


def _options(environment: Environment) -> dict[str, Any]:
    """Return what DATABASE_URL says beyond the address: sslmode, sslrootcert and their like."""
    own = ("dbname", "host", "port", "user", "password")
    return {k: v for k, v in conninfo_to_dict(environment.database_url).items() if k not in own}


def _address(environment: Environment, known: dict[str, str], role: str) -> dict[str, Any]:
    if environment.database_url:
        url = conninfo_to_dict(environment.database_url)
        name = url.get("dbname", NAME)
        address = {"NAME": name, "HOST": url.get("host", ""), "PORT": str(url.get("port", ""))}
        if role == "owner":
            return address | {"USER": url.get("user", ""), "PASSWORD": url.get("password", "")}
        return address | {"USER": f"{name}_{role}", "PASSWORD": known.get(role, "")}
    place = postgres.layout(environment.home)
    return {
        "NAME": NAME, "HOST": str(place.sockets), "PORT": str(postgres.PORT),
        "USER": f"{NAME}_{role}", "PASSWORD": known.get(role, ""),
    }  # fmt: skip


def prepare(environment: Environment) -> None:
    """Make the secrets, start the embedded server if it is ours, and make roles and database where they are missing.

    Raises UnavailableError when the server does not let us.
    """
    known = make_secrets(environment.home)
    place = None if environment.database_url else postgres.hold(environment.home)
    if _answers(environment, known):
        return
    with (environment.home / "secrets" / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            if place is None:
                _prepare_site_server(environment.database_url, known)
            else:
                _prepare_own_server(place, known)
        except psycopg.Error as error:
            raise UnavailableError(
                "database.refuses",
                gettext_noop("The database could not be made ready: %(words)s"),
                words=str(error).splitlines()[0],
            ) from error


def _answers(environment: Environment, known: dict[str, str]) -> bool:
    """Tell whether every role can sign in to the database."""
    try:
        for role in ROLES:
            address = _address(environment, known, role)
            psycopg.connect(
                host=address["HOST"], port=address["PORT"] or None, user=address["USER"],
                password=address["PASSWORD"], dbname=address["NAME"], **_options(environment),
            ).close()  # fmt: skip
    except psycopg.OperationalError:
        return False
    return True


def _prepare_site_server(url: str, known: dict[str, str]) -> None:
    with psycopg.connect(url, autocommit=True) as link:
        for role in ("app", "sealer"):
            _make_role(link, f"{link.info.dbname}_{role}", known[role])
            _let_end_sessions(link, f"{link.info.dbname}_{role}", link.info.user)


def _prepare_own_server(place: postgres.Layout, known: dict[str, str]) -> None:
    superuser: dict[str, Any] = {"user": "postgres", "password": known["superuser"], "dbname": "postgres"}
    with psycopg.connect(host=str(place.sockets), port=postgres.PORT, autocommit=True, **superuser) as link:
        for role in ROLES:
            _make_role(link, f"{NAME}_{role}", known[role], create_databases=role == "owner")
            if role != "owner":
                _let_end_sessions(link, f"{NAME}_{role}", f"{NAME}_owner")
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


def _let_end_sessions(link: psycopg.Connection[Any], role: str, owner: str) -> None:
    """Make the owner a member of `role`: it may then end that role's sessions, as putting a dump back must."""
    link.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(owner)))


def in_use(environment: Environment) -> bool:
    """Tell whether another process works with this installation's database."""
    if not environment.database_url:
        return postgres.others_use(environment.home)
    roles = [_address(environment, {}, role)["USER"] for role in ("app", "sealer")]
    with psycopg.connect(environment.database_url, autocommit=True) as link:
        for _ in range(SESSIONS_END_WITHIN_SECONDS * 10):
            row = link.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY(%s)",
                [roles],
            ).fetchone()
            if row == (0,):
                return False
            time.sleep(0.1)
    return True


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
