"""The slow work of recognition, by name. Several worker processes share nothing and use one thread each."""

from collections.abc import Callable, Sequence
from uuid import UUID

from lantai.kernel.actors import system_actor
from lantai.recognition import services
from lantai.recognition.services.opening import propose_openings as propose

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


def check_signatures(*, record_id: str) -> None:
    """Check the electronic signatures in the files of a record."""
    services.check_signatures(actor=READER, record_id=UUID(record_id))


def learn_categories(*, run_id: str) -> None:
    """Train the models of one archives."""
    services.run_learning(actor=READER, run_id=UUID(run_id))


def learn_everywhere() -> None:
    """Queue the training of every archives where people decided on anything since the last."""
    services.learn_everywhere(actor=READER)


def suggest_categories(*, archives_id: str, after: str = "") -> None:
    """Suggest category, organisation and retention of a slice of records by the models at work."""
    services.suggest_categories(actor=READER, archives_id=UUID(archives_id), after=UUID(after) if after else None)


def propose_openings(*, record_ids: Sequence[str]) -> None:
    """Look through a slice of records for the opening review."""
    propose(actor=READER, record_ids=[UUID(record_id) for record_id in record_ids])


JOBS: dict[str, Callable[..., None]] = {
    "recognition.read_pages": read_pages,
    "recognition.propose_openings": propose_openings,
    "recognition.apply_suggestions": apply_suggestions,
    "recognition.check_signatures": check_signatures,
    "recognition.learn_thresholds": learn_thresholds,
    "recognition.learn_categories": learn_categories,
    "recognition.learn_everywhere": learn_everywhere,
    "recognition.suggest_categories": suggest_categories,
}
SCHEDULE: dict[str, str] = {"recognition.learn_everywhere": "10 3 * * *", "recognition.learn_thresholds": "40 2 * * *"}
