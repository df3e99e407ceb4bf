"""Making the copies that people look at."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Page
from lantai.kernel.actors import Actor
from lantai.preservation.services import store_file
from lantai.recognition.selectors import page_image
from lantai.viewing.adapters.pictures import write_pyramid
from lantai.viewing.models import AccessCopy


def make_access_copies(*, actor: Actor, page_ids: Sequence[UUID | str]) -> int:
    """Make the missing pyramids of these pages; return how many were made. Safe to run again."""
    pages = Page.objects.filter(id__in=page_ids).exclude(
        id__in=AccessCopy.objects.filter(page_id__in=page_ids).values("page_id")
    )
    made = 0
    for page in pages.select_related("record", "part").order_by("record_id", "number"):
        made += _make_one(actor, page)
    return made


def _make_one(actor: Actor, page: Page) -> int:
    pixels = page_image(page)
    with tempfile.TemporaryDirectory(dir=settings.HOME / "tmp") as folder:
        file = Path(folder) / "page.tif"
        write_pyramid(pixels, file)
        with file.open("rb") as source, transaction.atomic():
            pyramid = store_file(
                actor=actor,
                source=source,
                name=f"{page.id}.tif",
                archives_id=page.record.archives_id,
                level=page.record.access_level,
                media_type="image/tiff",
            )
            _, is_new = AccessCopy.objects.get_or_create(
                page=page, defaults={"pyramid": pyramid, "width_px": pixels.shape[1], "height_px": pixels.shape[0]}
            )
            if is_new:
                record_act(
                    actor=actor,
                    verb="viewing.make_access_copies",
                    target_kind="page",
                    target_id=page.id,
                    facts={"pyramid": str(pyramid.id)},
                )
    return int(is_new)
