"""The pages of recognition: the review of what was read."""

from lantai.recognition.pages.accuracy import accuracy
from lantai.recognition.pages.review import decide_suggestion, next_record, review_queue, review_record
from lantai.recognition.pages.strips import review_strips

__all__ = [
    "accuracy",
    "decide_suggestion",
    "next_record",
    "review_queue",
    "review_record",
    "review_strips",
]
