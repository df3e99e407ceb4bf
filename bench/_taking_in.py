"""Measures the whole take-in of a folder (receive, store, describe, index) with its workers, and everybody's memory."""

import contextlib
import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psutil
from bench._intake_sources import Progress, Sources

SAMPLE_EVERY_SECONDS = 0.5
MIB = 1 << 20


@dataclass
class Watch:
    """Samples the memory of this process and all below it, and how many items have ended, until `end`."""

    peaks: dict[str, int] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def begin(self) -> "Watch":
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()
        return self

    def end(self) -> dict[str, int]:
        """Stop, and return the greatest size in MiB of any process of each kind."""
        self._stop.set()
        assert self._thread is not None
        self._thread.join()
        return {kind: size // MIB for kind, size in sorted(self.peaks.items())}

    def _sample(self) -> None:
        this = psutil.Process()
        while not self._stop.wait(SAMPLE_EVERY_SECONDS):
            for process in [this, *this.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    kind = _kind_of(process, this)
                    size = process.memory_full_info().uss if kind == "postgres" else process.memory_info().rss
                    self.peaks[kind] = max(self.peaks.get(kind, 0), size)


def _kind_of(process: psutil.Process, this: psutil.Process) -> str:
    if process.pid == this.pid:
        return "command"
    words = process.cmdline()
    return "worker" if "worker" in words else process.name()


@contextlib.contextmanager
def workers() -> Iterator[None]:
    """Keep as many workers running as `serve` would."""
    from config.environment import ENVIRONMENT

    command = [sys.executable, "-m", "config.cli", "worker"]
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(ENVIRONMENT.workers)]
    try:
        while _count("SELECT count(*) FROM procrastinate_workers") < len(running):
            time.sleep(0.2)
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def forget_copies() -> None:
    """Take the making of copies for looking at out of the queue: it follows the taking in and is no part of it."""
    _count(
        "WITH gone AS (DELETE FROM procrastinate_jobs WHERE status = 'todo'"
        " AND task_name IN ('ingest.copy_batch', 'viewing.make_access_copies') RETURNING 1) SELECT count(*) FROM gone"
    )


def _count(query: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def take_in(fonds_id: Any, sources: Sources, name: str, progress: Progress) -> dict[str, Any]:
    """Take `sources` in without recognition, workers running, and return the figures of it."""
    from config.commands.ingest import receive
    from config.workforce import work_until
    from lantai.ingest import selectors
    from lantai.ingest.models import Batch

    watch = Watch().begin()
    began = time.perf_counter()
    batch = receive(fonds_id=fonds_id, folder=sources.folder, wants_reading=False)
    received = time.perf_counter()
    ended: list[tuple[float, int]] = [(received, 0)]

    def look() -> None:
        done = selectors.progress(batch).ended
        ended.append((time.perf_counter(), done))
        progress(f"taking in {name}", done, len(sources.files))

    def is_done() -> bool:
        batch.refresh_from_db(fields=["state"])
        if batch.state != Batch.State.FINISHED:
            return False
        finished.append(time.perf_counter())
        return True

    finished: list[float] = []
    work_until(is_done, look)
    findable = time.perf_counter()
    handover = selectors.handover_of(batch)
    assert handover.received_files == handover.sent_files == len(sources.files), "something sent was not received"
    seconds = finished[0] - began
    ended.append((finished[0], len(sources.files)))
    return {
        "files": len(sources.files),
        "bytes": sources.size_bytes,
        "returned": selectors.progress(batch).by_state.get("failed", 0),
        "receive_s": round(received - began, 2),
        "seconds": round(seconds, 2),
        "until_findable_s": round(findable - began, 2),
        "files_s": round(len(sources.files) / seconds, 1),
        "mb_s": round(sources.size_bytes / seconds / 1e6, 1),
        **_quarters(ended, len(sources.files)),
        "peak_mib": watch.end(),
    }


def _quarters(ended: list[tuple[float, int]], files: int) -> dict[str, float]:
    """Return the rate at which the first and the last quarter of the items came to their end.

    Storing runs ahead of describing, so the clock of the first quarter starts when the first item ends.
    """
    begun = max(moment for moment, count in ended if count == 0)

    def moment(count: float) -> float:
        for (before, low), (after, high) in itertools.pairwise(ended):
            if high >= count:
                return before + (after - before) * (count - low) / max(high - low, 1)
        return ended[-1][0]

    first, last = moment(files / 4) - begun, moment(files) - moment(3 * files / 4)
    return {
        "first_quarter_files_s": round(files / 4 / max(first, 1e-9), 1),
        "last_quarter_files_s": round(files / 4 / max(last, 1e-9), 1),
    }
