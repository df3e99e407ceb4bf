"""From the network's probability of a character to the share of such characters that are right.

A network is surer than it may be. What it says of a character, of the next best one, of the characters beside it and of
the whole line goes through a logistic rule and then through a monotone table; both were fitted on generated pages
(`python -m bench.calibrate`, seeds of its own), never on real ones. Source of the method: Platt, Probabilistic Outputs
for Support Vector Machines, 1999; Zadrozny and Elkan, Transforming Classifier Scores into Accurate Multiclass
Probability Estimates, KDD 2002.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence

from lantai.recognition.rules.calibration_table import STEPS, WEIGHTS

Judge = Callable[[str, Sequence[float], Sequence[float]], tuple[float, ...]]
"""Returns, for each character of a text, how sure it is; from the probabilities of it and of the next best."""

_LEAST = 1e-6


def sureness_of(text: str, first: Sequence[float], second: Sequence[float]) -> tuple[float, ...]:
    """Return, for each character of `text`, the share of characters like it that are right (0 to 1)."""
    return tuple(_judged(row) for row in features(text, first, second))


def features(text: str, first: Sequence[float], second: Sequence[float]) -> list[tuple[float, ...]]:
    """Return what each character is judged by: its log-odds, the next best's, the least sure neighbour's, the line's
    mean, and its class (Han, digit, Latin letter; neither is punctuation)."""
    odds = [_log_odds(share) for share in first]
    mean = sum(odds) / max(len(odds), 1)
    rows: list[tuple[float, ...]] = []
    for place, character in enumerate(text):
        beside = min(odds[max(place - 1, 0) : place] + odds[place + 1 : place + 2], default=mean)
        rows.append(
            (
                odds[place],
                math.log(max(second[place], _LEAST)),
                beside,
                mean,
                float("\u3400" <= character <= "\u9fff"),
                float(character.isdecimal()),
                float(character.isascii() and character.isalpha()),
            )
        )
    return rows


def _log_odds(share: float) -> float:
    share = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(share / (1 - share))


def _judged(row: Sequence[float]) -> float:
    score = WEIGHTS[0] + sum(weight * value for weight, value in zip(WEIGHTS[1:], row, strict=True))
    return looked_up(score)


def looked_up(score: float) -> float:
    """Return the share right at `score`, between the two nearest steps of the table."""
    place = bisect_right(STEPS, (score, math.inf))
    if place == 0:
        return STEPS[0][1]
    if place == len(STEPS):
        return STEPS[-1][1]
    (low, before), (high, after) = STEPS[place - 1], STEPS[place]
    return round(before + (after - before) * (score - low) / max(high - low, 1e-9), 4)
