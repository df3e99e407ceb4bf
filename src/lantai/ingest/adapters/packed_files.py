"""Unfolding a zip or tar into a staging folder, with limits, old name encodings and no way out of the folder."""

import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lantai.ingest.adapters.folders import not_a_file
from lantai.ingest.rules.names import doubled, is_ignored, normal_path, printable
from lantai.ingest.rules.packed import check_size
from lantai.kernel.digests import chunks_of
from lantai.kernel.errors import ArchiveError, InvalidError, UnavailableError, gettext_noop

UTF8_FLAG = 0x800
ENCRYPTED_FLAG = 0x1


def is_packed(name: str) -> bool:
    """Tell whether a file's name says that it is a packed file we unfold."""
    return name.lower().endswith((".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"))


def unfold(packed: Path, target: Path) -> list[tuple[str, ArchiveError]]:
    """Write the members of `packed` below `target`; return the members that cannot be taken with the reason.

    Raises InvalidError for a damaged or bomb-like file, UnavailableError when the disk is full.
    """
    try:
        members = _zip_members(packed) if zipfile.is_zipfile(packed) else _tar_members(packed)
        return _write_all(members, target)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, NotImplementedError, UnicodeError) as error:
        raise InvalidError(
            "ingest.packed_damaged",
            gettext_noop(
                "The packed file “%(name)s” is damaged or cut short (%(reason)s). Pack it again and send it again."
            ),
            name=packed.name,
            reason=str(error),
        ) from error
    except OSError as error:
        raise UnavailableError(
            "ingest.staging_full",
            gettext_noop("There is no room to keep “%(name)s” (%(reason)s). Make room on the disk and try again."),
            name=packed.name,
            reason=error.strerror or str(error),
        ) from error


Member = tuple[bytes | str, int, "BinaryIO | ArchiveError"]


def _zip_members(packed: Path) -> Iterator[Member]:
    with zipfile.ZipFile(packed) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        check_size(
            name=packed.name,
            members=len(infos),
            unpacked_bytes=sum(i.file_size for i in infos),
            packed_bytes=packed.stat().st_size,
        )
        for info in infos:
            name: bytes | str = info.filename if info.flag_bits & UTF8_FLAG else _own_bytes(info.filename)
            if info.flag_bits & ENCRYPTED_FLAG:
                yield name, info.file_size, _encrypted(info.filename)
                continue
            with archive.open(info) as stream:
                yield name, info.file_size, stream  # type: ignore[misc]


def _own_bytes(name: str) -> bytes | str:
    """Return the bytes that zipfile read as code page 437 because the sender did not say that they are UTF-8."""
    try:
        return name.encode("cp437")
    except UnicodeEncodeError:
        return name


def _tar_members(packed: Path) -> Iterator[Member]:
    total = count = 0
    with tarfile.open(packed, "r:*", encoding="utf-8", errors="surrogateescape") as archive:
        for info in archive:
            if info.isdir():
                continue
            count, total = count + 1, total + info.size
            check_size(name=packed.name, members=count, unpacked_bytes=total, packed_bytes=packed.stat().st_size)
            raw = info.name.encode("utf-8", "surrogateescape")
            stream = archive.extractfile(info) if info.isreg() else None
            if stream is None:
                yield raw, 0, not_a_file(printable(info.name))
            else:
                yield raw, info.size, stream  # type: ignore[misc]


def _write_all(members: Iterator[Member], target: Path) -> list[tuple[str, ArchiveError]]:
    refused: list[tuple[str, ArchiveError]] = []
    seen: set[str] = set()
    for name, size, stream in members:
        try:
            path = normal_path(name)
        except InvalidError as error:
            refused.append((str(error.facts.get("path", "")), error))
            continue
        if is_ignored(path):
            continue
        if isinstance(stream, ArchiveError):
            refused.append((path, stream))
        elif path in seen:
            refused.append((path, doubled(path)))
        else:
            seen.add(path)
            _write(target / path, stream, size, path)
    return refused


def _write(file: Path, stream: BinaryIO, size: int, path: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with file.open("wb") as out:
        for piece in chunks_of(stream):
            written += len(piece)
            if written > size:
                raise InvalidError(
                    "ingest.packed_lies",
                    gettext_noop("“%(path)s” unfolds to more than its packed file says. Pack it again."),
                    path=path,
                )
            out.write(piece)


def _encrypted(name: str) -> InvalidError:
    return InvalidError(
        "ingest.encrypted",
        gettext_noop("“%(name)s” is locked with a password. Unlock it and send it again."),
        name=printable(name),
    )
