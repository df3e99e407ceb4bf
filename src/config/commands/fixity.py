"""Check that every stored file is what was stored, heal what is not: `fixity check`. Exit status 3 when some cannot be."""

import argparse
from typing import Any

FAULTS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("what", choices=("check",), help="check every copy in every store, manifests too")
    parser.add_argument("--limit", type=int, help="check only so many copies, those first that have waited longest")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Check and heal, showing how far it is; return the counts, which are stored files."""
    from config.progress import Bar
    from lantai.kernel.actors import system_actor
    from lantai.preservation import services

    with Bar() as bar:

        def tell(progress: services.FixityProgress) -> None:
            bar.step("fixity", progress.copies_done, progress.copies_total)

        report = services.check_fixity(actor=system_actor("command_line"), limit=options.limit, progress=tell)
    found: dict[str, Any] = {
        "checked": report.checked,
        "healed": report.healed,
        "bad": report.bad,
        "bytes": report.bytes,
        "unknown": report.unknown,
    }
    return found | ({"exit": FAULTS} if report.bad else {})
