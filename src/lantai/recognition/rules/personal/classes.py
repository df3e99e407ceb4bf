"""The classes of personal data that are looked for, and what a finding of one is.

Source: Personal Information Protection Law, articles 4 and 28 (sensitive: health, finance, minors under 14); measures on
the opening of state archives (2022), on records that touch personal privacy.
"""

from dataclasses import dataclass

from lantai.kernel.errors import gettext_noop as _

IDENTITY_NUMBER = "identity_number"
PASSPORT = "passport"
PHONE = "phone"
BANK_CARD = "bank_card"
ADDRESS = "address"
NAME = "name"
EMAIL = "email"
PLATE = "plate"
BIRTH_DATE = "birth_date"
MINOR = "minor"
HEALTH = "health"
SOCIAL_SECURITY = "social_security"
MARRIAGE = "marriage"
ADOPTION = "adoption"
ORGANISATION_ADDRESS = "organisation_address"
"""Where a body sits: found so that it is not taken for somebody's home, and nothing to hide."""
WORD = "word"
"""A word of the archives' own list."""

CLASS_WORDS = {
    IDENTITY_NUMBER: _("Identity number"),
    PASSPORT: _("Passport number"),
    PHONE: _("Phone number"),
    BANK_CARD: _("Bank card"),
    ADDRESS: _("Home address"),
    NAME: _("Person’s name"),
    EMAIL: _("E-mail address"),
    PLATE: _("Number plate"),
    BIRTH_DATE: _("Date of birth"),
    MINOR: _("Minor"),
    HEALTH: _("Health"),
    SOCIAL_SECURITY: _("Social security number"),
    MARRIAGE: _("Marriage"),
    ADOPTION: _("Adoption"),
    ORGANISATION_ADDRESS: _("Address of an organisation"),
    WORD: _("Listed word"),
}
PERSONAL = tuple(kind for kind in CLASS_WORDS if kind not in (ORGANISATION_ADDRESS, WORD))

HEAVY = frozenset({HEALTH, ADOPTION, MINOR, BANK_CARD})
"""Classes of which one place is reason enough to propose restricting."""

NUMBERS = frozenset({IDENTITY_NUMBER, PASSPORT, PHONE, BANK_CARD, SOCIAL_SECURITY})
"""Classes that are numbers: in the passages of search they are masked for everybody."""


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data at `start` to `end` (exclusive) of the text as given; `sureness` is from 0 to 1."""

    kind: str
    start: int
    end: int
    sureness: float
