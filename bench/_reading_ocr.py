"""Characters, speed and sureness of reading, beside Tesseract on the same pictures in the same run.

Pages: generated ones (`sample.proofs`: each wear alone at 200 and 300 dpi, four typefaces, eleven kinds of paper), and
144 real scanned forms (`ocr_forms` of the data folder: `images/*.jpg` with `gt/*.json` in the XFUND manner) if there.

Normalisation of both sides before counting: NFKC; no white space; every check box, empty, ticked or crossed, one glyph;
dashes, level rules and 一 one glyph; full stops, middle dots and their wide forms one; quotation marks one; 〇, ○ and 0
one; brackets by their shape; 、 and the comma one. Case and traditional forms are not folded.

What is counted:
- `missed` and `added` compare the bags of characters of a page: no order, no place.
- Per line (`cer_…`, `forms_box_cer`) is the edit distance between each line or box of the truth and what was read there,
  so that the order in which a page is read plays no part. A read line that crosses several boxes is aligned as a whole
  with the texts of those boxes from left to right (Levenshtein), and each of its characters goes to the box it is
  aligned with if it lies within a character of it; other characters go to the box they lie in. On generated pages
  characters in no line of the truth count as errors too, except those inside a seal.
"""

import itertools
import json
import math
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Progress = Callable[[str, int, int], None]
Place = tuple[float, float, float, float]

SEED = 20_011
PAGES_EACH = 6
QUICK_WEARS = ("clean", "faint")
QUICK_FORMS = 1
FORMS_FOLDER = "ocr_forms"
SPEED_PAGES = 60

BOX_GLYPHS = "□☐☑☒✓√■▢◻口囗"
TWINS = str.maketrans(
    {
        **dict.fromkeys(BOX_GLYPHS, "□"),
        **dict.fromkeys("“”„‟″\"'‘’′`", "'"),
        **dict.fromkeys("-‐‑‒–—―−一_", "-"),
        **dict.fromkeys("·•∙⋅・.。", "."),
        **dict.fromkeys("〇○◯", "0"),
        **dict(zip("〔〕【】〈〉《》、", "()[]<><>,", strict=True)),
    }
)


@dataclass(frozen=True, slots=True)
class Truth:
    """A page with what is written on it: the text and place of each run, and the places of seals."""

    image: Path
    runs: tuple[tuple[str, Place], ...]
    kind: str
    seals: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character as read: the middle of its place, and how sure the reader is that it is right."""

    text: str
    x: float
    y: float
    sureness: float = 1.0


ReadLine = list[Glyph]


@dataclass(slots=True)
class Score:
    """Errors counted over pages."""

    pages: int = 0
    total: int = 0
    missed: int = 0
    added: int = 0
    per_line: int = 0
    outside: int = 0
    sure: list[tuple[float, bool]] = field(default_factory=list)

    def percent(self, errors: int) -> float:
        return round(100 * errors / max(self.total, 1), 3)

    def plus(self, other: "Score") -> None:
        for name in ("pages", "total", "missed", "added", "per_line", "outside"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.sure += other.sure


def measure(*, quick: bool, data: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Measure and return the flat figures, in percent where they are error rates, with the tables under `ocr`."""
    proofs = make_proofs(folder, quick=quick)
    forms = load_forms(data / FORMS_FOLDER)[: QUICK_FORMS if quick else None]
    ours = _in_child(_read_ours, [page.image for page in [*proofs, *forms]], progress)
    theirs = _read_tesseract([page.image for page in [*proofs, *forms]], progress)
    result = _sample_figures(proofs, ours["read"], theirs)
    details: dict[str, Any] = {"cpu": _processor(), "engine": ours["engine"], **result.pop("ocr")}
    if forms:
        result |= _forms_figures(forms, ours["read"], theirs)
    else:
        details["forms"] = "The real forms are not here: give the folder that holds ocr_forms."
    sure = [
        pair for page, lines in zip([*proofs, *forms], ours["read"], strict=True) for pair in score(page, lines).sure
    ]
    result |= sureness_figures(sure)
    result |= _speed_figures(_speed_pages(proofs, forms, quick=quick), quick=quick, yardstick=bool(theirs))
    result["peak_mebibytes"] = ours["peak_mebibytes"]
    return {**result, "ocr": details}


