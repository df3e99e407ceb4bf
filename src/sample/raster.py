"""Print a sheet as a picture, and say where every line, seal and cell of it came to lie."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sample import scenes
from sample.fonts import font_at
from sample.seals import SEAL_RED, seal_alpha
from sample.sheet import MM_PER_INCH, Picture, Rule, Seal, Sheet, Text

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Printed:
    """A printed sheet. `image`: (height, width, 3) uint8 RGB; boxes are (left, top, right, bottom) in its pixels."""

    image: NDArray[np.uint8]
    dpi: int
    lines: list[tuple[Text, Box]]
    seals: list[tuple[Seal, Box]]
    tables: list[tuple[Box, list[tuple[int, Box]]]]


def _print_text(draw: ImageDraw.ImageDraw, mark: Text, scale: float) -> Box | None:
    font = font_at(mark.face, round(mark.size_mm * scale * 10))
    x, y = mark.x_mm * scale, mark.y_mm * scale
    pieces = [(mark.text, 0.0)]
    if abs(mark.tracking_mm) > 0.005:
        pieces, reach = [], 0.0
        for character in mark.text:
            pieces.append((character, reach))
            reach += font.getlength(character) + mark.tracking_mm * scale
    # Pillow's low-level interface: the mask is laid out once and serves both to draw and to measure the ink.
    ink = draw._getink(mark.colour)[0]
    boxes: list[Box] = []
    for piece, offset in pieces:
        mask, (shift_x, shift_y) = font.getmask2(piece, "L", anchor="ls")
        bounds = mask.getbbox()
        if bounds is None:
            continue
        left, top = round(x + offset) + shift_x, round(y) + shift_y
        draw.draw.draw_bitmap((left, top), mask, ink)
        boxes.append((left + bounds[0], top + bounds[1], left + bounds[2], top + bounds[3]))
    return around(boxes) if boxes else None


def around(boxes: list[Box]) -> Box:
    """Return the smallest box that holds all boxes."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _print_rule(draw: ImageDraw.ImageDraw, mark: Rule, scale: float) -> None:
    width = max(round(mark.width_mm * scale), 1)
    draw.line(
        (mark.x0_mm * scale, mark.y0_mm * scale, mark.x1_mm * scale, mark.y1_mm * scale), fill=mark.colour, width=width
    )


def _press_seal(image: NDArray[np.uint8], mark: Seal, scale: float) -> Box:
    """Press a seal onto the picture as ink does: print below it still shows. Returns the box of the seal."""
    alpha = seal_alpha(
        mark.ring_text, mark.inner_text, mark.shape, round(mark.size_mm * scale), mark.angle_degrees, mark.grain
    )
    side = alpha.shape[0]
    left, top = round(mark.x_mm * scale - side / 2), round(mark.y_mm * scale - side / 2)
    right, bottom = min(left + side, image.shape[1]), min(top + side, image.shape[0])
    from_x, from_y = max(left, 0), max(top, 0)
    part = alpha[from_y - top : bottom - top, from_x - left : right - left, None]
    tint = 1.0 - part * (1.0 - np.array(SEAL_RED, dtype=np.float32) / 255)
    window = image[from_y:bottom, from_x:right]
    window[:] = (window * tint).astype(np.uint8)
    return (from_x, from_y, right, bottom)


def print_sheet(sheet: Sheet, dpi: int) -> Printed:
    """Print a sheet on white paper at `dpi`."""
    scale = dpi / MM_PER_INCH
    canvas = Image.new("RGB", (round(sheet.width_mm * scale), round(sheet.height_mm * scale)), (255, 255, 255))
    draw = ImageDraw.Draw(canvas)
    lines: list[tuple[Text, Box]] = []
    for mark in sheet.marks:
        if isinstance(mark, Text):
            box = _print_text(draw, mark, scale)
            if box is not None:
                lines.append((mark, box))
        elif isinstance(mark, Rule):
            _print_rule(draw, mark, scale)
        elif isinstance(mark, Picture):
            size = (round(mark.width_mm * scale), round(mark.height_mm * scale))
            drawn = scenes.draw_scene(mark.scene, size, mark.seed, banner=mark.banner, monochrome=mark.monochrome)
            at = (round(mark.x_mm * scale), round(mark.y_mm * scale))
            canvas.paste(Image.fromarray(drawn.image), at)
            if drawn.banner_box is not None:
                left, top, right, bottom = drawn.banner_box
                words = Text(mark.banner, mark.x_mm, mark.y_mm, mark.height_mm * 0.05, "hei", kind="banner")
                lines.append((words, (left + at[0], top + at[1], right + at[0], bottom + at[1])))
    image = np.array(canvas)
    seals = [(mark, _press_seal(image, mark, scale)) for mark in sheet.marks if isinstance(mark, Seal)]
    tables = [
        (_scaled(table.box_mm, scale), [(place, _scaled(cell.box_mm, scale)) for place, cell in enumerate(table.cells)])
        for table in sheet.tables
    ]
    return Printed(image, dpi, lines, seals, tables)


def _scaled(box: Box, scale: float) -> Box:
    return (box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale)
