"""The rows of recognition."""

from lantai.recognition.models.condition import PageCondition, QualityLimit
from lantai.recognition.models.finding import FindingState, PageFinding
from lantai.recognition.models.reading import PageReading, PageText, ReadingState
from lantai.recognition.models.suggestion import DECIDED, Suggestion, SuggestionState
from lantai.recognition.models.threshold import FieldThreshold

__all__ = [
    "DECIDED",
    "FieldThreshold",
    "FindingState",
    "PageCondition",
    "PageFinding",
    "PageReading",
    "PageText",
    "QualityLimit",
    "ReadingState",
    "Suggestion",
    "SuggestionState",
]
