"""What the ledger's interface for programs answers."""

from ninja import Schema


class CheckpointAnswer(Schema):
    """The newest signed checkpoint (C2SP tlog-checkpoint) and the key that verifies it (C2SP vkey)."""

    size: int
    root: str
    checkpoint: str
    verifier_key: str


class ProofAnswer(Schema):
    """The proof of one entry (RFC 6962); hashes are hexadecimal. `body` is the entry itself, for the auditor alone."""

    entry: str
    leaf_index: int
    leaf_hash: str
    size: int
    root: str
    path: list[str]
    checkpoint: str
    body: str | None = None


class ConsistencyAnswer(Schema):
    """The proof that the ledger of `old_size` entries is the beginning of that of `size`."""

    old_size: int
    size: int
    path: list[str]
