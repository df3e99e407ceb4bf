"""The pages of recognition: the review of what was read."""

from lantai.recognition.pages.review import decide_suggestion, next_record, review_queue, review_record

__all__ = ["decide_suggestion", "next_record", "review_queue", "review_record"]
