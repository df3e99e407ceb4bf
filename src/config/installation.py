"""Makes an installation ready: folders, secrets, database, tables, rights, pages' files, defaults. Safe to run again."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from config import database, frontend, translations
from config.environment import CHECKOUT, ENVIRONMENT
from lantai.kernel.actors import system_actor

Tell = Callable[[str], None]


def make_ready(tell: Tell) -> None:
    """Bring the installation to the present code, telling each step that had something to do."""
    (ENVIRONMENT.home / "tmp").mkdir(parents=True, exist_ok=True)
    if migrate():
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


def migrate() -> bool:
    """Migrate as the owner and hand out rights; return whether there was anything to do."""
    if not pending_migrations():
        return False
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    owner = connections["owner"]
    owner.ensure_connection()
    database.grant_rights(owner.connection, database.role_prefix(settings.DATABASES["default"]["USER"]))
    owner.close()
    return True


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
