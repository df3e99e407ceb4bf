"""Which suggestions a decision on another one settles too, so that nobody is asked the same thing twice."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

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


S = TypeVar("S", bound=Suggested)


def follows(other: Suggested, leading: Suggested) -> bool:
    """Tell whether `other` says no more than `leading`: the same name in a wider field, or the year of its day."""
    if other.field == "year":
        return leading.field == "dated_on" and list(other.reasons) == [leading.value]
    return other.value == leading.value and leading.field in WIDER.get(other.field, ())


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
