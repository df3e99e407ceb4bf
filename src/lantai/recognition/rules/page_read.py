"""All that one look at a page gives: its text with places, and what else is seen on it."""

from dataclasses import dataclass

from lantai.recognition.rules.condition import Condition
from lantai.recognition.rules.layout import PageLayout
from lantai.recognition.rules.seals import SeenSeal, Signature
from lantai.recognition.rules.tables.shapes import Table


@dataclass(frozen=True, slots=True)
class PageRead:
    """The reading of one page. Every place is in pixels of the upright page, like those of `layout`.

    `unsigned`: the places that ask for a signature and are empty.
    """

    layout: PageLayout
    engine: str
    seals: tuple[SeenSeal, ...] = ()
    signatures: tuple[Signature, ...] = ()
    unsigned: tuple[Signature, ...] = ()
    condition: Condition | None = None
    tables: tuple[Table, ...] = ()
