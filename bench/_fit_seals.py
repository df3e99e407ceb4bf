"""Fit the judgement of supposed seals on generated pages: PYTHONPATH=src:. python -m bench._fit_seals [pages].

Writes src/lantai/recognition/adapters/seals/judgement.json. The pages are others than those that are measured, and no
real page is used.
"""

import json
import sys
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from bench._seal_scores import shared_part
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lantai.recognition.adapters.seals import finding
from lantai.recognition.adapters.seals.inks import inks_of
from lantai.recognition.adapters.seals.outline import FEATURES, features, fitted
from lantai.recognition.adapters.seals.voting import proposals
from lantai.recognition.rules.seals import SQUARE
from sample.stamped import StampedPage, stamped_page

PAGES = 2400
BARE_EVERY = 4
# From where on a fitted outline counts as the seal.
IS_SEAL = 0.65
HIDDEN, SMOOTHNESS = (64, 32), 0.05
TARGET = Path(finding.__file__).parent / "judgement.json"

Rows = tuple[npt.NDArray[np.float32], npt.NDArray[np.int8]]


def measured(number: int) -> Rows:
    """Return the measures of all that is supposed on one page, and whether each is a seal."""
    page = stamped_page(f"fit/{number}", is_bare=number % BARE_EVERY == 0)
    inks = inks_of(page.image)
    rows, labels = [], []
    for ink, least, is_colour in finding._passes(inks):
        for one in finding._likely(ink, proposals(ink, least, finding.MOST_PROPOSED)):
            fit = fitted(ink, one)
            rows.append(features(ink, inks.dark, inks.colour, fit, inks.colour_level, is_colour))
            labels.append(_is_seal(page, inks.scale, fit))
    return np.array(rows, np.float32).reshape(-1, len(FEATURES)), np.array(labels, np.int8)


def _is_seal(page: StampedPage, scale: tuple[float, float], fit: Any) -> bool:
    size = (round(page.image.shape[1] * scale[0]), round(page.image.shape[0] * scale[1]))
    box = finding.box_around(fit.shape, fit.centre, fit.radii, fit.angle_degrees, size)
    for stamp in page.stamps:
        left, top, right, bottom = stamp.box_px
        true = (left * scale[0], top * scale[1], right * scale[0], bottom * scale[1])
        is_square = stamp.plate.shape == SQUARE
        if is_square == (fit.shape == SQUARE) and shared_part(box, true) >= IS_SEAL:
            return True
    return False


def fit(pages: int) -> None:
    """Measure `pages` generated pages, fit the network, write it down."""
    with Pool(2) as pool:
        found = pool.map(measured, range(pages), chunksize=8)
    rows = np.nan_to_num(np.concatenate([one[0] for one in found]))
    labels = np.concatenate([one[1] for one in found])
    network = MLPClassifier(
        HIDDEN, alpha=SMOOTHNESS, max_iter=150, batch_size=256, learning_rate_init=0.002, random_state=1
    )
    made = make_pipeline(StandardScaler(), network).fit(rows, labels)
    scaler = made[0]
    kept = {
        "features": list(FEATURES),
        "mean": _short(scaler.mean_),
        "scale": _short(scaler.scale_),
        "weights": [[_short(row) for row in layer] for layer in network.coefs_],
        "biases": [_short(row) for row in network.intercepts_],
    }
    TARGET.write_text(json.dumps(kept, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(labels)} supposed seals on {pages} pages, {int(labels.sum())} of them seals: {TARGET}")


def _short(values: Any) -> list[float]:
    return [round(float(value), 4) for value in values]


if __name__ == "__main__":
    fit(int(sys.argv[1]) if len(sys.argv) > 1 else PAGES)
