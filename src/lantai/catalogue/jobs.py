"""The catalogue's own slow work."""

from lantai.catalogue.services import follow_units as follow
from lantai.kernel.actors import system_actor


def follow_units() -> None:
    """Give the records of units that were moved the units' present paths."""
    follow(actor=system_actor("catalogue"))


JOBS = {"catalogue.follow_units": follow_units}
SCHEDULE = {"catalogue.follow_units": "* * * * *"}
