"""Make the whole archive in a folder: items, catalogues, and the truth beside them."""

import json
import multiprocessing
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import cv2

from lantai.kernel.errors import ConflictError, InvalidError, gettext_noop
from sample import containers, faults
from sample.catalogue import NAME, Row, write_catalogue
from sample.item import FONDS, RETENTIONS, Item
from sample.plan import Planner
from sample.raster import print_sheet
from sample.sheet import Sheet
from sample.truth import page_truth, write_truth
from sample.vector import plain_faces, write_born_pdf
from sample.wear import RECIPES, Recipe, Scan, scan

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """One item as it was written: `file` is relative to the folder of its fonds."""

    code: str
    kind: str
    fonds: str
    form: str
    file: str
    pages: int
    files: int
    size_bytes: int
    row: Row


@dataclass(slots=True)
class Summary:
    """What a made archive holds; `files` and `size_bytes` count the items' files, without catalogues and truth."""

    folder: str
    seed: int
    records: int = 0
    pages: int = 0
    files: int = 0
    size_bytes: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)
    fonds: dict[str, int] = field(default_factory=dict)
    faults: list[dict[str, str]] = field(default_factory=list)

    def as_facts(self) -> dict[str, Any]:
        return asdict(self)


def make_archive(
    folder: Path,
    *,
    pages: int,
    seed: int,
    progress: Progress | None = None,
    with_faults: bool = False,
    processes: int = 1,
) -> Summary:
    """Make an archive of exactly `pages` pages in an empty `folder` and return what it holds.

    The same pages and seed make the same bytes, whatever the number of processes. `progress` hears (pages done, pages).
    Raises ConflictError when the folder holds something, UnavailableError when a font is missing.
    """
    summary = Summary(str(folder), seed)
    for made in iter_archive(folder, pages=pages, seed=seed, with_faults=with_faults, processes=processes):
        _count(summary, made)
        if progress is not None:
            progress(summary.pages, pages)
    if with_faults:
        summary.faults = json.loads((folder / "archive.json").read_text(encoding="utf-8"))["faults"]
    return summary


def _count(summary: Summary, made: Made) -> None:
    summary.records += 1
    summary.pages += made.pages
    summary.files += made.files
    summary.size_bytes += made.size_bytes
    for tally, name in ((summary.kinds, made.kind), (summary.forms, made.form), (summary.fonds, made.fonds)):
        tally[name] = tally.get(name, 0) + 1


def iter_archive(
    folder: Path, *, pages: int, seed: int, with_faults: bool = False, processes: int = 1
) -> Iterator[Made]:
    """Make an archive item by item; it stands under its own name once the last item has been taken.

    Until then it grows in a hidden folder beside, so that a run that was cut short leaves nothing half made.
    """
    if pages < 1:
        raise InvalidError("sample.no_pages", gettext_noop("An archive needs at least one page. Ask for 1 or more."))
    if folder.is_dir() and any(folder.iterdir()):
        raise ConflictError(
            "sample.folder_not_empty",
            gettext_noop("The folder %(folder)s already holds something. Name an empty or a new folder."),
            folder=str(folder),
        )
    target, folder = folder, folder.with_name(f".{folder.name}.part")
    shutil.rmtree(folder, ignore_errors=True)
    for fonds in FONDS:
        (folder / fonds.code).mkdir(parents=True)
    planner = Planner(seed)
    rows: dict[str, list[Row]] = {fonds.code: [] for fonds in FONDS}
    work = enumerate(planner.items(pages))
    for made in _all_written(work, folder, processes):
        rows[made.fonds].append(made.row)
        yield made
    found = []
    if with_faults:
        for fault in faults.plant(planner, folder):
            if fault.item is not None:
                secret = write_item(fault.item, fault.place, folder)
                rows[secret.fonds].append(secret.row)
            else:
                rows["Z109"].append(fault.row)
            found.append({"code": fault.code, "fault": fault.name, "fonds": "Z109"})
    for code, entries in rows.items():
        write_catalogue(folder / code / NAME, sorted(entries))
    _write_description(folder, pages, seed, rows, found)
    if target.is_dir():
        target.rmdir()
    folder.rename(target)


