"""The append-only ledger: every act in its own transaction, sealed into a Merkle tree that anybody can check."""
