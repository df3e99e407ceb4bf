"""Pages for measuring a reader: every kind of wear alone, at several resolutions, in several typefaces and kinds of paper.

The same arguments make the same pictures. What is written on each stands beside it, line by line, with its place.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sample.budgets import budget_table, relief_register
from sample.enterprises import registration
from sample.families import only_child_form
from sample.item import FIRST_YEAR, LAST_YEAR, Item
from sample.marriages import marriage_register
from sample.papers import circular, letter, minutes, notice, reply, request
from sample.raster import print_sheet
from sample.sheet import Seal, Sheet, Text
from sample.wear import Recipe, scan

CLEAN = "clean"
DEGRADATIONS: dict[str, Recipe] = {
    CLEAN: Recipe(),
    "skew": Recipe(skew_degrees=2.4),
    "noise": Recipe(noise=0.12),
    "jpeg": Recipe(jpeg_quality=42),
    "yellow": Recipe(yellow=0.9),
    "faint": Recipe(faint=0.5),
    "fold": Recipe(fold=True),
    "holes": Recipe(holes=True),
    "grey": Recipe(colour="grey"),
    "bitonal": Recipe(colour="bitonal"),
}
# Worse than any archive should send: where a reader begins to fail, so that its doubts can be measured.
HARD: dict[str, Recipe] = {
    "fading": Recipe(faint=0.74, noise=0.06),
    "worn": Recipe(skew_degrees=2.4, yellow=0.9, faint=0.45, noise=0.14, fold=True, jpeg_quality=38),
    "grainy": Recipe(noise=0.3, jpeg_quality=30),
    "copied": Recipe(colour="bitonal", faint=0.25, noise=0.16),
}
HARD_RESOLUTIONS = (100, 130, 200)
RESOLUTIONS = (200, 300)
BODY_FACES = ("song", "serif", "kai", "sans")
_MAKERS = (
    notice,
    budget_table,
    minutes,
    registration,
    reply,
    marriage_register,
    letter,
    relief_register,
    request,
    circular,
    only_child_form,
)
LEAST_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Proof:
    """One page. `image`: (height, width, 3) uint8 RGB; boxes are (left, top, right, bottom) in its pixels."""

    degradation: str
    dpi: int
    face: str
    kind: str
    image: NDArray[np.uint8]
    lines: tuple[tuple[str, tuple[int, int, int, int]], ...]
    seals: tuple[tuple[int, int, int, int], ...]


def iter_proofs(
    *,
    seed: int,
    pages: int,
    degradations: Sequence[str] = tuple(DEGRADATIONS),
    resolutions: Sequence[int] = RESOLUTIONS,
    sealed: bool = True,
) -> Iterator[Proof]:
    """Yield `pages` pages for each degradation at each resolution; the sheets are others for each of them.

    `sealed` False leaves the seals out, so that it is reading alone that is measured.
    """
    for number, (degradation, dpi) in enumerate((d, r) for d in degradations for r in resolutions):
        for place in range(pages):
            rng = random.Random(f"{seed}/proof/{degradation}/{dpi}/{place}")  # noqa: S311 invented papers
            face = BODY_FACES[(place + number) % len(BODY_FACES)]
            item, sheet = _sheet(rng, place + number)
            recipe = replace((DEGRADATIONS | HARD)[degradation], dpi=dpi)
            yield _proof(item, _in_face(sheet, face, sealed), recipe, degradation, face, rng)


def _sheet(rng: random.Random, place: int) -> tuple[Item, Sheet]:
    """Return an item and one of its sheets that has some text on it."""
    while True:
        item = _MAKERS[place % len(_MAKERS)](rng, rng.randint(FIRST_YEAR, LAST_YEAR))
        full = [s for s in item.sheets if sum(len(line.text) for line in s.lines) >= LEAST_CHARACTERS]
        if full:
            return item, full[rng.randrange(len(full))]


def _in_face(sheet: Sheet, face: str, sealed: bool) -> Sheet:
    """Return `sheet` with its body set in `face`."""
    marks = [
        replace(mark, face=face) if isinstance(mark, Text) and mark.face == "song" else mark
        for mark in sheet.marks
        if sealed or not isinstance(mark, Seal)
    ]
    return replace(sheet, marks=marks)


def _proof(item: Item, sheet: Sheet, recipe: Recipe, degradation: str, face: str, rng: random.Random) -> Proof:
    printed = print_sheet(sheet, recipe.dpi)
    taken = scan(printed.image, recipe, rng)
    image = taken.image if taken.image.ndim == 3 else np.repeat(taken.image[..., None], 3, axis=2)
    if recipe.colour != "bitonal":
        _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, recipe.jpeg_quality])
        image = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    lines = tuple((mark.text.strip(), _four(taken.box(box))) for mark, box in printed.lines)
    seals = tuple(_four(taken.box(box)) for _, box in printed.seals)
    return Proof(degradation, recipe.dpi, face, item.kind, image, lines, seals)


def _four(box: Sequence[int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    return left, top, right, bottom
