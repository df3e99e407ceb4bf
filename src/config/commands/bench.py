"""Measure speed and memory beside a yardstick from the same run: `bench NAME`."""

import argparse
import importlib
import sys
from typing import Any

from config.environment import CHECKOUT

NEEDS_DJANGO = False


def names() -> list[str]:
    """Return the benches there are."""
    return sorted(f.stem for f in (CHECKOUT / "bench").glob("*.py") if not f.stem.startswith("_"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("name", choices=names())
    parser.add_argument("--quick", action="store_true", help="a small version, under a minute")
    parser.add_argument("--items", type=int, help="how many items, where the bench takes that")
    parser.add_argument("--data", help="folder of the open data sets, where the bench takes that")
    parser.add_argument("--sections", help="only these parts of it, comma between, where the bench has parts")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Run one bench and return its figures."""
    from config.progress import Bar

    sys.path.insert(0, str(CHECKOUT))
    module = importlib.import_module(f"bench.{options.name}")
    asked = {"items": options.items, "data": options.data, "sections": options.sections}
    chosen = {name: value for name, value in asked.items() if value is not None}
    with Bar() as bar:
        found: dict[str, Any] = module.run(quick=options.quick, progress=bar.step, **chosen)
    return found
