"""Hands for a command that waits for jobs: the workers that run already, or some of its own while it waits."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import connection

from config.environment import ENVIRONMENT
from config.jobs import STALLED_AFTER_SECONDS
from lantai.audit import services as audit
from lantai.kernel import clock
from lantai.search import services as search

PAUSE_SECONDS = 0.2
LOOK_EVERY_SECONDS = 1.0


def work_until(is_done: Callable[[], bool], look: Callable[[], None]) -> None:
    """Keep jobs, seals and index moving until `is_done`, calling `look` now and then to show progress.

    Starts job workers of its own when none is alive, and again when its own have died; stops them at the end.
    """
    own: list[subprocess.Popen[bytes]] = []
    looked_at = 0.0
    try:
        while not is_done():
            own = [p for p in own if p.poll() is None]
            if not own and not _workers_alive():
                own = [_start_worker() for _ in range(ENVIRONMENT.workers)]
            carry_on()
            if time.monotonic() - looked_at > LOOK_EVERY_SECONDS:
                look()
                looked_at = time.monotonic()
            time.sleep(PAUSE_SECONDS)
        while carry_on():
            pass
    finally:
        for process in own:
            process.terminate()
        for process in own:
            process.wait()


def carry_on() -> int:
    """Seal what is committed and bring it to the index once; return how much moved."""
    return audit.seal() + search.index_news(limit=1000)


def _workers_alive() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s",
            [clock.now() - timedelta(seconds=STALLED_AFTER_SECONDS)],
        )
        (count,) = cursor.fetchone() or (0,)
    return bool(count)


def _start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "config.cli", "worker"],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
