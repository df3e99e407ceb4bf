"""Watched folders: what has lain still for a while is taken in by itself."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from lantai.audit.services import record_act
from lantai.catalogue.selectors.fonds import fonds_to_work_on
from lantai.ingest.models import Batch, HotFolder, Intake, IntakeFile, IntakeItem
from lantai.ingest.rules.grouping import SentFile, is_catalogue
from lantai.ingest.services.linking import files_below
from lantai.ingest.services.opening import open_batch, permit_taking_in
from lantai.ingest.services.receive import receive_folder
from lantai.kernel import clock
from lantai.kernel.actors import Actor, system_actor
from lantai.kernel.errors import ArchiveError, InvalidError, gettext_noop

HANDS = system_actor("hot_folders")
STILL_FOR_SECONDS = 60


@transaction.atomic
def edit_hot_folder(
    *, actor: Actor, fonds_id: UUID, path: str, kind: str = Intake.Kind.DIGITISATION, is_active: bool = True
) -> HotFolder:
    """Begin or end the watching of a folder. Raises InvalidError when it is not a folder this machine can read."""
    fonds = fonds_to_work_on(fonds_id)
    permit_taking_in(actor, fonds)
    if is_active and not (Path(path).is_absolute() and Path(path).is_dir()):
        raise InvalidError(
            "ingest.no_folder",
            gettext_noop("There is no folder “%(path)s”. Look at the path and try again."),
            path=path,
        )
    chosen = {"fonds": fonds, "kind": kind, "is_active": is_active}
    folder, _ = HotFolder.objects.update_or_create(path=path, defaults=chosen)
    facts = {"active": is_active}
    record_act(actor=actor, verb="ingest.edit_hot_folder", target_kind="hot_folder", target_id=folder.id, facts=facts)
    return folder


def look_at_hot_folders() -> int:
    """Take in what lies still and new in every watched folder; return how many batches that made."""
    return sum(map(_look_at, HotFolder.objects.filter(is_active=True).values_list("id", flat=True)))


def _look_at(folder_id: UUID) -> int:
    """Look at one folder, all or nothing; what went wrong is written on it and the next look tries again."""
    looked = HotFolder.objects.filter(id=folder_id)
    try:
        with transaction.atomic():
            folder = looked.select_for_update(skip_locked=True).first()
            if folder is None:
                return 0
            made = _take_in_news(folder)
            looked.update(looked_at=clock.now(), error_message="", error_facts={})
            return made
    except ArchiveError as error:
        facts = {key: str(value) for key, value in error.facts.items()}
        looked.update(looked_at=clock.now(), error_message=error.message, error_facts=facts)
        return 0


def _take_in_news(folder: HotFolder) -> int:
    """Open a batch of what is new and still in `folder`, unless the last one is not finished yet; return 1 if so."""
    source = str(Path(folder.path).resolve())
    earlier = Batch.objects.filter(source=Batch.Source.HOT_FOLDER, source_name=source)
    if earlier.exclude(state=Batch.State.FINISHED).exists():
        return 0
    found = files_below(Path(folder.path))
    ready = _ready(found.good, dict(_files_of(earlier).values_list("path", "size_bytes")))
    returned = IntakeItem.objects.filter(batch__in=earlier, state=IntakeItem.State.FAILED)
    told = set(returned.values_list("path", flat=True))
    if not ready and told.issuperset(path for path, _ in found.refused):
        return 0
    batch = open_batch(
        actor=HANDS, fonds_id=folder.fonds_id, source=Batch.Source.HOT_FOLDER, source_name=source, kind=folder.kind
    )
    receive_folder(
        actor=HANDS,
        batch_id=batch.id,
        folder=Path(folder.path),
        wanted=lambda item: any(file.path in ready for file in item.files),
    )
    return 1


def _files_of(batches: QuerySet[Batch]) -> QuerySet[IntakeFile]:
    return IntakeFile.objects.filter(item__batch__in=batches)


def _ready(files: Sequence[SentFile], known: Mapping[str, int]) -> set[str]:
    """Return the paths of new files that lie still, and whose folder does; none while a catalogue is being written.

    `known` are the sizes of files that an earlier batch had, kept or returned: those wait for a person, not for a minute.
    """
    latest = clock.now().timestamp() - STILL_FOR_SECONDS
    moving = {file.path for file in files if file.written_at > latest}
    folders = {file.folder for file in files if file.path in moving} - {""}
    if any(map(is_catalogue, moving)):
        return set()
    return {
        file.path
        for file in files
        if known.get(file.path) != file.size_bytes
        and not is_catalogue(file.path)
        and file.path not in moving
        and file.folder not in folders
    }
