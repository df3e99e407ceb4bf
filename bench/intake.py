"""Taking in without recognition, beside `sha256sum` and two synced copies by `cp` of the same files in the same run.

Each run has an installation of its own (database, keys, two stores) below the home folder, and removes it at the end.
The yardstick is measured before and after our own work and its mean is taken, since a shared machine is never quiet.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")
Progress = Callable[[str, int, int], None]
QUICK_MIXED_BYTES, MIXED_BYTES = 400_000_000, 4_000_000_000
QUICK_SMALL_FILES, SMALL_FILES = 6_000, 100_000
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
    small_files = items or (QUICK_SMALL_FILES if quick else SMALL_FILES)
    mixed_bytes = QUICK_MIXED_BYTES if quick else MIXED_BYTES
    mixed = mixed_files(home / "source-mixed", mixed_bytes, progress)
    result: dict[str, Any] = {"quick": quick, "storing_mixed": _storing(home, mixed, "mixed", progress)}
    small = small_files_of(home / "source-small", small_files, progress)
    result["storing_small"] = _storing(home, small, "small", progress)
    result["fixity"] = _fixity(progress)
    result["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return result


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of one part, and how many bytes they have."""

    folder: Path
    files: list[tuple[str, Path]]
    size_bytes: int


def mixed_files(folder: Path, size_bytes: int, progress: Progress) -> Sources:
    """Return files as an archives gets them: scans that do not shrink, raw pictures and text that do, some large."""
    chance = random.Random(11)
    text = "".join(chr(0x4E00 + int(chance.paretovariate(0.7)) % 3000) for _ in range(400_000)).encode()
    kinds: tuple[tuple[int, str, Callable[[], bytes]], ...] = (
        (60, "jpg", lambda: chance.randbytes(chance.randrange(150_000, 900_000))),
        (25, "pdf", lambda: chance.randbytes(chance.randrange(300_000, 6_000_000))),
        (8, "xml", lambda: text[: chance.randrange(2_000, 400_000)]),
        (4, "tif", lambda: chance.randbytes(400_000).join([bytes(200_000)] * 12)),
        (3, "mp4", lambda: chance.randbytes(40_000_000)),
    )
    drawn = [(ending, make) for weight, ending, make in kinds for _ in range(weight)]

    def make_next() -> tuple[str, bytes]:
        ending, make = chance.choice(drawn)
        return ending, make() + chance.randbytes(8)

    return _made(folder, lambda _count, size: size < size_bytes, make_next, size_bytes, progress)


def small_files_of(folder: Path, count: int, progress: Progress) -> Sources:
    """Return `count` small files of 2 to 40 KB, half of them shrinking."""
    chance = random.Random(12)
    text = "".join(chr(0x4E00 + int(chance.paretovariate(0.7)) % 3000) for _ in range(60_000)).encode()

    def make_next() -> tuple[str, bytes]:
        size = chance.randrange(2_000, 40_000)
        if chance.random() < 0.5:
            return "jpg", chance.randbytes(size)
        begin = chance.randrange(len(text) - size)
        return "xml", text[begin : begin + size] + chance.randbytes(8)

    return _made(folder, lambda made, _size: made < count, make_next, 0, progress, count)


def _made(
    folder: Path,
    goes_on: Callable[[int, int], bool],
    make_next: Callable[[], tuple[str, bytes]],
    total: int,
    progress: Progress,
    most_files: int = 0,
) -> Sources:
    files: list[tuple[str, Path]] = []
    size = 0
    while goes_on(len(files), size):
        ending, content = make_next()
        path = folder / f"{len(files) // 1000:04}" / f"{len(files):07}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        files.append((path.name, path))
        size += len(content)
        if len(files) % 500 == 0:
            progress(f"making {folder.name}", min(size, total) if total else len(files), total or most_files)
    subprocess.run(["sync"], check=True)
    return Sources(folder, files, size)


def _storing(home: Path, sources: Sources, name: str, progress: Progress) -> dict[str, Any]:
    """Store everything in slices, and return the figures beside the yardstick's."""
    from lantai.identity.models import Unit
    from lantai.identity.rules.tree import path_of
    from lantai.kernel.actors import system_actor
    from lantai.kernel.ids import new_id
    from lantai.preservation.models import ComputerFile
    from lantai.preservation.services import store_files

    unit_id = new_id()
    Unit.objects.create(id=unit_id, path=path_of(unit_id, "/"), kind="archives", name_zh="市档案馆", code=name)
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
    from config.installation import migrate

    migrate()
    with Bar() as bar:
        result = measure(ENVIRONMENT.home, quick=options.quick, items=options.items, progress=bar.step)
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
