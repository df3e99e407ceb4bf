"""Tables of a page picture: printed rules and open columns to cells with their text."""

from lantai.recognition.adapters.tables.looking import look_for_tables

__all__ = ["look_for_tables"]
