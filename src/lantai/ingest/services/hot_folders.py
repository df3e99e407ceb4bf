"""Watched folders: what has lain still for a while is taken in by itself."""

import time
from pathlib import Path
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.selectors.fonds import fonds_to_work_on
from lantai.ingest.models import Batch, HotFolder, Intake, IntakeFile, IntakeItem
from lantai.ingest.services.receive import permit_taking_in, take_in_folder
from lantai.kernel import clock
from lantai.kernel.actors import Actor, system_actor
from lantai.kernel.errors import ArchiveError, InvalidError, gettext_noop

HANDS = system_actor("hot_folders")
STILL_FOR_SECONDS = 30


@transaction.atomic
def edit_hot_folder(
    *, actor: Actor, fonds_id: UUID, path: str, kind: str = Intake.Kind.DIGITISATION, is_active: bool = True
) -> HotFolder:
    """Begin or end the watching of a folder. Raises InvalidError when it is not a folder this machine can read."""
    fonds = fonds_to_work_on(fonds_id)
    permit_taking_in(actor, fonds)
    if (is_active and not Path(path).is_absolute()) or not Path(path).is_dir():
        raise InvalidError(
            "ingest.no_folder",
            gettext_noop("There is no folder “%(path)s”. Look at the path and try again."),
            path=path,
        )
    folder, _ = HotFolder.objects.update_or_create(
        path=path, defaults={"fonds": fonds, "kind": kind, "is_active": is_active}
    )
    record_act(
        actor=actor,
        verb="ingest.edit_hot_folder",
        target_kind="hot_folder",
        target_id=folder.id,
        facts={"active": is_active},
    )
    return folder


def look_at_hot_folders() -> int:
    """Take in what lies still and new in every watched folder; return how many batches that made."""
    made = 0
    for folder in HotFolder.objects.filter(is_active=True):
        words = ""
        try:
            if _has_news(folder):
                take_in_folder(actor=HANDS, fonds_id=folder.fonds_id, folder=Path(folder.path), kind=folder.kind)
                made += 1
        except ArchiveError as error:
            words = str(error)
        HotFolder.objects.filter(id=folder.id).update(looked_at=clock.now(), last_words=words)
    return made


def _has_news(folder: HotFolder) -> bool:
    """Tell whether every file has lain still and one of them is not yet in a batch of this folder."""
    files = {str(p.relative_to(folder.path)): p.stat() for p in Path(folder.path).rglob("*") if p.is_file()}
    if not files or any(time.time() - s.st_mtime < STILL_FOR_SECONDS for s in files.values()):
        return False
    source = str(Path(folder.path).resolve())
    if Batch.objects.filter(source_name=source, state=Batch.State.WORKING).exists():
        return False
    known = dict(
        IntakeFile.objects.filter(item__batch__source_name=source)
        .exclude(item__state=IntakeItem.State.FAILED)
        .values_list("path", "size_bytes")
    )
    return any(known.get(path) != s.st_size for path, s in files.items())
