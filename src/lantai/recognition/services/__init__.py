"""What recognition does: read pages, fill in what is sure, and take the decisions of people."""

from lantai.recognition.services.deciding import apply_suggestions, decide_suggestion
from lantai.recognition.services.learning import learn_thresholds
from lantai.recognition.services.reading import read_pages, read_record

__all__ = ["apply_suggestions", "decide_suggestion", "learn_thresholds", "read_pages", "read_record"]
