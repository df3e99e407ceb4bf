"""Remove everything that this installation keeps: database, stores, index. Asks first."""

import argparse
import contextlib
import getpass
import shutil
import sys
from pathlib import Path
from typing import Any

from lantai.kernel.errors import ConflictError, NotFoundError, gettext_noop

NEEDS_DJANGO = False
WORD = "remove"
KEPT = ("backups", "resets.log")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Remove what LANTAI_HOME and the stores hold, but for backups and the trace of resets."""
    from config import postgres
    from config.environment import ENVIRONMENT

    home = ENVIRONMENT.home
    _check(home)
    inside = [place for place in sorted(home.iterdir()) if place.name not in KEPT]
    stores = [store for store in ENVIRONMENT.stores if home not in store.parents]
    if not options.yes and not _agreed([*inside, *stores]):
        return {"removed": False}
    place = postgres.layout(home)
    postgres.stop(place)
    _write_trace(home, [*inside, *stores])
    for store in stores:
        _empty(store)
    for one in {*inside, place.data.parent, place.sockets}:
        _remove(one)
    return {"removed": True}


def _check(home: Path) -> None:
    """Raise when there is no installation here, or one that must not be removed now."""
    from config import postgres
    from config.environment import ENVIRONMENT
    from config.secrets import secrets_file

    if ENVIRONMENT.database_url:
        raise ConflictError(
            "reset.external",
            gettext_noop("The database is not ours to remove. Drop it with the means of its own server."),
        )
    if not secrets_file(home).is_file():
        raise NotFoundError(
            "reset.nothing", gettext_noop("There is no installation in %(home)s; nothing was removed."), home=str(home)
        )
    if postgres.others_use(home):
        raise ConflictError("reset.in_use", gettext_noop("Lantai is running. Stop it first, then reset."))


def _agreed(places: list[Path]) -> bool:
    sys.stderr.write("This removes for ever:\n" + "".join(f"  {p}\n" for p in places) + f"Type “{WORD}” to go on: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == WORD


def _write_trace(home: Path, places: list[Path]) -> None:
    from lantai.kernel import clock

    with (home / "resets.log").open("a") as trace:
        trace.write(f"{clock.now().isoformat()} {getpass.getuser()} removed {', '.join(map(str, places))}\n")


def _empty(store: Path) -> None:
    """Remove what a store outside the home holds; the folder itself may be where a disk is mounted, and may stay."""
    if store.is_dir():
        for one in store.iterdir():
            _remove(one)
        with contextlib.suppress(OSError):
            store.rmdir()


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
