"""Who keeps what was seen on a page besides its text, and who looks at a record once its last page is read."""

from collections.abc import Callable
from uuid import UUID

from lantai.catalogue.models import Page
from lantai.kernel.actors import Actor
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.services.condition import check_record, keep_condition
from lantai.recognition.services.seals import keep_seals
from lantai.recognition.services.signatures import order_copies
from lantai.recognition.services.tables import join_tables, keep_tables
from lantai.recognition.services.templates import find_missing_fields

Keeper = Callable[[Actor, Page, PageRead], None]
Finisher = Callable[[Actor, UUID], None]

KEEPERS: tuple[Keeper, ...] = (keep_condition, find_missing_fields, keep_tables, keep_seals)
"""Called for each page that was read, inside the transaction that keeps its text; a page may be read again."""

FINISHERS: tuple[Finisher, ...] = (check_record, join_tables, order_copies)
"""Called with a record when its last page is kept, before its suggestions are made."""
