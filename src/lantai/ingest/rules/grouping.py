"""Which files make one item: a folder of page images, a multi-page file, or a single file."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

IMAGES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".jp2", ".jpx"})
CATALOGUE_NAMES = re.compile(r"^(目录|catalogue|catalog|mulu)[^/]*\.(xlsx|csv)$", re.IGNORECASE)
PAGE_NAME = re.compile(r"^(?:.*[^0-9])?0*\d{1,5}$")
"""A page image's name ends in a number: 0001, p-3, 第2页 does not, IMG_0003 does."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """One file as it was found: its normal path, own bytes where they differ, size, and when it came or was last written."""

    path: str
    size_bytes: int
    raw_path: bytes | None = None
    written_at: float = 0.0
    """Seconds since 1970, as the file system says."""

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class SentItem:
    """What is to become one record: its path (a folder's or a file's) and its files in page order."""

    path: str
    files: tuple[SentFile, ...] = field(default_factory=tuple)


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key in which page 10 follows page 9."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts)


def is_catalogue(path: str) -> bool:
    """Tell whether a file is a catalogue to link by, not something to keep as a record."""
    return bool(CATALOGUE_NAMES.match(path.rpartition("/")[2]))


def items_of(files: Iterable[SentFile], listed: frozenset[str] = frozenset()) -> Iterator[SentItem]:
    """Yield the items among `files` (sorted by folder).

    A folder below the top that holds nothing but two or more images named by number is one item, as is every folder
    that a catalogue lists (`listed`); a file that a catalogue lists is one by itself, and so is every other file.
    """
    for folder, group in groupby(files, key=lambda f: f.folder):
        members = sorted(group, key=lambda f: natural_key(f.name))
        if folder and (folder in listed or _is_dossier(members, listed)):
            yield SentItem(folder, tuple(members))
        else:
            for one in members:
                if not is_catalogue(one.path):
                    yield SentItem(one.path, (one,))


def is_page_image(name: str) -> bool:
    """Tell whether a file's name is that of one page among others: an image named by a number."""
    stem, dot, suffix = name.rpartition(".")
    return f"{dot}{suffix}".lower() in IMAGES and bool(PAGE_NAME.match(stem))


def _is_dossier(members: list[SentFile], listed: frozenset[str]) -> bool:
    return (
        len(members) > 1
        and all(is_page_image(m.name) for m in members)
        and not any(m.path in listed for m in members)
        and _share_a_name(members)
    )


def _share_a_name(members: list[SentFile]) -> bool:
    """Pages of one thing are named alike up to the number; a folder of photographs with names of their own is not one."""
    heads = {m.name.rpartition(".")[0].rstrip("0123456789") for m in members}
    return len(heads) == 1
