"""What is done to the index: it follows the ledger, and it is rebuilt."""

from lantai.search.services.news import close_index, follow_news, index_news, wait_until_indexed
from lantai.search.services.rebuilding import Rebuilt, rebuild_index
from lantai.search.services.speaking import search_as

__all__ = [
    "Rebuilt",
    "close_index",
    "follow_news",
    "index_news",
    "rebuild_index",
    "search_as",
    "wait_until_indexed",
]
