"""What the review shows of a record: its values in the order of the eye, its pages, and what else is to be seen of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext

from lantai.catalogue.models import Page, Record
from lantai.kernel.actors import Actor
from lantai.recognition import selectors
from lantai.recognition.models import Suggestion, SuggestionState
from lantai.recognition.pages.quality import shown_page
from lantai.recognition.rules.fields import FIELD_WORDS
from lantai.recognition.rules.filling import SEVERAL, present_value
from lantai.recognition.rules.following import shown_alone
from lantai.recognition.selectors.choices import CHOSEN, names_of
from lantai.recognition.selectors.findings import found_pages
from lantai.recognition.selectors.seals import marks_card
from lantai.recognition.selectors.tables import table_count
from lantai.recognition.services import Decision

CLOSE_LOOK, SURE = 0.6, 0.9
PICTURE_WIDTH_PX = 1600
DECISIONS = ("accept", "refuse")
# A record has many fields; what it is called comes first, wherever that stands.
FIRST = ("title",)
# Values whose tops differ by less stand in one row and are looked at from left to right.
ROW_PX = 32


@dataclass(frozen=True, slots=True)
class Guess:
    """A next best guess and what it is called."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ShownSuggestion:
    """One line of the review: the suggestion, what the record says now, how doubtful it looks."""

    suggestion: Suggestion
    present: str
    percent: int
    doubt: str
    applied: bool
    named: str = ""
    guesses: Sequence[Guess] = ()
    followers: Sequence[Suggestion] = ()
    fault: str = ""
    typed: str = ""

    @property
    def reasons(self) -> list[str]:
        """The words that decided, where they say more than the name of the field."""
        return [one for one in self.suggestion.reasons if one != self.suggestion.field_label]


@dataclass(frozen=True, slots=True)
class ShownSet:
    """The values of a field that takes several: looked at together, decided in one act."""

    field: str
    label: str
    values: Sequence[ShownSuggestion]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The values of a record: those with a field of their own, the sets, and what a rule has filled in."""

    singles: Sequence[ShownSuggestion] = ()
    sets: Sequence[ShownSet] = ()
    applied: Sequence[ShownSuggestion] = ()
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page of the review; its size is that of the upright picture."""

    page: Page
    width_px: int
    height_px: int

    @property
    def picture_size(self) -> str:
        """The size to ask of the picture service, which does not enlarge."""
        return f"{PICTURE_WIDTH_PX}," if self.width_px > PICTURE_WIDTH_PX else "max"


@dataclass(frozen=True, slots=True)
class Related:
    """What else a look at a record should see: findings that wait, by page, and how many tables and seals there are."""

    findings: Sequence[Any] = field(default_factory=list)
    open: int = 0
    tables: int = 0
    seals: int = 0
    signatures: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.open or self.tables or self.seals or self.signatures)


def laid_out(record: Record, suggestions: Sequence[Suggestion]) -> Layout:
    """Return the values of a record as they are looked at: down the pages, sets behind, what a rule filled in last."""
    waiting = [one for one in suggestions if one.state == SuggestionState.WAITING]
    alone, followers = shown_alone(waiting)
    following = {one.id: followers.get(n, []) for n, one in enumerate(alone)}
    mine = sorted(alone, key=_place)
    names = {name: names_of(name) for name in CHOSEN if any(one.field == name for one in suggestions)}
    shown = [shown_suggestion(record, one, followers=following[one.id], names=names) for one in mine]
    sets: dict[str, list[ShownSuggestion]] = {}
    for one in shown:
        if one.suggestion.field in SEVERAL:
            sets.setdefault(one.suggestion.field, []).append(one)
    alone_in_set = {name for name, values in sets.items() if len(values) == 1}
    return Layout(
        singles=[one for one in shown if one.suggestion.field not in sets or one.suggestion.field in alone_in_set],
        sets=[
            ShownSet(name, gettext(FIELD_WORDS.get(name, name)), values)
            for name, values in sets.items()
            if name not in alone_in_set
        ],
        applied=[
            shown_suggestion(record, one, names=names) for one in suggestions if one.state == SuggestionState.APPLIED
        ],
        waiting=len(waiting),
    )


