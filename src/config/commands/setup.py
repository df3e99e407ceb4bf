"""Set everything up: database, tables, pages' files, defaults. Run again it takes seconds."""

import argparse
import sys
import time
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments of its own."""


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Make the installation ready and return how long it took."""
    from config.installation import make_ready

    began = time.monotonic()
    make_ready(lambda words: print(f"  {words}", file=sys.stderr))  # noqa: T201
    return {"ready": True, "seconds": f"{time.monotonic() - began:.1f}"}
