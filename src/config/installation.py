"""Makes an installation ready: folders, secrets, database, tables, rights, pages' files, defaults. Safe to run again."""

import fcntl
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

from config import database, frontend, translations
from config.environment import CHECKOUT, ENVIRONMENT
from lantai.kernel.actors import system_actor
from lantai.kernel.errors import ConflictError, gettext_noop

Tell = Callable[[str], None]
MIGRATING = 0x6C616E746169
"""The advisory lock of whoever migrates: machines that share a database take turns."""


def make_ready(tell: Tell, *, upgrading: bool = False) -> None:
    """Bring the installation to the present code, telling each step that had something to do.

    One process at a time does so. Raises ConflictError when tables that hold something would change: that is the work
    of `upgrade`, which keeps a way back.
    """
    (ENVIRONMENT.home / "tmp").mkdir(parents=True, exist_ok=True)
    with (ENVIRONMENT.home / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if migrate(upgrading=upgrading):
            tell("database tables made")
        if translations.compile_all():
            tell("translations compiled")
        if frontend.build():
            tell("pages' styles and scripts built")
        if collect_static():
            tell("static files collected")
        install_defaults()


def pending_migrations() -> list[str]:
    """Return the names of migrations that the database has not seen."""
    executor = MigrationExecutor(connections["owner"])
    return [f"{m.app_label}.{m.name}" for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def migrate(*, upgrading: bool = False) -> bool:
    """Migrate as the owner and hand out rights; return whether there were migrations. See `make_ready`."""
    owner = connections["owner"]
    try:
        with owner.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        pending = pending_migrations()
        if pending and not upgrading and _holds_something():
            raise ConflictError(
                "setup.upgrade_first",
                gettext_noop(
                    "This release changes the tables (%(count)d migrations). Run: lantai upgrade, which writes a backup first."
                ),
                count=len(pending),
            )
        if pending:
            call_command("migrate", database="owner", verbosity=0, interactive=False)
        with transaction.atomic(using="owner"):
            database.grant_rights(owner.connection, database.role_prefix(settings.DATABASES["default"]["USER"]))
    finally:
        owner.close()
    return bool(pending)


def _holds_something() -> bool:
    """Tell whether the installation ever recorded an act; the first set-up ends with one."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('audit_ledgerentry') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return False
        cursor.execute("SELECT EXISTS (SELECT 1 FROM audit_ledgerentry)")
        return bool(cursor.fetchone() == (True,))


def collect_static() -> bool:
    """Collect the static files when one of them is newer or other than last time."""
    mark = ENVIRONMENT.home / "static" / ".collected"
    wanted = _static_mark()
    if mark.is_file() and mark.read_text() == wanted:
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    mark.write_text(wanted)
    return True


def _static_mark() -> str:
    digest = hashlib.sha256()
    for folder in (
        CHECKOUT / "frontend" / "dist",
        CHECKOUT / "src" / "config" / "static",
        CHECKOUT / "requirements" / "runtime.lock",
    ):
        for file in sorted(_files(folder)):
            digest.update(f"{file}{file.stat().st_size}{file.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return [Path(folder) / name for folder, _, names in os.walk(place) for name in names]


def install_defaults() -> None:
    """Install the editable defaults (access levels, categories, schemes); what is there already stays as it is."""
    from lantai.catalogue import services as catalogue
    from lantai.identity import services as identity
    from lantai.preservation import services as preservation

    actor = system_actor("setup")
    preservation.prepare_keeping(actor=actor)
    identity.install_defaults(actor=actor)
    catalogue.install_defaults(actor=actor)
