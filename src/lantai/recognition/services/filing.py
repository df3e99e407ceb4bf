"""Whether what a model suggests may be filed without a person."""

from collections.abc import Iterable
from uuid import UUID

from lantai.catalogue.models import Record
from lantai.kernel.clock import now
from lantai.recognition.models import CategoryModel, FiledRecord, ModelState, Suggestion
from lantai.recognition.rules.categories import FACETS
from lantai.recognition.selectors.categories import ORIGIN, is_undecided

SURE_OF_A_YEAR = 0.93


def may_file_itself(record: Record, suggestion: Suggestion) -> bool:
    """Tell whether a suggested category, organisation, retention or year may be filed by rule.

    Only in place of a value that nobody gave, only while the record has no reference code, and only from the threshold
    on that the model at work has proved for this class. The record's category must be at hand.
    """
    if record.reference_code is not None:
        return False
    if suggestion.field == "year":
        return record.year is None and suggestion.confidence >= SURE_OF_A_YEAR
    if suggestion.field not in FACETS or not is_undecided(record, suggestion.field):
        return False
    model = filing_model(suggestion)
    threshold = model.metrics["thresholds"].get(suggestion.value) if model else None
    return threshold is not None and suggestion.confidence >= threshold


def filing_model(suggestion: Suggestion) -> CategoryModel | None:
    """Return the model that made a suggestion, as long as it is at work."""
    kind, _, number = suggestion.origin.partition(":")
    if f"{kind}:" != ORIGIN:
        return None
    return CategoryModel.objects.filter(id=UUID(number), state=ModelState.CURRENT).first()


def note_filed(suggestions: Iterable[Suggestion]) -> None:
    """Note which of these suggestions, filled in just now, a model filed."""
    made = [(suggestion, filing_model(suggestion)) for suggestion in suggestions]
    rows = [FiledRecord(model=model, suggestion=suggestion, filed_at=now()) for suggestion, model in made if model]
    FiledRecord.objects.bulk_create(rows, ignore_conflicts=True)
