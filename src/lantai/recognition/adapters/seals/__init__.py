"""Seals on page pictures: find them, take their ink away, read what they say, say how they look."""

from lantai.recognition.adapters.seals.finding import find_seals
from lantai.recognition.adapters.seals.unmixing import without_seal_ink

__all__ = ["find_seals", "without_seal_ink"]
