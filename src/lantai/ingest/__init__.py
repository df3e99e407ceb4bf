"""Taking in: what is sent is counted, stored, described, read and only then shown; sent = received is a row."""
