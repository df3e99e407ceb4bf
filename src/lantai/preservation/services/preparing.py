"""Make keys and stores ready, and put a new master key into force."""

from pathlib import Path

from django.conf import settings
from django.db import transaction

from lantai.audit.services import record_act
from lantai.identity.rules.roles import Role
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.errors import InvalidError, UnavailableError
from lantai.kernel.errors import gettext_noop as _
from lantai.preservation.adapters import key_files, signing
from lantai.preservation.adapters.stores import Store
from lantai.preservation.models import ComputerFile, Key, Manifest, StoreRow
from lantai.preservation.selectors.installation import (
    master_key_file,
    name_key_file,
    signing_key_file,
    store_at,
    store_folders,
)

REWRAP_BATCH = 1000


def prepare_keeping(*, actor: Actor) -> None:
    """Make the keys and store folders that are missing; run at set-up and safe to run again.

    Raises UnavailableError when keys are missing that stored files need: new ones would not open them.
    """
    require(actor, Role.SYSADMIN)
    _make_keys()
    stores_ready(actor=actor)


def _make_keys() -> None:
    if not master_key_file().exists() and (Key.objects.exists() or Manifest.objects.exists()):
        raise UnavailableError(
            "preservation.master_key_lost",
            _(
                "secrets/master.key is gone, and stored files need it. Put it back from its safe place; do not make a new one."
            ),
        )
    key_files.make_master_keys(master_key_file())
    if not name_key_file().exists() and ComputerFile.objects.exists():
        raise UnavailableError(
            "preservation.name_key_lost",
            _(
                "secrets/names.key is gone, and stored files need it. Put it back from its safe place; do not make a new one."
            ),
        )
    key_files.make_stored_names(name_key_file())
    signing.make_signing_key(signing_key_file())


def stores_ready(*, actor: Actor, sealing: bool = True, rebuild: bool = False) -> list[tuple[Store, StoreRow]]:
    """Return every store in force with its row, making those that were never used before.

    With `sealing`, the keys are made on first use too; checking and healing do without the master key.
    With `rebuild`, a folder that has vanished from a disk that is there is made again, to be filled from the others.
    Raises UnavailableError when a disk of its own is not mounted, since writing would fill the wrong disk.
    """
    needed = (name_key_file(), master_key_file(), signing_key_file()) if sealing else (name_key_file(),)
    if not all(file.exists() for file in needed):
        _make_keys()
    if len({folder.name for folder in store_folders()}) < len(store_folders()):
        raise InvalidError(
            "preservation.store_names",
            _("Two stores in LANTAI_STORES have folders of the same name. Give each a name of its own."),
        )
    rows = {row.name: row for row in StoreRow.objects.all()}
    ready = []
    for folder in store_folders():
        row = rows.get(folder.name) or _first_use(actor, folder)
        if row.own_disk and not _on_own_disk(folder):
            raise UnavailableError(
                "preservation.store_unmounted",
                _("The disk of store %(store)s is not mounted at its folder. Mount it, then try again."),
                store=folder.name,
            )
        if rebuild and not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
        ready.append((store_at(folder.name, folder), row))
    return ready


@transaction.atomic
def _first_use(actor: Actor, folder: Path) -> StoreRow:
    folder.mkdir(parents=True, exist_ok=True)
    row, made = StoreRow.objects.get_or_create(name=folder.name, defaults={"own_disk": _on_own_disk(folder)})
    if made:
        record_act(actor=actor, verb="preservation.add_store", target_kind="store", target_id=row.id)
    return row


def _on_own_disk(folder: Path) -> bool:
    try:
        return folder.stat().st_dev != Path(settings.HOME).stat().st_dev
    except OSError:
        return False


def add_master_key(*, actor: Actor) -> int:
    """Put a new master key into force and wrap every file key under it; return how many. No stored byte is rewritten.

    The old keys stay in the file for the headers beside the bytes. Safe to run again after an interruption.
    """
    require(actor, Role.SYSADMIN)
    masters = key_files.add_master_key(master_key_file())
    wrapped = 0
    while keys := list(Key.objects.exclude(master=masters.current)[:REWRAP_BATCH]):
        with transaction.atomic():
            for key in keys:
                plain = masters.unwrap(key.master, bytes(key.wrapped), key.id)
                key.master, key.wrapped = masters.wrap(plain, key.id)
            Key.objects.bulk_update(keys, ["master", "wrapped"])
            record_act(
                actor=actor,
                verb="preservation.wrap_keys",
                facts={"keys": len(keys), "master": masters.current},
            )
        wrapped += len(keys)
    return wrapped
