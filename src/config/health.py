"""What is missing or unhealthy in an installation, and the command that mends it."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from django.db import Error as DatabaseError
from django.db import connection

from config import postgres
from config.database import LEDGER_TABLES
from config.environment import CHECKOUT, ENVIRONMENT
from config.installation import pending_migrations
from config.secrets import secrets_file
from lantai.kernel import clock

LEAST_FREE_BYTES = 5 << 30
FAR_BEHIND = 1000
WORKER_SEEN_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its state, what was seen, and the command that mends it."""

    name: str
    state: Literal["ok", "warning", "bad"]
    words: str
    mend: str = ""


def examine() -> Iterator[Finding]:
    """Yield a finding for everything looked at, the ground first."""
    yield from (_folders(), _secrets(), _fonts(), _pages())
    yield from map(_store, ENVIRONMENT.stores)
    yield _volume()
    database = _database()
    yield database
    if database.state != "ok":
        return
    for look in (_migrations, _ledger_rights, _workers, _index):
        yield _guarded(look)


def _guarded(look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except DatabaseError as error:
        return Finding(look.__name__.strip("_"), "bad", str(error).splitlines()[0], "./lantai setup")


def _folders() -> Finding:
    home = ENVIRONMENT.home
    if not os.access(home, os.W_OK):
        return Finding(
            "home", "bad", f"{home} cannot be written", f"chown the folder to the user that runs Lantai: {home}"
        )
    return Finding("home", "ok", str(home))


def _secrets() -> Finding:
    file = secrets_file(ENVIRONMENT.home)
    if not file.is_file():
        return Finding("secrets", "bad", "there are none yet", "./lantai setup")
    if file.stat().st_mode & 0o077:
        return Finding("secrets", "bad", "others may read them", f"chmod 600 {file}")
    return Finding("secrets", "ok", "readable by their owner alone")


def _fonts() -> Finding:
    found = any(Path("/usr/share/fonts").rglob("NotoSansCJK*")) if Path("/usr/share/fonts").is_dir() else False
    if found:
        return Finding("fonts", "ok", "Noto CJK")
    return Finding(
        "fonts", "warning", "no Chinese font: samples and watermarks need one", "apt-get install fonts-noto-cjk"
    )


def _pages() -> Finding:
    if not (CHECKOUT / "frontend" / "dist").is_dir() or not (ENVIRONMENT.home / "static" / ".collected").is_file():
        return Finding("pages", "bad", "styles and scripts are not built", "./lantai setup")
    return Finding("pages", "ok", "built and collected")


def _store(store: Path) -> Finding:
    name = f"store {store.name}"
    if not os.access(store, os.W_OK):
        return Finding(
            name, "bad", f"{store} is missing or read-only", f"mount or mend {store}, then: ./lantai fixity check"
        )
    free = shutil.disk_usage(store).free
    words = f"{free / (1 << 30):.0f} GiB free"
    if free < LEAST_FREE_BYTES:
        return Finding(
            name, "warning", words, f"make room below {store}, or move the store to a larger disk (LANTAI_STORES)"
        )
    return Finding(name, "ok", words)


def _volume() -> Finding:
    """Tell whether LANTAI_HOME lies on an encrypted volume: the index holds page text in the clear."""
    listing = subprocess.run(
        ["findmnt", "--noheadings", "--output", "SOURCE", "--target", str(ENVIRONMENT.home)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    device = Path(listing.stdout.strip() or "/").resolve().name
    mark = Path("/sys/class/block") / device / "dm" / "uuid"
    if mark.is_file() and mark.read_text().startswith("CRYPT-"):
        return Finding("volume", "ok", "encrypted")
    return Finding(
        "volume",
        "warning",
        "not seen to be encrypted; index and database hold text in the clear",
        "put LANTAI_HOME on a LUKS volume",
    )


def _database() -> Finding:
    place = None if ENVIRONMENT.database_url else postgres.layout(ENVIRONMENT.home)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            row = cursor.fetchone()
    except DatabaseError as error:
        log = f"; its log: {place.log}" if place else ""
        return Finding("database", "bad", f"{str(error).splitlines()[0]}{log}", "./lantai setup")
    return Finding("database", "ok", f"PostgreSQL {row[0] if row else ''}")


def _migrations() -> Finding:
    pending = pending_migrations()
    if pending:
        return Finding("tables", "bad", f"{len(pending)} migrations wait, first {pending[0]}", "./lantai upgrade")
    return Finding("tables", "ok", "up to date")


def _ledger_rights() -> Finding:
    """Tell whether the working role could change the ledger: it must not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM unnest(%s::text[]) AS t(name) WHERE to_regclass(name) IS NOT NULL"
            " AND (has_table_privilege(name, 'UPDATE') OR has_table_privilege(name, 'DELETE') OR has_table_privilege(name, 'TRUNCATE'))",
            [list(LEDGER_TABLES)],
        )
        row = cursor.fetchone()
    if row and row[0]:
        return Finding("ledger", "bad", "the application's role may change the ledger", "./lantai setup")
    return Finding("ledger", "ok", "append-only for the application")


def _workers() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", [clock.now() - WORKER_SEEN_WITHIN]
        )
        alive = (cursor.fetchone() or (0,))[0]
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        waiting = (cursor.fetchone() or (0,))[0]
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
        failed = (cursor.fetchone() or (0,))[0]
    words = f"{alive} alive, {waiting} jobs waiting, {failed} failed"
    if waiting and not alive:
        return Finding("workers", "warning", words, "./lantai serve   (or: ./lantai worker)")
    return Finding(
        "workers", "warning" if failed else "ok", words, "look at the failed jobs in the log" if failed else ""
    )


def _index() -> Finding:
    from lantai.search.selectors import index_state

    state = index_state()
    words = f"generation {state.generation}, {state.items} records, {state.behind} acts behind"
    if not state.fits:
        return Finding("index", "bad", f"{words}; it must be rebuilt", "./lantai index rebuild")
    if state.behind > FAR_BEHIND:
        return Finding("index", "warning", words, "./lantai serve   (the news process feeds the index)")
    return Finding("index", "ok", words)
