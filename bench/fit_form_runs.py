"""Learn from generated forms what tells questions, answers and other text apart; writes rules/run_model.json.

    PYTHONPATH=src:. python -m bench.fit_form_runs

Two logistic regressions: the first judges a run by its words and its place, the second by that and by how the first
judged its neighbours. No real form is used.
"""

import json
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lantai.recognition.rules.key_values import prepared_runs, seen_of
from lantai.recognition.rules.layout import Box, Line, PageLayout, in_reading_order
from lantai.recognition.rules.run_features import Features, Neighbours, context_of, features_of
from sample.application_forms import application_form
from sample.filled_form import FilledForm, Piece
from sample.fonts import width_em
from sample.sheet import Text

FORMS, SEED, PX_PER_MM = 900, "form runs", 200 / 25.4
ROLES = ("question", "answer", "other")
RARE, SMALL = 4, 0.15
TABLE = Path(__file__).parents[1] / "src/lantai/recognition/rules/run_model.json"


def layout_of(form: FilledForm, rng: random.Random) -> tuple[PageLayout, list[Box], list[tuple[Box, str]]]:
    """Return the form as a reader would give it (lines that run together where little is between), its cells and roles."""
    cells = [
        tuple(round(v * PX_PER_MM) + inset for v, inset in zip(box, (2, 2, -2, -2), strict=True)) for box in form.cells
    ]
    rows: list[list[tuple[Text, Piece]]] = []
    for mark, piece in sorted(form.pieces, key=lambda one: (round(one[0].y_mm, 1), one[0].x_mm)):
        last = rows[-1][-1][0] if rows else None
        gap = mark.x_mm - last.x_mm - last.width_mm if last else 0.0
        together = (
            last is not None and abs(last.y_mm - mark.y_mm) < 0.4 * mark.size_mm and -1 < gap < 0.9 * mark.size_mm
        )
        if together and not _border(form, last, mark) and rng.random() < 0.85:
            rows[-1].append((mark, piece))
        else:
            rows.append([(mark, piece)])
    roles = [(_box(mark), piece.role) for mark, piece in form.pieces]
    lines = in_reading_order([_line(row, rng) for row in rows])
    return PageLayout(lines, round(210 * PX_PER_MM), round(297 * PX_PER_MM)), cells, roles  # type: ignore[return-value]


def _border(form: FilledForm, one: Text | None, other: Text) -> bool:
    if one is None:
        return False
    first, second = one.x_mm + one.width_mm, other.x_mm
    return any(
        first - 0.5 <= edge <= second + 0.5 and box[1] <= other.y_mm <= box[3]
        for box in form.cells
        for edge in (box[0],)
    )


def _box(mark: Text) -> Box:
    left, right = mark.x_mm * PX_PER_MM, (mark.x_mm + mark.width_mm) * PX_PER_MM
    top, low = (mark.y_mm - mark.size_mm * 1.05) * PX_PER_MM, (mark.y_mm + mark.size_mm * 0.3) * PX_PER_MM
    return round(left), round(top), round(right), round(low)


def _line(row: Sequence[tuple[Text, Piece]], rng: random.Random) -> Line:
    text, glyphs = "", list[tuple[int, int]]()
    for mark, _piece in row:
        if text and mark.x_mm * PX_PER_MM - glyphs[-1][1] > 0.45 * mark.size_mm * PX_PER_MM and rng.random() < 0.5:
            text += " "
            glyphs.append((glyphs[-1][1], round(mark.x_mm * PX_PER_MM)))
        x = mark.x_mm
        for character in mark.text:
            wide = width_em(character, mark.face) * mark.size_mm
            text += character
            glyphs.append((round(x * PX_PER_MM), round((x + wide) * PX_PER_MM)))
            x += wide
    boxes = [_box(mark) for mark, _piece in row]
    jitter = rng.randint(-3, 3)
    box = (boxes[0][0], min(b[1] for b in boxes) - jitter, boxes[-1][2], max(b[3] for b in boxes) + jitter)
    return Line(text, box, 0.97, 0, tuple(glyphs))


