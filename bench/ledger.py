"""The ledger: appending, sealing, proving and verifying, beside plain inserts of the same bytes into a bare table.

Works in an installation of its own in a temporary folder, since nothing is ever removed from a ledger.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Progress = Callable[[str, int, int], None]

ITEMS = 1_000_000
QUICK_ITEMS = 50_000
BATCH = 2000
SINGLE_ACTS = 500
ROOT = Path(__file__).resolve().parents[1]


def run(*, quick: bool, progress: Progress, items: int = 0, **_options: object) -> dict[str, Any]:
    """Measure with `items` acts (1,000,000, or 50,000 when quick) and return one JSON-ready mapping.

    The yardstick is PostgreSQL alone: the same bytes into an unlogged table without indexes but its key.
    """
    home = Path(tempfile.mkdtemp(prefix="lantai-bench-"))
    home.chmod(0o711)  # as root the database has a system user of its own, who must get to its folder
    environment = os.environ | {
        "LANTAI_HOME": str(home),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, "-m", "bench.ledger", str(items or (QUICK_ITEMS if quick else ITEMS))]
    try:
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as measuring:
            assert measuring.stdout is not None
            told = [_passed_on(line, progress) for line in measuring.stdout]
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if measuring.returncode or not told or told[-1] is None:
        raise RuntimeError("the measuring process ended without a result; what it wrote stands above")
    return told[-1]


def _passed_on(line: str, progress: Progress) -> dict[str, Any] | None:
    """Pass a step of the measuring process on; return its result when that has come."""
    told = json.loads(line)
    if "step" in told:
        progress(*told["step"])
        return None
    result: dict[str, Any] = told["result"]
    return result


def _tell(name: str, done: int, total: int) -> None:
    print(json.dumps({"step": [name, done, total]}), flush=True)


def _measure(count: int) -> dict[str, Any]:
    from config.environment import ENVIRONMENT

    (ENVIRONMENT.home / "tmp").mkdir()
    from config.cli import prepare_django

    prepare_django(database=True)
    from config.installation import migrate

    migrate()
    from lantai.audit import selectors, services

    result: dict[str, Any] = {"acts": count, "cpus": os.cpu_count(), "load_before": round(os.getloadavg()[0], 1)}
    result |= {"yardstick_bare_inserts_per_s": _bare_inserts(count)}
    result |= _append(count)
    began, sealed = time.perf_counter(), 0
    while taken := services.seal():
        sealed += taken
        _tell("sealing", sealed, count + SINGLE_ACTS)
    result["sealed_per_s"] = round(sealed / (time.perf_counter() - began))
    began = time.perf_counter()
    services.sign_checkpoint()
    result["checkpoint_ms"] = _milliseconds(time.perf_counter() - began)
    result |= _prove(selectors.head())
    began = time.perf_counter()
    found = selectors.verify_ledger(progress=lambda done, total: _tell("verifying", done, total))
    result["verified_per_s"] = round(found.entries / (time.perf_counter() - began))
    result |= {"entries": found.entries, "ok": found.ok}
    result["append_to_yardstick"] = round(
        result["appended_in_batches_per_s"] / result["yardstick_bare_inserts_per_s"], 3
    )
    return result


def _acts(count: int) -> list[Any]:
    from lantai.audit.services import Act
    from lantai.kernel.ids import new_id

    facts = {"version": 3, "changes": ["title", "year"], "code": "Z109-WS·2019-Y-0001"}
    return [Act("audit.bench", "record", new_id(), facts) for _ in range(count)]


def _append(count: int) -> dict[str, Any]:
    """Append in transactions of 2,000 acts, and some in transactions of their own."""
    from django.db import transaction

    from lantai.audit import services
    from lantai.kernel.actors import system_actor

    actor = system_actor("bench")
    began = time.perf_counter()
    for done in range(0, count, BATCH):
        with transaction.atomic():
            services.record_acts(actor=actor, acts=_acts(min(BATCH, count - done)))
        _tell("appending", min(done + BATCH, count), count)
    batches = count / (time.perf_counter() - began)
    began = time.perf_counter()
    for act in _acts(SINGLE_ACTS):
        services.record_act(actor=actor, verb=act.verb, target_kind="record", target_id=act.target_id, facts=act.facts)
    singles = SINGLE_ACTS / (time.perf_counter() - began)
    return {"appended_in_batches_per_s": round(batches), "appended_each_committed_per_s": round(singles)}


def _bare_inserts(count: int) -> float:
    """Insert as many bodies of the same length into a bare table of this connection's own; return the rate."""
    from django.db import connection

    body = b"x" * 330
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_bare (id bigserial PRIMARY KEY, entry uuid, body bytea)")
        began = time.perf_counter()
        for done in range(0, count, BATCH):
            cursor.execute(
                "INSERT INTO bench_bare (entry, body) SELECT gen_random_uuid(), b FROM unnest(%s::bytea[]) b",
                [[body] * min(BATCH, count - done)],
            )
            _tell("bare inserts", min(done + BATCH, count), count)
        rate = count / (time.perf_counter() - began)
        cursor.execute("DROP TABLE bench_bare")
    return round(rate)


def _prove(head: int) -> dict[str, Any]:
    """Prove acts from all over the tree, each from nothing kept in memory, and check the proofs."""
    from lantai.audit import selectors
    from lantai.audit.rules.tree import is_included

    times, places = [], [1 + (head - 1) * n // 199 for n in range(200)]
    for number, place in enumerate(places):
        entry = selectors.entries_after(place - 1, limit=1)[0].entry
        began = time.perf_counter()
        proof = selectors.proof_of(entry)
        times.append(time.perf_counter() - began)
        if not is_included(proof.leaf_hash, proof.leaf_index, proof.size, proof.path, proof.root):
            raise AssertionError(f"the proof of entry {place} does not hold")
        _tell("proving", number + 1, len(places))
    return {
        "proof_ms_p50": _milliseconds(statistics.median(times)),
        "proof_ms_p95": _milliseconds(sorted(times)[int(len(times) * 0.95)]),
    }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 2)


if __name__ == "__main__":
    print(json.dumps({"result": _measure(int(sys.argv[1]))}), flush=True)
