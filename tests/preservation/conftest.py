"""A home of their own for the stores and keys of each test, so that a test may spoil them."""

from pathlib import Path

import pytest
from pytest_django import Settings

from lantai.identity.models import Unit
from tests.factories.preservation import make_archives


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    """An empty installation folder with two stores in force."""
    settings.HOME = tmp_path
    settings.LANTAI_STORES = (tmp_path / "store-a", tmp_path / "store-b")
    return tmp_path


@pytest.fixture
def archives(db: None, home: Path) -> Unit:
    """An archives institution, in an installation of its own."""
    return make_archives()
