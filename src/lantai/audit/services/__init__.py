"""What is done to the ledger: acts are recorded, sealed and signed. Nothing in it is ever changed."""

from lantai.audit.rules.entries import Act
from lantai.audit.services.recording import record_act, record_acts, record_reading, salted_digest

__all__ = ["Act", "record_act", "record_acts", "record_reading", "salted_digest"]
