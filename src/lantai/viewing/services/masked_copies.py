"""Make the copies that masked readers look at: bars burned into the pixels, never laid over them."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import CheckedPage, Page
from lantai.kernel.actors import Actor
from lantai.preservation.services import store_file
from lantai.recognition.selectors import turn_of
from lantai.viewing.adapters.pictures import write_pyramid
from lantai.viewing.models import MaskedCopy
from lantai.viewing.rules.masks import masks_digest
from lantai.viewing.selectors import MaskedPage, masked_page


def make_masked_copies(*, actor: Actor, page_ids: Sequence[UUID | str]) -> int:
    """Make the masked pyramids of these pages, those checked, that have none with their present masks; return how many."""
    checked = CheckedPage.objects.filter(page_id__in=page_ids).values("page_id")
    made = 0
    for page in Page.objects.filter(id__in=checked).select_related("record", "part").order_by("record_id", "number"):
        seen = masked_page(page)
        digest = masks_digest(seen.boxes, turn_of(page.id))
        if not MaskedCopy.objects.filter(page=page, masks_digest=digest).exists():
            _make_masked(actor, page, seen, digest)
            made += 1
    return made


def _make_masked(actor: Actor, page: Page, seen: MaskedPage, digest: str) -> None:
    with tempfile.TemporaryDirectory(dir=settings.HOME / "tmp") as folder:
        file = Path(folder) / "page.tif"
        write_pyramid(seen.pixels, file)
        with file.open("rb") as source, transaction.atomic():
            pyramid = store_file(
                actor=actor,
                source=source,
                name=f"{page.id}-masked.tif",
                archives_id=page.record.archives_id,
                level=page.record.access_level,
                media_type="image/tiff",
            )
            height, width = seen.pixels.shape[:2]
            values = {"pyramid": pyramid, "width_px": width, "height_px": height, "masks_digest": digest}
            MaskedCopy.objects.update_or_create(page=page, defaults=values)
            record_act(
                actor=actor,
                verb="viewing.make_masked_copies",
                target_kind="page",
                target_id=page.id,
                facts={"pyramid": str(pyramid.id), "masks": len(seen.boxes)},
            )
