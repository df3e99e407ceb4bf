"""Which suggestions a decision on another one settles too, so that nobody is asked the same thing twice."""

from collections.abc import Sequence
from itertools import chain
from typing import Protocol, TypeVar
from uuid import UUID

# A name that stands in a field of its own is also one of the people or organisations of the record.
WIDER = {
    "people": (
        "person_name", "husband", "wife", "father", "mother", "child", "adopter", "legal_representative", "party_a",
        "party_b",
    ),
    "organisations": (
        "author", "addressees", "builder", "designer", "surveyor", "contractor", "supervisor", "enterprise_name",
        "party_a", "party_b", "work_unit", "school", "buyer_name", "seller_name",
    ),
}  # fmt: skip


class Suggested(Protocol):
    """The parts of a suggestion that tell whether it follows another."""

    @property
    def field(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def reasons(self) -> Sequence[str]: ...
    @property
    def page_id(self) -> UUID | None: ...
    @property
    def box_px(self) -> tuple[int, int, int, int]: ...


S = TypeVar("S", bound=Suggested)


def follows(other: Suggested, leading: Suggested) -> bool:
    """Tell whether `other` says no more than `leading`: the same name in a wider field, or the year of its day."""
    if other.field == "year":
        return leading.field == "dated_on" and list(other.reasons) == [leading.value]
    return other.value == leading.value and leading.field in WIDER.get(other.field, ())


def rivals(other: Suggested, leading: Suggested) -> bool:
    """Tell whether `other` reads the same words at the same place into another field: one of both is wrong.

    The day of birth is not the date of the paper, an identity number no credit code.
    """
    same = other.page_id is not None and (other.page_id, other.value) == (leading.page_id, leading.value)
    if not same or other.field == leading.field or _is_wider(other, leading) or _is_wider(leading, other):
        return False
    return _covers(other.box_px, leading.box_px)


def _is_wider(one: Suggested, other: Suggested) -> bool:
    return other.field in WIDER.get(one.field, ())


def _covers(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """Tell whether two boxes share more than half of the smaller one."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return width > 0 and height > 0 and 2 * width * height > min(areas)


def settled_by(leading: S, decision: str, others: Sequence[S]) -> list[tuple[S, str]]:
    """Return what else a decision settles, each with its own decision.

    What says no more than a value that was taken is taken with it; what reads the same words as something else is
    refused; the year goes with its day. A refused name may still be a name in another field.
    """
    followers = [one for one in others if follows(one, leading)]
    if decision == "refuse":
        return [(one, "refuse") for one in followers if one.field == "year"]
    wrong = [one for one in others if one not in followers and rivals(one, leading)]
    fallen = chain.from_iterable(settled_by(one, "refuse", others) for one in wrong)
    gone = {id(one): (one, "refuse") for one in wrong} | {id(pair[0]): pair for pair in fallen}
    return [(one, decision) for one in followers if id(one) not in gone] + list(gone.values())


def following_value(other: Suggested, wanted: str) -> str:
    """Return what a follower says when its leading value was decided to be `wanted`."""
    return wanted[:4] if other.field == "year" else wanted


def shown_alone(suggestions: Sequence[S]) -> tuple[list[S], dict[int, list[S]]]:
    """Return (the suggestions to decide on, the followers of each by its place in that list).

    A suggestion follows one other at most: the first that it can follow.
    """
    leading = [one for one in suggestions if not any(follows(one, other) for other in suggestions if other is not one)]
    followers: dict[int, list[S]] = {}
    for one in suggestions:
        place = next((n for n, other in enumerate(leading) if follows(one, other)), None)
        if place is not None:
            followers.setdefault(place, []).append(one)
    return leading, followers
