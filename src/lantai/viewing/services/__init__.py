"""Making the copies that people look at and take away."""

from lantai.viewing.services.access_copies import make_access_copies
from lantai.viewing.services.masked_copies import make_masked_copies
from lantai.viewing.services.previews import make_previews
from lantai.viewing.services.searchable import make_searchable_copy, order_searchable_copy

__all__ = [
    "make_access_copies",
    "make_masked_copies",
    "make_previews",
    "make_searchable_copy",
    "order_searchable_copy",
]
