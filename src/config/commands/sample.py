"""Make a believable archive of an invented city, with catalogues to link by and the truth of every page."""

import argparse
import os
import time
from pathlib import Path
from typing import Any

NEEDS_DATABASE = False
NEEDS_DJANGO = False

_MANY_PAGES = 400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("--pages", type=int, default=150, metavar="N", help="pages to make (default 150)")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help="the same seed makes the same archive (default 1)"
    )
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="a new or empty folder")
    parser.add_argument(
        "--with-faults",
        action="store_true",
        help="add what an intake must refuse or set aside: a secrecy mark, an empty file, a truncated PDF",
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=0,
        metavar="N",
        help="processes to draw with (default: all cores for many pages)",
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Make the archive and return what it holds."""
    from config.progress import Bar
    from sample import make_archive

    processes = options.processes or ((os.cpu_count() or 1) if options.pages >= _MANY_PAGES else 1)
    began = time.monotonic()
    with Bar() as bar:
        summary = make_archive(
            options.to,
            pages=options.pages,
            seed=options.seed,
            with_faults=options.with_faults,
            processes=processes,
            progress=lambda done, total: bar.step("sample pages", done, total),
        )
    return {**summary.as_facts(), "seconds": round(time.monotonic() - began, 1)}
