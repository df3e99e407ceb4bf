"""Questions to recognition: texts and layouts of pages, how far reading is, what waits for a person."""

from lantai.recognition.selectors.accuracy import SIDES, agreements, origin_names, thresholds_of
from lantai.recognition.selectors.categories import files_by_model
from lantai.recognition.selectors.findings import open_findings_count, pages_to_rescan, rescan_count
from lantai.recognition.selectors.pages import layout_of, page_image, page_text, texts_of, turn_of, upright_size
from lantai.recognition.selectors.progress import (
    reading_counts,
    readings_of,
    secret_pages,
    unread_page_ids,
)
from lantai.recognition.selectors.review import (
    OPEN,
    Pace,
    ReviewRecord,
    decided_today,
    freed_by,
    next_record,
    pace_of,
    review_queue,
    strips,
    suggestion_for,
    suggestions_named,
    suggestions_of,
    waiting_by_field,
    waiting_count,
)
from lantai.recognition.selectors.signatures import signatures_of

__all__ = [
    "OPEN",
    "SIDES",
    "Pace",
    "ReviewRecord",
    "agreements",
    "decided_today",
    "files_by_model",
    "freed_by",
    "layout_of",
    "next_record",
    "open_findings_count",
    "origin_names",
    "pace_of",
    "page_image",
    "page_text",
    "pages_to_rescan",
    "reading_counts",
    "readings_of",
    "rescan_count",
    "review_queue",
    "secret_pages",
    "signatures_of",
    "strips",
    "suggestion_for",
    "suggestions_named",
    "suggestions_of",
    "texts_of",
    "thresholds_of",
    "turn_of",
    "unread_page_ids",
    "upright_size",
    "waiting_by_field",
    "waiting_count",
]
