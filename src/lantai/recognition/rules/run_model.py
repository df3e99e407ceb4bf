"""Judge the runs of a form: question, answer or neither, by their words and places and by their neighbours.

Two logistic regressions learnt from generated forms (`python -m bench.fit_form_runs`): the first looks at a run alone, the
second also at how the first judged what stands beside, above and below it.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from lantai.recognition.rules.layout import Box
from lantai.recognition.rules.run_features import Features, Seen, context_of, features_of

Chances = tuple[float, float, float]
Table = Mapping[str, Sequence[float]]
# For each mark of a run: how much it speaks for a question, for an answer, for neither; "" is what holds for all runs.
_TABLES: dict[str, Table] = json.loads((Path(__file__).parent / "run_model.json").read_text(encoding="utf-8"))


def judged(runs: Sequence[Seen], cells: Sequence[Box], unit: float) -> list[Chances]:
    """Return for each run how likely it is a question, an answer, neither."""
    found, beside = features_of(runs, cells, unit)
    alone = [_chances(row, _TABLES["alone"]) for row in found]
    return [_chances(row | context_of(place, beside, alone), _TABLES["together"]) for place, row in enumerate(found)]


def _chances(marks: Features, table: Table) -> Chances:
    question, answer, neither = table[""]
    for name, value in marks.items():
        weights = table.get(name)
        if weights is not None:
            question += value * weights[0]
            answer += value * weights[1]
            neither += value * weights[2]
    most = max(question, answer, neither)
    shares = math.exp(question - most), math.exp(answer - most), math.exp(neither - most)
    total = sum(shares)
    return shares[0] / total, shares[1] / total, shares[2] / total
