"""Show a record with the eyes of an account, as the API gives it; for the owner of the data folder."""

import argparse
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("reference", metavar="CODE", help="the reference code or the id of a record")
    parser.add_argument("--as", dest="login", metavar="ACCOUNT", required=True, help="the login whose rights count")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Return the record as the account may see it; the ledger names the owner and the account."""
    from config.ownership import owner_actor
    from lantai.catalogue.services import read_record_as

    return read_record_as(actor=owner_actor(), login=options.login, reference=options.reference)
