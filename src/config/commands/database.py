"""Keep the embedded PostgreSQL up in the foreground, for a service manager; restarted when it dies."""

import argparse
from typing import Any

NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments of its own."""


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Hold the database until stopped; with DATABASE_URL there is nothing to hold."""
    from config.database import prepare
    from config.environment import ENVIRONMENT
    from config.supervisor import keep_running

    if not ENVIRONMENT.database_url:
        prepare(ENVIRONMENT)
        keep_running({})
    return {}
