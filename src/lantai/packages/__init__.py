"""Packages: description and bytes together, out of the archives and in. On this floor: a record exported to a folder."""
