"""The picture of a page for one reader, and the manifest of a record."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext

from lantai.catalogue.models import CheckedPage, Page, Record, RecordPart
from lantai.catalogue.selectors import (
    SeenPage,
    SeenRecord,
    checked_pages,
    hidden_texts,
    masks_of,
    may_edit,
    record_for,
    seen_page,
    seen_record,
    visible_records,
)
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotFoundError, gettext_noop
from lantai.preservation.selectors import file_of, open_file
from lantai.recognition.rules.layout import Box, PageLayout
from lantai.recognition.rules.personal.masked_layout import masked_layout as without_hidden
from lantai.recognition.selectors import layout_of, page_image, turn_of, upright_size
from lantai.viewing.adapters.pictures import Pyramids, cut_pixels, finished, marked
from lantai.viewing.models import AccessCopy, MaskedCopy, PartPreview, SearchableCopy
from lantai.viewing.rules import iiif, masks
from lantai.viewing.rules.searchable import may_take_clean as allowed

_pyramids = Pyramids()


@dataclass(frozen=True, slots=True)
class MaskedPage:
    """What of a page a masked copy is composed of.

    `pixels` (height, width, 3) uint8 have the bars burned in; `layout` is without what is hidden, in pixels of the upright
    page (None for a page not read); `boxes` are the places hidden.
    """

    pixels: np.ndarray[Any, Any]
    layout: PageLayout | None
    boxes: tuple[Box, ...]


def masked_page(page: Page, dpi: int | None = None) -> MaskedPage:
    """Return the masked picture and layout of a page whose masks were checked; whoever asks has decided who gets it.

    Raises NotFoundError for a page that is in no masked copy: nobody checked it, or it has been turned since.
    """
    checked = CheckedPage.objects.filter(page=page).first()
    if checked is None or checked.turn_degrees != turn_of(page.id):
        raise _no_page()
    boxes = masks_of(page.id)
    pixels = page_image(page) if dpi is None else page_image(page, dpi)
    return MaskedPage(masks.burned(pixels, boxes, upright_size(page)), masked_layout(page.id), boxes)


def masked_layout(page_id: UUID) -> PageLayout | None:
    """Return the layout of a page without what its masks hide, None if it was not read. For whoever may see it masked."""
    layout = layout_of(page_id)
    if layout is None:
        return None
    record_id = Page.objects.values_list("record_id", flat=True).get(id=page_id)
    return without_hidden(layout, masks_of(page_id), hidden_texts([record_id]).get(record_id, []))


def shown_page(actor: Actor, page_id: UUID) -> SeenPage:
    """Return a page as `actor` sees it, whole or masked. Raises NotFoundError, also where its masks no longer fit it."""
    seen = seen_page(actor, page_id)
    if seen.masked and not _still_fits(seen.page):
        raise _no_page()
    return seen


def _still_fits(page: Page) -> bool:
    return CheckedPage.objects.filter(page=page, turn_degrees=turn_of(page.id)).exists()


def _no_page() -> NotFoundError:
    return NotFoundError(
        "catalogue.page",
        gettext_noop("There is no such page that you may see. Go back to the record and open the page from there."),
    )


def page_size(page: Page, *, masked: bool = False) -> tuple[int, int]:
    """Return the width and height in pixels of the picture that readers get."""
    copy = _copy_of(SeenPage(page, masks_of(page.id) if masked else None))
    if copy:
        return copy.width_px, copy.height_px
    if masked:
        height, width = page_image(page).shape[:2]
        return width, height
    return page.width_px, page.height_px


def _copy_of(seen: SeenPage) -> AccessCopy | MaskedCopy | None:
    """Return the pyramid to show: of a masked page one that was made with its present masks, or none."""
    if seen.masks is None:
        return AccessCopy.objects.select_related("pyramid").filter(page=seen.page).first()
    digest = masks.masks_digest(seen.masks, turn_of(seen.page.id))
    return MaskedCopy.objects.select_related("pyramid").filter(page=seen.page, masks_digest=digest).first()


def is_open(record: Record) -> bool:
    """Tell whether anybody may see the record, so that its pictures need no watermark."""
    return record.opening == "open" and record.access_level == 0


def picture(
    actor: Actor, page_id: UUID, region: str, size: str, rotation: str, quality: str, form: str
) -> tuple[bytes, bool]:
    """Return the asked part of a page as bytes, and whether its record is open; one that is not bears the reader's name.

    Raises NotFoundError when the actor may not see the page, InvalidError for a request no picture can answer.
    """
    seen = shown_page(actor, page_id)
    page, copy = seen.page, _copy_of(seen)
    pixels = None if copy else masked_page(page).pixels if seen.masked else page_image(page)
    if copy:
        width, height = copy.width_px, copy.height_px
    else:
        assert pixels is not None
        height, width = pixels.shape[:2]
    asked = iiif.parse(region, size, rotation, quality, form, width=width, height=height)
    part = _cut(copy, pixels, asked)
    free = is_open(page.record) or (seen.masked and page.record.opening == "masked")
    if not free and _readable(asked, width, height):
        part = marked(part, watermark(actor), asked)
    return finished(part, asked), free


def _cut(copy: AccessCopy | MaskedCopy | None, pixels: Any, asked: iiif.ImageRequest) -> Any:
    if copy is None:
        return cut_pixels(pixels, asked)
    return _pyramids.of(copy.pyramid_id, lambda: open_file(copy.pyramid)).cut(asked)


THUMBNAIL_PX = 240
"""A page whose shorter side is this small cannot be read, so it bears no watermark."""


def _readable(asked: iiif.ImageRequest, width: int, height: int) -> bool:
    """Tell whether the page could be read at the scale asked for, however small the part of it is."""
    scale = max(asked.out_width / asked.width, asked.out_height / asked.height)
    return min(width, height) * scale > THUMBNAIL_PX


def watermark(actor: Actor) -> str:
    """Return the words on a picture of a record that is not open: who looks, and when."""
    return f"{actor.name}  {clock.now().astimezone(clock.CHINA):%Y-%m-%d %H:%M}"


def info(actor: Actor, page_id: UUID, identifier: str) -> dict[str, Any]:
    """Return the info.json of a page the actor may see. Raises NotFoundError."""
    seen = shown_page(actor, page_id)
    width, height = page_size(seen.page, masked=seen.masked)
    return iiif.image_info(identifier, width, height)


def manifest(actor: Actor, record_id: UUID, base: str) -> dict[str, Any]:
    """Return the IIIF Presentation 3 manifest of a record the actor may see; `base` is the site's address.

    Raises NotFoundError.
    """
    seen = seen_record(actor, record_id)
    record = seen.record
    identifier = f"{base}/iiif/record/{record.id}/manifest.json"
    language = "zh"
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": identifier,
        "type": "Manifest",
        "label": {language: [record.title]},
        "metadata": _description(record),
        "items": [_canvas(page, size, f"{base}/iiif") for page, size in _shown_pages(seen)],
    }


def _shown_pages(seen: SeenRecord) -> list[tuple[Page, tuple[int, int]]]:
    """Return the pages that the reader of a manifest gets, with the size of their pictures; of a masked copy the checked ones."""
    if seen.masked:
        pages = [checked.page for checked in checked_pages(seen.record.id) if _still_fits(checked.page)]
        return [(page, page_size(page, masked=True)) for page in pages]
    copies = {c.page_id: c for c in AccessCopy.objects.filter(page__record=seen.record)}
    return [
        (page, (copy.width_px, copy.height_px) if (copy := copies.get(page.id)) else (page.width_px, page.height_px))
        for page in seen.record.pages.order_by("number")
    ]


def _description(record: Record) -> list[dict[str, Any]]:
    rows = [
        (gettext_noop("Reference code"), record.reference_code),
        (gettext_noop("Author"), record.author),
        (gettext_noop("Date"), record.dated_on),
    ]
    return [{"label": {"zh": [gettext(label)]}, "value": {"none": [str(value)]}} for label, value in rows if value]


def _canvas(page: Page, size: tuple[int, int], base: str) -> dict[str, Any]:
    width, height = size
    image = f"{base}/image/{page.id}"
    canvas = f"{base}/record/{page.record_id}/canvas/{page.number}"
    return {
        "id": canvas,
        "type": "Canvas",
        "label": {"none": [str(page.number)]},
        "width": width,
        "height": height,
        "items": [
            {
                "id": f"{canvas}/page",
                "type": "AnnotationPage",
                "items": [
                    {
                        "id": f"{canvas}/painting",
                        "type": "Annotation",
                        "motivation": "painting",
                        "target": canvas,
                        "body": {
                            "id": f"{image}/full/max/0/default.jpg",
                            "type": "Image",
                            "format": "image/jpeg",
                            "width": width,
                            "height": height,
                            "service": [{"id": image, "type": "ImageService3", "profile": "level2"}],
                        },
                    }
                ],
            }
        ],
        "thumbnail": [{"id": f"{image}/full/!160,220/0/default.jpg", "type": "Image", "format": "image/jpeg"}],
    }


def may_take_clean(actor: Actor, record: Record) -> bool:
    """Tell whether `actor`, who sees the whole record, may have its pages without a watermark."""
    return allowed(is_open=is_open(record), keeps_the_record=actor.is_system or may_edit(actor, record))


def searchable_copy(actor: Actor, record: Record) -> SearchableCopy | None:
    """Return the searchable PDF of a record that the actor was given, None if it has none or the actor may not have it."""
    if record.quarantined or not may_take_clean(actor, record):
        return None
    return SearchableCopy.objects.select_related("file__key", "record").filter(record=record).first()


def searchable_copy_for(actor: Actor, record_id: UUID) -> SearchableCopy:
    """Return the searchable PDF of a record. Raises NotFoundError where there is none that the actor may have."""
    copy = searchable_copy(actor, record_for(actor, str(record_id)))
    if copy is None:
        raise NotFoundError(
            "viewing.no_searchable_copy",
            gettext_noop("There is no searchable PDF of this record, or it is not open to you."),
        )
    return copy


def stream_of(copy: SearchableCopy) -> Any:
    """Return a seekable stream over the bytes of a searchable PDF."""
    return open_file(copy.file)


def media_part(actor: Actor, part_id: UUID) -> RecordPart:
    """Return a part (sound, film, any file) of a record the actor may see. Raises NotFoundError.

    The file of pages that are shown with a watermark is given only to whom the clean pages are given.
    """
    part = RecordPart.objects.select_related("record").filter(id=part_id, record__in=visible_records(actor)).first()
    if part is not None and part.pages.exists() and not may_take_clean(actor, part.record):
        part = None
    if part is None:
        raise NotFoundError("viewing.no_part", gettext_noop("There is no such file, or it is not open to you."))
    return part


def part_stream(part: RecordPart) -> tuple[Any, int]:
    """Return a seekable stream over a part's bytes, and their number."""
    file = file_of(part.computer_file_id)
    return open_file(file), file.size_bytes


def preview_of(actor: Actor, part_id: UUID) -> tuple[RecordPart, bytes]:
    """Return (the part, the JPEG that stands for it) of a record the actor may see. Raises NotFoundError."""
    part = media_part(actor, part_id)
    preview = PartPreview.objects.filter(part=part, picture__isnull=False).first()
    if preview is None or preview.picture_id is None:
        raise NotFoundError("viewing.no_preview", gettext_noop("There is no picture of this file."))
    with open_file(file_of(preview.picture_id)) as stream:
        return part, stream.read()
