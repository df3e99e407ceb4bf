"""The jobs of viewing, by name."""

from collections.abc import Callable, Sequence
from uuid import UUID

from lantai.kernel.actors import system_actor
from lantai.viewing.services import make_access_copies, make_masked_copies, make_previews, make_searchable_copy


def make_copies(*, page_ids: Sequence[str]) -> None:
    """Make the pyramids of these pages."""
    make_access_copies(actor=system_actor("viewing"), page_ids=page_ids)


def make_pictures(*, record_ids: Sequence[str]) -> None:
    """Make the pictures that stand for files without pages of these records."""
    make_previews(actor=system_actor("viewing"), record_ids=record_ids)


def make_searchable(*, record_id: str) -> None:
    """Make the searchable PDF/A of a record."""
    make_searchable_copy(actor=system_actor("viewing"), record_id=UUID(record_id))


def make_masked(*, page_ids: Sequence[str]) -> None:
    """Make the masked pyramids of these pages."""
    make_masked_copies(actor=system_actor("viewing"), page_ids=page_ids)


JOBS: dict[str, Callable[..., None]] = {
    "viewing.make_access_copies": make_copies,
    "viewing.make_masked_copies": make_masked,
    "viewing.make_previews": make_pictures,
    "viewing.make_searchable_copy": make_searchable,
}
SCHEDULE: dict[str, str] = {}
