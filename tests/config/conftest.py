"""One set-up installation for the tests of the operator's verbs; each leaves it as it found it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.machine import Machine


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Return an installation after `setup`, without any archive in it."""
    made = Machine(tmp_path_factory.mktemp("installation") / "home", workers=1)
    yield from _set_up(made)


@pytest.fixture
def own_machine(tmp_path: Path) -> Iterator[Machine]:
    """Return an installation after `setup` that the test may ruin."""
    yield from _set_up(Machine(tmp_path / "home", workers=1))


def _set_up(machine: Machine) -> Iterator[Machine]:
    machine.home.mkdir()
    machine.home.parent.chmod(0o755)
    machine.run("setup")
    yield machine
    machine.stop()
    machine.remove()
    shutil.rmtree(machine.home)
