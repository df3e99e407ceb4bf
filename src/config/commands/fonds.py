"""List the fonds that are kept here: their numbers and titles."""

import argparse
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments of its own."""


def run(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Return [{code, title}] in the order of the numbers."""
    from lantai.catalogue.selectors import visible_fonds
    from lantai.kernel.actors import system_actor

    rows = visible_fonds(system_actor("owner")).order_by("code", "id")
    return [{"code": fonds.code, "title": fonds.name_zh} for fonds in rows]
