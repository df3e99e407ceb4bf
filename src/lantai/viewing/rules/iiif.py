"""The parameters of the IIIF Image API 3.0, level 2: what is asked for, in pixels. Source: iiif.io/api/image/3.0."""

import re
from dataclasses import dataclass

from lantai.kernel.errors import InvalidError, gettext_noop

FORMATS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
QUALITIES = ("default", "color", "gray", "bitonal")
TILE_PX = 512
_NUMBER = r"(\d+(?:\.\d+)?)"
_PIXELS = re.compile(r"^(\d+),(\d+),(\d+),(\d+)$")
_PERCENT = re.compile(rf"^pct:{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}$")
_SIZE = re.compile(r"^(\^?)(!?)(\d*),(\d*)$")
_SIZE_PERCENT = re.compile(rf"^(\^?)pct:{_NUMBER}$")
_ROTATION = re.compile(rf"^(!?){_NUMBER}$")


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """One picture asked for: a region of the page, its size when delivered, turn, quality and format."""

    left: int
    top: int
    width: int
    height: int
    out_width: int
    out_height: int
    mirrored: bool
    rotation: int
    quality: str
    format: str


def parse(region: str, size: str, rotation: str, quality: str, form: str, *, width: int, height: int) -> ImageRequest:
    """Return what is asked of a page of `width` × `height` pixels. Raises InvalidError (status 400) otherwise."""
    left, top, wide, high = _region(region, width, height)
    out_width, out_height = _size(size, wide, high)
    turn = _ROTATION.match(rotation)
    if not turn or float(turn[2]) not in {0, 90, 180, 270}:
        raise _bad("rotation", rotation)
    if quality not in QUALITIES:
        raise _bad("quality", quality)
    if form not in FORMATS:
        raise _bad("format", form)
    return ImageRequest(left, top, wide, high, out_width, out_height, bool(turn[1]), int(float(turn[2])), quality, form)


def _region(text: str, width: int, height: int) -> tuple[int, int, int, int]:
    if text == "full":
        return 0, 0, width, height
    if text == "square":
        side = min(width, height)
        return (width - side) // 2, (height - side) // 2, side, side
    if found := _PIXELS.match(text):
        left, top, wide, high = map(int, found.groups())
    elif found := _PERCENT.match(text):
        x, y, w, h = (float(g) / 100 for g in found.groups())
        left, top, wide, high = round(x * width), round(y * height), round(w * width), round(h * height)
    else:
        raise _bad("region", text)
    wide, high = min(wide, width - left), min(high, height - top)
    if wide <= 0 or high <= 0:
        raise _bad("region", text)
    return left, top, wide, high


def _size(text: str, width: int, height: int) -> tuple[int, int]:
    """Return the delivered size; nothing is enlarged, since `^` is no part of level 2."""
    if text == "max":
        return width, height
    if found := _SIZE_PERCENT.match(text):
        share = float(found[2]) / 100
        out = round(width * share), round(height * share)
        enlarged = found[1]
    elif (found := _SIZE.match(text)) and (found[3] or found[4]):
        enlarged = found[1]
        out = _within(found[2], found[3], found[4], width, height)
    else:
        raise _bad("size", text)
    if enlarged or min(out) < 1 or out[0] > width or out[1] > height:
        raise _bad("size", text)
    return out


def _within(best_fit: str, w: str, h: str, width: int, height: int) -> tuple[int, int]:
    if best_fit:
        if not (w and h):
            raise _bad("size", f"!{w},{h}")
        share = min(int(w) / width, int(h) / height, 1)
        return max(1, round(width * share)), max(1, round(height * share))
    if w and h:
        return int(w), int(h)
    if w:
        return int(w), max(1, round(height * int(w) / width)) if int(w) else 0
    return max(1, round(width * int(h) / height)) if int(h) else 0, int(h)


def _bad(part: str, value: str) -> InvalidError:
    return InvalidError(
        "viewing.request",
        gettext_noop("The %(part)s “%(value)s” asked for is not one this picture has."),
        part=part,
        value=value[:80],
    )


def scale_factors(width: int, height: int) -> list[int]:
    """Return the scales at which tiles are offered: 1, 2, 4 … until the whole page fits one tile."""
    factors = [1]
    while max(width, height) > TILE_PX * factors[-1]:
        factors.append(factors[-1] * 2)
    return factors


def image_info(identifier: str, width: int, height: int) -> dict[str, object]:
    """Return the info.json of a picture."""
    factors = scale_factors(width, height)
    return {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": identifier,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": width,
        "height": height,
        "sizes": [{"width": -(-width // f), "height": -(-height // f)} for f in reversed(factors)],
        "tiles": [{"width": TILE_PX, "height": TILE_PX, "scaleFactors": factors}],
        "extraFormats": ["webp"],
        "extraQualities": ["gray", "bitonal", "color"],
        "extraFeatures": ["mirroring", "regionSquare", "sizeByConfinedWh"],
    }
