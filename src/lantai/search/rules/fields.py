"""The fields of one index document, the same for every engine."""

from enum import Enum

SCHEMA_VERSION = 2
"""Raised with every change to the fields or to what goes into them; an index of another version is rebuilt."""


class Kind(Enum):
    """How a field is kept: one exact text, tokens with or without their order, or a whole number."""

    EXACT = "exact"
    PHRASES = "phrases"
    WORDS = "words"
    NUMBER = "number"


KEY = "record"

FIELDS: dict[str, Kind] = {
    KEY: Kind.EXACT,
    "rights": Kind.EXACT,
    "archives": Kind.EXACT,
    "unit_path": Kind.EXACT,
    "unit_paths": Kind.EXACT,
    "opening": Kind.EXACT,
    "access_level": Kind.NUMBER,
    "quarantined": Kind.NUMBER,
    "fonds": Kind.EXACT,
    "category": Kind.EXACT,
    "retention": Kind.EXACT,
    "level": Kind.EXACT,
    "year": Kind.NUMBER,
    "dated": Kind.NUMBER,
    "code": Kind.EXACT,
    "code_parts": Kind.PHRASES,
    "names": Kind.EXACT,
    "title_words": Kind.WORDS,
    "title_pairs": Kind.PHRASES,
    "text_words": Kind.WORDS,
    "text_pairs": Kind.PHRASES,
}

COUNTED = ("fonds", "category", "year", "retention", "opening", "level", "access_level")
"""The fields that answers are counted by (facets); a record has at most one value of each."""

SORTED = ("dated",)
"""Fields kept so that answers can be put in their order."""
