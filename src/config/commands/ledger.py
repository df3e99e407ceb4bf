"""See to the ledger: `ledger verify`, `ledger checkpoint`, `ledger prove ENTRY`."""

import argparse
from pathlib import Path
from typing import Any
from uuid import UUID

FAULTS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument(
        "act", choices=["verify", "checkpoint", "prove"], help="verify everything, sign now, or prove an entry"
    )
    parser.add_argument("entry", nargs="?", type=UUID, metavar="ENTRY", help="the id of the entry to prove")
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="verify against a checkpoint that was kept elsewhere"
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Carry out the act and return what it found."""
    if options.act == "verify":
        return _verify(options.against)
    if options.act == "checkpoint":
        return _checkpoint()
    return _prove(options.entry)


def _verify(against: Path | None) -> dict[str, Any]:
    """Return {entries, root, ok, first_fault, unsealed, checkpoints}; exit status 3 when something is wrong."""
    from django.utils.translation import gettext

    from config.progress import Bar
    from lantai.audit.selectors import verify_ledger

    with Bar() as bar:
        note = against.read_text("utf-8") if against else ""
        found = verify_ledger(against=note, progress=lambda done, total: bar.step("verifying", done, total))
    fault = found.first_fault
    return {
        "entries": found.entries,
        "root": found.root,
        "ok": found.ok,
        "first_fault": None
        if fault is None
        else {"code": fault.code, "message": gettext(fault.message) % fault.values, **fault.values},
        "unsealed": found.unsealed,
        "checkpoints": found.checkpoints,
        "exit": 0 if found.ok else FAULTS,
    }


def _checkpoint() -> dict[str, Any]:
    """Seal what waits, sign the ledger as it is, and return {size, root, checkpoint, verifier_key}."""
    from lantai.audit import selectors, services
    from lantai.kernel.errors import NotFoundError, gettext_noop

    while services.seal():
        pass
    signed = services.sign_checkpoint()
    if signed is None:
        raise NotFoundError("audit.empty", gettext_noop("The ledger is empty: there is nothing to sign."))
    return {
        "size": signed.size,
        "root": bytes(signed.root).hex(),
        "checkpoint": signed.note,
        "verifier_key": selectors.verifier_key(),
    }


def _prove(entry: UUID | None) -> dict[str, Any]:
    """Return the proof of an entry in the newest checkpoint; hashes are hexadecimal."""
    from lantai.audit.selectors import proof_of
    from lantai.kernel.errors import InvalidError, gettext_noop

    if entry is None:
        raise InvalidError("audit.which_entry", gettext_noop("Say which entry: lantai ledger prove ENTRY."))
    found = proof_of(entry)
    return {
        "entry": str(found.entry),
        "body": found.body.decode(),
        "leaf_index": found.leaf_index,
        "leaf_hash": found.leaf_hash.hex(),
        "size": found.size,
        "root": found.root.hex(),
        "path": [step.hex() for step in found.path],
        "checkpoint": found.checkpoint,
    }
