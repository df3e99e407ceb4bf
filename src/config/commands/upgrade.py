"""Bring an installation to this release: backup, migrate, index generation, health check; put back when one fails."""

import argparse
import sys
from pathlib import Path
from typing import Any

from lantai.kernel.errors import ConflictError, UnavailableError, gettext_noop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments of its own."""


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Upgrade and return what was done. Raises UnavailableError, everything put back, when a step fails."""
    from config.backups import dump_database, require_way_back
    from config.installation import make_ready, pending_migrations
    from lantai.search.selectors import generations

    _require_rest()
    require_way_back()
    pending, generation = pending_migrations(), generations().current()
    backup = dump_database()
    _say(f"backup written: {backup.name}")
    former_release = None
    try:
        former_release = _step_database()
        make_ready(_say, upgrading=True)
        rebuilt = _index_generation()
        _check_health()
    except BaseException as error:
        _say(f"failed: {error}; putting everything back")
        _put_back(backup, former_release)
        if generation:
            generations().switch_to(generation)
        raise UnavailableError(
            "upgrade.put_back",
            gettext_noop(
                "The upgrade failed (%(reason)s) and everything was put back. Start the former release again."
            ),
            reason=str(error),
        ) from error
    return {"backup": str(backup), "migrations": len(pending), "index_rebuilt": rebuilt}


def _require_rest() -> None:
    """Raise ConflictError while another process works here: it would write what a way back could not keep."""
    from django.db import connections

    from config.database import in_use
    from config.environment import ENVIRONMENT

    connections.close_all()
    if in_use(ENVIRONMENT):
        raise ConflictError("upgrade.in_use", gettext_noop("Lantai is running. Stop it first, then upgrade."))


def _step_database() -> int | None:
    """Bring the embedded cluster to the newest PostgreSQL here; return the release whose cluster now lies beside it."""
    from django.db import connections

    from config import postgres
    from config.environment import ENVIRONMENT

    if ENVIRONMENT.database_url:
        return None
    connections.close_all()
    former = postgres.data_release(postgres.layout(ENVIRONMENT.home).data)
    newest = postgres.step_to_newest(ENVIRONMENT.home)
    if newest is None:
        return None
    _say(f"database brought to PostgreSQL {newest}; the cluster of {former} stays beside it")
    return former


def _put_back(backup: Path, former_release: int | None) -> None:
    from django.db import connections

    from config import postgres
    from config.backups import restore_database
    from config.environment import ENVIRONMENT

    if former_release is None:
        restore_database(backup)
    else:
        connections.close_all()
        postgres.step_back(ENVIRONMENT.home, former_release)


def _index_generation() -> bool:
    """Rebuild the index when this release writes it differently."""
    from lantai.kernel.actors import system_actor
    from lantai.search.selectors import index_state
    from lantai.search.services import rebuild_index

    if index_state().fits:
        return False
    _say("building a new index generation")
    rebuild_index(actor=system_actor("upgrade"))
    return True


def _check_health() -> None:
    from config.health import examine

    for finding in examine():
        if finding.state == "bad":
            raise UnavailableError(
                "upgrade.health",
                gettext_noop("%(name)s is not healthy: %(words)s"),
                name=finding.name,
                words=finding.words,
            )


def _say(words: str) -> None:
    sys.stderr.write(f"  {words}\n")
    sys.stderr.flush()
