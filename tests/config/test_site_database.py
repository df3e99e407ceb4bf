"""A PostgreSQL of the site: an owner role makes the others, and the working role cannot change the ledger there either."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from config import postgres
from config.secrets import make_secrets
from tests.flows.machine import Machine

pytestmark = pytest.mark.slow

TRY_TO_CHANGE = """
from django.db import Error, connection
refused = 0
for statement in ("UPDATE audit_ledgerentry SET verb = 'x'", "DELETE FROM audit_ledgerentry", "TRUNCATE audit_ledgerentry",
                  "ALTER TABLE audit_ledgerentry DISABLE TRIGGER ALL"):
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except Error:
        refused += 1
with connection.cursor() as cursor:
    cursor.execute("SELECT current_user")
    print(json.dumps([refused, cursor.fetchone()[0]]))
"""
FURNISH = """
from lantai.catalogue.services import ensure_fonds
from lantai.identity.services import install_demo_city
from lantai.kernel.actors import system_actor
actor = system_actor("test")
units = install_demo_city(actor=actor)
ensure_fonds(actor=actor, archives_id=units["YZ-DAG"].id, code="Z109", name_zh="测试全宗", owner_unit_id=units["YZ-ZFB"].id)
print(json.dumps(True))
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Return the address of a database `records` on a server of its own, whose owner may make roles and databases."""
    home = tmp_path / "site"
    home.mkdir()
    tmp_path.chmod(0o755)
    place = postgres.layout(home)
    postgres.start(place)
    superuser = {"host": str(place.sockets), "user": "postgres", "password": make_secrets(home)["superuser"]}
    with psycopg.connect(**superuser, dbname="postgres", autocommit=True) as link:  # type: ignore[arg-type]
        link.execute("CREATE ROLE site_owner LOGIN CREATEROLE CREATEDB PASSWORD 'p@ss/word'")
        link.execute(sql.SQL("CREATE DATABASE records OWNER site_owner"))
    yield f"postgresql://site_owner:{quote('p@ss/word', safe='')}@/records?host={quote(str(place.sockets), safe='')}"
    postgres.stop(place)


def test_everything_works_on_it(site: str, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "home", workers=1)
    machine.home.mkdir()
    machine.environment["DATABASE_URL"] = site
    machine.run("setup")
    machine.python(FURNISH)
    sent = tmp_path / "sent"
    sent.mkdir()
    (sent / "关于修缮城墙的通知.txt").write_text("第一份")
    (sent / "关于疏浚护城河的通知.txt").write_text("第二份")
    machine.run("ingest", str(sent), "--fonds", "Z109", "--no-reading")
    found = machine.run("search", "护城河", "--as", "archivist")
    assert found["total"] == 1
    assert machine.python(TRY_TO_CHANGE) == [4, "records_app"]
    assert machine.run("doctor")["exit"] == 0
    assert not (machine.home / "database" / "data").exists()
    assert machine.run("upgrade")["migrations"] == 0
    machine.python(
        "from config.backups import dump_database, restore_database\nrestore_database(dump_database())\nprint(1)"
    )
    assert machine.run("search", "护城河", "--as", "archivist")["total"] == 1
    assert machine.run("ledger", "verify")["ok"]


def test_a_server_that_is_away_is_told(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "home")
    machine.environment["DATABASE_URL"] = "postgresql://somebody:word@127.0.0.1:1/site"
    refused = machine.run_raw("setup")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["error"]["code"] == "database.refuses"
    found = {one["name"]: one for one in machine.run("doctor")["findings"]}
    assert found["database"]["state"] == "bad"
    assert "DATABASE_URL" in found["database"]["mend"]
