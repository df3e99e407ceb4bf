"""Keeps the processes of one machine running: web, workers, news, and the embedded database; restarts what dies."""

import contextlib
import ctypes
import logging
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from config import postgres
from config.environment import ENVIRONMENT
from lantai.kernel.errors import UnavailableError

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.5
STOP_WITHIN_SECONDS = 25
STEADY_AFTER_SECONDS = 30
LONGEST_PAUSE_SECONDS = 10


LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Have the kernel end this child when the supervisor is killed, so that nothing is left running unwatched."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Watched:
    """One process to keep alive; `falls` counts quick deaths, each lengthening the pause before the next start."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    falls: int = 0
    start_after: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, preexec_fn=_end_with_parent)  # noqa: PLW1509 - there is one thread
        self.began = time.monotonic()

    def look(self) -> None:
        moment = time.monotonic()
        if self.process is None:
            if moment >= self.start_after:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.falls = 0 if moment - self.began > STEADY_AFTER_SECONDS else self.falls + 1
        pause = min(0.1 * 2**self.falls, LONGEST_PAUSE_SECONDS)
        log.warning("%s ended with %s; starting it again in %.1f s", self.name, status, pause)
        self.process, self.start_after = None, moment + pause


def web_command(bind: str, *, pair: tuple[Path, Path] | None = None) -> list[str]:
    """Return the command of the web process on `bind` ("host:port"), with TLS when given certificate and key."""
    command = [
        sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", bind, "--workers", "2", "--threads", "8",
        "--worker-tmp-dir", str(ENVIRONMENT.home / "tmp"), "--timeout", "120", "--graceful-timeout", "20",
        "--max-requests", "20000", "--max-requests-jitter", "2000", "--log-level", "warning",
    ]  # fmt: skip
    if pair:
        command += ["--certfile", str(pair[0]), "--keyfile", str(pair[1])]
    return command


def worker_commands(workers: int) -> dict[str, list[str]]:
    """Return the commands of the job workers and of the news process (sealing and indexing)."""
    base = [sys.executable, "-m", "config.cli", "worker"]
    return {f"worker-{n}": base for n in range(1, workers + 1)} | {"news": [*base, "--news"]}


def keep_running(commands: dict[str, list[str]]) -> None:
    """Run `commands` until SIGTERM or SIGINT, restarting each that ends, the embedded database too."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    place = None if ENVIRONMENT.database_url else postgres.hold(ENVIRONMENT.home)
    watched = [Watched(name, command) for name, command in commands.items()]
    try:
        while not stop.is_set():
            if place:
                _watch_database(place)
            for one in watched:
                one.look()
            stop.wait(LOOK_EVERY_SECONDS)
    finally:
        _stop_all(watched)


def _watch_database(place: postgres.Layout) -> None:
    if postgres.is_alive(place):
        return
    log.warning("the database is down; starting it again")
    try:
        postgres.start(place)
    except UnavailableError:
        log.exception("the database does not start; trying again")


def _stop_all(watched: list[Watched]) -> None:
    for one in watched:
        if one.process:
            one.process.terminate()
    limit = time.monotonic() + STOP_WITHIN_SECONDS
    for one in watched:
        if one.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                one.process.wait(timeout=max(0.1, limit - time.monotonic()))
            if one.process.poll() is None:
                one.process.kill()
                one.process.wait()
