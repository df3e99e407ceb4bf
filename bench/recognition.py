"""Speed, memory and character errors of recognition beside Tesseract, on the same pages in the same run.

Pages: real scanned forms (a folder of `images/*.jpg` with `gt/*.json` in the XFUND manner, given by --data FOLDER or
LANTAI_DATA; skipped with one line where absent); and pages of the sample archive.

Normalisation of both sides before counting: NFKC, no white space, every check box one glyph, punctuation twins folded.
`missed` and `added` compare bags of characters (no order); `box_error_rate` is the edit distance inside each box of the
ground truth, each character read given to the box its middle lies in.
"""

import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUICK_FORMS = 6
QUICK_SAMPLE_PAGES = 6
SAMPLE_PAGES = 60
SEED = 7
FORMS_FOLDER = "ocr_forms"

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
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Truth:
    """A page with what is written on it: (text, box_px) of each run, or one run without a box."""

    image: Path
    runs: tuple[tuple[str, tuple[float, float, float, float] | None], ...]
    kind: str


def run(*, quick: bool, progress: Progress, data: str = "", pages: int = 0, **_options: object) -> dict[str, Any]:
    """Measure and return one JSON-ready mapping; `pages` limits the forms read (0 = all, or a few when quick)."""
    result: dict[str, Any] = {"cpu": _processor(), "quick": quick}
    forms = load_forms(Path(data or os.environ.get("LANTAI_DATA", "")) / FORMS_FOLDER)
    if forms:
        forms = forms[: pages or (QUICK_FORMS if quick else len(forms))]
        result["forms"] = _compare(forms, progress)
    else:
        result["forms"] = "The real forms are not here: give their folder with --data FOLDER or LANTAI_DATA."
    with tempfile.TemporaryDirectory() as folder:
        sample = load_sample(Path(folder), QUICK_SAMPLE_PAGES if quick else SAMPLE_PAGES, progress)
        for kind in sorted({page.kind for page in sample}):
            result[f"sample_{kind}"] = _compare([page for page in sample if page.kind == kind], progress)
    if forms and not quick:
        result["two_processes"] = _two_processes([page.image for page in forms])
    return result


def load_forms(folder: Path) -> list[Truth]:
    """Return the real forms of `folder` in the order of their names; none if it is absent."""
    pages = []
    for path in sorted((folder / "gt").glob("*.json")):
        truth = json.loads(path.read_text("utf-8"))
        runs = tuple((line["text"], _bounds(line["points"])) for line in truth["lines"])
        pages.append(Truth(folder / "images" / f"{path.stem}.jpg", runs, "form"))
    return pages


def load_sample(folder: Path, pages: int, progress: Progress) -> list[Truth]:
    """Make generated pages in `folder` and return them as pictures with their truth: clean and degraded ones.

    Pages inside PDF and TIFF files are written out as pictures first, so that both readers get the same pixels.
    """
    from sample import make_archive

    make_archive(folder / "archive", pages=pages, seed=SEED, progress=lambda done, total: progress("made", done, total))
    found: list[Truth] = []
    for path in sorted((folder / "archive" / "truth").rglob("*.json")):
        truth = json.loads(path.read_text("utf-8"))
        if truth["lines"]:
            runs = tuple((line["text"], tuple(line["box_px"])) for line in truth["lines"])
            kind = "degraded" if truth["degradations"] else "clean"
            found.append(Truth(_picture(folder, truth, len(found)), runs, kind))
    return found


def _picture(folder: Path, truth: dict[str, Any], place: int) -> Path:
    from PIL import Image

    from lantai.recognition.adapters.documents import open_document

    source = folder / "archive" / truth["file"]
    target = folder / f"{place:04d}.png"
    with source.open("rb") as stream, open_document(stream, source.name) as document:
        number = truth["page"] if len(document.pages) > 1 else 1
        Image.fromarray(document.page_image(number, truth["dpi"])).save(target, compress_level=1)
    return target


