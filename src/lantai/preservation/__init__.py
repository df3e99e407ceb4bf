"""Keeps bytes for ever: content stores, keys, copies, fixity and signed manifests. What the bytes mean is catalogue's."""
