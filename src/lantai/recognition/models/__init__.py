"""The rows of recognition."""

from lantai.recognition.models.finding import FindingState, PageFinding
from lantai.recognition.models.reading import PageReading, PageText, ReadingState
from lantai.recognition.models.suggestion import DECIDED, Suggestion, SuggestionState

__all__ = [
    "DECIDED",
    "FindingState",
    "PageFinding",
    "PageReading",
    "PageText",
    "ReadingState",
    "Suggestion",
    "SuggestionState",
]
