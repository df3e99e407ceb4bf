"""What a check finds of one stored file, and what that is called."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Subject = Literal["file", "manifest"]
Fault = Literal["", "missing", "wrong_size", "wrong_bytes", "unreadable"]


@dataclass(frozen=True, slots=True)
class Expected:
    """A sealed file as it should lie in a store: where, how long, with which digest; what it is of."""

    subject: Subject
    id: UUID
    path: str
    stored_digest: str
    stored_bytes: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of it; `fault` is empty when it is as it should be. `read_bytes` were read to know."""

    expected: Expected
    fault: Fault
    read_bytes: int
    reason: str = ""


def fault_of(expected: Expected, size_bytes: int, digest: str) -> Fault:
    """Return what is wrong with a copy that was read to its end."""
    if size_bytes != expected.stored_bytes:
        return "wrong_size"
    return "" if digest == expected.stored_digest else "wrong_bytes"