def make_proofs(folder: Path, *, quick: bool) -> list[Truth]:
    """Make generated pages as pictures in `folder`, so that both readers get the same pixels."""
    from PIL import Image

    from sample.proofs import DEGRADATIONS, RESOLUTIONS, iter_proofs

    wears, pages = (QUICK_WEARS, 1) if quick else (tuple(DEGRADATIONS), PAGES_EACH)
    found = []
    made = iter_proofs(seed=SEED, pages=pages, degradations=wears, resolutions=RESOLUTIONS[: 1 if quick else None])
    for number, proof in enumerate(made):
        path = folder / f"proof{number:04d}.png"
        Image.fromarray(proof.image).save(path, compress_level=1)
        found.append(Truth(path, proof.lines, f"{proof.degradation} {proof.dpi}", proof.seals))
    return found


def load_forms(folder: Path) -> list[Truth]:
    """Return the real forms of `folder` in the order of their names; none if it is absent."""
    pages = []
    for path in sorted((folder / "gt").glob("*.json")):
        truth = json.loads(path.read_text("utf-8"))
        runs = tuple((line["text"], _bounds(line["points"])) for line in truth["lines"])
        pages.append(Truth(folder / "images" / f"{path.stem}.jpg", runs, "form"))
    return pages


def _bounds(points: Sequence[Sequence[float]]) -> Place:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _sample_figures(
    proofs: Sequence[Truth], ours: Sequence[list[ReadLine]], theirs: Sequence[list[ReadLine]]
) -> dict[str, Any]:
    result: dict[str, Any] = {"ocr": {}}
    for name, reads in (("", ours), ("tesseract_", theirs)):
        if not reads:
            result["ocr"]["tesseract"] = "Tesseract is not installed: no yardstick."
            continue
        cells: dict[str, Score] = defaultdict(Score)
        for page, lines in zip(proofs, reads, strict=False):
            cells[page.kind].plus(score(page, lines))
        table = {kind: cell.percent(cell.per_line + cell.outside) for kind, cell in cells.items()}
        clean, worn = Score(), Score()
        for kind, cell in cells.items():
            (clean if kind.startswith("clean") else worn).plus(cell)
        result[f"{name}cer_clean"] = clean.percent(clean.per_line + clean.outside)
        result[f"{name}cer_degraded"] = max(v for kind, v in table.items() if not kind.startswith("clean"))
        result[f"{name}cer_degraded_mean"] = worn.percent(worn.per_line + worn.outside)
        result["ocr"][f"{name or 'lantai_'}cer_by_wear_and_dpi"] = table
        result["ocr"]["sample_characters"] = clean.total + worn.total
    return result


def _forms_figures(
    forms: Sequence[Truth], ours: Sequence[list[ReadLine]], theirs: Sequence[list[ReadLine]]
) -> dict[str, Any]:
    result: dict[str, Any] = {"forms_pages": len(forms)}
    for name, reads in (("", ours), ("tesseract_", theirs)):
        if reads:
            whole = Score()
            for page, lines in zip(forms, reads[-len(forms) :], strict=True):
                whole.plus(score(page, lines))
            result["forms_characters"] = whole.total
            result[f"{name}forms_missed"] = whole.percent(whole.missed)
            result[f"{name}forms_added"] = whole.percent(whole.added)
            result[f"{name}forms_box_cer"] = whole.percent(whole.per_line)
    return result


