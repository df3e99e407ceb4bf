"""What is missing or unhealthy in an installation, and the command that mends it."""

import getpass
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from config import postgres
from config.database import LEDGER_TABLES, start_if_ours
from config.environment import CHECKOUT, ENVIRONMENT
from config.installation import pending_migrations
from config.jobs import STALLED_AFTER_SECONDS
from config.secrets import secrets_file
from lantai.kernel import clock
from lantai.kernel.errors import ArchiveError
from lantai.search.selectors import index_state

LEAST_FREE_BYTES = 5 << 30
FAR_BEHIND = 1000
SET_UP = "./lantai setup"
FONTS = Path("/usr/share/fonts")
FONT_PACKAGES = {
    "fonts-noto-cjk": "NotoSansCJK",
    "fonts-arphic-gkai00mp": "gkai00mp",
    "fonts-arphic-gbsn00lp": "gbsn00lp",
}
"""The packages that bring Chinese fonts, and how the names of their files begin."""
MAY_CHANGE = """
SELECT role FROM unnest(%s::text[]) AS r(role), unnest(%s::text[]) AS t(name)
WHERE to_regclass(name) IS NOT NULL AND (
    has_any_column_privilege(role, name, 'UPDATE')
    OR has_table_privilege(role, name, 'DELETE') OR has_table_privilege(role, name, 'TRUNCATE'))
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its state, what was seen, and the command that mends it."""

    name: str
    state: Literal["ok", "warning", "bad"]
    words: str
    mend: str = ""


def examine() -> Iterator[Finding]:
    """Yield a finding for everything looked at, the ground first."""
    for look in (_home, _secrets, _fonts, _pages):
        yield _guarded(look)
    for store in ENVIRONMENT.stores:
        yield _guarded(partial(_store, store), f"store {store.name}")
    yield _guarded(_volume)
    database = _database()
    yield database
    if database.state == "ok":
        for look in (_tables, _ledger, _workers, _index):
            yield _guarded(look)


def _guarded(look: Callable[[], Finding], name: str = "") -> Finding:
    """Return what `look` found; a look that fails is a finding too."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001 - whatever is broken here is what doctor is asked about
        words = str(error).splitlines()[0] if str(error) else type(error).__name__
        return Finding(name or getattr(look, "__name__", "").strip("_"), "bad", words, SET_UP)


def _home() -> Finding:
    home = ENVIRONMENT.home
    if not home.is_dir():
        return Finding("home", "bad", f"{home} is not there yet", SET_UP)
    if not os.access(home, os.W_OK | os.X_OK):
        return Finding("home", "bad", f"{home} cannot be written", f"chown -R {getpass.getuser()} {home}")
    return Finding("home", "ok", str(home))


def _secrets() -> Finding:
    file = secrets_file(ENVIRONMENT.home)
    if not file.is_file():
        return Finding("secrets", "bad", "there are none yet", SET_UP)
    telling = (file.parent, *(f for f in file.parent.iterdir() if f.stat().st_size))
    open_to_others = [f for f in telling if f.stat().st_mode & 0o077]
    if open_to_others:
        return Finding(
            "secrets",
            "bad",
            f"others may read {', '.join(f.name for f in open_to_others)}",
            f"chmod -R go-rwx {file.parent}",
        )
    return Finding("secrets", "ok", "readable by their owner alone")


def _fonts() -> Finding:
    here = {file.name for file in FONTS.rglob("*") if file.suffix in (".ttc", ".ttf", ".otf")}
    missing = [package for package, begin in FONT_PACKAGES.items() if not any(name.startswith(begin) for name in here)]
    if missing:
        return Finding(
            "fonts",
            "warning",
            "Chinese fonts are missing: samples and watermarks need them",
            f"apt-get install -y --no-install-recommends {' '.join(missing)}",
        )
    return Finding("fonts", "ok", "Noto CJK, Arphic Kai and Song")


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
    """Tell whether LANTAI_HOME lies on an encrypted volume: index and database hold text in the clear."""
    device = ENVIRONMENT.home.stat().st_dev
    block = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    if _is_encrypted(block):
        return Finding("volume", "ok", "encrypted")
    return Finding(
        "volume",
        "warning",
        "not seen to be encrypted; index and database hold text in the clear",
        "put LANTAI_HOME on a LUKS volume",
    )


def _is_encrypted(block: Path) -> bool:
    """Tell whether a block device, or everything that it lies on, is decrypted by dm-crypt."""
    mark = block / "dm" / "uuid"
    if mark.is_file() and mark.read_text().startswith("CRYPT-"):
        return True
    below = list((block / "slaves").glob("*"))
    return bool(below) and all(map(_is_encrypted, below))


def _database() -> Finding:
    try:
        start_if_ours(ENVIRONMENT)
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            row = cursor.fetchone()
    except (DatabaseError, ArchiveError) as error:
        words = str(error).splitlines()[0]
        if ENVIRONMENT.database_url:
            return Finding("database", "bad", words, "start the server that DATABASE_URL names, then: ./lantai setup")
        log = postgres.layout(ENVIRONMENT.home).log
        return Finding("database", "bad", words, f"{SET_UP}   (its log: {log})")
    return Finding("database", "ok", f"PostgreSQL {row[0] if row else ''}")


def _tables() -> Finding:
    pending = pending_migrations()
    if pending:
        return Finding("tables", "bad", f"{len(pending)} migrations wait, first {pending[0]}", "./lantai upgrade")
    return Finding("tables", "ok", "up to date")


def _ledger() -> Finding:
    """Tell whether a working role could change the ledger: none may."""
    roles = [settings.DATABASES[alias]["USER"] for alias in ("default", "sealer")]
    with connection.cursor() as cursor:
        cursor.execute(MAY_CHANGE, [roles, list(LEDGER_TABLES)])
        able = sorted({role for (role,) in cursor.fetchall()})
    if able:
        return Finding("ledger", "bad", f"{', '.join(able)} may change the ledger", SET_UP)
    return Finding("ledger", "ok", "append-only for every working role")


def _workers() -> Finding:
    seen_since = clock.now() - timedelta(seconds=STALLED_AFTER_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", [seen_since])
        alive = (cursor.fetchone() or (0,))[0]
        cursor.execute(
            "SELECT task_name, status::text, count(*) FROM procrastinate_jobs"
            " WHERE status IN ('todo', 'failed') GROUP BY 1, 2 ORDER BY 1"
        )
        jobs = cursor.fetchall()
    waiting = sum(count for _, status, count in jobs if status == "todo")
    failed = {name: count for name, status, count in jobs if status == "failed"}
    words = f"{alive} alive, {waiting} jobs waiting, {sum(failed.values())} failed"
    if failed:
        return Finding("workers", "warning", f"{words} ({', '.join(failed)})", "see the log of ./lantai serve for why")
    if waiting and not alive:
        return Finding("workers", "warning", words, "./lantai serve   (or: ./lantai worker)")
    return Finding("workers", "ok", words)


def _index() -> Finding:
    state = index_state()
    words = f"generation {state.generation}, {state.items} records, {state.behind} acts behind"
    if not state.fits:
        return Finding("index", "bad", f"{words}; it must be rebuilt", "./lantai index rebuild")
    if state.behind > FAR_BEHIND:
        return Finding("index", "warning", words, "./lantai serve   (the news process feeds the index)")
    return Finding("index", "ok", words)
