"""Pure decisions of the ledger: what a fact may be, an entry's bytes, the Merkle tree, the signed checkpoint."""
