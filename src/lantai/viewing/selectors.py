"""The picture of a page for one reader, and the manifest of a record."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from lantai.catalogue.models import Page, Record, RecordPart
from lantai.catalogue.selectors import page_for, record_for, visible_records
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotFoundError, gettext_noop
from lantai.preservation.selectors import file_of, open_file
from lantai.recognition.selectors import page_image
from lantai.viewing.adapters.pictures import Pyramids, cut_pixels, finished, marked
from lantai.viewing.models import AccessCopy
from lantai.viewing.rules import iiif

_pyramids = Pyramids()


def page_size(page: Page) -> tuple[int, int]:
    """Return the width and height in pixels of the picture that readers get."""
    copy = AccessCopy.objects.filter(page=page).first()
    return (copy.width_px, copy.height_px) if copy else (page.width_px, page.height_px)


def is_open(record: Record) -> bool:
    """Tell whether anybody may see the record, so that its pictures need no watermark."""
    return record.opening == "open" and record.access_level == 0


def picture(
    actor: Actor, page_id: UUID, region: str, size: str, rotation: str, quality: str, form: str
) -> tuple[bytes, bool]:
    """Return the asked part of a page as bytes, and whether its record is open; one that is not bears the reader's name.

    Raises NotFoundError when the actor may not see the page, InvalidError for a request no picture can answer.
    """
    page = page_for(actor, page_id)
    copy = AccessCopy.objects.select_related("pyramid").filter(page=page).first()
    pixels = None if copy else page_image(page)
    if copy:
        width, height = copy.width_px, copy.height_px
    else:
        assert pixels is not None
        height, width = pixels.shape[:2]
    asked = iiif.parse(region, size, rotation, quality, form, width=width, height=height)
    part = _cut(copy, pixels, asked)
    free = is_open(page.record)
    if not free and _readable(asked, width, height):
        part = marked(part, watermark(actor), asked)
    return finished(part, asked), free


def _cut(copy: AccessCopy | None, pixels: Any, asked: iiif.ImageRequest) -> Any:
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
    width, height = page_size(page_for(actor, page_id))
    return iiif.image_info(identifier, width, height)


def manifest(actor: Actor, record_id: UUID, base: str) -> dict[str, Any]:
    """Return the IIIF Presentation 3 manifest of a record the actor may see; `base` is the site's address.

    Raises NotFoundError.
    """
    record = record_for(actor, str(record_id))
    identifier = f"{base}/iiif/record/{record.id}/manifest.json"
    copies = {c.page_id: c for c in AccessCopy.objects.filter(page__record=record)}
    language = "zh"
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": identifier,
        "type": "Manifest",
        "label": {language: [record.title]},
        "metadata": _description(record),
        "items": [_canvas(page, copies.get(page.id), f"{base}/iiif") for page in record.pages.order_by("number")],
    }


def _description(record: Record) -> list[dict[str, Any]]:
    rows = [
        (gettext_noop("Reference code"), record.reference_code),
        (gettext_noop("Author"), record.author),
        (gettext_noop("Date"), record.dated_on),
    ]
    return [{"label": {"zh": [gettext(label)]}, "value": {"none": [str(value)]}} for label, value in rows if value]


def _canvas(page: Page, copy: AccessCopy | None, base: str) -> dict[str, Any]:
    width, height = (copy.width_px, copy.height_px) if copy else (page.width_px, page.height_px)
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


def media_part(actor: Actor, part_id: UUID) -> RecordPart:
    """Return a part (sound, film, any file) of a record the actor may see. Raises NotFoundError."""
    part = RecordPart.objects.select_related("record").filter(id=part_id, record__in=visible_records(actor)).first()
    if part is None:
        raise NotFoundError("viewing.no_part", gettext_noop("There is no such file, or it is not open to you."))
    return part


def part_stream(part: RecordPart) -> tuple[Any, int]:
    """Return a seekable stream over a part's bytes, and their number."""
    file = file_of(part.computer_file_id)
    return open_file(file), file.size_bytes
