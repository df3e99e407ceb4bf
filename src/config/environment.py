"""What the machine's owner sets from outside, read once from the environment into one typed block."""

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def _default_home() -> Path:
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / "var"
    return Path.home() / ".local" / "share" / "lantai"


@dataclass(frozen=True, slots=True)
class Environment:
    """Settings of one installation. What an archivist may change is a row in the database, not a setting."""

    home: Path
    """LANTAI_HOME: the folder of everything that is kept: stores, index, database, secrets."""
    database_url: str
    """DATABASE_URL: a PostgreSQL of the site, as its owner role; empty for the embedded one."""
    stores: tuple[Path, ...]
    """LANTAI_STORES: folders of the content stores, colon-separated; two below `home` unless set."""
    hosts: tuple[str, ...]
    """LANTAI_HOSTS: the names under which the pages are reached, comma-separated."""
    debug: bool
    """LANTAI_DEBUG=1: Django's debug pages; never where others can reach it."""
    https: bool
    """LANTAI_HTTPS=1: cookies and redirects for a site behind TLS."""
    recognition_threads: int
    """LANTAI_RECOGNITION_THREADS: threads of one reading process."""
    workers: int
    """LANTAI_WORKERS: job processes that `serve` starts; the number of cores unless set."""


def read_environment() -> Environment:
    """Return the settings in force. Unset ones take the defaults named in README."""
    get = os.environ.get
    home = Path(get("LANTAI_HOME") or _default_home()).absolute()
    stores = tuple(Path(s) for s in get("LANTAI_STORES", "").split(":") if s)
    return Environment(
        home=home,
        database_url=get("DATABASE_URL", ""),
        stores=stores or (home / "store-a", home / "store-b"),
        hosts=tuple(h for h in get("LANTAI_HOSTS", "").split(",") if h),
        debug=get("LANTAI_DEBUG") == "1",
        https=get("LANTAI_HTTPS") == "1",
        recognition_threads=int(get("LANTAI_RECOGNITION_THREADS", "1")),
        workers=int(get("LANTAI_WORKERS", "0")) or os.cpu_count() or 1,
    )


ENVIRONMENT = read_environment()
