"""What is done to the ledger: acts are recorded, sealed and signed. Nothing in it is ever changed."""

from lantai.audit.rules.entries import Act
from lantai.audit.services.recording import record_act, record_acts, record_reading, salted_digest
from lantai.audit.services.sealing import keep_sealing, seal
from lantai.audit.services.signing import sign_checkpoint

__all__ = [
    "Act",
    "keep_sealing",
    "record_act",
    "record_acts",
    "record_reading",
    "salted_digest",
    "seal",
    "sign_checkpoint",
]
