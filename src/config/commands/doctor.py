"""Say what is missing or unhealthy, each with the command that mends it."""

import argparse
import sys
from typing import Any

NEEDS_DATABASE = False
FAULTS = 3
MARKS = {"ok": "✓", "warning": "!", "bad": "✗"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments of its own."""


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Look at everything; exit status 3 when something is bad."""
    from dataclasses import asdict

    from config.database import start_if_ours
    from config.environment import ENVIRONMENT
    from config.health import examine

    start_if_ours(ENVIRONMENT)
    found = []
    for finding in examine():
        found.append(asdict(finding))
        if not options.json:
            mend = f"\n    → {finding.mend}" if finding.mend else ""
            sys.stdout.write(f"{MARKS[finding.state]} {finding.name:<14} {finding.words}{mend}\n")
    bad = any(f["state"] == "bad" for f in found)
    return {"findings": found, "exit": FAULTS if bad else 0} if options.json else {"exit": FAULTS if bad else 0}
