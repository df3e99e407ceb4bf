"""Quality control: which faults of made pages are found, what is found where nothing is wrong, and what a look costs.

Pages of the sample archive are spoilt in one way each (sample.troubles) and read by the engine of this machine; a fault
counts as found when its code is among the findings. Precision counts every other finding as false, but for those that
state a true consequence: a page blurred, faint, dark, shadowed or scanned too coarsely may also be unreadable in part. As
honest negatives good pages are read, aged and scanned in all the ways of the sample archive, and the real forms where they
are here.
`quick` reads no page: lines stand where they were printed, and only faults that such a reader could tell are made.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lantai.recognition.adapters.condition import look_at_condition
from lantai.recognition.adapters.straightening import straightened
from lantai.recognition.rules.condition import findings_of
from lantai.recognition.rules.layout import Line, PageLayout, PageSize
from lantai.recognition.rules.record_pages import PrintedNumber, SeenPage, doubled_pages, missing_pages
from sample import troubles
from sample.item import Item
from sample.plan import Planner
from sample.raster import print_sheet
from sample.sheet import RED, Sheet, Text
from sample.wear import RECIPES, Recipe, Scan, scan

Progress = Callable[[str, int, int], None]
SEED = 97
FULL_PAGES, QUICK_PAGES = 12, 2
FULL_LEAVES, QUICK_LEAVES = 90, 20
QUICK_FAULTS = ("black_edged", "blurred", "faint", "dark", "shadowed", "cast", "blank", "photographed", "scrawl")
# What else may truly be said of a page with this fault.
ALSO_TRUE = {
    # Laid flat, a page that did not fill the picture has fewer pixels than it was printed with.
    "quality.photographed": {"quality.resolution", "quality.small_text"},
    "quality.blurred": {"quality.unreadable", "quality.handwriting"},
    "quality.faint": {"quality.unreadable", "quality.handwriting"},
    "quality.dark": {"quality.unreadable", "quality.handwriting"},
    "quality.shadow": {"quality.unreadable", "quality.handwriting"},
    "quality.resolution": {"quality.unreadable", "quality.handwriting", "quality.small_text"},
}


@dataclass(slots=True)
class _Tally:
    expected: Counter[str]
    found: Counter[str]
    false: Counter[str]
    seconds: float = 0.0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class _Case:
    image: troubles.Image8
    wanted: frozenset[str]
    layout: PageLayout | None
    dpi: int


def measure(*, quick: bool, data: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Return quality_recall, quality_precision (shares over all faults) and condition_ms_per_page (CPU)."""
    del folder
    tally = _Tally(Counter(), Counter(), Counter())
    cases = list(_quick_cases()) if quick else _full_cases(FULL_PAGES)
    total = len(cases) if isinstance(cases, list) else (len(troubles.FAULTS) + 4) * FULL_PAGES
    for done, case in enumerate(cases, start=1):
        _judge(case, tally)
        progress("quality", done, total)
    per_fault = {
        code: {"made": count, "found": tally.found[code], "false": tally.false[code]}
        for code, count in sorted(tally.expected.items())
    }
    records = _records(QUICK_LEAVES if quick else FULL_LEAVES)
    hits, made, wrong = records["found"], records["made"], records["false"]
    found, expected, false = sum(tally.found.values()), sum(tally.expected.values()), sum(tally.false.values())
    return {
        "quality_recall": round((found + hits) / max(expected + made, 1), 4),
        "quality_precision": round((found + hits) / max(found + hits + false + wrong, 1), 4),
        "condition_ms_per_page": round(1000 * tally.seconds / max(tally.pages, 1), 1),
        "quality": {
            "pages": tally.pages,
            "lines": "as printed" if quick else "as read",
            "per_fault": per_fault,
            "false_elsewhere": {c: n for c, n in tally.false.items() if c not in tally.expected},
            "records": records,
            "forms": _forms(data, quick),
        },
    }


def _judge(case: _Case, tally: _Tally) -> None:
    flat = straightened(case.image)
    image = case.image if flat is None else flat.image
    size = PageSize(image.shape[1], image.shape[0], case.dpi if flat is None else 0)
    layout = case.layout or _read(image)
    if flat is not None and case.layout is not None:
        layout = PageLayout((), size.width_px, size.height_px)
    started = time.process_time()
    seen = look_at_condition(image, layout, size)
    tally.seconds += time.process_time() - started
    tally.pages += 1
    if flat is not None:
        seen = replace(seen, photographed=(flat.share, flat.degrees), cut=())
    codes = {finding.code for finding in findings_of(seen)}
    also = set().union(*(ALSO_TRUE.get(code, set()) for code in case.wanted)) if case.wanted else set()
    if flat is not None and case.layout is not None:
        also |= codes
    tally.expected.update(case.wanted)
    tally.found.update(codes & case.wanted)
    tally.false.update(codes - case.wanted - also)


