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

    from config.health import examine

    found = []
    for finding in examine():
        found.append(asdict(finding))
        if not options.json:
            mend = f"\n    → {finding.mend}" if finding.mend else ""
            sys.stdout.write(f"{MARKS[finding.state]} {finding.name:<14} {finding.words}{mend}\n")
    status = FAULTS if any(one["state"] == "bad" for one in found) else 0
    return {"findings": found, "exit": status} if options.json else {"exit": status}
