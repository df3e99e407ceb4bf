"""A job whose last try fails gets its package's last words, so that nothing waits for ever."""

from types import SimpleNamespace
from typing import Any

import pytest

from config.jobs import MOST_RETRIES, _in_a_thread, declared, given_up


class BrokenError(Exception):
    """What a job meets that nobody foresaw."""


def _job(said: list[Any]) -> Any:
    def break_down(*, page_ids: list[str]) -> None:
        raise BrokenError

    return _in_a_thread(break_down, timed=False, last_words=lambda **arguments: said.append(arguments))


@pytest.mark.parametrize(("attempts", "spoken"), [(0, 0), (MOST_RETRIES - 1, 0), (MOST_RETRIES, 1)])
@pytest.mark.django_db
def test_last_words_are_said_at_the_last_try_and_the_fault_is_still_told(attempts: int, spoken: int) -> None:
    said: list[Any] = []
    with pytest.raises(BrokenError):
        _job(said)(SimpleNamespace(job=SimpleNamespace(attempts=attempts)), page_ids=["a"])
    assert said == [{"page_ids": ["a"]}] * spoken


def test_last_words_belong_to_jobs_that_exist() -> None:
    assert set(given_up()) <= {name for name, _, _ in declared()}
    assert "ingest.read_slice" in given_up()
