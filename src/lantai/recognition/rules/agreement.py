"""How often people agree with the machine, how sure that share is, and from which sureness on it may act alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

AGREED, MENDED, REFUSED = "accepted", "mended", "refused"
WANTED_SHARE = 0.97
"""What fills itself shall be right in this share of cases, with 95 % confidence."""
LEAST_DECIDED = 100
LEAST_THRESHOLD, NEVER = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """Decisions on the suggestions of one kind; `wrong_characters` of `characters` had to be mended."""

    name: str
    accepted: int
    mended: int
    refused: int
    characters: int
    wrong_characters: int

    @property
    def decided(self) -> int:
        return self.accepted + self.mended + self.refused

    @property
    def share(self) -> float:
        """Share of the decided suggestions that people took as they were."""
        return self.accepted / self.decided if self.decided else 0.0

    @property
    def bounds(self) -> tuple[float, float]:
        return bounds_of(self.accepted, self.decided)

    @property
    def error_rate(self) -> float:
        """Share of the characters that people changed in the values they kept."""
        return self.wrong_characters / self.characters if self.characters else 0.0


def bounds_of(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927); (0, 1) where nothing was counted."""
    if not total:
        return 0.0, 1.0
    share, spread = right / total, z * z / total
    middle = share + spread / 2
    reach = z * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread))


@dataclass(frozen=True, slots=True)
class Learnt:
    """A threshold with the decisions above it."""

    threshold: float
    decided: int
    right: int


def threshold_of(decisions: Sequence[tuple[float, bool]], wanted: float = WANTED_SHARE) -> Learnt | None:
    """Return the lowest threshold above which the machine was right in `wanted` of all cases, with 95 % confidence.

    `decisions` are (sureness, was it right). None while fewer than 100 were decided; a threshold that nothing reaches
    where the machine is never right often enough. Equal sureness is taken or left together.
    """
    if len(decisions) < LEAST_DECIDED:
        return None
    ordered = sorted(decisions, reverse=True)
    best = Learnt(NEVER, 0, 0)
    right = 0
    for count, (sureness, was_right) in enumerate(ordered, 1):
        right += was_right
        if sureness < LEAST_THRESHOLD:
            break
        ends_here = count == len(ordered) or ordered[count][0] < sureness
        if ends_here and bounds_of(right, count)[0] >= wanted:
            best = Learnt(sureness, count, right)
    return best
