"""An index of its own for each test that needs one, following the ledger of the test's database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from lantai.audit.services import seal
from lantai.search.services import close_index, index_news

Carry = Callable[[], int]


@pytest.fixture
def carry_news(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[Carry]:
    """Return a function that seals the ledger and takes its news into the test's own index."""
    settings.HOME = tmp_path

    def carry() -> int:
        seal()
        moved = 0
        while taken := index_news():
            moved += taken
        return moved

    yield carry
    close_index()
