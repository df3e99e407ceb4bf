"""Speed of search: questions through the engine and through HTTP, beside PostgreSQL's own full text on the same items.

Works in an installation of its own in a temporary folder: real tables, the real rebuild, a real gunicorn. Items are
synthetic (`_search_items`). CPU is what the answering process used; wall is what the asker waited, on a machine that may
be busy with other things.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ITEMS = 1_000_000
QUICK_ITEMS = 6_000
ROOT = Path(__file__).resolve().parents[1]

Progress = Callable[[str, int, int], None]


def run(*, quick: bool, progress: Progress, items: int = 0, **_options: object) -> dict[str, Any]:
    """Measure and return one JSON-ready mapping; `items` says how many items there are (1,000,000, or fewer when quick).

    At 1,000,000 items some 12 GB of disk and, on two idle cores, about half an hour are needed.
    """
    count = items or (QUICK_ITEMS if quick else ITEMS)
    home = Path(tempfile.mkdtemp(prefix="lantai-bench-"))
    home.chmod(0o711)  # as root the database has a system user of its own, who must get to its folder
    environment = os.environ | {
        "LANTAI_HOME": str(home),
        "DATABASE_URL": "",
        "PYTHONFAULTHANDLER": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, "-m", "bench._search_measuring", str(count), "quick" if quick else "full"]
    try:
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as measuring:
            return _answer_of(measuring, progress)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _answer_of(measuring: "subprocess.Popen[str]", progress: Progress) -> dict[str, Any]:
    """Pass the progress of the measuring process on and return its result. Raises RuntimeError if it gives none."""
    assert measuring.stdout is not None
    result: dict[str, Any] | None = None
    for line in measuring.stdout:
        if not line.startswith("{"):
            continue
        told = json.loads(line)
        if "step" in told:
            progress(*told["step"])
        else:
            result = told["result"]
    status = measuring.wait()
    if status != 0 or result is None:
        raise RuntimeError(f"the measuring process ended with status {status}; what it wrote stands above")
    return result
