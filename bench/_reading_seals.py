"""Seals and signatures: found, read, told whose they are; beside the finder with fixed colour thresholds.

Pages are generated (`sample.stamped`): ink from orange to blue at a quarter to full strength, five papers, wear, blur,
JPEG, grey and two tones, overlapping and cut seals, every fourth page with look-alikes only. A seal counts as found
where the boxes share at least half of their union. `seal_ring_text` counts seals that can be read without guessing:
wholly on the page, overlapping no other, every letter with at least 60 % of its ink and no print across it; the same
over all seals found is told beside it (`text.all`).
"""

import json
import math
import random
import time
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from bench._seal_scores import Tally, paired, tally
from rapidfuzz.distance import Indel

from lantai.recognition.adapters.engine import engine_here
from lantai.recognition.adapters.ocr import read_image
from lantai.recognition.adapters.seals import find_seals
from lantai.recognition.adapters.seals.looks import look_of
from lantai.recognition.adapters.seals.reading import read_seal
from lantai.recognition.adapters.seals.signatures import look_for_signatures
from lantai.recognition.rules.seal_matching import ModelSeal, match_seal
from lantai.recognition.rules.seals import Seal, SealText
from sample.stamped import StampedPage, stamped_page
from sample.stamps import Image8, Ink, Plate, Stamp, organisation, plate, press

Progress = Callable[[str, int, int], None]

PAGES, QUICK_PAGES = 280, 8
MATCHED, QUICK_MATCHED = 140, 3
SIGNED, QUICK_SIGNED = 40, 1
BARE_EVERY = 4
# The least ink of any letter, and the most print across one, with which a name can still be read without guessing.
LEAST_INKED, MOST_COVERED = 0.6, 0.03
FORMS_EACH = 72
MARKS = Path(__file__).parent / "marks" / "seals.json"
# Names that differ from a registered one by what look-alike bodies differ by.
TWINS = (
    ("财政", "审计"),
    ("教育", "民政"),
    ("公安", "司法"),
    ("食品", "置业"),
    ("物流", "商贸"),
    ("有限公司", "有限责任公司"),
)