def role_of(box: Box, roles: Sequence[tuple[Box, str]]) -> str:
    """Return what most of a run is; nothing where it is part question, part answer."""
    shares = dict.fromkeys(ROLES, 0.0)
    for other, role in roles:
        wide = min(box[2], other[2]) - max(box[0], other[0])
        high = min(box[3], other[3]) - max(box[1], other[1])
        if wide > 0 and high > 0.3 * (other[3] - other[1]):
            shares[role] += wide * high
    total = sum(shares.values())
    best = max(shares, key=lambda role: shares[role])
    return best if total and shares[best] > 0.85 * total else ""


Page = tuple[list[Features], Neighbours, list[str]]


def pages(count: int, seed: str = SEED) -> Iterable[Page]:
    """Yield the features, neighbours and roles of the runs of generated forms."""
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        layout, cells, roles = layout_of(application_form(rng), rng)
        if rng.random() < 0.1:
            cells = []
        runs = prepared_runs(layout, cells)
        if not runs:
            continue
        seen, unit = seen_of(runs)
        found, beside = features_of(seen, cells, unit)
        yield found, beside, [role_of(run.box_px, roles) for run in runs]


def fitted(rows: Sequence[Features], roles: Sequence[str], strength: float) -> Any:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    kept = [(row, role) for row, role in zip(rows, roles, strict=True) if role]
    counts: dict[str, int] = {}
    for row, _role in kept:
        for name in row:
            counts[name] = counts.get(name, 0) + 1
    common = {name for name, count in counts.items() if count >= RARE}
    model = make_pipeline(DictVectorizer(), LogisticRegression(C=strength, max_iter=300))
    model.fit(
        [{n: v for n, v in row.items() if n in common} for row, _ in kept], [ROLES.index(role) for _, role in kept]
    )
    return model


def main() -> None:
    every = list(pages(int(sys.argv[1]) if len(sys.argv) > 1 else FORMS))
    half = len(every) // 2
    halves = every[:half], every[half:]
    firsts = [fitted([f for p in part for f in p[0]], [r for p in part for r in p[2]], 0.15) for part in halves]
    rows, roles = [], []
    for part, first in zip(halves, reversed(firsts), strict=True):
        for found, beside, said in part:
            judged = first.predict_proba(found)
            rows += [row | context_of(place, beside, judged) for place, row in enumerate(found)]
            roles += said
    second = fitted(rows, roles, 0.15)
    first = fitted([f for p in every for f in p[0]], [r for p in every for r in p[2]], 0.15)
    _write(TABLE, (first, second))
    right = np.mean([ROLES[i] == r for i, r in zip(second.predict(rows), roles, strict=True) if r])
    print(f"{len(every)} forms, {len(rows)} runs, {right:.4f} of them right on the forms learnt from")


def _write(path: Path, models: Sequence[Any]) -> None:
    tables = {name: _table(model) for name, model in zip(("alone", "together"), models, strict=True)}
    lines = [
        f"{json.dumps(name)}: {{\n" + ",\n".join(_row(mark, weights) for mark, weights in table.items()) + "\n}"
        for name, table in tables.items()
    ]
    path.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


def _row(mark: str, weights: Sequence[float]) -> str:
    return f"{json.dumps(mark, ensure_ascii=False)}: {json.dumps(weights)}"


def _table(model: Any) -> dict[str, list[float]]:
    """Return the weights by mark; those that hardly count are left out."""
    vectors, regression = model[0], model[-1]
    rows = zip(vectors.get_feature_names_out(), regression.coef_.T.tolist(), strict=True)
    return {"": [round(value, 3) for value in regression.intercept_.tolist()]} | {
        name: [round(value, 2) for value in weights] for name, weights in rows if max(map(abs, weights)) >= SMALL
    }


if __name__ == "__main__":
    main()
