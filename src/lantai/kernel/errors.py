"""One root error with five kinds; every edge maps a kind to its status once.

`message` is an English source sentence with `%(name)s` places for its facts; the edge translates it, then fills it in.
"""


def gettext_noop(message: str) -> str:
    """Return `message` as it is, marked for the translators (rules and kernel know no Django)."""
    return message


class ArchiveError(Exception):
    """A refusal or failure that a person is told about: `code` for programs, `message` for people, `facts` for both."""

    kind = "error"

    def __init__(self, code: str, message: str, **facts: object) -> None:
        super().__init__(code, message, facts)
        self.code = code
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        return self.message % self.facts if self.facts else self.message


class NotFoundError(ArchiveError):
    """The thing does not exist, or the caller may not know that it does."""

    kind = "not_found"


class NotPermittedError(ArchiveError):
    """The caller may know of the thing but may not do this to it."""

    kind = "not_permitted"


class InvalidError(ArchiveError):
    """What was sent cannot be right, whoever sends it."""

    kind = "invalid"


class ConflictError(ArchiveError):
    """What was sent is right in itself but not in the present state."""

    kind = "conflict"


class UnavailableError(ArchiveError):
    """Something needed (a store, a disk, an engine) is not there now; the same call may succeed later."""

    kind = "unavailable"
