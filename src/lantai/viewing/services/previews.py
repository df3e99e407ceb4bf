"""Making the pictures that stand for files without pages."""

import io
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import RecordPart
from lantai.kernel.actors import Actor
from lantai.kernel.errors import InvalidError
from lantai.preservation.selectors import open_file
from lantai.preservation.services import store_file
from lantai.recognition.adapters.documents import open_document
from lantai.viewing.adapters.pictures import encoded
from lantai.viewing.models import PartPreview


def make_previews(*, actor: Actor, record_ids: Sequence[UUID | str]) -> int:
    """Make one picture for each file without pages of these records where it can be made; return how many were made."""
    parts = RecordPart.objects.filter(record_id__in=record_ids, pages__isnull=True, preview__isnull=True)
    return sum(_make_preview(actor, part) for part in parts.select_related("record", "computer_file__key"))


def _make_preview(actor: Actor, part: RecordPart) -> int:
    folder = settings.HOME / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with open_file(part.computer_file) as stream, open_document(stream, part.name, known=True) as document:
            pixels = document.preview(folder)
    except InvalidError:
        pixels = None
    if pixels is None:
        PartPreview.objects.get_or_create(part=part)
        return 0
    with transaction.atomic():
        picture = store_file(
            actor=actor,
            source=io.BytesIO(encoded(pixels)),
            name=f"{part.id}.jpg",
            archives_id=part.record.archives_id,
            level=part.record.access_level,
            media_type="image/jpeg",
        )
        size = {"width_px": pixels.shape[1], "height_px": pixels.shape[0]}
        _, is_new = PartPreview.objects.get_or_create(part=part, defaults={"picture": picture, **size})
        if is_new:
            facts = {"picture": str(picture.id), "part": str(part.id)}
            record_act(
                actor=actor, verb="viewing.make_previews", target_kind="record", target_id=part.record_id, facts=facts
            )
    return int(is_new)