def _all_written(work: Iterator[tuple[int, Item]], folder: Path, processes: int) -> Iterator[Made]:
    if processes < 2:
        for place, item in work:
            yield write_item(item, place, folder)
        return
    waiting: deque[Future[Made]] = deque()
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        for place, item in work:
            waiting.append(pool.submit(write_item, item, place, folder))
            while len(waiting) > processes * 4:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _write_description(
    folder: Path, pages: int, seed: int, rows: dict[str, list[Row]], found: list[dict[str, str]]
) -> None:
    body = {
        "format": 1,
        "city": "砚州市",
        "seed": seed,
        "pages": pages,
        "fonds": [
            {
                "code": fonds.code,
                "title_zh": fonds.title_zh,
                "title_en": fonds.title_en,
                "category": fonds.category,
                "owner": fonds.owner,
                "folder": fonds.code,
                "catalogue": f"{fonds.code}/{NAME}",
                "records": len(rows[fonds.code]),
            }
            for fonds in FONDS
        ],
        "faults": found,
    }
    (folder / "archive.json").write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_item(item: Item, place: int, folder: Path) -> Made:
    """Write one item and its truth; `place` in the archive chooses its form and its wear."""
    cv2.setNumThreads(1)
    form = item.forms[place % len(item.forms)]
    home = folder / item.fonds
    target = home / (item.code + _SUFFIXES[form])
    recipe = _recipe(item, form, place)
    pairs = [_page(item, sheet, recipe, number) for number, sheet in enumerate(item.sheets, start=1)]
    scans = [taken for _, taken in pairs]
    if form == "born_pdf":
        write_born_pdf(target, item.sheets, title=item.title, author=item.author, on=item.on)
    elif form == "sound":
        containers.write_sound(target, item.rng("sound").randrange(1 << 30))
    elif form in ("page_folder", "photo_folder"):
        target.mkdir()
        for number, taken in enumerate(scans, start=1):
            containers.write_page(target / f"{number:04d}", taken)
    elif form == "scan_pdf":
        containers.write_pdf(target, scans)
    elif form == "scan_tiff":
        containers.write_tiff(target, scans)
    else:
        containers.write_page(target, scans[0])
        target = target if target.exists() else target.with_suffix(".png")
    files = sorted(target.iterdir()) if target.is_dir() else [target]
    truths = [truth for truth, _ in pairs]
    for number, truth in enumerate(truths):
        truth["file"] = str((files[number] if target.is_dir() else target).relative_to(folder))
    if truths:
        write_truth(folder / "truth" / item.fonds / item.code, truths)
    return Made(
        item.code,
        item.kind,
        item.fonds,
        form,
        target.name,
        item.pages,
        len(files),
        sum(file.stat().st_size for file in files),
        catalogue_row(item, target.name),
    )


_SUFFIXES = {
    "born_pdf": ".pdf",
    "scan_pdf": ".pdf",
    "scan_tiff": ".tif",
    "page_folder": "",
    "photo_folder": "",
    "single_image": ".jpg",
    "single_photo": ".jpg",
    "sound": ".wav",
}


def _recipe(item: Item, form: str, place: int) -> Recipe:
    if form in ("photo_folder", "single_photo"):
        return Recipe(dpi=300, jpeg_quality=90)
    if form == "born_pdf":
        return Recipe(lossless=True)
    recipe = RECIPES[place % len(RECIPES)]
    has_picture = item.kind in ("photograph_card", "marriage_file")
    return RECIPES[0] if has_picture and recipe.colour == "bitonal" else recipe


def _page(item: Item, sheet: Sheet, recipe: Recipe, number: int) -> tuple[dict[str, Any], Scan]:
    printed = print_sheet(plain_faces(sheet) if item.forms == ("born_pdf",) else sheet, recipe.dpi)
    taken = scan(printed.image, recipe, item.rng(f"scan{number}"))
    return page_truth(item, sheet, printed, taken, page=number, file=""), taken


def catalogue_row(item: Item, file: str) -> Row:
    """Return the line of an item in the catalogue of its fonds."""
    organisation = item.organisation if item.category == "WS" else ""
    return (
        item.code,
        item.title,
        item.author,
        item.document_number,
        f"{item.on:%Y%m%d}",
        item.year,
        RETENTIONS[item.retention],
        organisation,
        item.category,
        item.access,
        item.opening,
        item.pages,
        file,
    )
