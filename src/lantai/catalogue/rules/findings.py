"""A fault found by a check, as a value: what it is, where it is, and what to do about it."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `code` is the subject of DA/T 70-2018 ("1-2" accuracy, "2-2" completeness of metadata).

    `element` is the number of the metadata element ("M22") or the name of a column; `message` is an English source
    sentence with `%(name)s` places for `facts`, like that of an error.
    """

    code: str
    element: str
    message: str
    severity: Literal["error", "warning"] = "error"
    facts: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.element}: {self.message % self.facts if self.facts else self.message}"
