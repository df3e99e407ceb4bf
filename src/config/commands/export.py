"""Write a record (or a whole fonds) to a folder: its files, its description and their checksums."""

import argparse
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("code", help="a reference code, or the code of a fonds")
    parser.add_argument("--to", required=True, type=Path, metavar="FOLDER", help="an empty or new folder")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Export and return {files, bytes, folder}."""
    from lantai.kernel.actors import system_actor
    from lantai.packages.services import export_code

    done = export_code(actor=system_actor("command_line"), code=options.code, folder=options.to)
    found = {"files": done.files, "bytes": done.size_bytes, "folder": str(done.folder)}
    return found | ({"withheld": done.withheld} if done.withheld else {})
