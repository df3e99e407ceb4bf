"""The port through which a service asks for slow work by name; the composition root binds the real queue to it."""

from typing import Protocol


class Queue(Protocol):
    """Sends a job if, and only if, the present transaction commits."""

    def enqueue(self, job: str, *, once: str | None, arguments: dict[str, object]) -> None: ...


_bound: list[Queue] = []


def bind(queue: Queue) -> None:
    """Make `queue` the one that `enqueue` uses in this process."""
    _bound[:] = [queue]


def enqueue(job: str, *, once: str | None = None, **arguments: object) -> None:
    """Ask for `job` ("package.act") with JSON `arguments`, sent with the present transaction.

    `once` is a key: while a job with the same key waits, another is not added.
    """
    if not _bound:
        raise RuntimeError("no queue is bound in this process")
    _bound[0].enqueue(job, once=once, arguments=arguments)
