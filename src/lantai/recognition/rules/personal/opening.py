"""When a record is due for the opening review, and what the machine proposes. People decide.

Source: Archives Law (2020) article 27: open after 25 years from creation; earlier for economy, education, science,
technology and culture; later for security or major interests and what is otherwise unsuitable.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from lantai.kernel.errors import gettext_noop as _
from lantai.recognition.rules.personal import classes, words

CLOSING_YEARS = 25
"""Article 27, paragraph 1."""
OPEN, RESTRICT, MASK = "open", "restricted", "masked"
OUTCOME_WORDS = {OPEN: _("Open"), RESTRICT: _("Restrict"), MASK: _("Open in a masked copy")}
MANY_PEOPLE = 30
"""From so many places of personal data on, masking hides more than it shows."""
BASES = (
    _("Archives Law, article 27: closing period over, nothing against opening"),
    _("Archives Law, article 28: state security or major interests"),
    _("Archives Law, article 28: commercial secrets or personal privacy"),
    _("Personal Information Protection Law, article 28: sensitive personal information"),
    _("Measures on the opening of archives (2022): a body of origin advised against it"),
)
"""Legal bases offered; others may be written."""


@dataclass(frozen=True, slots=True)
class OpeningProposal:
    """What the machine proposes for a record, with what it counted."""

    outcome: str
    counts: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)


def due_until(today: date, years: int) -> date:
    """Return the day on or before which a record must have been made for its closing period to be over `today`."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def is_due(on: date | None, year: int | None, *, today: date, years: int) -> bool:
    """Tell whether the closing period of a record is over: from its day, or from the end of its year."""
    if on is not None:
        return on <= due_until(today, years)
    return year is not None and date(year, 12, 31) <= due_until(today, years)


def proposal_for(kinds: Iterable[str], hits: Iterable[words.WordHit]) -> OpeningProposal:
    """Return the proposal for a record in which personal data of these `kinds` and these words were found.

    Words that restrict restrict. Personal data asks for a masked copy; very much of it, or listed words to be pointed out
    beside heavy classes, for restricting. Nothing found: open.
    """
    counts = Counter(kind for kind in kinds if kind in classes.PERSONAL)
    found = list(hits)
    listed = Counter(hit.word.word for hit in found)
    effects = {hit.word.effect for hit in found}
    heavy = sum(counts[kind] for kind in classes.HEAVY)
    if words.RESTRICT in effects or counts.total() > MANY_PEOPLE or (heavy and words.LOOK in effects):
        outcome = RESTRICT
    elif counts or words.MASK in effects:
        outcome = MASK
    else:
        outcome = OPEN
    return OpeningProposal(outcome, dict(counts), dict(listed))