def score(page: Truth, lines: Sequence[ReadLine]) -> Score:
    """Return the errors of one page as read."""
    boxed, outside = _by_box(page, lines)
    want = Counter("".join(norm(text) for text, _ in page.runs))
    have = Counter("".join(norm(glyph.text) for line in lines for glyph in line if not _in_seal(page, glyph)))
    result = Score(1, want.total(), (want - have).total(), (have - want).total())
    result.outside = sum(len(norm(glyph.text)) for glyph in outside if not _in_seal(page, glyph))
    result.sure = [(glyph.sureness, False) for glyph in outside if not _in_seal(page, glyph)]
    for (text, _), glyphs in zip(page.runs, boxed, strict=True):
        errors, right = _compared(norm(text), glyphs)
        result.per_line += errors
        result.sure += right
    return result


def _compared(want: str, glyphs: Sequence[Glyph]) -> tuple[int, list[tuple[float, bool]]]:
    """Return the edit distance of one box, and for each character read there its sureness and whether it is right."""
    from rapidfuzz.distance import Levenshtein

    read = [(character, glyph.sureness) for glyph in glyphs for character in norm(glyph.text)]
    have = "".join(character for character, _ in read)
    wrong = [False] * len(read)
    edits = Levenshtein.editops(have, want)
    for edit in edits:
        if edit.tag != "insert":
            wrong[edit.src_pos] = True
    return len(edits), [(sure, not bad) for (_, sure), bad in zip(read, wrong, strict=True)]


def _by_box(page: Truth, lines: Sequence[ReadLine]) -> tuple[list[list[Glyph]], list[Glyph]]:
    """Give each character read to a run of the truth; return those of each run in order, and those outside all."""
    pieces: list[list[ReadLine]] = [[] for _ in page.runs]
    outside: list[Glyph] = []
    for line in lines:
        homes = [_home(page, glyph) for glyph in line]
        crossed = sorted({home for home in homes if home >= 0}, key=lambda place: page.runs[place][1][0])
        if len(crossed) > 1:
            homes = _aligned(page, line, homes, crossed)
        for home, group in itertools.groupby(zip(homes, line, strict=True), key=lambda pair: pair[0]):
            glyphs = [glyph for _, glyph in group]
            if home >= 0:
                pieces[home].append(glyphs)
            else:
                outside += glyphs
    return [_in_rows(found) for found in pieces], outside


def _in_rows(pieces: Sequence[ReadLine]) -> list[Glyph]:
    """Return the characters of `pieces` in one run: rows from top to bottom, pieces of a row from left to right."""
    rows: list[list[ReadLine]] = []
    for piece in sorted(pieces, key=lambda p: p[0].y):
        step = abs(piece[-1].x - piece[0].x) / max(len(piece) - 1, 1) or 20
        if rows and abs(piece[0].y - rows[-1][-1][0].y) < 0.5 * step:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [glyph for row in rows for piece in sorted(row, key=lambda p: p[0].x) for glyph in piece]


def _home(page: Truth, glyph: Glyph) -> int:
    """Return the run whose place holds the middle of `glyph`, the nearest if several do, -1 if none does."""
    best, nearest = -1, math.inf
    for place, (_, (left, top, right, bottom)) in enumerate(page.runs):
        if left - 6 <= glyph.x <= right + 6 and top - 6 <= glyph.y <= bottom + 6:
            distance = abs(glyph.y - (top + bottom) / 2) + max(left - glyph.x, glyph.x - right, 0)
            if distance < nearest:
                best, nearest = place, distance
    return best


def _aligned(page: Truth, line: ReadLine, homes: list[int], crossed: Sequence[int]) -> list[int]:
    """Return `homes` corrected by aligning the whole `line` with the texts of the runs it crosses."""
    from rapidfuzz.distance import Levenshtein

    wanted = [(character, place) for place in crossed for character in norm(page.runs[place][0])]
    read = [(character, index) for index, glyph in enumerate(line) for character in norm(glyph.text)]
    corrected = list(homes)
    for step in Levenshtein.opcodes([c for c, _ in read], [c for c, _ in wanted]):
        if step.tag in ("equal", "replace"):
            for offset in range(step.src_end - step.src_start):
                index, place = read[step.src_start + offset][1], wanted[step.dest_start + offset][1]
                left, top, right, bottom = page.runs[place][1]
                slack = bottom - top
                if left - slack <= line[index].x <= right + slack:
                    corrected[index] = place
    return corrected


