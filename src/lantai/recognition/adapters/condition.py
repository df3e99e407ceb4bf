"""Look at a page picture once and measure its state: light, sharpness, edges, colour, what was not read.

Works on a picture reduced by a whole factor; only crops of text and the outermost pixels are looked at in full.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.imaging import Image, turned
from lantai.recognition.rules.condition import Condition
from lantai.recognition.rules.gutter import gutter_of
from lantai.recognition.rules.layout import Line, PageLayout, PageSize
from lantai.recognition.rules.red_head import has_red_head
from lantai.recognition.rules.source import PageSource, dpi_that_counts

WORK_SIDE = 1200
PRINT_ACROSS, PRINT_DOWN = 17, 16
CROPS = 10
CROP_WIDTH = 420
SURE = 0.8
READ = 0.6
# From how many percent of unread writing on it is worth looking whether it is another script.
LEAST_OPEN = 4
LEAST_LINES = 5

Mask = npt.NDArray[np.bool_]
Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Look:
    """The reduced page: `factor` full pixels to one of `grey`; `depth` is how much darker than the paper around."""

    factor: int
    small: Image
    grey: Grey
    ground: Grey
    depth: Grey
    ink: Grey
    paper: float
    level: float


def look_at_condition(
    image: Image, layout: PageLayout, size: PageSize, *, source: PageSource | None = None, seals: int = 0
) -> Condition:
    """Return the state of the page `image` ((h, w, 3) uint8 RGB, as given, not turned) that was read as `layout`.

    `size` is the page as its file gives it; `source` what the file says of the scan; `seals` how many seals were found.
    """
    source = source or PageSource()
    upright = turned(image, layout.turn_degrees)
    factor = max(1, -(-max(upright.shape[:2]) // WORK_SIDE))
    look = _look(upright, factor)
    lines = _in_pixels_of(layout, upright)
    dpi = dpi_that_counts(source.dpi or size.dpi, size.width_px, size.height_px)
    seen_dpi = dpi * upright.shape[1] / max(size.width_px, 1) if layout.turn_degrees in (0, 180) else float(dpi)
    contrast, blur, height = _strokes(upright, look, lines)
    mode = source.mode or _mode(upright)
    unread, columns = _unread(look, lines, height, sideways=layout.turn_degrees in (90, 270))
    level_skew = (layout.angle_degrees + layout.turn_degrees + 180) % 360 - 180
    picture = _picture_share(look)
    characters = sum(len(line.text) for line in lines)
    unsure = sum(len(line.text) for line in lines if line.confidence < SURE)
    edge = _edge_px(look) * look.factor
    return Condition(
        width_px=size.width_px,
        height_px=size.height_px,
        dpi=dpi,
        mode=mode,
        format=source.format,
        jpeg_quality=source.jpeg_quality,
        paper=round(look.paper / 2.55, 1),
        contrast=round(contrast, 1),
        fall=round(_fall(look, lines), 1),
        blur=round(blur, 1),
        ink=round(_ink_share(look), 4),
        unread=round(unread, 1),
        unsure=round(100 * unsure / characters, 1) if characters else 0.0,
        columns=columns,
        characters=characters,
        text_height_px=round(height, 1),
        skew_degrees=round(level_skew, 2) if lines else 0.0,
        turn_degrees=layout.turn_degrees,
        edge_mm=round(edge / (seen_dpi or 200) * 25.4, 1),
        cut=_cut_sides(upright, look, lines),
        cast=round(_cast(look, mode), 1),
        picture=round(picture, 1),
        gutter=gutter_of(replace(layout, lines=tuple(lines), width_px=upright.shape[1], height_px=upright.shape[0]),
                         shade=_gutter_shade(look), width_mm=upright.shape[1] / seen_dpi * 25.4 if seen_dpi else 0.0),
        colour_for=_colour_for(lines, upright.shape[0], mode, seals, picture),
        missing_resources=source.missing_resources,
        picture_print=_print_of(look, lines, level_skew),
    )  # fmt: skip


def _look(image: Image, factor: int) -> _Look:
    height, width = image.shape[:2]
    small = cv2.resize(image, (max(width // factor, 1), max(height // factor, 1)), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    ground = _ground(grey)
    depth = cv2.subtract(ground, grey)
    counts = np.cumsum(cv2.calcHist([depth], [0], None, [256], [0, 256]).ravel())
    deepest = float(np.searchsorted(counts, 0.995 * counts[-1]))
    level = max(12.0, 0.45 * deepest)
    ink = (depth > level).astype(np.uint8)
    return _Look(
        factor,
        np.asarray(small, np.uint8),
        grey,
        ground,
        depth.astype(np.uint8),
        ink,
        float(np.median(ground[::8, ::8])),
        level,
    )


def _ground(grey: Grey) -> Grey:
    """Return the paper under the ink: the brightest of the surroundings, smoothed."""
    quarter = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    bright = cv2.dilate(quarter, np.ones((9, 9), np.uint8))
    smooth = cv2.blur(bright, (9, 9))
    ground = cv2.resize(smooth, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return ground.astype(np.uint8, copy=False)


def _in_pixels_of(layout: PageLayout, upright: Image) -> list[Line]:
    """Return the lines with their boxes in pixels of the upright picture, which may be rendered at another size."""
    height, width = upright.shape[:2]
    if (layout.width_px, layout.height_px) == (width, height) or not layout.lines:
        return list(layout.lines)
    across, down = width / max(layout.width_px, 1), height / max(layout.height_px, 1)
    return [
        replace(
            line,
            box_px=(
                round(line.box_px[0] * across),
                round(line.box_px[1] * down),
                round(line.box_px[2] * across),
                round(line.box_px[3] * down),
            ),
            glyphs_px=(),
        )
        for line in layout.lines
    ]


def _strokes(image: Image, look: _Look, lines: list[Line]) -> tuple[float, float, float]:
    """Return (contrast %, blur % of the height of a character, that height in pixels), medians over text crops."""
    level_lines = [line for line in lines if line.box_px[2] - line.box_px[0] >= line.box_px[3] - line.box_px[1]]
    heights = [line.box_px[3] - line.box_px[1] for line in level_lines]
    # Found runs are a little higher than their characters.
    height = 0.72 * float(np.median(heights)) if heights else 0.0
    crops = [_crop(image, line) for line in _spread(level_lines)]
    if len(level_lines) < 5:
        inky, guess = _inky_crops(image, look)
        crops, height = crops + inky, min(height or guess, guess or height)
    measured = [_stroke(crop) for crop in crops if min(crop.shape) >= 6]
    measured = [m for m in measured if m[0] > 0]
    if not measured:
        return 100.0, 0.0, height
    contrast = float(np.median([m[0] for m in measured]))
    edge = float(np.median([m[1] for m in measured]))
    return contrast, 100 * edge / max(height, 8.0), height


def _spread(lines: list[Line]) -> list[Line]:
    """Return up to CROPS lines of some length from all over the page."""
    long = [line for line in lines if len(line.text) >= 4] or lines
    step = max(1, -(-len(long) // CROPS))
    return long[::step]


def _crop(image: Image, line: Line) -> Grey:
    left, top, right, bottom = (max(int(v), 0) for v in line.box_px)
    part = image[top:bottom, left : min(right, left + CROP_WIDTH)]
    return _as_grey(part)


def _as_grey(part: Image) -> Grey:
    if part.size == 0:
        return np.zeros((1, 1), np.uint8)
    return cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def _stroke(crop: Grey) -> tuple[float, float]:
    """Return (contrast in % of full brightness, width of a stroke's edge in pixels) of one crop of text."""
    paper, ink = np.percentile(crop, (90, 3))
    span = float(paper - ink)
    if span < 4:
        return 0.0, 0.0
    # A page that moved is unsharp across the movement only. Over three pixels, so that grain is not taken for an edge.
    across = float(np.percentile(cv2.absdiff(*_ends(cv2.blur(crop, (1, 3)))), 98.5))
    down = float(np.percentile(cv2.absdiff(*_ends(cv2.blur(crop, (3, 1)).T)), 98.5))
    return 100 * span / max(float(paper), 1.0), span / max(min(across, down) / 2, 0.5)


def _ends(calm: npt.NDArray[np.generic]) -> tuple[Grey, Grey]:
    """Return the picture without its first two and without its last two columns."""
    levels = np.ascontiguousarray(calm, np.uint8)
    return np.ascontiguousarray(levels[:, 2:]), np.ascontiguousarray(levels[:, :-2])


def _inky_crops(image: Image, look: _Look) -> tuple[list[Grey], float]:
    """Return crops where ink stands although nothing was read, and the usual height of its pieces."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(look.ink, connectivity=8)
    heights = stats[1:count, cv2.CC_STAT_HEIGHT]
    like = stats[1:count][(heights >= 4) & (heights <= 60)]
    if len(like) < 8:
        return [], 0.0
    order = like[np.argsort(-like[:, cv2.CC_STAT_AREA])][:CROPS]
    crops = []
    for left, top, wide, high, _area in order.tolist():
        x, y, side = left * look.factor, top * look.factor, max(wide, high) * look.factor
        crops.append(_as_grey(image[max(y - side, 0) : y + 2 * side, max(x - side, 0) : x + 2 * side]))
    return crops, float(np.median(like[:, cv2.CC_STAT_HEIGHT])) * look.factor


def _fall(look: _Look, lines: list[Line]) -> float:
    """Return by how many percent the paper under the text is darker in its darkest part than in its brightest."""
    if len(lines) < 6:
        return 0.0
    high, wide = look.ground.shape
    papers = []
    for line in lines:
        left, top, right, bottom = (v // look.factor for v in line.box_px)
        row = look.ground[min(max((top + bottom) // 2, 0), high - 1)]
        papers += [int(row[min(max(x, 0), wide - 1)]) for x in (left, (left + right) // 2, right)]
    dark, bright = np.percentile(papers, (6, 94))
    return float(100 * (1 - dark / max(bright, 1)))


def _ink_share(look: _Look) -> float:
    """Return the inked share of the page in percent, its margins (holes, edges) and single specks left out."""
    high, wide = look.grey.shape
    top, left = max(high // 22, 1), max(wide // 14, 1)
    deep = (look.depth[top:-top, left:-left] > 30).astype(np.uint8)
    return 100 * float(cv2.countNonZero(cv2.morphologyEx(deep, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)))) / deep.size


def _edge_px(look: _Look) -> float:
    """Return the width of the widest black edge in pixels of the reduced picture."""
    dark = look.grey < min(0.35 * float(np.percentile(look.grey[::8, ::8], 90)), 90)
    widest = 0.0
    for side in (dark, dark[:, ::-1], dark.T, dark.T[:, ::-1]):
        depth = max(side.shape[1] // 6, 2)
        strip = side[:, :depth]
        runs = np.where(strip.all(1), depth, strip.argmin(1))
        # A band of the scanner's lid runs along the side, a wedge along most of it; print that touches it does not.
        if float((runs >= 2).mean()) >= 0.3:
            widest = max(widest, float(np.percentile(runs, 90)))
    return widest


def _cut_sides(image: Image, look: _Look, lines: list[Line]) -> tuple[str, ...]:
    """Return the sides of the picture at which text runs off."""
    height, width = image.shape[:2]
    heights = [line.box_px[3] - line.box_px[1] for line in lines]
    text = float(np.median(heights)) if heights else height / 60
    found = []
    strips = {
        "left": image[:, :3],
        "right": image[:, -3:],
        "top": image[:3].transpose(1, 0, 2),
        "bottom": image[-3:].transpose(1, 0, 2),
    }
    for name, strip in strips.items():
        profile = _as_grey(strip).min(1).astype(np.float32)
        ground = float(np.percentile(profile, 75))
        dark = profile < ground - max(0.35 * look.paper, 1.3 * look.level)
        if ground < 0.5 * look.paper or not dark.any():
            continue
        if name in ("left", "right"):
            if _lines_cut(dark, lines, width, name):
                found.append(name)
        elif _is_row_of_text(dark, text):
            found.append(name)
    return tuple(found)


def _lines_cut(dark: Mask, lines: list[Line], width: int, side: str) -> bool:
    """Tell whether several lines of text run into the side: their box touches it and ink stands on the border."""
    near = [line for line in lines if (line.box_px[0] <= 4 if side == "left" else line.box_px[2] >= width - 5)]
    cut = 0
    for line in near:
        top, bottom = line.box_px[1], line.box_px[3]
        inner = dark[top + (bottom - top) // 8 : bottom - (bottom - top) // 8]
        cut += bool(inner.any()) and float(inner.mean()) < 0.95
    return cut >= max(3, 0.12 * len(lines)) or (cut >= 2 and len(lines) <= 6)


def _is_row_of_text(dark: Mask, text_px: float) -> bool:
    """Tell whether the ink along a border is the strokes of a line of text: many short pieces close together."""
    starts = np.flatnonzero(np.diff(dark.astype(np.int8), prepend=0) == 1)
    ends = np.flatnonzero(np.diff(dark.astype(np.int8), append=0) == -1)
    pieces = [(int(s), int(e) + 1) for s, e in zip(starts, ends, strict=False) if e - s < 1.2 * text_px]
    in_groups, run = 0, 1
    for (_, before), (after, _end) in pairwise([*pieces, (1 << 30, 1 << 30)]):
        if after - before < 0.7 * text_px:
            run += 1
            continue
        # The rules of a table stand alone.
        in_groups += run if run >= 3 else 0
        run = 1
    return in_groups >= 9


def _mode(image: Image) -> str:
    """Return "bitonal", "grey" or "colour" by the pixels themselves."""
    red, green, blue = (image[3::7, 2::5, channel].ravel().astype(np.int16) for channel in range(3))
    spread = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
    if float(spread.mean()) >= 1.2 or float((spread > 24).mean()) > 0.0005:
        return "colour"
    ends = (green <= 6) | (green >= 249)
    return "bitonal" if float(ends.mean()) > 0.997 else "grey"


def _cast(look: _Look, mode: str) -> float:
    """Return the tint of the paper in units of CIE Lab; yellow to brown, the colours of old paper, do not count."""
    if mode != "colour":
        return 0.0
    sample, depth = look.small[::6, ::6].reshape(-1, 3), look.depth[::6, ::6].reshape(-1)
    bright = sample[:, 1] > 0.5 * look.paper
    paper = sample[(depth < 0.4 * look.level) & bright]
    if len(paper) < 50:
        return 0.0
    tone = np.median(paper, axis=0).astype(np.float32)[None, None] / 255
    _, a, b = (float(v) for v in cv2.cvtColor(tone, cv2.COLOR_RGB2LAB)[0, 0])
    chroma, hue = float(np.hypot(a, b)), float(np.degrees(np.arctan2(b, a))) % 360
    return max(chroma - 45.0, 0.0) if 35 <= hue <= 125 else chroma


def _dark_grounds(look: _Look) -> Grey:
    """Return an eighth of the page with 1 where it is darker than paper over wide areas: photographs, dark grounds."""
    eighth = cv2.resize(look.ground, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_NEAREST)
    dark: Grey = (eighth < 0.72 * np.percentile(eighth, 90)).astype(np.uint8)
    return dark


def _picture_share(look: _Look) -> float:
    return 100 * float(_dark_grounds(look).mean())


def _pictured(look: _Look) -> Grey:
    """Return the page with 1 inside the boxes around photographs, whose lines and specks are no writing."""
    dark = _dark_grounds(look)
    count, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    for left, top, wide, high, area in stats[1:count].tolist():
        if area >= 0.01 * dark.size:
            dark[max(top - 1, 0) : top + high + 1, max(left - 1, 0) : left + wide + 1] = 1
    return cv2.resize(dark, (look.grey.shape[1], look.grey.shape[0]), interpolation=cv2.INTER_NEAREST).astype(np.uint8)


def _unread(look: _Look, lines: list[Line], height_px: float, *, sideways: bool) -> tuple[float, int]:
    """Return (percent of text-like ink that no readable line covers, upright columns of connected script in it).

    `sideways` says that the reader took the page for one on its side, as it does where stems stand like lines.
    """
    red, green, blue = cv2.split(look.small)
    # The ink of seals is no writing that should have been read.
    stamped = cv2.threshold(cv2.subtract(red, cv2.max(green, blue)), 40, 1, cv2.THRESH_BINARY)[1]
    ink = cv2.subtract(cv2.subtract(look.ink, stamped), _pictured(look))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    text = max(height_px / look.factor, 8.0) if height_px else look.grey.shape[0] / 70
    wide, high = stats[:count, cv2.CC_STAT_WIDTH], stats[:count, cv2.CC_STAT_HEIGHT]
    area = stats[:count, cv2.CC_STAT_AREA]
    like = (np.maximum(wide, high) >= 0.3 * text) & (wide <= 6 * text) & (high <= 24 * text)
    like &= (area < 0.85 * wide * high) | (np.maximum(wide, high) < 1.5 * text)
    # Rules and the frames of tables are no writing.
    like &= ~((np.minimum(wide, high) <= 3) & (np.maximum(wide, high) > 2.5 * text))
    like[0] = False
    total = int(area[like].sum())
    if total < 40 * text:
        return 0.0, 0
    middle_x = stats[:count, cv2.CC_STAT_LEFT] + wide // 2
    middle_y = stats[:count, cv2.CC_STAT_TOP] + high // 2
    covered = np.zeros(ink.shape, np.bool_)
    for line in lines:
        if line.confidence >= READ:
            left, top, right, bottom = (v // look.factor for v in line.box_px)
            covered[max(top - 2, 0) : bottom + 3, max(left - 2, 0) : right + 3] = True
    open_ = like & ~covered[np.clip(middle_y, 0, ink.shape[0] - 1), np.clip(middle_x, 0, ink.shape[1] - 1)]
    share = 100 * int(area[open_].sum()) / total
    if share < LEAST_OPEN or _picture_share(look) > 10:
        return share, 0
    left_open = np.isin(labels, np.flatnonzero(open_))
    return share, _upright_columns(np.ascontiguousarray(left_open.T) if sideways else left_open, text)


def _upright_columns(ink: Mask, text: float) -> int:
    """Return how many columns run from top to bottom along a stem, as Mongolian does: tall, narrow, not solid."""
    reach = max(int(1.8 * text), 5)
    joined = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((reach, 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    columns = 0
    for _left, _top, wide, high, area in stats[1:count].tolist():
        columns += high > 4 * wide and wide >= 4 and high > 6 * text and 0.12 < area / (wide * high) < 0.85
    return columns if columns >= 3 else 0


def _gutter_shade(look: _Look) -> float:
    """Return by how many percent the paper is darker in the middle of the picture than beside it."""
    profile = look.ground.mean(0)
    width = len(profile)
    middle = profile[int(0.44 * width) : int(0.56 * width)]
    sides = np.concatenate(
        (profile[int(0.15 * width) : int(0.4 * width)], profile[int(0.6 * width) : int(0.85 * width)])
    )
    if not len(middle) or not len(sides):
        return 0.0
    return float(100 * (1 - middle.min() / max(float(np.median(sides)), 1.0)))


def _colour_for(lines: list[Line], height: int, mode: str, seals: int, picture: float) -> str:
    """Return for the sake of what a page without colour should have been scanned in colour, "" if it need not."""
    if mode == "colour":
        return ""
    if has_red_head(lines, height):
        return "red_head"
    if seals:
        return "seal"
    return "picture" if mode == "bitonal" and picture > 12 else ""


def _print_of(look: _Look, lines: list[Line], skew: float) -> str:
    """Return the picture in 256 bits: where ink grows clearly from field to field of its content; "" for an empty page.

    Made level first, and of the fields between the outermost lines (or that hold all but the outermost ink), so that
    neither skew nor specks, holes and edges move them.
    """
    if cv2.countNonZero(look.ink) < 200:
        return ""
    half = cv2.resize(look.ink * 255, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    high, wide = half.shape
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), skew, 1.0)
    if abs(skew) > 0.2:
        half = cv2.warpAffine(half, matrix, (wide, high), flags=cv2.INTER_LINEAR)
    calm = cv2.threshold(cv2.GaussianBlur(half, (0, 0), 2), 24, 255, cv2.THRESH_TOZERO)[1].astype(np.float32)
    top, bottom, left, right = _content(calm, lines, np.asarray(matrix, np.float64), 2 * look.factor)
    if bottom - top < 8 or right - left < 8:
        return ""
    fields = cv2.resize(calm[top:bottom, left:right], (PRINT_ACROSS, PRINT_DOWN), interpolation=cv2.INTER_AREA)
    bits = (fields[:, 1:] > fields[:, :-1] + 0.15 * float(fields.mean())).ravel()
    return np.packbits(bits).tobytes().hex()


def _content(
    calm: npt.NDArray[np.float32], lines: list[Line], matrix: npt.NDArray[np.floating], factor: int
) -> tuple[int, int, int, int]:
    """Return (top, bottom, left, right) of the content of the levelled page."""
    if len(lines) < LEAST_LINES:
        (top, bottom), (left, right) = _middle_mass(calm.sum(1)), _middle_mass(calm.sum(0))
        return top, bottom, left, right
    boxes = np.array([line.box_px for line in lines], np.float64) / factor
    middles = np.stack(((boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2, np.ones(len(boxes))))
    x, y = matrix @ middles
    reach_x, reach_y = (boxes[:, 2] - boxes[:, 0]) / 2, np.minimum(boxes[:, 3] - boxes[:, 1], 40) / 2
    top, left = max(int((y - reach_y).min()), 0), max(int((x - reach_x).min()), 0)
    return top, min(int((y + reach_y).max()) + 1, calm.shape[0]), left, min(int((x + reach_x).max()) + 1, calm.shape[1])


def _middle_mass(profile: npt.NDArray[np.floating]) -> tuple[int, int]:
    """Return the span that holds all but 1 % of the ink at each end."""
    mass = np.cumsum(profile)
    return int(np.searchsorted(mass, 0.01 * mass[-1])), int(np.searchsorted(mass, 0.99 * mass[-1])) + 1
