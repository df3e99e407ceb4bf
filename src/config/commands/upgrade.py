"""Bring an installation to this release: backup, migrate, index generation, health check; rolled back when one fails."""

import argparse
import sys
from pathlib import Path
from typing import Any

from lantai.kernel.errors import ArchiveError, UnavailableError, gettext_noop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments of its own."""


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Upgrade and return what was done. Raises UnavailableError, the database put back, when a step fails."""
    from django.db import Error as DatabaseError

    from config.backups import dump_database, restore_database
    from config.installation import make_ready, pending_migrations

    _step_database()
    pending = pending_migrations()
    backup = dump_database()
    _say(f"backup written: {backup.name}")
    try:
        make_ready(_say)
        rebuilt = _index_generation()
        _check_health()
    except (ArchiveError, DatabaseError) as error:
        _say(f"failed: {error}; putting the database back")
        restore_database(backup)
        raise UnavailableError(
            "upgrade.rolled_back",
            gettext_noop(
                "The upgrade failed (%(reason)s) and the database was put back. Start the former release again."
            ),
            reason=str(error),
        ) from error
    return {"backup": str(Path(backup)), "migrations": len(pending), "index_rebuilt": rebuilt}


def _step_database() -> None:
    """Bring the embedded cluster to the newest PostgreSQL here; the old one stays beside it."""
    from django.db import connections

    from config import postgres
    from config.environment import ENVIRONMENT

    if not ENVIRONMENT.database_url:
        connections.close_all()
        if release := postgres.step_to_newest(ENVIRONMENT.home):
            _say(f"database brought to PostgreSQL {release}; the former cluster stays beside it")


def _index_generation() -> bool:
    """Rebuild the index when this release writes it differently."""
    from lantai.search.selectors import index_state
    from lantai.search.services import rebuild_index

    if index_state().fits:
        return False
    _say("building a new index generation")
    rebuild_index()
    return True


def _check_health() -> None:
    from config.health import examine

    bad = [f for f in examine() if f.state == "bad"]
    if bad:
        raise UnavailableError(
            "upgrade.health", gettext_noop("%(name)s is not healthy: %(words)s"), name=bad[0].name, words=bad[0].words
        )


def _say(words: str) -> None:
    sys.stderr.write(f"  {words}\n")
    sys.stderr.flush()
