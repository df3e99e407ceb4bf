"""What a rule, template or model offers for one field of a description."""

from dataclasses import dataclass, replace

from lantai.recognition.rules.layout import Box


@dataclass(frozen=True, slots=True)
class Fact:
    """A value for a field of the record's description, with its place; `dated_on` values are ISO dates.

    Page number 0 means the whole record. `origin` names the rule, template or model that offers it, `alternatives` are
    its next best guesses (value, confidence), `reasons` the words that decided.
    """

    field: str
    value: str
    confidence: float
    page_number: int
    box_px: Box
    origin: str = "official/1"
    alternatives: tuple[tuple[str, float], ...] = ()
    reasons: tuple[str, ...] = ()

    def with_alternative(self, value: str, confidence: float) -> "Fact":
        """Return this fact with another value that may be meant."""
        return replace(self, alternatives=(*self.alternatives, (value, confidence))[:3])
