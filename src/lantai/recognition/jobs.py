"""The slow work of recognition, by name. Several worker processes share nothing and use one thread each."""

from collections.abc import Callable, Sequence
from uuid import UUID

from lantai.kernel.actors import system_actor
from lantai.recognition import services

READER = system_actor("recognition")


def read_pages(*, page_ids: Sequence[str]) -> None:
    """Read a slice of pages."""
    services.read_pages(actor=READER, page_ids=[UUID(page_id) for page_id in page_ids])


def apply_suggestions(*, record_id: str) -> None:
    """Fill the empty fields of a record with what is sure enough."""
    services.apply_suggestions(actor=READER, record_id=UUID(record_id))


def learn_thresholds() -> None:
    """Learn from the decisions of people from which sureness on a field may fill itself."""
    services.learn_thresholds(actor=READER)


JOBS: dict[str, Callable[..., None]] = {
    "recognition.read_pages": read_pages,
    "recognition.apply_suggestions": apply_suggestions,
    "recognition.learn_thresholds": learn_thresholds,
}
SCHEDULE: dict[str, str] = {"recognition.learn_thresholds": "40 2 * * *"}
