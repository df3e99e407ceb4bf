"""Which files make one item: a folder of page images, a multi-page file, or a single file."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePosixPath

IMAGES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".jp2", ".jpx"})
CATALOGUE_NAMES = re.compile(r"^(目录|catalogue|catalog|mulu)[^/]*\.(xlsx|csv)$", re.IGNORECASE)
PAGE_NAME = re.compile(r"^(?:.*[^0-9])?0*\d{1,5}$")
"""A page image's name ends in a number: 0001, p-3, 第2页 does not, IMG_0003 does."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """One file as it was found: its normal path, own bytes where they differ, and size."""

    path: str
    size_bytes: int
    raw_path: bytes | None = None

    @property
    def folder(self) -> str:
        parent = str(PurePosixPath(self.path).parent)
        return "" if parent == "." else parent

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.path).suffix.lower()


@dataclass(frozen=True, slots=True)
class SentItem:
    """What is to become one record: its path (a folder's or a file's) and its files in page order."""

    path: str
    files: tuple[SentFile, ...] = field(default_factory=tuple)


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key in which page 10 follows page 9."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts)


def is_catalogue(path: str) -> bool:
    """Tell whether a file is a catalogue to link by, not something to keep as a record."""
    return bool(CATALOGUE_NAMES.match(PurePosixPath(path).name))


def items_of(files: Iterable[SentFile], listed: frozenset[str] = frozenset()) -> Iterator[SentItem]:
    """Yield the items among `files` (sorted by folder).

    A folder below the top that holds nothing but two or more images named by number is one item, as is every folder
    that a catalogue lists (`listed`); a file that a catalogue lists is one by itself, and so is every other file.
    """
    for folder, group in groupby(files, key=lambda f: f.folder):
        members = sorted(group, key=lambda f: natural_key(PurePosixPath(f.path).name))
        if folder and (folder in listed or _is_dossier(members, listed)):
            yield SentItem(folder, tuple(members))
        else:
            for one in members:
                if not is_catalogue(one.path):
                    yield SentItem(one.path, (one,))


def _is_dossier(members: list[SentFile], listed: frozenset[str]) -> bool:
    return (
        len(members) > 1
        and all(m.suffix in IMAGES and PAGE_NAME.match(PurePosixPath(m.path).stem) for m in members)
        and not any(m.path in listed for m in members)
        and _share_a_name(members)
    )


def _share_a_name(members: list[SentFile]) -> bool:
    """Pages of one thing are named alike up to the number; a folder of photographs with names of their own is not one."""
    heads = {re.sub(r"\d+$", "", PurePosixPath(m.path).stem) for m in members}
    return len(heads) == 1