def _place(one: Suggestion) -> tuple[bool, bool, int, int, int, str]:
    """Down the pages as the eye goes; what is about the whole record comes after what stands on a page."""
    number = one.page.number if one.page else 0
    return one.field not in FIRST, one.page is None, number, one.top_px // ROW_PX, one.left_px, str(one.id)


def shown_suggestion(
    record: Record,
    suggestion: Suggestion,
    *,
    fault: str = "",
    typed: str = "",
    followers: Sequence[Suggestion] = (),
    names: Mapping[str, Mapping[str, str]] | None = None,
) -> ShownSuggestion:
    """Return a suggestion as the review shows it; codes with their names."""
    if names is None:
        names = {suggestion.field: names_of(suggestion.field)} if suggestion.field in CHOSEN else {}
    called = names.get(suggestion.field, {})
    value = typed or suggestion.decided_value or suggestion.value
    return ShownSuggestion(
        suggestion=suggestion,
        present=_with_name(present_value(record, suggestion.field), called),
        percent=round(100 * suggestion.confidence),
        doubt="red" if suggestion.confidence < CLOSE_LOOK else "amber" if suggestion.confidence < SURE else "celadon",
        applied=suggestion.state == SuggestionState.APPLIED,
        named=called.get(value, ""),
        guesses=[Guess(one["value"], _with_name(one["value"], called)) for one in suggestion.alternatives],
        followers=followers,
        fault=fault,
        typed=value,
    )


def _with_name(code: str, called: Mapping[str, str]) -> str:
    return f"{code} {called[code]}" if code in called else code


def shown_pages(record: Record, suggestions: Sequence[Suggestion]) -> list[ShownPage]:
    """Return the pages that suggestions stand on, in order; the first page where there are none."""
    found = {one.page.id: one.page for one in suggestions if one.page is not None}
    pages = sorted(found.values(), key=lambda page: page.number) or list(record.pages.order_by("number")[:1])
    return [_shown_page(page) for page in pages]


def first_page(layout: Layout, pages: Sequence[ShownPage]) -> Page | None:
    """Return the page that the first value stands on, else the first page."""
    shown = [*layout.singles, *(one for group in layout.sets for one in group.values)]
    placed = (one.suggestion.page for one in shown if one.suggestion.page is not None)
    return next(placed, pages[0].page if pages else None)


def _shown_page(page: Page) -> ShownPage:
    return ShownPage(page, *selectors.upright_size(page))


def related(actor: Actor, record: Record) -> Related:
    """Return what else there is to see and to decide of a record."""
    pages = [page for page in found_pages(record.id) if page.open]
    marks = marks_card(actor, record) or (0, 0)
    return Related(
        findings=[shown_page(page) for page in pages],
        open=sum(len(page.open) for page in pages),
        tables=table_count(record.id),
        seals=marks[0],
        signatures=marks[1],
    )


def counted(actor: Actor) -> dict[str, Any]:
    """Return the counters of the review: decided today, waiting, and the pace of this sitting."""
    return {
        "today": selectors.decided_today(actor),
        "waiting": selectors.waiting_count(actor),
        "pace": selectors.pace_of(actor),
    }


def told_decisions(told: QueryDict) -> list[Decision]:
    """Return the decisions that a form of several values tells; lines left alone are not among them."""
    made = []
    for word in told.getlist("suggestion"):
        decision = told.get(f"decision-{word}", "leave")
        if decision not in DECISIONS:
            continue
        value, suggested = told.get(f"value-{word}", "").strip(), told.get(f"suggested-{word}", "").strip()
        try:
            meant = "mend" if decision == "accept" and value != suggested else decision
            made.append(Decision(UUID(word), meant, value))
        except ValueError:
            continue
    return made
