"""Searchable PDF files and OFD: text in order, time and bytes a page, what opens, what signatures come to."""

import io
import json
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
from PIL import Image

from lantai.kernel.errors import ArchiveError
from lantai.recognition.adapters.documents import open_document
from lantai.recognition.rules.layout import Line, PageLayout, in_reading_order
from lantai.viewing.adapters.dual_layer import About, Composer, DualPage, pictures_of
from lantai.viewing.adapters.pdfa_check import check_pdfa

Progress = Callable[[str, int, int], None]
QUICK_PAGES, QUICK_FILES = 16, 4
DPI = 200


def measure(*, quick: bool, data: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Return the figures of this section; generated pages stand in where the forms are absent."""
    found: dict[str, Any] = {"files": {}}
    pages = _pages(data, QUICK_PAGES if quick else None)
    found |= _dual_layer(pages, folder, progress, found["files"])
    found |= _ofd(data / "ofd_samples" / "files", quick, progress, found["files"])
    return found


def _pages(data: Path, most: int | None) -> list[tuple[Path | bytes, PageLayout]]:
    """Return pictures with layouts: real forms with their ground truth as the layout, or drawn pages."""
    truths = sorted((data / "ocr_forms" / "gt").glob("*.json"))[:most]
    pages: list[tuple[Path | bytes, PageLayout]] = []
    for truth in truths:
        picture = next((data / "ocr_forms" / "images").glob(f"{truth.stem}.*"), None)
        if picture is not None:
            with Image.open(picture) as opened:
                size = opened.size
            pages.append((picture, _true_layout(json.loads(truth.read_text()), size)))
    return pages or [_drawn_page(number) for number in range(most or 100)]


def _true_layout(truth: Any, size: tuple[int, int]) -> PageLayout:
    lines = []
    for item in truth["lines"]:
        xs, ys = [point[0] for point in item["points"]], [point[1] for point in item["points"]]
        text = " ".join(str(item["text"]).split())
        if text and max(xs) - min(xs) >= 1 and max(ys) - min(ys) >= 1:
            lines.append(Line(text, (round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))), 1.0))
    return PageLayout(in_reading_order(lines), *size)


def _drawn_page(number: int) -> tuple[bytes, PageLayout]:
    rng = np.random.default_rng(number)
    out = io.BytesIO()
    Image.fromarray(rng.integers(200, 255, (2339, 1654), np.uint8)).save(out, "JPEG", quality=60)
    lines = [
        Line(
            "".join(chr(int(c)) for c in rng.integers(0x4E00, 0x9FA0, 20)),
            (200, 150 + 60 * row, 1000, 190 + 60 * row),
            1.0,
        )
        for row in range(30)
    ]
    return out.getvalue(), PageLayout(in_reading_order(lines), 1654, 2339)


def _dual_layer(
    pages: list[tuple[Path | bytes, PageLayout]], folder: Path, progress: Progress, told: dict[str, Any]
) -> dict[str, Any]:
    file = folder / "searchable.pdf"
    contents = [source if isinstance(source, bytes) else source.read_bytes() for source, _ in pages]
    start = time.process_time()
    with file.open("wb") as out:
        composer = Composer(out, About("bench"))
        for number, (content, (_, layout)) in enumerate(zip(contents, pages, strict=True), 1):
            composer.add_page(_dual_page(content, layout))
            progress("searchable pages", number, len(pages))
        composer.finish()
    spent = time.process_time() - start
    wanted = [_letters(layout.text) for _, layout in pages]
    start = time.process_time()
    by_pdfium = _pdfium_texts(file)
    pdfium_spent = time.process_time() - start
    by_poppler, plainly = _poppler_texts(file, "-raw"), _poppler_texts(file)
    start = time.process_time()
    with file.open("rb") as made:
        faults = [str(finding) for finding in check_pdfa(made)]
    checked = time.process_time() - start
    second = _second_opinion(file)
    told["searchable"] = {
        "pages": len(pages),
        "pages_are": "real forms with their ground truth" if isinstance(pages[0][0], Path) else "drawn",
        "bytes_of_pictures": sum(map(len, contents)),
        "bytes_of_file": file.stat().st_size,
        "our_faults": faults[:3],
        "second_opinion_passes": second,
        "check_ms_per_page": round(checked / len(pages) * 1000, 2),
        "poppler_plain_same_letters": _share([sorted(a) == sorted(b) for a, b in zip(plainly, wanted, strict=False)]),
        "poppler_plain_same_order": _share([a == b for a, b in zip(plainly, wanted, strict=False)]),
        "yardstick_pdfium_reads_text_ms_per_page": round(pdfium_spent / len(pages) * 1000, 2),
        "yardstick_pikepdf_plain_ms_per_page": round(_plain_save(contents) / len(pages) * 1000, 2),
    }
    return {
        "dual_layer_text_same_pdfium": _share([a == b for a, b in zip(by_pdfium, wanted, strict=True)]),
        "dual_layer_text_same_poppler": _share([a == b for a, b in zip(by_poppler, wanted, strict=False)]),
        "dual_layer_ms_per_page": round(spent / len(pages) * 1000, 2),
        "dual_layer_bytes_added_per_page": round((file.stat().st_size - sum(map(len, contents))) / len(pages)),
    }


def _dual_page(content: bytes, layout: PageLayout) -> DualPage:
    picture = next(pictures_of(io.BytesIO(content), "image/jpeg", [1], _never))
    return DualPage(picture.turned(layout.turn_degrees), layout.width_px, layout.height_px, DPI, layout)


def _never(_page: int) -> Any:
    raise AssertionError("a picture was drawn instead of taken over")


def _letters(text: str) -> str:
    return "".join(text.split())


def _share(same: list[bool]) -> float | None:
    return round(sum(same) / len(same), 4) if same else None


def _pdfium_texts(file: Path) -> list[str]:
    document = pypdfium2.PdfDocument(file)
    # pdfium marks a hyphen at the end of a row as one that may be soft.
    marks = str.maketrans({"\ufffe": "-", "\x02": "-"})
    texts = [_letters(page.get_textpage().get_text_range().translate(marks)) for page in document]
    document.close()
    return texts


def _poppler_texts(file: Path, *options: str) -> list[str]:
    """Return the text of each page by pdftotext, nothing where poppler is not installed."""
    program = shutil.which("pdftotext")
    if program is None:
        return []
    done = subprocess.run([program, *options, str(file), "-"], capture_output=True, check=True)
    return [_letters(page) for page in done.stdout.decode().split("\f")[:-1]]


def _second_opinion(file: Path) -> bool:
    import pikepdf.pdfa

    return bool(pikepdf.pdfa.validate_written(file, "2b").passed)


def _plain_save(contents: list[bytes]) -> float:
    """Return the seconds that pikepdf needs to put the same pictures on pages and save them, without any text."""
    start = time.process_time()
    pdf = pikepdf.Pdf.new()
    for content in contents:
        with Image.open(io.BytesIO(content)) as opened:
            width, height = opened.size
            space = pikepdf.Name.DeviceGray if opened.mode == "L" else pikepdf.Name.DeviceRGB
        page = pdf.add_blank_page(page_size=(width * 72 / DPI, height * 72 / DPI)).obj
        picture = pdf.make_stream(
            content, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height,
            ColorSpace=space, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
        page.Contents = pdf.make_stream(b"q %d 0 0 %d 0 0 cm /P Do Q" % (width * 72 // DPI, height * 72 // DPI))
    pdf.save(io.BytesIO())
    return time.process_time() - start


def _ofd(samples: Path, quick: bool, progress: Progress, told: dict[str, Any]) -> dict[str, Any]:
    files = sorted(samples.rglob("*.ofd"))
    if not files:
        told["ofd"] = "the sample OFD files are not here"
        return {}
    files = files[:: max(len(files) // QUICK_FILES, 1)] if quick else files
    outcomes: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    start = time.process_time()
    for number, file in enumerate(files, 1):
        row = _one_ofd(file, samples, outcomes)
        counts[row["kind"]] += 1
        rows.append(row)
        progress("OFD files", number, len(files))
    pages = sum(row.get("pages", 0) for row in rows)
    told["ofd"] = {
        "files": len(files),
        "pages": pages,
        "characters": sum(row.get("characters", 0) for row in rows),
        "ms_per_page_drawn_and_read": round((time.process_time() - start) / max(pages, 1) * 1000, 1),
        "outcomes": dict(outcomes),
        "table": rows,
    }
    broken = sum(outcomes[word] for word in ("digest_broken", "signature_broken", "seal_broken"))
    return {
        "ofd_opened": counts["opened"],
        "ofd_refused": counts["refused"],
        "ofd_failed": counts["failed"],
        "ofd_signatures_valid": outcomes["valid"],
        "ofd_signatures_broken": broken,
        "ofd_signatures_expired": outcomes["certificate_expired"] + outcomes["seal_expired"],
        "ofd_signatures_unsupported": outcomes["unsupported"] + outcomes["unreadable"],
    }


def _one_ofd(file: Path, samples: Path, outcomes: Counter[str]) -> dict[str, Any]:
    name = str(file.relative_to(samples)).replace("src/test/resources/", "")
    try:
        with file.open("rb") as stream, open_document(stream, file.name) as document:
            numbers = range(1, len(document.pages) + 1)
            letters = sum(len(_letters(box.text)) for page in numbers for box in document.page_text(page) or [])
            inked = sum(bool((document.page_image(page, 100) < 200).any()) for page in numbers)
            signatures = list(_told(document.signatures()))
            outcomes.update(outcome for outcome, _ in signatures)
            return {
                "file": name,
                "kind": "opened",
                "pages": len(document.pages),
                "pages_with_ink": inked,
                "characters": letters,
                "signatures": [": ".join(filter(None, pair)) for pair in signatures],
                "attachments": len(document.technical.get("attachments", [])),
                "invoice": "invoice" in document.technical,
            }
    except ArchiveError as refused:
        return {"file": name, "kind": "refused", "why": refused.code}
    except Exception as error:  # noqa: BLE001  a bench counts what must never happen
        return {"file": name, "kind": "failed", "why": f"{type(error).__name__}: {error}"[:200]}


def _told(signatures: Any) -> Iterator[tuple[str, str]]:
    for signature in signatures:
        yield signature.outcome, ", ".join(signature.broken[:3]) or signature.reason
