"""What a description may say before it becomes a row, and where a record may stand in the tree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from lantai.kernel.errors import ConflictError, InvalidError
from lantai.kernel.errors import gettext_noop as _

LEVELS = ("series", "file", "item")
"""From the widest to the narrowest; a record stands below one of a wider or, for series, the same level."""
OPENINGS = ("not_reviewed", "open", "restricted", "deferred")
GREATEST_DEPTH = 8
FIRST_YEAR, LAST_YEAR = 1000, 2200
LENGTHS = {"title": 1000, "author": 400, "document_number": 120, "organisation": 80, "catalogue_number": 20}
GREATEST_ACCESS_LEVEL = 99


class PageSize(Protocol):
    """The size of a page picture in pixels and its resolution in dots per inch, if known."""

    @property
    def width_px(self) -> int: ...
    @property
    def height_px(self) -> int: ...
    @property
    def dpi(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class PartDescription:
    """A computer file that is to become a part of a record; `pages` in their order."""

    computer_file_id: UUID
    name: str
    media_type: str = ""
    role: str = "main"
    pages: Sequence[PageSize] = ()
    technical: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordDescription:
    """A record that is to be made. None for `access_level` or `opening` takes what the parent has (public, not reviewed).

    `record_id` may be chosen by the caller, so that a job that runs twice makes the record once, and so that later
    descriptions of one batch can name it as their parent. `reference_code` takes over the code of an older system; `quarantined`
    keeps the record from everybody until the security administrator has decided on it.
    """

    level: str
    category_code: str
    title: str
    record_id: UUID | None = None
    parent_id: UUID | None = None
    year: int | None = None
    retention: str = "Y"
    organisation: str = ""
    catalogue_number: str = ""
    dated_on: date | None = None
    author: str = ""
    document_number: str = ""
    access_level: int | None = None
    opening: str | None = None
    unit_id: UUID | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    reference_code: str = ""
    quarantined: bool = False
    parts: Sequence[PartDescription] = ()


def path_below(parent_path: str, record_id: UUID) -> str:
    """Return the materialised path of a record; `parent_path` is "/" at the root."""
    return f"{parent_path}{record_id.hex}/"


def ids_on(path: str) -> list[UUID]:
    """Return the ids on a materialised path, from the root down."""
    return [UUID(step) for step in path.strip("/").split("/") if step]


def check_place(level: str, parent_level: str | None, parent_path: str = "/") -> None:
    """Raise InvalidError or ConflictError unless a record of `level` may stand below such a parent (None: the fonds)."""
    if level not in LEVELS:
        raise InvalidError(
            "catalogue.level", _("“%(level)s” is no level of description. Use series, file or item."), level=level
        )
    if parent_level is None:
        return
    wider = LEVELS.index(parent_level) < LEVELS.index(level) or level == parent_level == "series"
    if not wider:
        raise InvalidError(
            "catalogue.place",
            _("A record of level %(level)s cannot stand below one of level %(parent)s. Choose a wider unit above it."),
            level=level,
            parent=parent_level,
        )
    if parent_path.count("/") > GREATEST_DEPTH:
        raise ConflictError(
            "catalogue.depth", _("The tree is too deep here. Put the record below a unit that stands higher.")
        )


def check_texts(values: Mapping[str, Any]) -> None:
    """Raise InvalidError if a text of a description is missing, too long or holds signs that cannot be kept."""
    for name, longest in LENGTHS.items():
        text = values.get(name)
        if text is None:
            continue
        if "\x00" in text or (name == "title" and not text.strip()):
            raise InvalidError(
                "catalogue.text_missing", _("The %(field)s is empty or cannot be read. Fill it in."), field=name
            )
        if len(text) > longest:
            raise InvalidError(
                "catalogue.text_too_long",
                _("The %(field)s has %(length)s characters; %(longest)s are allowed. Shorten it."),
                field=name,
                length=len(text),
                longest=longest,
            )


def check_values(values: Mapping[str, Any]) -> None:
    """Raise InvalidError if year, opening state or access level of a description cannot be right."""
    year, opening, access_level = values.get("year"), values.get("opening"), values.get("access_level")
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidError(
            "catalogue.year", _("%(year)s is no year of filing. Enter four digits such as 2011."), year=year
        )
    if opening is not None and opening not in OPENINGS:
        raise InvalidError("catalogue.opening", _("“%(opening)s” is no opening state."), opening=opening)
    if access_level is not None and not 0 <= access_level <= GREATEST_ACCESS_LEVEL:
        raise InvalidError(
            "catalogue.access_level",
            _("%(level)s is no access level. State secrets are never held."),
            level=access_level,
        )
