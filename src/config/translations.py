"""Compiles the message catalogues with Babel, so that a bare machine needs no gettext."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.environment import CHECKOUT


def compile_all() -> bool:
    """Compile every catalogue that is newer than its compiled form; return whether one was."""
    stale = [po for po in sorted((CHECKOUT / "locale").glob("*/LC_MESSAGES/*.po")) if _is_stale(po)]
    for po in stale:
        with po.open("rb") as source:
            catalogue = read_po(
                source, locale=po.parents[1].name
            )  # the locale gives the compiled file its plural forms
        draft = po.with_suffix(".mo.new")
        with draft.open("wb") as out:
            write_mo(out, catalogue)
        draft.replace(po.with_suffix(".mo"))
    return bool(stale)


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns
