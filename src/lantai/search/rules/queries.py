"""The neutral query tree: the one box, the filters and the reader's rights are compiled to it, engines translate it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Everything:
    """Every document."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No document."""


@dataclass(frozen=True, slots=True)
class Equals:
    """One of the values of an EXACT or NUMBER field, or one of the tokens of another, is `value`."""

    field: str
    value: str | int


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the values of an EXACT or NUMBER field is one of `values`."""

    field: str
    values: frozenset[str | int]


@dataclass(frozen=True, slots=True)
class Between:
    """The number lies between `low` and `high`, both included; None is no bound. Absent numbers lie nowhere."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Prefix:
    """One of the values of an EXACT field begins with `prefix`."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """`tokens` stand one after the other in a PHRASES field.

    With `strict` unset an engine may ask for less of a phrase whose every token is very common: it then finds all that
    hold the phrase and a few that do not.
    """

    field: str
    tokens: tuple[str, ...]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class AllTokens:
    """All of `tokens` stand in the field, anywhere."""

    field: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """A pair of characters in the field holds this one character."""

    field: str
    char: str


@dataclass(frozen=True, slots=True)
class Every:
    """All of `parts`; none is everything."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of `parts`; none is nothing. Scores add up."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Except:
    """Everything but what `part` finds."""

    part: "Query"


@dataclass(frozen=True, slots=True)
class Preferring:
    """What `part` finds; those that one of `better` finds too score more."""

    part: "Query"
    better: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Weighted:
    """The same documents, their score multiplied by `weight`."""

    part: "Query"
    weight: float


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same documents, each with this score (0 where it only filters)."""

    part: "Query"
    score: float


Query = (
    Everything
    | Nothing
    | Equals
    | OneOf
    | Between
    | Prefix
    | Phrase
    | AllTokens
    | Holding
    | Every
    | Some
    | Except
    | Preferring
    | Weighted
    | Fixed
)
