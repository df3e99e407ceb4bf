"""Taking in without recognition, beside `sha256sum` and two synced copies by `cp` of the same files in the same run.

Each run has an installation of its own (database, keys, two stores) below the home folder, and removes it at the end.
The yardstick is measured before and after our own work and its mean is taken, since a shared machine is never quiet.
"""

import argparse
import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from bench._intake_sources import Sources, mixed_bytes, scans, small_bytes, small_files
from bench._taking_in import forget_copies, take_in, workers

Result = TypeVar("Result")
Progress = Callable[[str, int, int], None]
QUICK_MIXED_BYTES, MIXED_BYTES = 200_000_000, 4_000_000_000
QUICK_SMALL_FILES, SMALL_FILES = 1_500, 100_000
QUICK_SCANS, SCANS = 100, 1_000
SLICE = 2_000
CHECKOUT = Path(__file__).resolve().parents[1]


def run(*, quick: bool, progress: Progress, items: int = 0, **_options: object) -> dict[str, Any]:
    """Measure and return one JSON-ready mapping; `items` is the number of small files (0 = as `quick` says)."""
    from config.environment import ENVIRONMENT

    progress("intake", 0, 1)
    place = ENVIRONMENT.home / "tmp"
    place.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="bench-", dir=place))
    home.chmod(0o755)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.intake", f"--items={items}", *(["--quick"] if quick else [])],
            cwd=CHECKOUT,
            env=os.environ | {"LANTAI_HOME": str(home), "LANTAI_STORES": "", "DATABASE_URL": ""},
            stdout=subprocess.PIPE,
            check=True,
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    progress("intake", 1, 1)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(home: Path, *, quick: bool, items: int, progress: Progress) -> dict[str, Any]:
    """Measure every part in this installation, which is thrown away afterwards."""
    result: dict[str, Any] = {"quick": quick, "cores": os.cpu_count()}
    with _files(scans, home / "source-scans", QUICK_SCANS if quick else SCANS, progress) as sources:
        result["taking_in_scans"] = _taking_in(home, sources, "scans", progress)
    count = items or (QUICK_SMALL_FILES if quick else SMALL_FILES)
    with _files(small_files, home / "source-small", count, progress) as sources:
        result["taking_in_small"] = _taking_in(home, sources, "small", progress)
    with _files(mixed_bytes, home / "source-mixed", QUICK_MIXED_BYTES if quick else MIXED_BYTES, progress) as sources:
        result["storing_mixed"] = _storing(home, sources, "mixed", progress)
    count = items or (QUICK_SMALL_FILES if quick else SMALL_FILES)
    with _files(small_bytes, home / "source-bytes", count, progress) as sources:
        result["storing_small"] = _storing(home, sources, "small", progress)
    result["fixity"] = _fixity(progress)
    result["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return result


@contextlib.contextmanager
def _files(
    make: Callable[[Path, int, Progress], Sources], folder: Path, size: int, progress: Progress
) -> Iterator[Sources]:
    """Make source files, and remove them when their part is over."""
    try:
        yield make(folder, size, progress)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _place(code: str) -> tuple[UUID, UUID]:
    """Make an archives of its own with one fonds; return the ids of both."""
    from lantai.catalogue.services import ensure_fonds
    from lantai.identity.models import Unit
    from lantai.identity.rules.tree import path_of
    from lantai.kernel.actors import system_actor
    from lantai.kernel.ids import new_id

    ids = new_id(), new_id()
    for unit_id, kind, mark in zip(ids, ("archives", "department"), ("a", "d"), strict=True):
        Unit.objects.create(
            id=unit_id, path=path_of(unit_id, "/"), kind=kind, name_zh="测试单位", code=f"{code}-{mark}"
        )
    fonds = ensure_fonds(
        actor=system_actor("bench"), archives_id=ids[0], code="B001", name_zh="测试全宗", owner_unit_id=ids[1]
    )
    return ids[0], fonds.id


def _taking_in(home: Path, sources: Sources, name: str, progress: Progress) -> dict[str, Any]:
    """Take everything in by the whole way, and return the figures beside the yardstick's."""
    _archives_id, fonds_id = _place(f"take-{name}")
    before = yardstick(home, sources)
    with workers():
        found = take_in(fonds_id, sources, name, progress)
    forget_copies()
    after = yardstick(home, sources)
    limit = (before["seconds"] + after["seconds"]) / 2
    return {
        **found,
        "yardstick": {"before": before, "after": after, "mb_s": round(sources.size_bytes / limit / 1e6, 1)},
        "ratio": round(limit / found["seconds"], 3),
    }


def _storing(home: Path, sources: Sources, name: str, progress: Progress) -> dict[str, Any]:
    """Store everything in slices, and return the figures beside the yardstick's."""
    from lantai.kernel.actors import system_actor
    from lantai.preservation.models import ComputerFile
    from lantai.preservation.services import store_files

    unit_id, _fonds_id = _place(f"store-{name}")
    progress(f"yardstick {name}", 0, 2)
    before = yardstick(home, sources)
    progress(f"yardstick {name}", 1, 2)
    slices: list[float] = []
    for at in range(0, len(sources.files), SLICE):
        part = sources.files[at : at + SLICE]
        seconds, _files = timed(
            lambda part=part: store_files(actor=system_actor("bench"), archives_id=unit_id, level=0, sources=part)  # type: ignore[misc]
        )
        slices.append(seconds * SLICE / len(part))
        progress(f"storing {name}", at + len(part), len(sources.files))
    ours = sum(slices[:-1]) + slices[-1] * (len(sources.files) % SLICE or SLICE) / SLICE
    after = yardstick(home, sources)
    progress(f"yardstick {name}", 2, 2)
    limit = (before["seconds"] + after["seconds"]) / 2
    quarter = max(1, len(slices) // 4)
    kept = ComputerFile.objects.filter(archives_id=unit_id)
    return {
        "files": len(sources.files),
        "bytes": sources.size_bytes,
        "bytes_kept_in_each_store": sum(kept.values_list("stored_bytes", flat=True)),
        "seconds": round(ours, 2),
        "files_s": round(len(sources.files) / ours, 1),
        "mb_s": round(sources.size_bytes / ours / 1e6, 1),
        "yardstick": {"before": before, "after": after, "mb_s": round(sources.size_bytes / limit / 1e6, 1)},
        "ratio": round(limit / ours, 3),
        "first_quarter_files_s": round(SLICE * quarter / sum(slices[:quarter]), 1),
        "last_quarter_files_s": round(SLICE * quarter / sum(slices[-quarter:]), 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def yardstick(home: Path, sources: Sources) -> dict[str, float]:
    """Return the seconds that `sha256sum` of all files, `cp` of them to two folders and `sync` take."""
    listing = home / "listing"
    listing.write_bytes(b"\0".join(os.fsencode(path) for _name, path in sources.files))
    copies = [home / "copy-a", home / "copy-b"]
    digests, _ = timed(
        lambda: subprocess.run(["xargs", "-0", "-a", listing, "sha256sum"], stdout=subprocess.DEVNULL, check=True)
    )
    copying, _ = timed(lambda: [subprocess.run(["cp", "-r", sources.folder, copy], check=True) for copy in copies])
    syncing, _ = timed(lambda: subprocess.run(["sync"], check=True))
    for copy in copies:
        shutil.rmtree(copy)
    seconds = digests + copying + syncing
    return {
        "sha256sum_s": round(digests, 2),
        "cp_twice_s": round(copying, 2),
        "sync_s": round(syncing, 2),
        "seconds": round(seconds, 2),
    }


def _fixity(progress: Progress) -> dict[str, Any]:
    """Return the rate at which every copy is read from the disk and digested."""
    from lantai.kernel.actors import system_actor
    from lantai.preservation.services import check_fixity

    seconds, report = timed(
        lambda: check_fixity(
            actor=system_actor("bench"), progress=lambda p: progress("fixity", p.copies_done, p.copies_total)
        )
    )
    return {
        "copies": report.checked,
        "bytes": report.bytes,
        "seconds": round(seconds, 2),
        "mb_s": round(report.bytes / seconds / 1e6, 1),
    }


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Return the wall seconds that `work` took, and what it returned."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def main() -> None:
    """Measure in the installation that LANTAI_HOME names, and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--items", type=int, default=0)
    options = parser.parse_args()
    from config.cli import prepare_django
    from config.environment import ENVIRONMENT
    from config.progress import Bar

    prepare_django(database=True)
    from config.installation import install_defaults, migrate

    migrate(upgrading=True)
    install_defaults()
    with Bar() as bar:
        result = measure(ENVIRONMENT.home, quick=options.quick, items=options.items, progress=bar.step)
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
