"""Decisions of the pages that need no database."""