def _bounds(points: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _compare(pages: Sequence[Truth], progress: Progress) -> dict[str, Any]:
    """Read `pages` by us and by Tesseract, each in a process of its own, and score both."""
    ours = _in_child(_read_ours, [page.image for page in pages])
    progress(f"{pages[0].kind}, lantai", len(pages), len(pages))
    result: dict[str, Any] = {"pages": len(pages), "lantai": _scored(pages, ours)}
    if shutil.which("tesseract"):
        theirs = _read_tesseract([page.image for page in pages])
        result["tesseract"] = _scored(pages, theirs)
        progress(f"{pages[0].kind}, tesseract", len(pages), len(pages))
    else:
        result["tesseract"] = "Tesseract is not installed: no yardstick."
    return result


def _scored(pages: Sequence[Truth], reading: dict[str, Any]) -> dict[str, Any]:
    scores = score(pages, reading.pop("read"))
    return {**scores, **reading}


def score(pages: Sequence[Truth], read: Sequence[Sequence[tuple[str, float, float]]]) -> dict[str, float]:
    """Return error rates in percent; `read` holds for each page its characters with the middle of each."""
    total = missed = added = box_errors = box_total = 0
    for page, characters in zip(pages, read, strict=True):
        want = Counter("".join(_norm(text) for text, _ in page.runs))
        have = Counter("".join(_norm(c) for c, _, _ in characters))
        total += want.total()
        missed += (want - have).total()
        added += (have - want).total()
        errors, count = _box_errors(page, characters)
        box_errors += errors
        box_total += count
    percent = 100 / max(total, 1)
    return {
        "characters": total,
        "missed_percent": round(missed * percent, 3),
        "added_percent": round(added * percent, 3),
        "box_error_rate_percent": round(100 * box_errors / max(box_total, 1), 3),
    }


def _box_errors(page: Truth, characters: Sequence[tuple[str, float, float]]) -> tuple[int, int]:
    inside: list[list[str]] = [[] for _ in page.runs]
    for character, x, y in characters:
        best, nearest = -1, 0.0
        for index, (_, box) in enumerate(page.runs):
            if box is None or not (box[0] - 6 <= x <= box[2] + 6 and box[1] - 6 <= y <= box[3] + 6):
                continue
            distance = abs(y - (box[1] + box[3]) / 2) + max(box[0] - x, x - box[2], 0)
            if best < 0 or distance < nearest:
                best, nearest = index, distance
        if best >= 0:
            inside[best].append(character)
    errors = count = 0
    for (text, box), got in zip(page.runs, inside, strict=True):
        if box is not None:
            want = _norm(text)
            errors += edit_distance(want, _norm("".join(got)))
            count += len(want)
    return errors, count


def _norm(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text.translate(TWINS)).translate(TWINS).split())


def edit_distance(one: str, other: str) -> int:
    """Return the Levenshtein distance of two texts."""
    from rapidfuzz.distance import Levenshtein

    return int(Levenshtein.distance(one, other))


def _in_child(task: Callable[[Any], dict[str, Any]], images: Sequence[Path]) -> dict[str, Any]:
    """Run `task` in a fresh process, so that its peak memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(task, (images,))


def _read_ours(images: Sequence[Path]) -> dict[str, Any]:
    from lantai.recognition.adapters.documents import open_document
    from lantai.recognition.adapters.ocr import engine_name, read_image

    name = engine_name()
    with images[0].open("rb") as stream, open_document(stream, images[0].name) as document:
        read_image(document.page_image(1))
    started, cpu = time.perf_counter(), time.process_time()
    layouts = []
    for path in images:
        with path.open("rb") as stream, open_document(stream, path.name) as document:
            layouts.append(read_image(document.page_image(1)))
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    read = [
        [spot for line in layout.lines for spot in _spots(line.text, line.box_px, line.glyphs_px)] for layout in layouts
    ]
    return {
        "read": read,
        "engine": name,
        "pages_per_minute": round(60 * len(images) / wall, 1),
        "cpu_seconds_per_page": round(cpu / len(images), 3),
        "peak_mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _spots(text: str, box: Sequence[float], glyphs: Sequence[tuple[int, int]]) -> Iterable[tuple[str, float, float]]:
    middle = (box[1] + box[3]) / 2
    for index, character in enumerate(text):
        if len(glyphs) == len(text):
            yield character, sum(glyphs[index]) / 2, middle
        else:
            yield character, box[0] + (index + 0.5) * (box[2] - box[0]) / len(text), middle


def _read_tesseract(images: Sequence[Path]) -> dict[str, Any]:
    """Read by `tesseract -l chi_sim --psm 3` with one thread; memory is that of the largest child."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    read, peak = [], 0
    for path in images:
        with tempfile.TemporaryFile() as output:
            child = subprocess.Popen(
                ["tesseract", str(path), "-", "-l", "chi_sim", "--psm", "3", "tsv"],
                stdout=output, stderr=subprocess.DEVNULL, env=environment,
            )  # fmt: skip
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = status
            peak = max(peak, usage.ru_maxrss)
            output.seek(0)
            read.append(_tsv_spots(output.read().decode()))
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "read": read,
        "engine": "tesseract chi_sim psm 3",
        "pages_per_minute": round(60 * len(images) / wall, 1),
        "cpu_seconds_per_page": round(cpu / len(images), 3),
        "peak_mebibytes": peak // 1024,
    }


def _tsv_spots(table: str) -> list[tuple[str, float, float]]:
    spots: list[tuple[str, float, float]] = []
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == "5":
            left, top, width, height = (int(cell) for cell in cells[6:10])
            spots += _spots(cells[11], (left, top, left + width, top + height), ())
    return spots


def _two_processes(images: Sequence[Path]) -> dict[str, Any]:
    """Pages a minute of two processes with one thread each, half of the pages each."""
    half = len(images) // 2
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        done = pool.map(_read_ours, [images[:half], images[half:]], chunksize=1)
    return {
        "pages_per_minute": round(sum(d["pages_per_minute"] for d in done), 1),
        "cpu_seconds_per_page": round(sum(d["cpu_seconds_per_page"] for d in done) / 2, 3),
        "peak_mebibytes_each": max(d["peak_mebibytes"] for d in done),
    }


def _processor() -> str:
    with Path("/proc/cpuinfo").open() as lines:
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
