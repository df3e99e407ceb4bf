"""`lantai fixity check`: one JSON object, and exit status 3 when something cannot be healed."""

import json

import pytest

from config import cli
from lantai.identity.models import Unit
from tests.factories.preservation import make_file, noise, stored_path


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests have set Django and the database up already."""
    monkeypatch.setattr(cli, "prepare_django", lambda **_wanted: None)


def test_reports_counts_of_files(ready: None, archives: Unit, capsys: pytest.CaptureFixture[str]) -> None:
    files = [make_file(archives.id, noise(100, n)) for n in range(3)]
    stored_path(files[0], "store-b").unlink()
    assert cli.main(["fixity", "check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["checked"], told["healed"], told["bad"], told["unknown"]) == (6, 1, 0, 0)
    assert told["bytes"] == sum(2 * file.stored_bytes for file in files) - files[0].stored_bytes
    for store in ("store-a", "store-b"):
        stored_path(files[1], store).write_bytes(b"")
    assert cli.main(["fixity", "check", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["bad"] == 2
