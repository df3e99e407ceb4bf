"""Keeping that goes on by itself: healing, the daily slice of checks, the weekly sweep."""

from uuid import UUID

from lantai.kernel.actors import system_actor
from lantai.preservation import selectors, services


def heal_file(file_id: str) -> None:
    """Check and heal every copy of one file."""
    services.heal_file(actor=system_actor("healer"), file_id=UUID(file_id))


def check_slice() -> None:
    """Check the copies that have waited longest, so that each is read once in 30 days."""
    services.check_fixity(actor=system_actor("fixity"), limit=selectors.slice_size())


def check_everything() -> None:
    """Check every copy in every store."""
    services.check_fixity(actor=system_actor("fixity"))


def sweep_unreferenced() -> None:
    """Remove left-overs of storing that are older than a day."""
    services.sweep_unreferenced(actor=system_actor("sweeper"))


JOBS = {
    "preservation.heal_file": heal_file,
    "preservation.check_slice": check_slice,
    "preservation.check_everything": check_everything,
    "preservation.sweep_unreferenced": sweep_unreferenced,
}
SCHEDULE = {
    "preservation.check_slice": "17 2 * * *",
    "preservation.sweep_unreferenced": "47 3 * * 0",
}
