"""Walking a sender's folder by the bytes of its names, so that no file is missed for its encoding."""

import os
from collections.abc import Iterator
from pathlib import Path

from lantai.ingest.rules.grouping import SentFile
from lantai.ingest.rules.names import decoded, is_ignored, normal_path, printable
from lantai.kernel.errors import ArchiveError, InvalidError, NotFoundError, gettext_noop

Found = SentFile | tuple[str, ArchiveError]


def walk(folder: Path) -> Iterator[Found]:
    """Yield every file below `folder`, folder by folder, or its shown path with why it cannot be taken.

    Links, devices and unreadable places are told, not followed. Raises NotFoundError when `folder` is none.
    """
    top = os.fsencode(folder)
    if not os.path.isdir(top):  # noqa: PTH112 - a path of bytes
        raise NotFoundError(
            "ingest.no_folder",
            gettext_noop("There is no folder “%(path)s”. Look at the path and try again."),
            path=str(folder),
        )
    yield from _below(top, b"")


def _below(top: bytes, relative: bytes) -> Iterator[Found]:
    place = os.path.join(top, relative) if relative else top  # noqa: PTH118 - paths of bytes
    try:
        with os.scandir(place) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield _shown(relative), _unreadable(relative, error)
        return
    deeper: list[bytes] = []
    for entry in entries:
        raw = relative + b"/" + entry.name if relative else entry.name
        if is_ignored(decoded(entry.name)):
            continue
        if entry.is_dir(follow_symlinks=False):
            deeper.append(raw)
        elif entry.is_file(follow_symlinks=False):
            yield _sent(raw, entry)
        else:
            yield _shown(raw), not_a_file(_shown(raw))
    for raw in deeper:
        yield from _below(top, raw)


def not_a_file(path: str) -> InvalidError:
    """Return the refusal of a link or a device."""
    return InvalidError(
        "ingest.not_a_file",
        gettext_noop("“%(path)s” is a link or a device, not a file. Send the file itself."),
        path=path,
    )


def _sent(raw: bytes, entry: "os.DirEntry[bytes]") -> Found:
    try:
        path = normal_path(raw)
        found = entry.stat(follow_symlinks=False)
    except InvalidError as error:
        return _shown(raw), error
    except OSError as error:
        return _shown(raw), _unreadable(raw, error)
    return SentFile(path, found.st_size, None if os.fsencode(path) == raw else raw, max(found.st_mtime, found.st_ctime))


def _shown(raw: bytes) -> str:
    return printable(decoded(raw)) or "."


def _unreadable(raw: bytes, error: OSError) -> InvalidError:
    return InvalidError(
        "ingest.unreadable",
        gettext_noop("“%(path)s” cannot be read (%(reason)s). Look at its rights and send it again."),
        path=_shown(raw),
        reason=error.strerror or str(error),
    )
