"""A process killed at any moment loses nothing it acknowledged, doubles nothing, and leaves only what a sweep removes."""

import os
import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from config.environment import CHECKOUT
from lantai.identity.models import Unit
from lantai.kernel import clock
from lantai.preservation import selectors
from lantai.preservation.models import ComputerFile, Key, StoredCopy
from lantai.preservation.services import check_fixity, prepare_keeping, sweep_unreferenced
from tests.factories.preservation import SYSTEM, files_in, make_archives

KILLS = 5
SOAK_KILLS = 100


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_kills_lose_nothing(home: Path) -> None:
    _kill_and_prove(home, KILLS)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_many_kills_lose_nothing(home: Path) -> None:
    _kill_and_prove(home, SOAK_KILLS)


def _kill_and_prove(home: Path, kills: int) -> None:
    archives = make_archives()
    prepare_keeping(actor=SYSTEM)
    acknowledged: set[str] = set()
    for turn in range(kills):
        acknowledged |= _store_until_killed(home, archives, turn)
        kept = set(ComputerFile.objects.values_list("digest", flat=True))
        assert acknowledged <= kept, f"lost after kill {turn}"
    assert acknowledged
    files = ComputerFile.objects.count()
    assert StoredCopy.objects.filter(state="good").count() == 2 * files == 2 * Key.objects.count()
    report = check_fixity(actor=SYSTEM)
    assert (report.checked, report.healed, report.bad) == (2 * files, 0, 0)
    newest = ComputerFile.objects.order_by("-id")[0]
    assert len(selectors.open_file(selectors.file_of(newest.id)).read()) == newest.size_bytes
    with clock.held_at(clock.now() + timedelta(days=2)):
        sweep_unreferenced(actor=SYSTEM)
    assert len(files_in(home / "store-a")) == len(files_in(home / "store-b")) == files


def _store_until_killed(home: Path, archives: Unit, turn: int) -> set[str]:
    """Run the storing program, kill it at a random moment, and return the digests it acknowledged."""
    said = home / f"said-{turn}"
    words = [str(settings.DATABASES["default"]["NAME"]), str(home), str(archives.id), str(turn)]
    with said.open("w") as out:
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.preservation.storing_program", *words],
            cwd=CHECKOUT,
            env=os.environ | {"PYTHONPATH": f"{CHECKOUT / 'src'}:{CHECKOUT}"},
            stdout=out,
        )
        try:
            deadline = time.monotonic() + 60
            while not said.stat().st_size and program.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(random.uniform(0, 1.5))
        finally:
            program.kill()
            program.wait()
    assert program.returncode == -9, "the program ended by itself"
    lines = said.read_text().split("\n")[:-1]
    return {line for line in lines if len(line) == 64}