def _in_seal(page: Truth, glyph: Glyph) -> bool:
    return any(left <= glyph.x <= right and top <= glyph.y <= bottom for left, top, right, bottom in page.seals) and (
        _home(page, glyph) < 0
    )


def norm(text: str) -> str:
    """Return `text` as it is compared (see the head of this file)."""
    return "".join(unicodedata.normalize("NFKC", text.translate(TWINS)).translate(TWINS).split())


SURENESS_EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0001)


def sureness_figures(sure: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """Return the reliability curve of (sureness, right) pairs, its expected error, and the share right from 0.99 on."""
    bins = []
    gap = 0.0
    for low, high in itertools.pairwise(SURENESS_EDGES):
        inside = [(said, right) for said, right in sure if low <= said < high]
        if inside:
            said = sum(s for s, _ in inside) / len(inside)
            right = sum(r for _, r in inside) / len(inside)
            gap += abs(said - right) * len(inside)
            bins.append({"from": low, "said": round(said, 4), "right": round(right, 4), "characters": len(inside)})
    at_99 = [right for said, right in sure if said >= 0.99]
    return {
        "confidence_ece": round(gap / max(len(sure), 1), 4),
        "right_at_99": round(sum(at_99) / len(at_99), 4) if at_99 else None,
        "share_at_99": round(len(at_99) / max(len(sure), 1), 4),
        "reliability": bins,
    }


def _in_child(task: Callable[..., Any], images: Sequence[Path], progress: Progress | None = None) -> Any:
    """Run `task` in a fresh process, so that its peak memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        result = pool.apply(task, (images,))
    if progress:
        progress("read by us", len(images), len(images))
    return result


def _read_ours(images: Sequence[Path]) -> dict[str, Any]:
    """Read `images` (picture decoding included) and return what was read and what it cost."""
    from lantai.recognition.adapters.documents import open_document
    from lantai.recognition.adapters.ocr import engine_name, read_image

    name = engine_name()
    with images[0].open("rb") as stream, open_document(stream, images[0].name) as document:
        read_image(document.page_image(1))
    layouts = []
    for path in images:
        with path.open("rb") as stream, open_document(stream, path.name) as document:
            layouts.append(read_image(document.page_image(1)))
    return {
        "read": [[_glyphs(line) for line in layout.lines] for layout in layouts],
        "engine": name,
        "peak_mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _glyphs(line: Any) -> ReadLine:
    from lantai.recognition.rules.layout import span_box

    sureness = line.sureness if len(line.sureness) == len(line.text) else (line.confidence,) * len(line.text)
    found = []
    for place, (character, sure) in enumerate(zip(line.text, sureness, strict=True)):
        left, top, right, bottom = span_box(line, place, place + 1)
        found.append(Glyph(character, (left + right) / 2, (top + bottom) / 2, sure))
    return found


def _read_tesseract(images: Sequence[Path], progress: Progress) -> list[list[ReadLine]]:
    """Return what Tesseract reads; nothing if it is not installed."""
    if not shutil.which("tesseract"):
        return []
    read = []
    for done, path in enumerate(images, 1):
        read.append(_tsv_lines(_tesseract(path)))
        progress("read by tesseract", done, len(images))
    return read


def _tesseract(path: Path) -> str:
    """Read by `tesseract -l chi_sim --psm 3` with one thread."""
    with tempfile.TemporaryFile() as output:
        subprocess.run(
            ["tesseract", str(path), "-", "-l", "chi_sim", "--psm", "3", "tsv"],
            stdout=output, stderr=subprocess.DEVNULL, env={**os.environ, "OMP_THREAD_LIMIT": "1"}, check=True,
        )  # fmt: skip
        output.seek(0)
        return output.read().decode()


def _tsv_lines(table: str) -> list[ReadLine]:
    lines: dict[tuple[str, ...], ReadLine] = {}
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == "5":
            left, top, width, height = (int(cell) for cell in cells[6:10])
            step = width / max(len(cells[11]), 1)
            line = lines.setdefault(tuple(cells[1:5]), [])
            line += [Glyph(c, left + (i + 0.5) * step, top + height / 2) for i, c in enumerate(cells[11])]
    return list(lines.values())


def _speed_pages(proofs: Sequence[Truth], forms: Sequence[Truth], *, quick: bool) -> list[Path]:
    """Return the pages to be timed: half real forms at 200 dpi where they are, half generated pages at 300 dpi."""
    if quick:
        return [page.image for page in proofs[:2]]
    sharp = [page for page in proofs if page.kind.endswith(" 300")]
    step = max(len(sharp) // (SPEED_PAGES // 2), 1)
    half = sharp[::step][: SPEED_PAGES // 2]
    return [page.image for page in [*forms[: SPEED_PAGES - len(half)], *half]]


def _speed_figures(images: Sequence[Path], *, quick: bool, yardstick: bool) -> dict[str, Any]:
    """Measure pages a minute of two processes with one thread each, ours, the whole look at a page, and Tesseract in turns."""
    rounds = 1 if quick else 3
    parts = [images[::2], images[1::2]]
    tasks: dict[str, Callable[[Sequence[Path]], float]] = {"": _read_seconds, "pipeline_": _pipeline_seconds}
    if yardstick:
        tasks["tesseract_"] = _tesseract_seconds
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    processor: dict[str, list[float]] = {name: [] for name in tasks}
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        # Both processes load their models before the clock starts.
        pool.map(_pipeline_seconds, [images[:1]] * (2 if quick else 4), chunksize=1)
        for _ in range(rounds):
            for name, task in tasks.items():
                started = time.perf_counter()
                processor[name].append(sum(pool.map(task, parts, chunksize=1)))
                seconds[name].append(time.perf_counter() - started)
    result: dict[str, Any] = {"speed_pages": len(images)}
    for name in tasks:
        result[f"{name}pages_per_minute"] = round(60 * len(images) / statistics.median(seconds[name]), 1)
        spent = statistics.median(processor[name]) / len(images)
        result[f"{name}cpu_seconds_per_page"] = round(spent, 3)
    return result


def _read_seconds(images: Sequence[Path]) -> float:
    """Read the characters of `images`; return the processor seconds it took."""
    from lantai.recognition.adapters.documents import open_document
    from lantai.recognition.adapters.ocr import read_image

    started = time.process_time()
    for path in images:
        with path.open("rb") as stream, open_document(stream, path.name) as document:
            read_image(document.page_image(1))
    return time.process_time() - started


def _pipeline_seconds(images: Sequence[Path]) -> float:
    """Look at `images` as a worker does: state of the scan, seals, signatures, characters, tables."""
    from lantai.recognition.adapters.documents import open_document
    from lantai.recognition.adapters.reading import read_document_page

    started = time.process_time()
    for path in images:
        with path.open("rb") as stream, open_document(stream, path.name) as document:
            read_document_page(document, 1)
    return time.process_time() - started


def _tesseract_seconds(images: Sequence[Path]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for path in images:
        _tesseract(path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _processor() -> str:
    """Return the processor's name with the vector units that matter here: virtual machines hide the model."""
    text = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    names = {name.strip(): value.strip() for name, value in fields.items()}
    units = [
        unit for unit in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16") if unit in names.get("flags", "")
    ]
    family = f"family {names.get('cpu family', '?')} model {names.get('model', '?')}"
    return f"{names.get('model name', 'unknown')} ({family}; {', '.join(units)}), {os.cpu_count()} cores"
