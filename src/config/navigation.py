"""The desk's navigation: what stands in it, for whom; an entry whose path nothing answers is not shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lantai.kernel.actors import ANONYMOUS, Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go. `roles` empty means everybody who is signed in; `key` goes there after `g`."""

    label: Promise
    path: str
    icon: str
    roles: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    label: Promise | str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry as this reader sees it; `current` is "page", "true" (somewhere below it) or empty."""

    label: Promise
    path: str
    icon: str
    key: str
    current: str


@dataclass(frozen=True, slots=True)
class ShownSection:
    label: Promise | str
    entries: tuple[ShownEntry, ...]


ARCHIVE_STAFF = ("archivist", "liaison", "handler", "reviewer", "approver")

SECTIONS = (
    Section(
        "",
        (
            Entry(_("Workbench"), "/desk/", "grid", key="h"),
            Entry(_("Search"), "/desk/search/", "search", key="s"),
        ),
    ),
    Section(
        _("Taking in"),
        (
            Entry(_("Accession"), "/desk/intake/", "inboxes", ARCHIVE_STAFF, key="i"),
            Entry(_("Digitisation"), "/desk/digitisation/", "printer", ("archivist",), key="z"),
            Entry(_("Check recognition"), "/desk/review/", "ui-checks", ARCHIVE_STAFF, key="r"),
            Entry(_("Quality of scans"), "/desk/quality/", "eye", ("archivist",), key="w"),
        ),
    ),
    Section(
        _("Arrangement"),
        (
            Entry(_("Fonds"), "/desk/fonds/", "diagram-3", key="f"),
            Entry(_("Form templates"), "/desk/templates/", "bounding-box", ("archivist",), key="t"),
            Entry(_("Filing by itself"), "/desk/categories/", "tags", ("archivist",)),
            Entry(_("Opening review"), "/desk/opening/", "unlock", ("archivist", "reviewer", "approver"), key="o"),
            Entry(_("Register of seals"), "/desk/seals/", "seal", ("archivist",)),
            Entry(_("Defects"), "/desk/defects/", "flag", ARCHIVE_STAFF, key="d"),
            Entry(_("Quarantine"), "/desk/quarantine/", "shield-exclamation", ("secadmin",), key="q"),
        ),
    ),
    Section(
        _("Administration"),
        (
            Entry(_("Units"), "/manage/units/", "building", ("sysadmin", "secadmin"), key="u"),
            Entry(_("Accounts"), "/manage/accounts/", "people", ("sysadmin", "secadmin"), key="a"),
            Entry(_("Ledger"), "/manage/ledger/", "journal-check", ("auditor",), key="l"),
            Entry(_("Stores and fixity"), "/manage/keeping/", "hdd-stack", ("sysadmin", "auditor", "archivist")),
            Entry(_("Public first page"), "/manage/public/", "megaphone", ("archivist", "sysadmin")),
            Entry(_("Components"), "/manage/components/", "palette", ("sysadmin",)),
        ),
    ),
)


def navigation_for(request: HttpRequest) -> Sequence[ShownSection]:
    """Return the sections with the entries that `request.actor` may use, empty sections left out."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    here = _deepest(request.path)
    shown = []
    for section in SECTIONS:
        entries = tuple(
            ShownEntry(entry.label, entry.path, entry.icon, entry.key, _current(entry.path, request.path, here))
            for entry in section.entries
            if _is_for(entry, actor) and _answers(entry.path, settings.ROOT_URLCONF)
        )
        if entries:
            shown.append(ShownSection(section.label, entries))
    return shown


def _is_for(entry: Entry, actor: Actor) -> bool:
    return actor.kind == "account" and (not entry.roles or any(actor.holds(role) for role in entry.roles))


def _deepest(path: str) -> str:
    """Return the entry path that `path` lies under, the longest one (all lie under /desk/)."""
    paths = [entry.path for section in SECTIONS for entry in section.entries if path.startswith(entry.path)]
    return max(paths, key=len, default="")


def _current(entry_path: str, path: str, here: str) -> str:
    if entry_path == path:
        return "page"
    return "true" if entry_path == here and entry_path != "/desk/" else ""


@lru_cache(maxsize=256)
def _answers(path: str, urlconf: str) -> bool:
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    return True
