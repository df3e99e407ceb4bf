"""Pictures of seals alone: opened from an upload, cut out of a page, written for keeping."""

import io

import numpy as np
from PIL import Image as Pictures
from PIL import UnidentifiedImageError

from lantai.kernel.errors import InvalidError, gettext_noop
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.layout import Box

MOST_BYTES = 8 * 1024 * 1024
LEAST_SIDE, MOST_SIDE = 60, 6000
KEPT_SIDE = 900


def opened_picture(content: bytes) -> Image:
    """Return an uploaded picture, (h, w, 3) uint8 RGB on white, at most KEPT_SIDE large. Raises InvalidError."""
    if len(content) > MOST_BYTES:
        raise InvalidError(
            "recognition.seal_size", gettext_noop("The picture is larger than 8 MB. Scan the seal alone.")
        )
    try:
        with Pictures.open(io.BytesIO(content), formats=("PNG", "JPEG", "TIFF", "BMP", "WEBP")) as opened:
            if not LEAST_SIDE <= min(opened.size) <= max(opened.size) <= MOST_SIDE:
                raise InvalidError(
                    "recognition.seal_pixels",
                    gettext_noop("The picture must be between 60 and 6,000 pixels on each side."),
                )
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InvalidError(
            "recognition.seal_picture",
            gettext_noop("This file is no picture that can be opened. Use PNG, JPEG or TIFF."),
        ) from error
    paper = Pictures.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    flat = paper.convert("RGB")
    flat.thumbnail((KEPT_SIDE, KEPT_SIDE))
    return np.asarray(flat, np.uint8).copy()


def cut_seal(page: Image, box: Box, page_width_px: int) -> Image:
    """Return the part of a page picture around a seal. `page_width_px`: the width in whose pixels `box` is given."""
    scale = page.shape[1] / page_width_px if page_width_px else 1.0
    left, top, right, bottom = (round(side * scale) for side in box)
    room = round(0.06 * max(right - left, bottom - top))
    cut = page[max(top - room, 0) : bottom + room, max(left - room, 0) : right + room]
    if min(cut.shape[:2]) < 1:
        raise InvalidError("recognition.seal_place", gettext_noop("The place of this seal lies outside of its page."))
    return np.ascontiguousarray(cut)


def as_png(picture: Image) -> bytes:
    """Return a picture as the bytes of a PNG file."""
    stream = io.BytesIO()
    Pictures.fromarray(picture).save(stream, "PNG", optimize=True)
    return stream.getvalue()
