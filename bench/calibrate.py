"""Fit what makes sureness honest (rules/calibration_table.py) on generated pages, good and bad: python -m bench.calibrate.

Takes some minutes. The pages are of seeds that no bench uses. Characters are right when they are those that the line
of the truth has there (see `_reading_ocr`). A tenth of the pages is held out and only told about.
"""

import argparse
import itertools
import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from bench._reading_ocr import SURENESS_EDGES, Truth, _glyphs, score

SEED = 777_001
TABLE = Path(__file__).parents[1] / "src/lantai/recognition/rules/calibration_table.py"
Rows = list[tuple[tuple[float, ...], bool]]
MOST_STEPS = 24
# No table of some ten thousand characters can vouch for more.
MOST_SURE = 0.9995


def collect(task: tuple[int, int, int]) -> list[Rows]:
    """Read the share `part` of `parts` of the pages and return, page by page, what was known of each character."""
    pages, part, parts = task
    from lantai.recognition.adapters.ocr import read_image
    from lantai.recognition.rules.calibration import features
    from sample.proofs import DEGRADATIONS, HARD, HARD_RESOLUTIONS, RESOLUTIONS, iter_proofs

    def proofs() -> Any:
        yield from iter_proofs(seed=SEED, pages=pages, degradations=tuple(DEGRADATIONS), resolutions=RESOLUTIONS)
        yield from iter_proofs(seed=SEED, pages=2 * pages, degradations=tuple(HARD), resolutions=HARD_RESOLUTIONS)

    found: list[Rows] = []
    for number, proof in enumerate(proofs()):
        if number % parts != part:
            continue
        known: list[tuple[float, ...]] = [()]

        def numbered(
            text: str, first: Sequence[float], second: Sequence[float], known: list[tuple[float, ...]] = known
        ) -> tuple[float, ...]:
            known += features(text, first, second)
            return tuple(float(i) for i in range(len(known) - len(text), len(known)))

        layout = read_image(proof.image, judge=numbered)
        page = Truth(Path(), proof.lines, proof.degradation, proof.seals)
        pairs = score(page, [_glyphs(line) for line in layout.lines]).sure
        found.append([(known[int(number)], right) for number, right in pairs if number >= 1])
    return found


def fit(rows: Rows) -> tuple[list[float], list[tuple[float, float]]]:
    """Return the weights of the logistic rule and the steps of the monotone table."""
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import LogisticRegression

    values, right = _arrays(rows)
    rule = LogisticRegression(C=1.0, max_iter=2000).fit(values, right)
    scores = values @ rule.coef_[0] + rule.intercept_[0]
    table = IsotonicRegression(y_min=0.0, y_max=MOST_SURE, out_of_bounds="clip").fit(scores, right)
    return [float(rule.intercept_[0]), *map(float, rule.coef_[0])], _steps(scores, table)


def _steps(scores: npt.NDArray[np.float64], table: Any) -> list[tuple[float, float]]:
    """Return at most MOST_STEPS points of `table`: most where the errors are."""
    places = np.concatenate([np.linspace(0, 0.02, 8), np.linspace(0.03, 0.2, 8), np.linspace(0.3, 1, 8)])
    at = np.unique(np.quantile(scores, places).round(3))[:MOST_STEPS]
    return [(float(x), float(y)) for x, y in zip(at, table.predict(at).round(5), strict=True)]


def _arrays(rows: Rows) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    return np.array([row for row, _ in rows]), np.array([right for _, right in rows], np.int64)


def report(rows: Rows, weights: Sequence[float], steps: Sequence[tuple[float, float]]) -> str:
    """Return the reliability of the fitted numbers on `rows`."""
    values, right = _arrays(rows)
    said = np.interp(values @ np.array(weights[1:]) + weights[0], *np.array(steps).T)
    lines = [f"{len(rows)} characters, {100 * (1 - right.mean()):.2f} % wrong"]
    for low, high in itertools.pairwise(SURENESS_EDGES):
        inside = (said >= low) & (said < high)
        if inside.any():
            lines.append(f"{low:.3f}  said {said[inside].mean():.4f}  right {right[inside].mean():.4f}  {inside.sum()}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=6, help="pages for each wear and resolution")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--dry-run", action="store_true", help="only tell")
    chosen = parser.parse_args()
    tasks = [(chosen.pages, part, chosen.processes) for part in range(chosen.processes)]
    with multiprocessing.get_context("spawn").Pool(chosen.processes) as pool:
        pages = [page for part in pool.map(collect, tasks, chunksize=1) for page in part]
    kept, held = [row for i, p in enumerate(pages) if i % 10 for row in p], [row for p in pages[::10] for row in p]
    weights, steps = fit(kept)
    sys.stdout.write(f"{report(kept, weights, steps)}\n\nheld out: {report(held, weights, steps)}\n")
    if not chosen.dry_run:
        TABLE.write_text(_table(weights, steps), encoding="utf-8")


def _table(weights: Sequence[float], steps: Sequence[tuple[float, float]]) -> str:
    points = "\n".join(f"    ({x:.3f}, {y:.5f})," for x, y in steps)
    return (
        '"""Numbers of rules.calibration, written by `python -m bench.calibrate`; not edited by hand."""\n\n'
        f"WEIGHTS: tuple[float, ...] = ({', '.join(f'{w:.5f}' for w in weights)})\n"
        f"STEPS: tuple[tuple[float, float], ...] = (\n{points}\n)\n"
    )


if __name__ == "__main__":
    main()
