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
from lantai.recognition.services.deciding import Decision, decide_suggestion, decide_suggestions, refuse_the_rest
from lantai.recognition.services.filling import apply_suggestions
from lantai.recognition.services.findings import decide_findings, record_findings, reopen_finding
from lantai.recognition.services.learning import learn_thresholds
from lantai.recognition.services.limits import set_quality_limits
from lantai.recognition.services.reading import read_pages, read_record
from lantai.recognition.services.signatures import check_signatures
from lantai.recognition.services.taking_back import take_back_decision

__all__ = [
    "Decision",
    "apply_suggestions",
    "ask_for_learning",
    "check_signatures",
    "decide_findings",
    "decide_suggestion",
    "decide_suggestions",
    "learn_categories",
    "learn_everywhere",
    "learn_thresholds",
    "note_assumed_values",
    "read_pages",
    "read_record",
    "record_findings",
    "refuse_the_rest",
    "reopen_finding",
    "run_learning",
    "set_quality_limits",
    "suggest_categories",
    "take_back_decision",
    "use_model",
]
