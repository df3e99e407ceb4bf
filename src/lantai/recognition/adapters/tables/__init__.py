"""Tables of a page picture: printed rules and open columns to cells with their text; tables as workbooks."""

from lantai.recognition.adapters.tables.looking import look_for_tables
from lantai.recognition.adapters.tables.sheets import NamedTable, workbook_of

__all__ = ["NamedTable", "look_for_tables", "workbook_of"]
