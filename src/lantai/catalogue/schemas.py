"""What the API of the catalogue takes and gives."""

from datetime import date
from typing import Any

from ninja import Schema
from pydantic import ConfigDict


class UnitOut(Schema):
    id: str
    name_zh: str
    name_en: str


class NamedOut(Schema):
    code: str
    name_zh: str
    name_en: str


class AboveOut(Schema):
    id: str
    reference_code: str | None
    title: str
    level: str


class PartOut(Schema):
    id: str
    computer_file_id: str
    role: str
    order: int
    name: str
    media_type: str
    technical: dict[str, Any]


class RelationOut(Schema):
    kind: str
    outward: bool
    id: str
    reference_code: str | None
    title: str
    note: str


class RecordOut(Schema):
    """A record as its caller may see it."""

    id: str
    reference_code: str | None
    level: str
    title: str
    archives: UnitOut
    fonds: NamedOut
    category: NamedOut
    unit: UnitOut
    above: list[AboveOut]
    author: str
    document_number: str
    dated_on: date | None
    year: int | None
    retention: str
    organisation: str
    catalogue_number: str
    opening: str
    access_level: int
    quarantined: bool
    page_count: int
    metadata: dict[str, Any]
    parts: list[PartOut]
    relations: list[RelationOut]
    version: int
    created_at: str
    updated_at: str


class RecordLine(Schema):
    """A record as it stands in a list; `children` counts those below it that the caller may see."""

    id: str
    reference_code: str | None
    level: str
    title: str
    category: str
    year: int | None
    dated_on: date | None
    opening: str
    access_level: int
    page_count: int
    children: int


class RecordPage(Schema):
    items: list[RecordLine]
    next_cursor: str


class FondsOut(Schema):
    """A fonds with the numbers of files and items in it that the caller may see."""

    code: str
    name_zh: str
    name_en: str
    archives: UnitOut
    files: int
    items: int


class FondsPage(Schema):
    items: list[FondsOut]
    next_cursor: str


class RecordChanges(Schema):
    """Fields to change, and the version that they were read from; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    version: int
    title: str | None = None
    author: str | None = None
    document_number: str | None = None
    dated_on: date | None = None
    year: int | None = None
    retention: str | None = None
    organisation: str | None = None
    catalogue_number: str | None = None
    category_code: str | None = None
    access_level: int | None = None
    metadata: dict[str, Any] | None = None

    def changes(self) -> dict[str, Any]:
        """Return what the caller named; texts set to null become empty."""
        named = self.model_dump(exclude_unset=True, exclude={"version"})
        kept_null = {"dated_on", "year", "access_level"}
        empty: dict[str, Any] = {"metadata": {}}
        return {k: empty.get(k, "") if v is None and k not in kept_null else v for k, v in named.items()}
