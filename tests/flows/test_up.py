"""`up` brings the whole product up, twice the same; set-up works for an ordinary user too."""

import os
import pwd
import shutil
import ssl
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.environment import CHECKOUT
from tests.flows.machine import Machine

pytestmark = pytest.mark.slow

HELD = """
from lantai.audit.selectors import head
from lantai.catalogue.models import Record
from lantai.ingest.models import Batch, IntakeItem
from lantai.preservation.models import ComputerFile
print(json.dumps([m.objects.count() for m in (Batch, IntakeItem, Record, ComputerFile)]))
"""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    tmp_path.chmod(0o755)
    made = Machine(tmp_path / "home", workers=2)
    made.home.mkdir()
    yield made
    made.stop()
    made.remove()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can reach; pytest's own are for the one who runs it."""
    folder = Path(tempfile.mkdtemp(prefix="lantai-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_up_again_takes_in_nothing_and_is_quick_then_serves_over_https(machine: Machine) -> None:
    began = time.monotonic()
    assert machine.run("up", "--no-serve", "--pages", "6")["ready"]
    first = time.monotonic() - began
    held = machine.python(HELD)
    assert all(held), "batches, items, records and files are there"
    began = time.monotonic()
    machine.run("up", "--no-serve", "--pages", "6")
    assert time.monotonic() - began < first / 2
    assert machine.python(HELD) == held
    assert machine.run("doctor")["exit"] == 0

    from config.tls import local_certificate

    local_certificate(machine.home, ["127.0.0.1"])
    context = ssl.create_default_context(cafile=str(machine.home / "tls" / "authority.pem"))
    machine.serve("--https", "--pages", "6", verb="up", context=context)
    machine.stop()
    assert machine.python(HELD) == held


def _interpreter_for(user: pwd.struct_passwd) -> str:
    """Return this interpreter, or the system's of the same release where `user` cannot reach this one."""
    for program in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            subprocess.run([program, "-c", ""], user=user.pw_uid, group=user.pw_gid, extra_groups=[], check=True)
        except OSError:
            continue
        return program
    pytest.skip("no Python of this release lies where another user can reach it")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else; everybody else is that already")
def test_an_ordinary_user_sets_up_and_owns_the_database(open_folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    code = open_folder / "code"
    shutil.copytree(CHECKOUT / "src", code / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CHECKOUT / "frontend", code / "frontend", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(CHECKOUT / "locale", code / "locale")
    (code / "frontend" / "node_modules").symlink_to(CHECKOUT / "frontend" / "node_modules")
    for name in ("pyproject.toml", "requirements"):
        (code / name).symlink_to(CHECKOUT / name)
    home = open_folder / "home"
    home.mkdir()
    for folder in (home, *(Path(f) for f, _, _ in os.walk(code))):
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    words = [_interpreter_for(nobody), "-m", "config.cli"]
    libraries = sysconfig.get_path("purelib")
    environment = os.environ | {
        "LANTAI_HOME": str(home),
        "PYTHONPATH": f"{code / 'src'}:{libraries}",
        "HOME": str(home),
    }

    def run(*verb: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*words, *verb], env=environment, cwd=code, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    done = run("setup")
    assert done.returncode == 0, done.stderr
    assert (home / "database" / "data").stat().st_uid == nobody.pw_uid, "in its own home, as itself"
    assert run("doctor").returncode == 0
    (home / "secrets" / "secrets.json").chmod(0)
    told = run("doctor")
    assert told.returncode == 1
    assert "Run this as the user who set Lantai up" in told.stderr
