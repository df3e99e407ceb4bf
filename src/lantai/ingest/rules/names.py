"""Names of files as senders write them: old encodings, several normal forms, and paths that must not leave their folder."""

import os
import unicodedata

from lantai.kernel.errors import InvalidError, gettext_noop

NAME_LIMIT_BYTES = 255
IGNORED = frozenset({"Thumbs.db", "desktop.ini", ".DS_Store", "__MACOSX", "@eaDir"})


def decoded(raw: bytes) -> str:
    """Return a name's text: UTF-8 where it is that, else GB 18030 (which holds GBK), else with marks for lost bytes."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="replace")


def normal_path(raw: bytes | str) -> str:
    """Return a path below its source in NFC with `/` between names.

    Raises InvalidError for an absolute path, one with `..`, an empty or control-character name, or a name too long.
    """
    text = decoded(raw) if isinstance(raw, bytes) else raw
    text = unicodedata.normalize("NFC", text).replace("\\", "/")
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if text.startswith("/") or text[1:2] == ":" or ".." in parts:
        raise InvalidError(
            "ingest.path_outside",
            gettext_noop(
                "The name “%(path)s” leads out of its folder, so the file was not taken in. Rename it and send it again."
            ),
            path=printable(text),
        )
    if not parts or (not text.isprintable() and any(unicodedata.category(c) in {"Cc", "Cs"} for c in text)):
        raise InvalidError(
            "ingest.path_characters",
            gettext_noop(
                "The name “%(path)s” has characters that no name may have. Rename the file and send it again."
            ),
            path=printable(text),
        )
    if any(len(part.encode()) > NAME_LIMIT_BYTES for part in parts):
        raise InvalidError(
            "ingest.path_long",
            gettext_noop("The name “%(path)s” is longer than 255 bytes. Shorten it and send the file again."),
            path=printable(text)[:80] + "…",
        )
    return "/".join(parts)


def printable(text: str) -> str:
    """Return `text` with what cannot be shown replaced."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)


def is_ignored(path: str) -> bool:
    """Tell whether a file is an operating system's own leaving, not something sent."""
    return any(part in IGNORED or part.startswith(("._", "~$")) for part in path.split("/"))


def doubled(path: str) -> InvalidError:
    """Return the refusal of a file whose name is another's once both are in the same normal form."""
    return InvalidError(
        "ingest.same_name",
        gettext_noop(
            "Two files have the name “%(path)s” once written in the same form. The second was not taken in: rename it and send it again."
        ),
        path=path,
    )


def empty(path: str) -> InvalidError:
    """Return the refusal of a file of no bytes."""
    return InvalidError(
        "ingest.empty", gettext_noop("“%(path)s” is empty. Scan or save it again and send it again."), path=path
    )


def changed(path: str) -> InvalidError:
    """Return the refusal of a file that is not what was counted a moment ago."""
    return InvalidError(
        "ingest.source_changed",
        gettext_noop("“%(path)s” was changed while it was being sent. Send it again."),
        path=path,
    )


def path_bytes(path: str, raw: bytes | None) -> bytes:
    """Return the bytes by which the file system knows the file."""
    return raw if raw is not None else os.fsencode(path)
