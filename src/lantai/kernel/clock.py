"""The one source of time, so that a test can hold it still."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

_held: ContextVar[datetime | None] = ContextVar("held_moment", default=None)


def now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return _held.get() or datetime.now(UTC)


def today() -> date:
    """Return the day it is in China, which is the day that an office means."""
    return now().astimezone(CHINA).date()


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware `moment` for as long as the block runs."""
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware moments only")
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)
