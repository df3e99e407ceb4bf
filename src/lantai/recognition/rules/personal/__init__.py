"""Personal data in the text of records: found with class and place, weighed for the opening review, masked."""

from lantai.recognition.rules.personal.classes import CLASS_WORDS, NUMBERS, PERSONAL, Found
from lantai.recognition.rules.personal.finding import personal_in
from lantai.recognition.rules.personal.hiding import masked_numbers, masked_part

__all__ = ["CLASS_WORDS", "NUMBERS", "PERSONAL", "Found", "masked_numbers", "masked_part", "personal_in"]
