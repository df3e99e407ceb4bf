"""What every page of recognition needs of a request: who asks, and the ids it names."""

from uuid import UUID

from django.http import HttpRequest

from lantai.kernel.actors import Actor


def reader_of(request: HttpRequest) -> Actor:
    """Return who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def uuid_in(text: str) -> UUID | None:
    """Return the id that `text` is, or None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
