"""Serving: TLS by the local authority, nothing left behind when it ends, and news that outlives the database."""

import signal
import ssl
import time
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar

import psutil
import pytest

from tests.flows.machine import Machine

pytestmark = pytest.mark.slow

ACT = """
from django.db import transaction
from lantai.audit.selectors import head
from lantai.audit.services import record_act
from lantai.kernel.actors import system_actor
with transaction.atomic():
    record_act(actor=system_actor("test"), verb="test.act")
from lantai.audit.models import LedgerEntry
print(json.dumps([LedgerEntry.objects.count(), head()]))
"""
KNOWN = """
from lantai.audit.selectors import head
from lantai.search.selectors import index_state
print(json.dumps([head(), index_state().behind]))
"""


def _until(holds: Callable[[], bool], seconds: float) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if holds():
            return True
        time.sleep(0.2)
    return False


def _family(machine: Machine) -> list[psutil.Process]:
    assert machine.server is not None
    found: list[psutil.Process] = psutil.Process(machine.server.pid).children(recursive=True)
    return found


def _living(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_it_leaves_no_process(machine: Machine, number: int) -> None:
    machine.serve()
    family, database = _family(machine), machine.processes("database")
    assert len(family) >= 4, "web with two children, a worker and the news"
    assert _living(database)
    assert machine.server is not None
    machine.server.send_signal(number)
    assert machine.server.wait(timeout=60) == 0
    assert _living(family) == []
    assert _until(lambda: not _living(database), 20), "the last to leave stops the database"


def test_killing_the_supervisor_ends_its_processes(machine: Machine) -> None:
    machine.serve()
    family = _family(machine)
    assert machine.server is not None
    machine.server.kill()
    machine.server.wait()
    assert _until(lambda: not _living(family), 60)


def test_the_news_go_on_when_the_database_died(machine: Machine) -> None:
    machine.serve()
    [postmaster] = machine.processes("database")
    postmaster.kill()
    assert _until(lambda: machine.processes("database") not in ([], [postmaster]), 60)
    written, _ = machine.python(ACT)
    assert _until(lambda: machine.python(KNOWN) == [written, 0], 30), "what was written since is sealed and indexed"
    machine.wait_for_web()
    machine.stop()


def test_https_is_trusted_and_its_cookies_keep_to_it(machine: Machine) -> None:
    from config.tls import local_certificate

    local_certificate(machine.home, ["127.0.0.1"])
    context = ssl.create_default_context(cafile=str(machine.home / "tls" / "authority.pem"))
    machine.serve("--https", context=context)
    for host in ("127.0.0.1", "localhost"):
        jar = CookieJar()
        opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), urllib.request.HTTPCookieProcessor(jar)
        )
        with opener.open(f"https://{host}:{machine.port}/sign-in/", timeout=20) as answer:
            assert answer.status == 200
        assert list(jar)
        assert all(cookie.secure for cookie in jar)
    machine.stop()