def measure(*, quick: bool, data: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Return the figures of seals and signatures; `folder` is not needed."""
    del folder
    cv2.setNumThreads(1)
    figures, details = _generated(QUICK_PAGES if quick else PAGES, progress)
    matched, details["matching"] = _matched(QUICK_MATCHED if quick else MATCHED, progress)
    signed = _signatures(QUICK_SIGNED if quick else SIGNED, progress)
    pasted = _pasted(data, 3 if quick else FORMS_EACH, progress)
    forms = _forms(data, 3 if quick else 0, progress)
    return {**figures, **matched, **signed, **pasted, **forms, "seals": details}


def _generated(pages: int, progress: Progress) -> tuple[dict[str, Any], dict[str, Any]]:
    """Find seals on generated pages, with ours and with fixed thresholds, and read those that were found."""
    ours, fixed = Tally(), Tally()
    parts: dict[str, Tally] = defaultdict(Tally)
    spent, reads = [], _Reads()
    for number in range(pages):
        page = stamped_page(f"bench/{number}", is_bare=number % BARE_EVERY == 3)
        begun = time.process_time()
        found = find_seals(page.image)
        spent.append(time.process_time() - begun)
        true = [stamp.box_px for stamp in page.stamps]
        pairs = paired(true, [seal.box_px for seal in found])
        ours.add(Tally(len(true), sum(pair is not None for pair in pairs), sum(pair is None for pair in pairs)))
        fixed.add(tally(true, fixed_threshold_boxes(page.image)))
        for place, stamp in enumerate(page.stamps):
            for part in (page.mode, stamp.plate.shape, f"{page.mode} {stamp.plate.shape}"):
                parts[part].add(Tally(1, int(place in pairs)))
        for pair in pairs:
            if pair is None:
                parts[page.mode].wrong += 1
        if number < pages * 3 // 4:
            reads.add(page, found, pairs)
        progress("seals", number + 1, pages)
    figures = {
        "seal_recall": ours.recall,
        "seal_precision": ours.precision,
        "seal_f1": ours.f1,
        "seal_ring_text": reads.share("legible"),
        "seal_ms_per_page": round(1000 * sum(spent) / len(spent), 1),
        "fixed_threshold_seal_recall": fixed.recall,
        "fixed_threshold_seal_precision": fixed.precision,
    }
    details = {
        "seals": ours.there,
        "found": {name: [part.right, part.there] for name, part in sorted(parts.items())},
        "precision": {mode: parts[mode].precision for mode in ("colour", "grey", "bitonal") if mode in parts},
        "text": reads.details(),
    }
    return figures, details


class _Reads:
    """Counts of names read right: of seals that can be read, and of all that were found."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.spent: list[float] = []

    def add(self, page: StampedPage, found: tuple[Seal, ...], pairs: list[int | None]) -> None:
        for seal, place in zip(found, pairs, strict=True):
            if place is None:
                continue
            stamp = page.stamps[place]
            begun = time.process_time()
            text = read_seal(page.image, seal, engine_here())
            self.spent.append(time.process_time() - begun)
            name = unicodedata.normalize("NFKC", stamp.plate.text)
            self._count("all", text.name == name)
            self._count(f"all {page.mode}", text.name == name)
            self.counts["letters"][0] += len(name) - min(len(name), Indel.distance(name, text.name))
            self.counts["letters"][1] += len(name)
            if is_legible(page, stamp):
                self._count("legible", text.name == name)
                self._count(f"legible {page.mode} {stamp.plate.shape}", text.name == name)
            if stamp.plate.code:
                self._count("code", text.code == stamp.plate.code)
            if stamp.plate.purpose:
                self._count("purpose", text.purpose == stamp.plate.purpose)

    def _count(self, name: str, right: bool) -> None:
        self.counts[name][0] += right
        self.counts[name][1] += 1

    def share(self, name: str) -> float | None:
        right, there = self.counts[name]
        return round(right / there, 4) if there else None

    def details(self) -> dict[str, Any]:
        counted = {name: list(pair) for name, pair in sorted(self.counts.items())}
        return {**counted, "ms_per_seal": round(1000 * sum(self.spent) / max(len(self.spent), 1), 1)}


def is_legible(page: StampedPage, stamp: Stamp) -> bool:
    """Tell whether a person could read every letter of a seal."""
    alone = all(
        other is stamp or math.dist(other.centre, stamp.centre) > max(other.radii) + max(stamp.radii)
        for other in page.stamps
    )
    return alone and stamp.seen > 0.97 and stamp.weakest_sign >= LEAST_INKED and stamp.covered <= MOST_COVERED


def fixed_threshold_boxes(image: Image8) -> list[tuple[int, int, int, int]]:
    """Return the boxes of round red seals as the finder with fixed thresholds gave them: the yardstick."""
    height, width = image.shape[:2]
    ratio = min(1.0, 1000 / max(height, width))
    small = cv2.resize(image, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA).astype(np.int16)
    redness = small[..., 0] - np.maximum(small[..., 1], small[..., 2])
    red = (redness > float(np.median(redness)) + 28).astype(np.uint8)
    if int(red.sum()) < 60:
        return []
    longer = max(small.shape[:2])
    reach = max(3, longer // 110) | 1
    joined = cv2.morphologyEx(red, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for left, top, wide, high, area in stats[1:count].tolist():
        if not (longer / 16 <= max(wide, high) <= longer / 3 and 0.6 <= wide / high <= 1.67):
            continue
        inked = int(red[top : top + high, left : left + wide].sum()) / (wide * high)
        if area >= 0.08 * wide * high and 0.03 <= inked <= 0.6:
            box = (left / ratio, top / ratio, (left + wide) / ratio, (top + high) / ratio)
            found.append((round(box[0]), round(box[1]), round(box[2]), round(box[3])))
    return found


def _register(rng: random.Random) -> list[Plate]:
    """Return sixty registered seals, some of them of bodies with nearly the same name and the same design."""
    made = [plate(rng) for _ in range(48)]
    for one in list(made):
        for first, second in TWINS:
            if first in one.text and len(made) < 60:
                made.append(replace(one, text=one.text.replace(first, second)))
                break
    return made


def _matched(pages: int, progress: Progress) -> tuple[dict[str, Any], dict[str, Any]]:
    """Press registered and unknown seals and tell whose each is; the name must be right, unknown ones must be nobody's."""
    rng = random.Random("register")
    plates = _register(rng)
    models = [ModelSeal(str(n), one.text, one.purpose, one.shape, _clean_look(one)) for n, one in enumerate(plates)]
    names = {model.key: model.name for model in models}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for number in range(pages):
        is_known = number % 4 != 3
        one = rng.choice(plates) if is_known else _unknown(rng, {made.text for made in plates})
        page = stamped_page(f"match/{number}", plates=[one])
        for stamp, match in _matches(page, models):
            right = (names[match] == stamp.plate.text) if match else not is_known
            group = "known" if is_known else "unknown"
            counts[group][0] += right
            counts[group][1] += 1
            if is_known and match:
                counts["named rightly"][0] += right
                counts["named rightly"][1] += 1
            if is_known and stamp.seen > 0.97:
                counts["known whole"][0] += right
                counts["known whole"][1] += 1
        progress("seals: whose", number + 1, pages)
    whole = counts["known whole"]
    return (
        {"seal_matched": round(whole[0] / whole[1], 4) if whole[1] else None},
        {name: list(pair) for name, pair in sorted(counts.items())},
    )


def _unknown(rng: random.Random, known: set[str]) -> Plate:
    while (name := organisation(rng)) in known:
        pass
    return plate(rng, "round", name)


def _clean_look(one: Plate) -> bytes:
    image = np.full((560, 560, 3), 255, np.uint8)
    stamp = press(image, one, Ink((200, 20, 30), 1.0, 0.0, 1), (280, 280), 0, 10)
    return look_of(image, Seal(one.shape, "red", stamp.centre, stamp.radii, 0.0, stamp.box_px, 1.0))


def _matches(page: StampedPage, models: list[ModelSeal]) -> Iterator[tuple[Stamp, str]]:
    found = find_seals(page.image)
    for seal, place in zip(found, paired([s.box_px for s in page.stamps], [f.box_px for f in found]), strict=True):
        if place is not None:
            text: SealText = read_seal(page.image, seal, engine_here())
            match = match_seal(seal.shape, text, look_of(page.image, seal), models)
            yield page.stamps[place], match.key if match else ""


def _signatures(pages: int, progress: Progress) -> dict[str, Any]:
    """Locate drawn signatures on read pages; typed names, empty fields and rules must not be taken for them."""
    total = Tally()
    number = done = 0
    while done < pages:
        page = stamped_page(f"sign/{number}", mode="colour" if number % 2 else "", dpi=200)
        number += 1
        if not page.signs:
            continue
        layout = read_image(page.image)
        if layout.turn_degrees:
            continue
        signed, _ = look_for_signatures(page.image, layout)
        total.add(_overlapping([s.box_px for s in page.signs if s.is_signed], [s.box_px for s in signed]))
        done += 1
        progress("signatures", done, pages)
    return {"signature_recall": total.recall, "signature_precision": total.precision}


def _overlapping(true: list[Any], found: list[Any]) -> Tally:
    """Count signatures: the places must overlap by a quarter of the smaller one."""
    taken: set[int] = set()
    for box in found:
        for place, other in enumerate(true):
            wide, high = min(box[2], other[2]) - max(box[0], other[0]), min(box[3], other[3]) - max(box[1], other[1])
            least = min((b[2] - b[0]) * (b[3] - b[1]) for b in (box, other))
            if place not in taken and wide > 0 and high > 0 and wide * high >= 0.25 * least:
                taken.add(place)
                break
    return Tally(len(true), len(taken), len(found) - len(taken))


def _form_files(data: Path, most: int) -> list[Path]:
    files = sorted((data / "ocr_forms" / "images").glob("*.jpg"))
    return files[:most] if most else files


def _read_picture(path: Path) -> Image8:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR_RGB), np.uint8)


def _pasted(data: Path, most: int, progress: Progress) -> dict[str, Any]:
    """Paste the pictures of real electronic seals on real forms, in colour and grey."""
    pictures, files = seal_pictures(data / "ofd_samples"), _form_files(data, most)
    if not pictures or not files:
        return {"seal_pasted_recall": None, "seal_pasted_precision": None}
    total = Tally()
    for number, path in enumerate(files):
        rng = random.Random(f"paste/{number}")
        image = _read_picture(path)
        box = _paste(image, pictures[number % len(pictures)], rng)
        if number % 3 == 2:
            image = np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2).astype(np.uint8)
        total.add(tally([box], [seal.box_px for seal in find_seals(image)]))
        progress("seals: pasted", number + 1, len(files))
    return {"seal_pasted_recall": total.recall, "seal_pasted_precision": total.precision}


