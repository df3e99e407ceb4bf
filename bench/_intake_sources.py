"""Makes the files that the intake bench takes in: as an archives gets them, every one different."""

import io
import random
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pikepdf

Progress = Callable[[str, int, int], None]
Maker = Callable[[], tuple[str, bytes]]
LETTERS = 3000


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of one part, and how many bytes they have."""

    folder: Path
    files: list[tuple[str, Path]]
    size_bytes: int


def mixed_bytes(folder: Path, size_bytes: int, progress: Progress) -> Sources:
    """Return files to be stored unopened: bytes that do not shrink as scans do, raw pictures and text that do, some large."""
    chance = random.Random(11)
    text = _text(chance, 400_000)
    kinds: tuple[tuple[int, str, Callable[[], bytes]], ...] = (
        (60, "jpg", lambda: chance.randbytes(chance.randrange(150_000, 900_000))),
        (25, "pdf", lambda: chance.randbytes(chance.randrange(300_000, 6_000_000))),
        (8, "xml", lambda: text[: chance.randrange(2_000, 400_000)]),
        (4, "tif", lambda: chance.randbytes(400_000).join([bytes(200_000)] * 12)),
        (3, "mp4", lambda: chance.randbytes(40_000_000)),
    )
    drawn = [(ending, make) for weight, ending, make in kinds for _ in range(weight)]

    def make_next() -> tuple[str, bytes]:
        ending, make = chance.choice(drawn)
        return ending, make() + chance.randbytes(8)

    return _made(folder, lambda _count, size: size < size_bytes, make_next, size_bytes, progress)


def small_bytes(folder: Path, count: int, progress: Progress) -> Sources:
    """Return `count` small files of 2 to 40 KB to be stored unopened, half of them shrinking."""
    chance = random.Random(12)
    text = _text(chance, 60_000)

    def make_next() -> tuple[str, bytes]:
        size = chance.randrange(2_000, 40_000)
        if chance.random() < 0.5:
            return "jpg", chance.randbytes(size)
        return "xml", _piece(chance, text, size)

    return _made(folder, lambda made, _size: made < count, make_next, 0, progress)


def scans(folder: Path, count: int, progress: Progress) -> Sources:
    """Return `count` true scans of 0.3 to 3 MB: colour and grey JPEG of A4 at 150 to 300 dpi, and PDF of several such pages."""
    chance = random.Random(13)
    pages = [_page(chance, dpi, quality) for dpi in (150, 200, 300) for quality in (60, 75, 85)]
    documents = [_document(chance.sample(pages[:6], k)) for k in (2, 4, 6)]

    def make_next() -> tuple[str, bytes]:
        if chance.random() < 0.2:
            return "pdf", chance.choice(documents) + b"\n%" + chance.randbytes(8).hex().encode() + b"\n"
        return "jpg", _marked(chance.choice(pages), chance)

    return _made(folder, lambda made, _size: made < count, make_next, 0, progress)


def small_files(folder: Path, count: int, progress: Progress) -> Sources:
    """Return `count` small true files of 2 to 20 KB: half photographs the size of a stamp, half text."""
    chance = random.Random(14)
    text = _text(chance, 60_000)
    pictures = [_picture(chance, 240, 320, quality) for quality in (30, 50, 70, 85)]

    def make_next() -> tuple[str, bytes]:
        if chance.random() < 0.5:
            return "jpg", _marked(chance.choice(pictures), chance)
        return "txt", _piece(chance, text, chance.randrange(2_000, 20_000))

    return _made(folder, lambda made, _size: made < count, make_next, 0, progress)


def _made(
    folder: Path, goes_on: Callable[[int, int], bool], make_next: Maker, total: int, progress: Progress
) -> Sources:
    files: list[tuple[str, Path]] = []
    size = 0
    while goes_on(len(files), size):
        ending, content = make_next()
        path = folder / f"{len(files) // 1000:04}" / f"记{len(files):07}号.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        files.append((path.name, path))
        size += len(content)
        if len(files) % 500 == 0 and total:
            progress(f"making {folder.name}", min(size, total), total)
    subprocess.run(["sync"], check=True)
    return Sources(folder, files, size)


def _text(chance: random.Random, letters: int) -> bytes:
    return "".join(chr(0x4E00 + int(chance.paretovariate(0.7)) % LETTERS) for _ in range(letters)).encode()


def _piece(chance: random.Random, text: bytes, size: int) -> bytes:
    begin = chance.randrange(len(text) - size)
    return text[begin : begin + size] + chance.randbytes(8).hex().encode()


def _page(chance: random.Random, dpi: int, quality: int) -> bytes:
    return _picture(chance, round(11.69 * dpi), round(8.27 * dpi), quality)


def _picture(chance: random.Random, height: int, width: int, quality: int) -> bytes:
    """Return a JPEG of paper with grain and lines of strokes."""
    grain = np.random.default_rng(chance.randrange(1 << 30))
    pixels = grain.normal(235, 6, (height, width, 3))
    for top in range(height // 12, height - height // 12, max(height // 40, 6)):
        strokes = grain.random((max(height // 80, 3), width // 3)) < 0.35
        block = np.repeat(strokes, 2, axis=1)[:, : width - width // 4]
        part = pixels[top : top + block.shape[0], width // 8 : width // 8 + block.shape[1]]
        part[block[: part.shape[0], : part.shape[1]]] = 50
    done, encoded = cv2.imencode(".jpg", pixels.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return encoded.tobytes()


def _document(pages: list[bytes]) -> bytes:
    document = pikepdf.new()
    for content in pages:
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        assert pixels is not None
        height, width = pixels.shape[:2]
        picture = pikepdf.Stream(document, content)
        picture.Type, picture.Subtype, picture.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DCTDecode
        picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
        picture.Width, picture.Height = width, height
        page = document.add_blank_page(page_size=(595, 842))
        name = page.add_resource(picture, pikepdf.Name.XObject)
        page.Contents = pikepdf.Stream(document, f"q 595 0 0 842 0 0 cm {name} Do Q".encode())
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _marked(jpeg: bytes, chance: random.Random) -> bytes:
    """Return the picture with a comment of its own, so that no two files are the same."""
    comment = chance.randbytes(16).hex().encode()
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]
