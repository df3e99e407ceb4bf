"""The language rules in one place: import from here."""

from lantai.language.rules.forms import FoldedText, fold, is_han, normal, normal_code
from lantai.language.rules.highlight import Passage, closed_lines, mark, passages
from lantai.language.rules.sounds import pinyin_readings, syllables
from lantai.language.rules.tokens import DICTIONARY_VERSION, bigrams, phrase_tokens, runs, trigrams, words

__all__ = [
    "DICTIONARY_VERSION",
    "FoldedText",
    "Passage",
    "bigrams",
    "closed_lines",
    "fold",
    "is_han",
    "mark",
    "normal",
    "normal_code",
    "passages",
    "phrase_tokens",
    "pinyin_readings",
    "runs",
    "syllables",
    "trigrams",
    "words",
]
