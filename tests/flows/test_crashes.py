"""Nothing acknowledged is lost when processes are killed at any moment."""

from pathlib import Path

import pytest

from tests.flows.crashing import crash
from tests.flows.machine import Machine


@pytest.mark.slow
def test_ten_kills_lose_nothing(tmp_path: Path) -> None:
    report = crash(Machine(tmp_path / "home"), tmp_path / "sent", kills=10, seed=20261121)
    assert sum(report["killed"].values()) == 10
    assert report["files"] >= 12


@pytest.mark.soak
def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    report = crash(Machine(tmp_path / "home"), tmp_path / "sent", kills=200, seed=7, pause=(2.5, 11.0))
    print(report)  # noqa: T201 - the report of the soak
    assert sum(report["killed"].values()) == 200
