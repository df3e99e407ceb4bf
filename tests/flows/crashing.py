"""Killing a working Lantai again and again, then proving that nothing acknowledged was lost or doubled."""

import contextlib
import hashlib
import json
import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from config.environment import CHECKOUT
from lantai.identity.services import DEMO_PASSWORD
from tests.flows.machine import Machine
from tests.flows.uploading import Uploads, contents_of

FILES_A_BATCH = 12
KINDS = ("web", "worker", "news", "database", "command")

SET_UP = """
from config.installation import make_ready
from config.commands.up import DEMO_ARCHIVES
from lantai.identity.services import install_demo_city
from lantai.catalogue.services import ensure_fonds
from lantai.kernel.actors import system_actor
make_ready(lambda words: None)
units = install_demo_city(actor=system_actor("test"))
actor = system_actor("test")
archives, owner = units[DEMO_ARCHIVES], units["YZ-ZFB"]
ensure_fonds(actor=actor, archives_id=archives.id, code="Z109", name_zh="测试全宗", owner_unit_id=owner.id)
print(json.dumps(True))
"""

EXAMINE = """
from collections import Counter
from django.db.models import F
from lantai.catalogue.models import Record
from lantai.ingest.models import HandoverList, IntakeFile, IntakeItem
from lantai.preservation.models import ComputerFile
from lantai.search.selectors import index_state

def doubled(values):
    return [str(value) for value, count in Counter(values).items() if count > 1]

kept = IntakeFile.objects.exclude(computer_file=None)
state = index_state()
print(json.dumps({
    "digests": {f"{s}/{p}": d for s, p, d in kept.values_list("item__batch__source_name", "path", "computer_file__digest")},
    "doubled_codes": doubled(Record.objects.exclude(reference_code=None).values_list("reference_code", flat=True)),
    "doubled_items": doubled(IntakeItem.objects.filter(state="done").values_list("batch__source_name", "path")),
    "doubled_files": doubled(ComputerFile.objects.values_list("archives_id", "digest", "level")),
    "short_lists": HandoverList.objects.exclude(closed_at=None).exclude(sent_files=F("received_files")).count(),
    "records": Record.objects.count(),
    "done": IntakeItem.objects.filter(state="done").count(),
    "visible": Record.objects.filter(quarantined=False).count(),
    "index": {"fits": state.fits, "behind": state.behind, "items": state.items},
}))
"""


@dataclass
class Load:
    """Keeps taking folders in through the command line, each again until it is acknowledged."""

    machine: Machine
    folder: Path
    random: random.Random
    stop: threading.Event = field(default_factory=threading.Event)
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    refusals: int = 0
    running: "subprocess.Popen[str] | None" = None

    def work(self) -> None:
        number = 0
        while not self.stop.is_set():
            number += 1
            source = self._made(number)
            while not self._take_in(source):
                self.refusals += 1
                if self.stop.is_set():
                    return
                time.sleep(0.3)

    def _made(self, number: int) -> Path:
        source = self.folder / f"batch-{number:04d}"
        source.mkdir(parents=True)
        for index in range(FILES_A_BATCH):
            size = self.random.choice([10, 3_000, 120_000, 1_500_000])
            (source / f"file {index:02d}.txt").write_bytes(f"{number}/{index}\n".encode() + self.random.randbytes(size))
        return source

    def _take_in(self, source: Path) -> bool:
        command = [
            sys.executable,
            "-m",
            "config.cli",
            "ingest",
            str(source),
            "--fonds",
            "Z109",
            "--no-reading",
            "--json",
        ]
        self.running = subprocess.Popen(
            command,
            env=self.machine.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=CHECKOUT,
        )
        words, _ = self.running.communicate()
        status = self.running.returncode
        self.running = None
        if status != 0:
            return False
        self.acknowledged[str(source)] = json.loads(words.strip().splitlines()[-1])
        return True


def crash(
    machine: Machine, folder: Path, *, kills: int, seed: int, pause: tuple[float, float] = (0.3, 2.5)
) -> dict[str, Any]:
    """Kill a process `kills` times under load; return what was counted. Raises AssertionError for anything lost."""
    chance = random.Random(seed)
    machine.home.mkdir(parents=True, exist_ok=True)
    machine.python(SET_UP)
    machine.serve()
    load = Load(machine, folder, random.Random(seed + 1))
    uploads = Uploads(machine, DEMO_PASSWORD, random.Random(seed + 2), load.stop)
    threads = [threading.Thread(target=one.work, daemon=True) for one in (load, uploads)]
    for thread in threads:
        thread.start()
    killed = dict.fromkeys(KINDS, 0)
    try:
        while sum(killed.values()) < kills:
            time.sleep(chance.uniform(*pause))
            kind = KINDS[sum(killed.values()) % len(KINDS)] if kills <= 2 * len(KINDS) else chance.choice(KINDS)
            killed[kind] += _kill(machine, load, kind, chance)
        machine.wait_for_web()
        load.stop.set()
        for thread in threads:
            thread.join(timeout=300)
        assert not any(thread.is_alive() for thread in threads), "the last batch was never acknowledged"
        machine.settle()
        return _proven(machine, load, uploads, killed)
    finally:
        load.stop.set()
        machine.stop()


def _kill(machine: Machine, load: Load, kind: str, chance: random.Random) -> int:
    if kind == "command":
        process = load.running
        if process is None:
            return 0
        process.kill()
        return 1
    living = machine.processes(kind)
    if not living:
        return 0
    with contextlib.suppress(psutil.NoSuchProcess):
        chance.choice(living).kill()
        return 1
    return 0


def _proven(machine: Machine, load: Load, uploads: Uploads, killed: dict[str, int]) -> dict[str, Any]:
    seen = machine.python(EXAMINE)
    assert not uploads.fault, uploads.fault
    assert load.acknowledged, "nothing was acknowledged"
    for path, content in contents_of(uploads).items():
        digest = hashlib.sha256(content).hexdigest()
        assert seen["digests"].get(path) == digest, f"{path} was acknowledged and is not kept"
    for source in load.acknowledged:
        for file in Path(source).iterdir():
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            assert seen["digests"].get(f"{source}/{file.name}") == digest, f"{file} was acknowledged and is not kept"
    assert seen["doubled_codes"] == []
    assert seen["doubled_items"] == []
    assert seen["doubled_files"] == []
    assert seen["short_lists"] == 0
    assert seen["records"] == seen["done"], "every done item has its own record"
    assert seen["index"] == {"fits": True, "behind": 0, "items": seen["visible"]}, (
        "the index has what the catalogue shows"
    )
    fixity = machine.run("fixity", "check")
    assert fixity["bad"] == 0, fixity
    ledger = machine.run("ledger", "verify")
    assert ledger["ok"], ledger
    return {
        "killed": killed, "batches": len(load.acknowledged), "refusals": load.refusals,
        "uploads": len(uploads.acknowledged), "pages_read": uploads.pages_read, "interruptions": uploads.interruptions,
        "files": len(seen["digests"]),
        "checked": fixity["checked"], "healed": fixity["healed"], "entries": ledger["entries"],
    }  # fmt: skip
