"""Everything that reading is measured by, in one run beside its yardsticks: one mapping, flat keys first.

Sections, each in a file of its own: OCR and its calibration, the state of pages, tables, seals and signatures, facts and key-values,
categories, searchable files and OFD, personal data. Real data (forms, texts, OFD samples) are read from --data FOLDER or
LANTAI_DATA; what needs a set that is not there says so in one line. Everything else is generated with fixed seeds.
"""

import importlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECTIONS = ("ocr", "quality", "tables", "seals", "facts", "categories", "files", "personal")
Progress = Callable[[str, int, int], None]


def run(*, quick: bool, progress: Progress, data: str = "", sections: str = "", **_options: object) -> dict[str, Any]:
    """Measure and return one JSON-ready mapping; `sections` names some of SECTIONS, comma between, all if empty."""
    wanted = [name for name in SECTIONS if not sections or name in sections.split(",")]
    source = Path(data or os.environ.get("LANTAI_DATA", "") or "no data")
    flat: dict[str, Any] = {"cpu": _processor(), "quick": quick}
    nested: dict[str, Any] = {}
    seconds: dict[str, float] = {}
    for number, name in enumerate(wanted):
        progress("section", number, len(wanted))
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            module = importlib.import_module(f"bench._reading_{name}")
            found: dict[str, Any] = module.measure(
                quick=quick, data=source, folder=Path(folder), progress=_named(name, progress)
            )
        seconds[name] = round(time.perf_counter() - started, 1)
        for key, value in found.items():
            (nested if isinstance(value, dict | list | str) else flat)[key] = value
    progress("section", len(wanted), len(wanted))
    return {**flat, **nested, "seconds": seconds, "load": [round(value, 2) for value in os.getloadavg()]}


def _named(section: str, progress: Progress) -> Progress:
    return lambda what, done, total: progress(f"{section}: {what}", done, total)


def _processor() -> str:
    with Path("/proc/cpuinfo").open() as lines:
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
