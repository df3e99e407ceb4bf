"""Doctor: every finding has a state and a mend, and the mend mends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.flows.machine import Machine

pytestmark = pytest.mark.slow

NAMES = [
    "home", "secrets", "fonts", "pages", "store store-a", "store store-b", "volume", "database", "tables", "ledger",
    "workers", "index",
]  # fmt: skip
WEB_WAITS = "DROP TABLE web_notice, web_contact; DELETE FROM django_migrations WHERE app = 'web'"
TWO_JOBS = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
    " VALUES ('default', 'a.b', 'todo'), ('default', 'c.d', 'failed')"
)

AS_OWNER = """
from django.db import connections
with connections["owner"].cursor() as cursor:
    cursor.execute({statement!r})
print(json.dumps(True))
"""


def _findings(machine: Machine) -> dict[str, dict[str, Any]]:
    answer = machine.run("doctor")
    found = {one["name"]: one for one in answer["findings"]}
    assert answer["exit"] == (3 if any(one["state"] == "bad" for one in found.values()) else 0)
    return found


@contextmanager
def _moved(place: Path) -> Iterator[Path]:
    aside = place.with_name(f"{place.name}.aside")
    place.rename(aside)
    yield place
    aside.rename(place)


def test_a_fresh_installation_has_nothing_bad(machine: Machine) -> None:
    found = _findings(machine)
    assert list(found) == NAMES
    assert {one["state"] for one in found.values()} <= {"ok", "warning"}
    for one in found.values():
        assert set(one) == {"name", "state", "words", "mend"}
        assert bool(one["mend"]) == (one["state"] != "ok"), "what is wrong, and only that, says how to mend it"


def test_before_set_up_it_says_so_instead_of_failing(tmp_path: Path) -> None:
    found = _findings(Machine(tmp_path / "nothing"))
    for name in ("home", "secrets", "database"):
        assert found[name]["state"] == "bad"
        assert "./lantai setup" in found[name]["mend"]
    assert not (tmp_path / "nothing").exists(), "doctor makes nothing"


def test_secrets_that_others_may_read(machine: Machine) -> None:
    file = machine.home / "secrets" / "secrets.json"
    file.chmod(0o640)
    try:
        assert _findings(machine)["secrets"]["state"] == "bad"
    finally:
        file.chmod(0o600)
    assert _findings(machine)["secrets"]["state"] == "ok"


def test_a_store_that_is_gone(machine: Machine) -> None:
    with _moved(machine.home / "store-b") as store:
        found = _findings(machine)
        assert found["store store-b"]["state"] == "bad"
        assert str(store) in found["store store-b"]["mend"]
        assert found["store store-a"]["state"] == "ok"


def test_a_role_that_may_change_the_ledger_and_the_mend(machine: Machine) -> None:
    machine.python(AS_OWNER.format(statement="GRANT UPDATE (verb) ON audit_ledgerentry TO lantai_app"))
    found = _findings(machine)
    assert found["ledger"]["state"] == "bad"
    assert "lantai_app" in found["ledger"]["words"]
    assert found["ledger"]["mend"] == "./lantai setup"
    machine.run("setup")
    assert _findings(machine)["ledger"]["state"] == "ok"


def test_a_database_that_does_not_start(machine: Machine) -> None:
    settings = machine.cluster() / "postgresql.conf"
    words = settings.read_bytes()
    settings.write_bytes(words + b"\nno_such_setting = 1\n")
    try:
        found = _findings(machine)
        assert found["database"]["state"] == "bad"
        assert "postgres.log" in found["database"]["mend"]
        assert "tables" not in found, "what needs the database is not asked"
    finally:
        settings.write_bytes(words)
    assert _findings(machine)["database"]["state"] == "ok"


def test_tables_that_wait_for_an_upgrade(machine: Machine) -> None:
    machine.python(AS_OWNER.format(statement=WEB_WAITS))
    assert _findings(machine)["tables"]["mend"] == "./lantai upgrade"
    refused = machine.run_raw("setup")
    assert refused.returncode == 1
    assert "upgrade" in refused.stdout, "setup changes no tables that hold something"
    machine.run("upgrade")
    assert _findings(machine)["tables"]["state"] == "ok"


def test_work_that_nobody_does(machine: Machine) -> None:
    machine.python(AS_OWNER.format(statement=TWO_JOBS))
    found = _findings(machine)["workers"]
    assert found["state"] == "warning"
    assert "1 jobs waiting, 1 failed (c.d)" in found["words"]
    machine.python(AS_OWNER.format(statement="DELETE FROM procrastinate_jobs"))


def test_an_index_ahead_of_the_ledger_must_be_rebuilt(own_machine: Machine) -> None:
    own_machine.run("worker", "--news", "--once")
    assert _findings(own_machine)["index"]["state"] == "ok"
    own_machine.python(
        "from lantai.search.selectors import generations\nfrom lantai.search.adapters.tantivy_engine import TantivyWriter\n"
        "writer = TantivyWriter(generations().current().folder, heap_bytes=20_000_000)\nwriter.commit(10**6)\nwriter.close()\n"
        "print(json.dumps(True))"
    )
    found = _findings(own_machine)["index"]
    assert found["state"] == "bad"
    assert found["mend"] == "./lantai index rebuild"
    own_machine.run("index", "rebuild")
    assert _findings(own_machine)["index"]["state"] == "ok"
