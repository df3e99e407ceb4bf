"""The pages of recognition: the review of what was read."""

from lantai.recognition.pages.accuracy import accuracy
from lantai.recognition.pages.categories import (
    categories,
    category_run,
    explain_category,
    train_categories,
    use_model,
)
from lantai.recognition.pages.quality import (
    decide_quality,
    next_quality_record,
    quality_limits,
    quality_queue,
    quality_record,
    reopen_quality,
    rescan_list,
)
from lantai.recognition.pages.review import (
    decide_suggestion,
    decide_together,
    next_record,
    refuse_the_rest,
    review_queue,
    review_record,
    take_back,
)
from lantai.recognition.pages.strips import review_strips
from lantai.recognition.pages.templates import (
    new_template,
    retire_template,
    revise_template,
    template,
    templates_page,
    try_on_page,
)

__all__ = [
    "accuracy",
    "categories",
    "category_run",
    "decide_quality",
    "decide_suggestion",
    "decide_together",
    "explain_category",
    "new_template",
    "next_quality_record",
    "next_record",
    "quality_limits",
    "quality_queue",
    "quality_record",
    "refuse_the_rest",
    "reopen_quality",
    "rescan_list",
    "retire_template",
    "review_queue",
    "review_record",
    "review_strips",
    "revise_template",
    "take_back",
    "template",
    "templates_page",
    "train_categories",
    "try_on_page",
    "use_model",
]
