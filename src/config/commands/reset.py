"""Remove everything that this installation keeps: database, stores, index. Asks first."""

import argparse
import getpass
import shutil
import sys
from typing import Any

from lantai.kernel.errors import ConflictError, gettext_noop

NEEDS_DJANGO = False
WORD = "remove"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Remove LANTAI_HOME's contents but for backups and the trace of resets."""
    from config import postgres
    from config.environment import ENVIRONMENT
    from lantai.kernel import clock

    home = ENVIRONMENT.home
    if ENVIRONMENT.database_url:
        raise ConflictError(
            "reset.external",
            gettext_noop("The database is not ours to remove. Drop it with the means of its own server."),
        )
    kept = {"backups", "resets.log"}
    places = [
        p for p in (*home.glob("*"), *(s for s in ENVIRONMENT.stores if home not in s.parents)) if p.name not in kept
    ]
    if not options.yes and not _agreed(places):
        return {"removed": False}
    place = postgres.layout(home)
    postgres.stop(place)
    with (home / "resets.log").open("a") as trace:
        trace.write(f"{clock.now().isoformat()} {getpass.getuser()} removed {', '.join(p.name for p in places)}\n")
    for one in {*places, place.data.parent, place.sockets}:
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink(missing_ok=True)
    return {"removed": True}


def _agreed(places: list[Any]) -> bool:
    sys.stderr.write("This removes for ever:\n" + "".join(f"  {p}\n" for p in places) + f"Type “{WORD}” to go on: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == WORD
