"""A whole Lantai of its own in a folder of the test's: started, used by its command line, killed, examined."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psutil

from config import postgres
from config.environment import CHECKOUT

START_WITHIN_SECONDS = 90
SETTLE_WITHIN_SECONDS = 180


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Machine:
    """One installation below `home`, served on a free port."""

    def __init__(self, home: Path, *, workers: int = 2) -> None:
        self.home = home
        self.port = free_port()
        self.environment = os.environ | {
            "LANTAI_HOME": str(home),
            "LANTAI_WORKERS": str(workers),
            "LANTAI_HOSTS": "testserver",
            "LC_ALL": "C.UTF-8",
        }
        self.server: subprocess.Popen[bytes] | None = None

    def run(self, *words: str, check: bool = True, timeout: float = 600) -> dict[str, Any]:
        """Run a verb with --json and return its object; with `check`, an exit status of 1 or 2 is a failure."""
        done = self.run_raw(*words, timeout=timeout)
        if check and done.returncode not in (0, 3):
            raise AssertionError(f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {}
        return found | {"exit": done.returncode}

    def run_raw(self, *words: str, timeout: float = 600, said: str = "") -> subprocess.CompletedProcess[str]:
        """Run a verb with --json, `said` on its standard input, and return the finished process."""
        command = [sys.executable, "-m", "config.cli", *words, "--json"]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=timeout, check=False, cwd=CHECKOUT, input=said,
        )  # fmt: skip

    def python(self, code: str) -> Any:
        """Run Python in this installation, Django ready, and return the JSON it prints last."""
        prelude = "from config.cli import prepare_django; prepare_django(database=True)\nimport json\n"
        done = subprocess.run(
            [sys.executable, "-c", prelude + code],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    def serve(self, *words: str, verb: str = "serve", context: ssl.SSLContext | None = None) -> None:
        """Start everything and wait until a page is answered; with `context`, over TLS."""
        with (self.home / "serve.log").open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "config.cli", verb, "--bind", f"127.0.0.1:{self.port}", *words],
                env=self.environment, stdout=log, stderr=log, cwd=CHECKOUT,
            )  # fmt: skip
        self.wait_for_web(context)

    def wait_for_web(self, context: ssl.SSLContext | None = None) -> None:
        """Wait until the sign-in page is answered."""
        scheme = "https" if context else "http"
        limit = time.monotonic() + START_WITHIN_SECONDS
        while time.monotonic() < limit:
            try:
                address = f"{scheme}://127.0.0.1:{self.port}/sign-in/"
                with urllib.request.urlopen(address, timeout=5, context=context) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise AssertionError(f"no page within {START_WITHIN_SECONDS} s; see {self.home / 'serve.log'}")

    def stop(self) -> None:
        """Stop what `serve` started, politely, then not."""
        if self.server:
            self.server.terminate()
            try:
                self.server.wait(timeout=40)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
            self.server = None

    def cluster(self) -> Path:
        """Return the folder of the embedded database."""
        return postgres.layout(self.home).data

    def remove(self) -> None:
        """Stop the embedded database, and remove it where it lies outside the home."""
        place = postgres.layout(self.home)
        postgres.stop(place)
        shutil.rmtree(place.data.parent, ignore_errors=True)

    def processes(self, kind: str) -> list[psutil.Process]:
        """Return the living processes of a kind: web, worker, news or database."""
        if kind == "database":
            return self._postmaster()
        assert self.server is not None
        marks = {"web": "gunicorn", "worker": "worker", "news": "--news"}
        try:
            children = psutil.Process(self.server.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        found = []
        for child in children:
            try:
                words = child.cmdline()
            except psutil.Error:
                continue
            if marks[kind] in words and (kind != "worker" or "--news" not in words):
                found.append(child)
        return found

    def _postmaster(self) -> list[psutil.Process]:
        try:
            pid = int((self.cluster() / "postmaster.pid").read_text().split("\n", 1)[0])
            return [psutil.Process(pid)]
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return []

    def settle(self) -> None:
        """Wait until no job waits or runs and the index has all the ledger's news."""
        limit = time.monotonic() + SETTLE_WITHIN_SECONDS
        state: dict[str, int] = {}
        while time.monotonic() < limit:
            state = self.python(IDLE)
            if not any(state.values()):
                return
            time.sleep(1)
        raise AssertionError(f"still busy after {SETTLE_WITHIN_SECONDS} s: {state}")


IDLE = """
from django.db import connection
from lantai.ingest.models import IntakeItem
from lantai.ingest.rules.roles import UNDER_WAY
from lantai.search.selectors import index_state
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
                   " AND task_name ~ '^(ingest|recognition|viewing)'")
    jobs = cursor.fetchone()[0]
items = IntakeItem.objects.filter(state__in=UNDER_WAY).count()
print(json.dumps({"jobs": jobs, "items": items, "behind": index_state().behind}))
"""
