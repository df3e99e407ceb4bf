"""The ledger: appending, sealing, proving and verifying, beside plain inserts of the same bytes into a bare table."""

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

Progress = Callable[[str, int, int], None]

BATCH = 2000
SINGLE_ACTS = 500


def run(*, quick: bool, progress: Progress, items: int = 0, **_options: object) -> dict[str, Any]:
    """Measure with `items` acts (1,000,000, or 50,000 when quick), added to this installation's ledger for good.

    Figures are per second unless their names say otherwise; the yardstick is PostgreSQL alone on the same rows.
    """
    from config.cli import prepare_django

    prepare_django(database=True)
    from lantai.audit import selectors, services

    count = items or (50_000 if quick else 1_000_000)
    before = selectors.head()
    result: dict[str, Any] = {"acts": count, "quick": quick, "cpus": os.cpu_count()}
    result |= {"yardstick_bare_inserts_per_s": _bare_inserts(count, progress)}
    result |= _append(count, progress)
    began, sealed = time.perf_counter(), 0
    while taken := services.seal():
        sealed += taken
        progress("sealing", sealed, count)
    result["sealed_per_s"] = round(sealed / (time.perf_counter() - began))
    began = time.perf_counter()
    services.sign_checkpoint()
    result["checkpoint_ms"] = _milliseconds(time.perf_counter() - began)
    result |= _prove(before, selectors.head(), progress)
    began = time.perf_counter()
    found = selectors.verify_ledger(progress=lambda done, total: progress("verifying", done, total))
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


def _append(count: int, progress: Progress) -> dict[str, Any]:
    """Append in transactions of 2,000 acts, and some in transactions of their own."""
    from django.db import transaction

    from lantai.audit import services
    from lantai.kernel.actors import system_actor

    actor = system_actor("bench")
    began = time.perf_counter()
    for done in range(0, count, BATCH):
        with transaction.atomic():
            services.record_acts(actor=actor, acts=_acts(min(BATCH, count - done)))
        progress("appending", min(done + BATCH, count), count)
    batches = count / (time.perf_counter() - began)
    began = time.perf_counter()
    for act in _acts(SINGLE_ACTS):
        services.record_act(actor=actor, verb=act.verb, target_kind="record", target_id=act.target_id, facts=act.facts)
    singles = SINGLE_ACTS / (time.perf_counter() - began)
    return {"appended_in_batches_per_s": round(batches), "appended_each_committed_per_s": round(singles)}


def _bare_inserts(count: int, progress: Progress) -> float:
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
            progress("bare inserts", min(done + BATCH, count), count)
        rate = count / (time.perf_counter() - began)
        cursor.execute("DROP TABLE bench_bare")
    return round(rate)


def _prove(before: int, head: int, progress: Progress) -> dict[str, Any]:
    """Prove acts from all over the tree, each from nothing kept in memory, and check the proofs."""
    from lantai.audit import selectors
    from lantai.audit.rules.tree import is_included

    times, places = [], [before + 1 + (head - before - 1) * n // 199 for n in range(200)]
    for number, place in enumerate(places):
        entry = selectors.entries_after(place - 1, limit=1)[0].entry
        began = time.perf_counter()
        proof = selectors.proof_of(entry)
        times.append(time.perf_counter() - began)
        if not is_included(proof.leaf_hash, proof.leaf_index, proof.size, proof.path, proof.root):
            raise AssertionError(f"the proof of entry {place} does not hold")
        progress("proving", number + 1, len(places))
    return {
        "proof_ms_p50": _milliseconds(statistics.median(times)),
        "proof_ms_p95": _milliseconds(sorted(times)[int(len(times) * 0.95)]),
    }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 2)