def _read(image: troubles.Image8) -> PageLayout:
    from lantai.recognition.adapters.ocr import read_image

    return read_image(image)


def _sheets(rng: random.Random) -> Iterator[tuple[Item, Sheet]]:
    """Yield sheets of papers of all kinds in a mixed order, for ever."""
    chosen = [
        (item, sheet)
        for item in Planner(SEED).items(160)
        if item.kind not in ("photographs", "recording")
        for sheet in item.sheets[:2]
    ]
    rng.shuffle(chosen)
    while True:
        yield from chosen


def _needs_colour(sheet: Sheet) -> bool:
    """Tell whether a page has a red head; seals are told by the search for seals, which is measured elsewhere."""
    return any(isinstance(mark, Text) and mark.colour == RED and mark.kind == "head" for mark in sheet.marks)


def _colour(image: troubles.Image8) -> troubles.Image8:
    return image if image.ndim == 3 else np.repeat(image[..., None], 3, axis=2)


def _taken(sheet: Sheet, recipe: Recipe, rng: random.Random) -> Scan:
    return scan(print_sheet(sheet, recipe.dpi).image, recipe, rng)


def _wanted_of(recipe: Recipe, taken: Scan, sheet: Sheet) -> set[str]:
    """Return what the ways of the sample archive themselves break: skew beyond a degree, red heads without colour."""
    wanted = {"quality.skew"} if abs(taken.angle_degrees) > 1.05 else set()
    return wanted | ({"quality.colour_mode"} if recipe.colour != "colour" and _needs_colour(sheet) else set())


def _full_cases(pages: int) -> Iterator[_Case]:
    rng = random.Random(SEED)
    sheets = _sheets(rng)
    mild = (Recipe(), Recipe(skew_degrees=0.4, yellow=0.2, noise=0.05), Recipe(holes=True, jpeg_quality=80))
    for place in range(2 * pages):
        recipe = RECIPES[place % len(RECIPES)]
        _, sheet = next(sheets)
        taken = _taken(sheet, recipe, rng)
        if 0.9 <= abs(taken.angle_degrees) <= 1.05:
            continue
        yield _Case(_colour(taken.image), frozenset(_wanted_of(recipe, taken, sheet)), None, recipe.dpi)
    for name in troubles.FAULTS:
        for _ in range(pages):
            image = _colour(_taken(next(sheets)[1], rng.choice(mild), rng).image)
            spoilt = troubles.troubled(name, image, rng)
            yield _Case(spoilt.image, frozenset({spoilt.code}), None, spoilt.dpi)
    for _ in range(pages):
        spoilt = troubles.coarse(_colour(_taken(next(sheets)[1], mild[0], rng).image), rng)
        yield _Case(spoilt.image, frozenset({spoilt.code}), None, spoilt.dpi)
        left, right = (_colour(_taken(next(sheets)[1], mild[0], rng).image) for _ in range(2))
        yield _Case(troubles.two_pages(left, right, rng), frozenset({"quality.two_pages"}), None, 200)