def seal_pictures(folder: Path) -> list[npt.NDArray[np.uint8]]:
    """Return the different pictures of electronic seals in a folder, (h, w, 4) RGBA cut to their ink."""
    found: dict[bytes, npt.NDArray[np.uint8]] = {}
    for path in sorted(folder.rglob("*.esl")):
        _take_pictures(path.read_bytes(), found)
    for path in sorted(folder.rglob("*.ofd")):
        try:
            with zipfile.ZipFile(path) as package:
                for name in package.namelist():
                    if name.endswith((".esl", "SignedValue.dat", "SignValue.dat")):
                        _take_pictures(package.read(name), found)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
            continue
    return list(found.values())


def _take_pictures(content: bytes, found: dict[bytes, npt.NDArray[np.uint8]]) -> None:
    start, end = content.find(b"\x89PNG"), content.find(b"IEND\xaeB`\x82")
    if not 0 <= start < end:
        return
    packed = content[start : end + 8]
    picture = cv2.imdecode(np.frombuffer(packed, np.uint8), cv2.IMREAD_UNCHANGED)
    if picture is None or picture.ndim != 3:
        return
    colour = picture[..., :3].astype(np.float32)
    ink = 1 - colour.min(2) / 255
    if picture.shape[2] == 4:
        ink *= picture[..., 3].astype(np.float32) / 255
    rows, columns = np.flatnonzero((ink > 0.2).any(1)), np.flatnonzero((ink > 0.2).any(0))
    if len(rows) > 40 and len(columns) > 40:
        cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        found.setdefault(packed, (cut * 255).astype(np.uint8))


