"""What is asked of the ledger. Nothing here writes."""

from lantai.audit.selectors.reading import (
    Proof,
    SealedEntry,
    consistency_of,
    entries_after,
    entry_of,
    head,
    history_of,
    latest_checkpoint,
    proof_of,
    verifier_key,
)
from lantai.audit.selectors.verification import Verification, verify_ledger

__all__ = [
    "Proof",
    "SealedEntry",
    "Verification",
    "consistency_of",
    "entries_after",
    "entry_of",
    "head",
    "history_of",
    "latest_checkpoint",
    "proof_of",
    "verifier_key",
    "verify_ledger",
]
