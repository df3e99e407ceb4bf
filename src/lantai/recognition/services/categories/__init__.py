"""Learn how an archives files its records, suggest and file by what was learnt, and go back when it was wrong."""

from lantai.recognition.services.categories.learning import (
    ask_for_learning,
    learn_categories,
    learn_everywhere,
    run_learning,
)
from lantai.recognition.services.categories.models import load_model, use_model
from lantai.recognition.services.categories.suggesting import (
    category_facts,
    explain_record,
    note_assumed_values,
    suggest_categories,
    year_facts,
)

__all__ = [
    "ask_for_learning",
    "category_facts",
    "explain_record",
    "learn_categories",
    "learn_everywhere",
    "load_model",
    "note_assumed_values",
    "run_learning",
    "suggest_categories",
    "use_model",
    "year_facts",
]
