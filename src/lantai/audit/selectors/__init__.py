"""What is asked of the ledger. Nothing here writes."""

from lantai.audit.selectors.leafing import AUDITOR, LedgerFilter, ledger_page, logins_of, require_auditor, verbs_used
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
    "AUDITOR",
    "LedgerFilter",
    "Proof",
    "SealedEntry",
    "Verification",
    "consistency_of",
    "entries_after",
    "entry_of",
    "head",
    "history_of",
    "latest_checkpoint",
    "ledger_page",
    "logins_of",
    "proof_of",
    "require_auditor",
    "verbs_used",
    "verifier_key",
    "verify_ledger",
]
