"""The jobs of viewing, by name."""

from collections.abc import Sequence

from lantai.kernel.actors import system_actor
from lantai.viewing.services import make_access_copies


def make_copies(*, page_ids: Sequence[str]) -> None:
    """Make the pyramids of these pages."""
    make_access_copies(actor=system_actor("viewing"), page_ids=page_ids)


JOBS = {"viewing.make_access_copies": make_copies}
SCHEDULE: dict[str, str] = {}
