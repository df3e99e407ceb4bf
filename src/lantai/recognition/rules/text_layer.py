"""Judge a file's own text layer, and put its characters together into lines."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lantai.recognition.rules.layout import Box, Line, PageLayout, PageSize, TextBox, in_reading_order, union

MOST_WRONG_SHARE = 0.02
LEAST_CHARACTERS = 2
# A scan under a stamp or running foot has some text of its own; the page's words are in the picture.
PICTURE_SHARE = 0.5
LEAST_BESIDE_PICTURE = 40


@dataclass(frozen=True, slots=True)
class RawGlyph:
    """One character of a text layer with its box; "\\n" ends a line."""

    character: str
    box_px: Box


def is_sound(text: str, picture_share: float = 0.0) -> bool:
    """Tell whether a text layer can be kept instead of reading the picture.

    Not sound: next to nothing in it, a page-wide picture with only a few characters beside it, or more than 2 % of
    characters that cannot be text (replacement, private use, unassigned, control): fonts without Unicode.
    """
    characters = [c for c in text if not c.isspace()]
    if len(characters) < (LEAST_BESIDE_PICTURE if picture_share >= PICTURE_SHARE else LEAST_CHARACTERS):
        return False
    wrong = sum(
        c == "\N{REPLACEMENT CHARACTER}" or unicodedata.category(c) in ("Co", "Cn", "Cc", "Cs") for c in characters
    )
    return wrong <= MOST_WRONG_SHARE * len(characters)


def lines_of_glyphs(glyphs: Iterable[RawGlyph]) -> list[TextBox]:
    """Return the runs of text that `glyphs` make in their order; a wide gap or a jump begins a new run."""
    runs: list[TextBox] = []
    current: list[RawGlyph] = []
    for glyph in glyphs:
        if current and (glyph.character == "\n" or _is_apart(current, glyph)):
            runs += _run(current)
            current = []
        if glyph.character != "\n" and (current or not glyph.character.isspace()):
            current.append(glyph)
    return runs + _run(current)


SPACE_SHARE = 0.35


def spaced(before: Sequence[RawGlyph], run: Iterable[RawGlyph]) -> Iterator[RawGlyph]:
    """Yield the glyphs of a `run` that follows `before`; a space first where the run begins at some distance.

    Files draw one line in several runs: some letter by letter, some one run for each cell of a table.
    """
    glyphs = iter(run)
    first = next(glyphs, None)
    if first is None:
        return
    last = next((g for g in reversed(before) if not g.character.isspace()), None)
    if last is not None and not first.character.isspace():
        gap = first.box_px[0] - last.box_px[2]
        if gap > SPACE_SHARE * max(last.box_px[3] - last.box_px[1], 1):
            yield RawGlyph(" ", (last.box_px[2], last.box_px[1], first.box_px[0], last.box_px[3]))
    yield first
    yield from glyphs


def _is_apart(current: Sequence[RawGlyph], glyph: RawGlyph) -> bool:
    if glyph.character.isspace():
        return False
    last = next(g for g in reversed(current) if not g.character.isspace()).box_px
    left, top, _, bottom = glyph.box_px
    height = max(last[3] - last[1], bottom - top, 1)
    beside = min(last[3], bottom) - max(last[1], top)
    return beside < -0.5 * height or left - last[2] > 2.5 * height or left < last[0] - 0.5 * height


def _run(glyphs: Sequence[RawGlyph]) -> list[TextBox]:
    kept = list(glyphs)
    while kept and kept[-1].character.isspace():
        kept.pop()
    boxes = [g.box_px for g in kept if not g.character.isspace() and g.box_px[2] > g.box_px[0]]
    if not kept or not boxes:
        return []
    return [TextBox("".join(g.character for g in kept), union(boxes))]


def layout_of_text(boxes: Sequence[TextBox], size: PageSize) -> PageLayout:
    """Return the layout of a page whose own text is kept; its confidence is 1, for nothing was guessed."""
    lines = [Line(" ".join(box.text.split()), box.box_px, 1.0) for box in boxes if box.text.strip()]
    return PageLayout(in_reading_order(lines), size.width_px, size.height_px)
