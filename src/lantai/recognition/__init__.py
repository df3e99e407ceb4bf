"""Page pictures become text, facts and suggestions; it suggests and records, a person decides."""
