"""Reset: asks, removes what is kept, leaves backups and its own trace; set-up works again afterwards."""

import json
from pathlib import Path

import pytest

from tests.flows.machine import Machine

pytestmark = pytest.mark.slow


def test_it_asks_and_removes_and_sets_up_again(own_machine: Machine, tmp_path: Path) -> None:
    outside = tmp_path / "second-disk" / "store"
    outside.parent.mkdir()
    own_machine.environment["LANTAI_STORES"] = f"{own_machine.home / 'store-a'}:{outside}"
    own_machine.run("setup")
    (outside / "ab").mkdir()
    (outside / "ab" / "copy").write_text("a stored file")
    (own_machine.home / "backups").mkdir(exist_ok=True)
    (own_machine.home / "backups" / "kept.dump").touch()

    refused = own_machine.run_raw("reset", said="yes\n")
    assert json.loads(refused.stdout) == {"removed": False}
    assert str(outside) in refused.stderr, "it lists what it would remove"
    assert any(outside.iterdir())

    done = own_machine.run_raw("reset", said="remove\n")
    assert json.loads(done.stdout) == {"removed": True}
    assert sorted(p.name for p in own_machine.home.iterdir()) == ["backups", "resets.log"]
    assert [p.name for p in (own_machine.home / "backups").iterdir()] == ["kept.dump"]
    assert str(outside) in (own_machine.home / "resets.log").read_text()
    assert not outside.exists() or not any(outside.iterdir())
    assert not own_machine.cluster().exists()

    own_machine.run("setup")
    assert own_machine.run("doctor")["exit"] == 0


def test_it_refuses_what_is_not_its_own(own_machine: Machine, tmp_path: Path) -> None:
    own_machine.environment["DATABASE_URL"] = "postgresql://somebody@127.0.0.1:1/site"
    refused = own_machine.run_raw("reset", "--yes")
    assert json.loads(refused.stdout)["error"]["code"] == "reset.external"
    del own_machine.environment["DATABASE_URL"]
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "letter.txt").write_text("dear")
    refused = Machine(tmp_path / "papers").run_raw("reset", "--yes")
    assert json.loads(refused.stdout)["error"]["code"] == "reset.nothing"
    assert (tmp_path / "papers" / "letter.txt").exists()
    own_machine.serve()
    refused = own_machine.run_raw("reset", "--yes")
    assert json.loads(refused.stdout)["error"]["code"] == "reset.in_use"
