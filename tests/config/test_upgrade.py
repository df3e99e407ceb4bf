"""Upgrade: a good one says what it did; one that fails leaves every row as it was."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.flows.machine import Machine

pytestmark = pytest.mark.slow

ROWS = """
from django.db import connections
from psycopg import sql
with connections["owner"].cursor() as cursor:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    rows = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f'SELECT count(*), md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), \\'\\')) FROM "{name}" t')
        rows[name] = cursor.fetchone()
    cursor.execute("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    rows["owners"] = cursor.fetchall()
    cursor.execute("SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1")
    rows["rights"] = cursor.fetchall()
print(json.dumps(rows))
"""
SEARCH_WAITS = "DROP TABLE search_indexcursor; DELETE FROM django_migrations WHERE app = 'search'"
WEB_FAILS = "DELETE FROM django_migrations WHERE app = 'web'"
"""The migration comes again, and its tables are there already."""


def _as_owner(machine: Machine, statement: str) -> None:
    machine.python(f"""
from django.db import connections
with connections["owner"].cursor() as cursor:
    cursor.execute({statement!r})
print(json.dumps(True))""")


def test_a_good_upgrade_migrates_and_keeps_a_backup(own_machine: Machine) -> None:
    before = own_machine.python(ROWS)
    _as_owner(own_machine, SEARCH_WAITS)
    answer = own_machine.run("upgrade")
    assert answer["migrations"] == 1
    assert answer["index_rebuilt"] is False
    assert Path(answer["backup"]).read_bytes()[:5] == b"PGDMP"
    after = own_machine.python(ROWS)
    assert after["search_indexcursor"] == before["search_indexcursor"]
    assert after["rights"] == before["rights"]
    assert own_machine.run("doctor")["exit"] == 0


def test_a_failing_migration_leaves_the_database_as_it_was(own_machine: Machine) -> None:
    _as_owner(own_machine, f"{SEARCH_WAITS}; {WEB_FAILS}")
    before = own_machine.python(ROWS)
    refused = own_machine.run_raw("upgrade")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["error"]["code"] == "upgrade.put_back"
    after = own_machine.python(ROWS)
    assert "search_indexcursor" not in after, "what the upgrade made before it failed is gone"
    assert after == before


def test_ill_health_after_it_puts_everything_back(own_machine: Machine) -> None:
    own_machine.run("worker", "--news", "--once")
    _as_owner(own_machine, SEARCH_WAITS)
    before = own_machine.python(ROWS)
    generation = (own_machine.home / "index" / "CURRENT").read_text()
    _age_the_index(own_machine)
    (own_machine.home / "secrets" / "secrets.json").chmod(0o644)
    refused = own_machine.run_raw("upgrade")
    assert refused.returncode == 1
    assert "secrets" in json.loads(refused.stdout)["error"]["message"]
    assert own_machine.python(ROWS) == before
    assert (own_machine.home / "index" / "CURRENT").read_text() == generation
    (own_machine.home / "secrets" / "secrets.json").chmod(0o600)
    answer = own_machine.run("upgrade")
    assert answer["index_rebuilt"] is True
    assert (own_machine.home / "index" / "CURRENT").read_text() != generation


def _age_the_index(machine: Machine) -> None:
    current = machine.home / "index" / (machine.home / "index" / "CURRENT").read_text().strip()
    about: dict[str, Any] = json.loads((current / "about.json").read_text())
    (current / "about.json").write_text(json.dumps(about | {"schema": -1}))


def test_it_waits_for_lantai_to_be_stopped_and_a_dump_goes_back_under_its_workers(own_machine: Machine) -> None:
    own_machine.serve()
    refused = own_machine.run_raw("upgrade")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["error"]["code"] == "upgrade.in_use"
    seen = own_machine.python("""
from config.backups import dump_database, restore_database
from lantai.identity.models import AccessLevel
dump = dump_database()
AccessLevel.objects.filter(level=0).update(name_en="Changed")
restore_database(dump)
print(json.dumps(AccessLevel.objects.get(level=0).name_en))""")
    assert seen != "Changed"
    own_machine.wait_for_web()
    own_machine.stop()


def test_a_damaged_dump_changes_nothing(own_machine: Machine, tmp_path: Path) -> None:
    before = own_machine.python(ROWS)
    words = own_machine.python("""
from pathlib import Path
from config.backups import dump_database, restore_database
from lantai.kernel.errors import UnavailableError
dump = dump_database()
dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
try:
    restore_database(dump)
except UnavailableError as error:
    print(json.dumps(str(error)))
""")
    assert "pg_restore" in words
    assert own_machine.python(ROWS) == before
