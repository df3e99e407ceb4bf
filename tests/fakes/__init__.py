"""Stand-ins for what cannot be reached in a test, and for faults."""