def _paste(image: Image8, ink: npt.NDArray[np.uint8], rng: random.Random) -> tuple[int, int, int, int]:
    """Press a picture's ink on a page of 200 dpi as print does; return its box."""
    wide = round(rng.uniform(34, 44) * 200 / 25.4)
    high = round(wide * ink.shape[0] / ink.shape[1])
    small = cv2.resize(ink, (wide, high), interpolation=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
    left, top = rng.randrange(image.shape[1] - wide), rng.randrange(image.shape[0] - high)
    window = image[top : top + high, left : left + wide]
    tone = np.array(rng.choice(((200, 30, 40), (222, 70, 50), (40, 60, 160))), np.float32) / 255
    window[:] = (window * (1 - small * rng.uniform(0.4, 0.95) * (1 - tone))).astype(np.uint8)
    return left, top, left + wide, top + high


def _forms(data: Path, most: int, progress: Progress) -> dict[str, Any]:
    """Look at the real forms as they are, against the marks made by hand."""
    files = _form_files(data, most)
    if not files:
        return {"seal_forms_recall": None, "seal_forms_precision": None, "seal_forms_false": None}
    marks = json.loads(MARKS.read_text(encoding="utf-8"))["seals"]
    total = Tally()
    for number, path in enumerate(files):
        total.add(tally(marks.get(path.stem, []), [seal.box_px for seal in find_seals(_read_picture(path))]))
        progress("seals: forms", number + 1, len(files))
    # Without a seal on any form there is nothing to find; what is told is how often one is seen where none is.
    return {
        "seal_forms_recall": total.recall,
        "seal_forms_precision": total.precision if total.there else None,
        "seal_forms_false": total.wrong,
    }
