"""Put the check boxes seen on a page into the lines that were read beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lantai.recognition.rules.layout import Box, Line

EMPTY, TICKED = "□", "☑"
BOX_WORDS = frozenset("□☐☑☒■▢◻口囗")
MOUTHS = frozenset("口囗")
# What a reader makes of a box where it is not sure what it sees.
LIKE_A_BOX = frozenset("QO0oDUC亡凶区匚冂◇◆団図由申甲山中切日田回四可仏目")
DOUBTED = 0.85
# Of the height of a line, which is half as high again as its type: a square within a character is smaller or nearer.
LEAST_SHARE, APART = 0.28, 0.4
# A tick that leaves its box makes the found line higher than its type: at most so many usual heights are believed.
TALLEST = 1.0
# How sure a box is that was seen with four sides: measured on generated forms, see ADR 0101.
BOX_SURENESS = 0.97


@dataclass(frozen=True, slots=True)
class CheckBox:
    """A printed square to be ticked."""

    box_px: Box
    ticked: bool

    @property
    def text(self) -> str:
        return TICKED if self.ticked else EMPTY


def with_check_boxes(lines: Sequence[Line], boxes: Sequence[CheckBox]) -> list[Line]:
    """Return `lines` with each of `boxes` written where it stands.

    A box already read stays as it was read; a letter read in its place becomes the box; a box where nothing was read
    goes between its neighbours, or makes a line of its own where a line of text lies beside it.
    """
    result = list(lines)
    highest = TALLEST * _usual_height(lines)
    for box in sorted(boxes, key=lambda b: b.box_px[0]):
        place = _line_around(result, box.box_px)
        if place is not None:
            result[place] = _written(result[place], box, highest)
        elif _beside_text(result, box.box_px):
            result.append(_alone(box))
    return result


def _usual_height(lines: Sequence[Line]) -> float:
    heights = sorted(line.box_px[3] - line.box_px[1] for line in lines if not line.vertical)
    return float(heights[len(heights) // 2]) if heights else 0.0


def _line_around(lines: Sequence[Line], box: Box) -> int | None:
    """Return the place of the line that holds `box`, or that ends or begins less than one side away from it."""
    side = box[2] - box[0]
    best, nearest = None, 0.8 * side
    for place, line in enumerate(lines):
        if line.vertical or len(line.glyphs_px) != len(line.text):
            continue
        left, top, right, bottom = line.box_px
        middle = (box[1] + box[3]) / 2
        away = max(left - box[2], box[0] - right, 0)
        if top <= middle <= bottom and away < nearest:
            best, nearest = place, away
    return best


def _written(line: Line, box: CheckBox, highest: float) -> Line:
    left, _, right, _ = box.box_px
    middle, side = (left + right) / 2, right - left
    middles = [(a + b) / 2 for a, b in line.glyphs_px]
    written = [i for i, character in enumerate(line.text) if not character.isspace()]
    nearest = min(written, key=lambda i: abs(middles[i] - middle))
    away = abs(middles[nearest] - middle)
    character = line.text[nearest]
    high = min(line.box_px[3] - line.box_px[1], highest)
    if side < LEAST_SHARE * high:
        return line
    if character in BOX_WORDS and away < 1.1 * side:
        # 口 is a word too; it is the box where it opens a line or follows no other word.
        opens = nearest == 0 or not line.text[nearest - 1].isalnum()
        return _with(line, nearest, nearest + 1, box) if character in MOUTHS and opens else line
    doubted = len(line.sureness) == len(line.text) and line.sureness[nearest] < DOUBTED
    if doubted and character in LIKE_A_BOX and away < 0.55 * side:
        return _with(line, nearest, nearest + 1, box)
    if away < max(0.55 * side, APART * high):
        return line
    place = sum(m < middle for m in middles)
    return _with(line, place, place, box)


def _with(line: Line, start: int, stop: int, box: CheckBox) -> Line:
    """Return `line` with the characters `start` to `stop` replaced by `box`."""
    left, top, right, bottom = box.box_px
    glyphs = [*line.glyphs_px[:start], (left, right), *line.glyphs_px[stop:]]
    # The neighbours gave their share of the gap away.
    if start:
        glyphs[start - 1] = (glyphs[start - 1][0], max(min(glyphs[start - 1][1], left), glyphs[start - 1][0]))
    if start + 1 < len(glyphs):
        glyphs[start + 1] = (min(max(glyphs[start + 1][0], right), glyphs[start + 1][1]), glyphs[start + 1][1])
    sureness = line.sureness
    if len(sureness) == len(line.text):
        sureness = (*sureness[:start], BOX_SURENESS, *sureness[stop:])
    around = line.box_px
    return replace(
        line,
        text=line.text[:start] + box.text + line.text[stop:],
        box_px=(min(around[0], left), min(around[1], top), max(around[2], right), max(around[3], bottom)),
        glyphs_px=tuple(glyphs),
        sureness=sureness,
        confidence=round(sum(sureness) / len(sureness), 4) if sureness else line.confidence,
    )


def _beside_text(lines: Sequence[Line], box: Box) -> bool:
    """Tell whether a line of text of like size stands in the row of `box`, within a few sides, and none runs across it:
    a square in a drawing has none beside it, a square in upright text or in a character has one across it."""
    side = box[2] - box[0]
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    beside = False
    for line in lines:
        left, top, right, bottom = line.box_px
        if not top <= down <= bottom:
            continue
        if left <= across <= right:
            return False
        if not line.vertical and side >= LEAST_SHARE * (bottom - top):
            beside = beside or max(left - box[2], box[0] - right) < 5 * side
    return beside


def _alone(box: CheckBox) -> Line:
    left, _, right, _ = box.box_px
    return Line(box.text, box.box_px, BOX_SURENESS, 0, ((left, right),), (BOX_SURENESS,))
