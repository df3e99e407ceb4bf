"""Which files get a searchable copy, what it is called, and who may take it away."""

from collections.abc import Collection

# Counts up when copies come out otherwise for the same pages, so that they are made again.
FORM_OF_COPY = 1


def is_rewritten(media_type: str, own_texts: Collection[bool]) -> bool:
    """Tell whether a file's pages go into the copy; `own_texts` tells of each whether its own text was kept.

    A PDF whose pages all have text of their own is searchable already: it stays as it is.
    """
    return not (media_type == "application/pdf" and all(own_texts))


def copy_name(reference_code: str, record_id: str) -> str:
    """Return the name of the copy's file, one that every file system takes."""
    safe = "".join("_" if c in '/\\:*?"<>|' or not c.isprintable() else c for c in reference_code).strip(". ")
    return f"{safe or record_id}.pdf"


def may_take_clean(*, is_open: bool, keeps_the_record: bool) -> bool:
    """Tell whether somebody who sees a record may have its pages without the watermark that pictures bear.

    Anybody may have those of an open record; of others only the archivists of the archives that keeps them.
    """
    return is_open or keeps_the_record