def _quick_cases() -> Iterator[_Case]:
    """Yield pages whose lines stand where they were printed, good ones and those whose fault moves nothing."""
    rng = random.Random(SEED)
    sheets = _sheets(rng)
    for name in ("", *QUICK_FAULTS):
        for _ in range(QUICK_PAGES):
            printed = print_sheet(next(sheets)[1], 200)
            height, width = printed.image.shape[:2]
            lines = tuple(
                Line(text.text, (round(b[0]), round(b[1]), round(b[2]), round(b[3])), 0.97) for text, b in printed.lines
            )
            layout = PageLayout(lines, width, height)
            if not name:
                yield _Case(printed.image, frozenset(), layout, 200)
                continue
            spoilt = troubles.troubled(name, printed.image, rng)
            moved = name in ("blank", "scrawl", "black_edged")
            yield _Case(
                spoilt.image,
                frozenset({spoilt.code}),
                PageLayout((), spoilt.image.shape[1], spoilt.image.shape[0]) if moved else layout,
                200,
            )


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A leaf that was scanned twice, differently: its text and both prints."""

    text: str
    first: str
    second: str


def _leaves(rng: random.Random, count: int) -> list[_Leaf]:
    """Return leaves of papers of all kinds, many of them forms of the same print."""
    sheets = [
        sheet for item in Planner(SEED + 1).items(120) for sheet in item.sheets if len(sheet.lines) > 4
    ]  # fmt: skip
    leaves = []
    for sheet in rng.sample(sheets, min(count, len(sheets))):
        recipes = rng.sample(RECIPES, 2)
        prints = [_print(sheet, replace(recipe, dpi=100), rng) for recipe in recipes]
        leaves.append(_Leaf("\n".join(mark.text for mark in sheet.lines), *prints))
    return leaves


def _print(sheet: Sheet, recipe: Recipe, rng: random.Random) -> str:
    printed = print_sheet(sheet, recipe.dpi)
    taken = scan(printed.image, recipe, rng)
    image = _colour(taken.image)
    height, width = image.shape[:2]
    lines = []
    for text, box in printed.lines:
        left, top, right, bottom = taken.box(box)
        # A reader finds most lines, each a little off.
        if rng.random() < 0.98:
            lines.append(Line(text.text, (left - 2, top - 1, right + rng.randint(0, 4), bottom + 2), 0.97))
    layout = PageLayout(tuple(lines), width, height, angle_degrees=taken.angle_degrees)
    return look_at_condition(image, layout, PageSize(width, height, 100)).picture_print


def _records(leaves: int) -> dict[str, int]:
    """Look for missing and doubled pages in made records; the figures are of records, not of pages."""
    rng = random.Random(SEED)
    pool = _leaves(rng, leaves)
    made = found = false = 0
    for place in range(120):
        fault = ("none", "missing", "doubled")[place % 3]
        pages = _pages_of(rng.sample(pool, rng.randint(4, min(12, len(pool)))), fault, rng)
        missed, doubles = bool(missing_pages(pages)), bool(doubled_pages(pages))
        made += fault != "none"
        found += (fault == "missing" and missed) + (fault == "doubled" and doubles)
        false += (fault != "missing" and missed) + (fault != "doubled" and doubles)
    return {"records": 120, "made": made, "found": found, "false": false}


def _pages_of(leaves: list[_Leaf], fault: str, rng: random.Random) -> list[SeenPage]:
    """Return the pages of a record of `leaves`, numbered at the foot on most of them, with one fault."""
    rows = [
        (_misread(leaf.text, rng), leaf.first, PrintedNumber(number) if rng.random() < 0.85 else None)
        for number, leaf in enumerate(leaves, start=1)
    ]
    at = rng.randint(1, len(rows) - 2)
    if fault == "missing":
        rows[at - 1], rows[at + 1] = (
            (*rows[at - 1][:2], PrintedNumber(at)),
            (*rows[at + 1][:2], PrintedNumber(at + 2)),
        )
        del rows[at]
    elif fault == "doubled":
        rows.insert(at + 1, (_misread(leaves[at].text, rng), leaves[at].second, rows[at][2]))
    return [SeenPage(number, *row) for number, row in enumerate(rows, start=1)]


def _misread(text: str, rng: random.Random) -> str:
    """Return the text as a second reading gives it: half a percent of its characters another."""
    return "".join(rng.choice("日目曰己已未末") if c.isalpha() and rng.random() < 0.005 else c for c in text)


def _forms(data: Path, quick: bool) -> dict[str, Any] | str:
    """Return how many findings the real forms have: scans that somebody found good enough to keep."""
    pictures = sorted((data / "ocr_forms" / "images").glob("*.jpg"))
    if not pictures:
        return "The real forms are not here: give their folder with --data FOLDER or LANTAI_DATA."
    if quick:
        return f"{len(pictures)} real forms are looked at without --quick."
    import cv2

    found: Counter[str] = Counter()
    pages = 0
    for path in pictures:
        picture = cv2.imread(str(path))
        if picture is None:
            continue
        image = np.ascontiguousarray(picture[..., ::-1]).astype(np.uint8)
        layout = _read(image)
        seen = look_at_condition(image, layout, PageSize(image.shape[1], image.shape[0], 200))
        codes = [finding.code for finding in findings_of(seen)]
        found.update(codes)
        pages += bool(codes)
    return {"pages": len(pictures), "pages_with_findings": pages, "findings": dict(found)}
