"""What recognition does: read pages, fill in what is sure, and take the decisions of people."""

from lantai.recognition.services.categories import (
    ask_for_learning,
    learn_categories,
    learn_everywhere,
    note_assumed_values,
    run_learning,
    suggest_categories,
    use_model,
)
from lantai.recognition.services.deciding import apply_suggestions, decide_suggestion
from lantai.recognition.services.findings import decide_findings, record_findings, reopen_finding
from lantai.recognition.services.learning import learn_thresholds
from lantai.recognition.services.limits import set_quality_limits
from lantai.recognition.services.reading import read_pages, read_record
from lantai.recognition.services.signatures import check_signatures

__all__ = [
    "apply_suggestions",
    "ask_for_learning",
    "check_signatures",
    "decide_findings",
    "decide_suggestion",
    "learn_categories",
    "learn_everywhere",
    "learn_thresholds",
    "note_assumed_values",
    "read_pages",
    "read_record",
    "record_findings",
    "reopen_finding",
    "run_learning",
    "set_quality_limits",
    "suggest_categories",
    "use_model",
]
