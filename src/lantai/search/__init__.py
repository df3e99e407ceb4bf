"""Finding records: the index that follows the ledger, the one box, facets and passages."""
