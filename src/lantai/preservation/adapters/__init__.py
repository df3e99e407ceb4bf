"""The outside world of preservation: disks, ciphers, key files."""
