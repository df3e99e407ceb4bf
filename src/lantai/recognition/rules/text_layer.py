"""Judge a file's own text layer, and put its characters together into lines."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
    """Tell whether the text of a layer can be kept instead of reading the picture."""
    return not text_fault(text, picture_share)


def text_fault(text: str, picture_share: float = 0.0) -> str:
    """Return why a text layer cannot be kept, "" if it can.

    "none": next to nothing in it, or a page-wide picture with only a few characters beside it. "unmapped": more than 2 %
    of characters that cannot be text (replacement, private use, unassigned, control), as of fonts without Unicode.
    "mojibake": bytes taken for those of another encoding. "improbable": Chinese without the characters that all Chinese
    has, as of fonts whose map is wrong.
    """
    characters = [c for c in text if not c.isspace()]
    if len(characters) < (LEAST_BESIDE_PICTURE if picture_share >= PICTURE_SHARE else LEAST_CHARACTERS):
        return "none"
    wrong = sum(
        c == "\N{REPLACEMENT CHARACTER}" or unicodedata.category(c) in ("Co", "Cn", "Cc", "Cs") for c in characters
    )
    if wrong > MOST_WRONG_SHARE * len(characters):
        return "unmapped"
    joined = "".join(characters)
    if is_mojibake(joined):
        return "mojibake"
    return "improbable" if is_improbable(joined) else ""


def layer_fault(glyphs: Sequence[RawGlyph], size: PageSize, picture_share: float = 0.0) -> str:
    """Return why the text layer made of `glyphs` (in the file's own order) cannot be kept, "" if it can.

    Besides what `text_fault` finds: "misplaced" where characters lie outside the page or all on one spot, "reversed" where
    lines run from right to left.
    """
    fault = text_fault("".join(glyph.character for glyph in glyphs), picture_share)
    seen = [glyph for glyph in glyphs if not glyph.character.isspace()]
    if fault or len(seen) < LEAST_TO_JUDGE:
        return fault
    outside = sum(not _is_on_page(glyph.box_px, size) for glyph in seen)
    spots = {(glyph.box_px[0] // 4, glyph.box_px[1] // 4) for glyph in seen}
    if outside > 0.3 * len(seen) or len(spots) < 0.2 * len(seen):
        return "misplaced"
    return "reversed" if _is_reversed(seen) else ""


LEAST_TO_JUDGE = 12
_LATIN1 = re.compile(
    r"[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BROKEN = re.compile("锟斤拷|烫烫烫|屯屯屯|锘匡")
# The commonest characters of running and official Chinese; a page of it without them is not Chinese.
COMMON = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多"
    "天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身"
    "些与高意进把法此实回二理美点月明其种市政府关局部单位号名称第于通办委工建设规划申请人地址电话日期证件类型编批准"
    "章注册登记管理档案及或等由被应该项目金额元合计情况信息业务服务社区县省街路室男女姓性别身份出生"
)
LEAST_COMMON, LEAST_HAN = 0.12, 60


def is_mojibake(text: str) -> bool:
    """Tell whether `text` is bytes of one encoding taken for another: UTF-8 or GBK as Latin-1, or UTF-8 as GBK."""
    if len(_BROKEN.findall(text)) * 3 > 0.05 * len(text):
        return True
    if len(_LATIN1.findall(text)) > 0.3 * len(text):
        return True
    # Of characters outside ASCII only: UTF-8 read as GBK becomes whole rare characters again and again.
    foreign = "".join(c for c in text if ord(c) > 127)
    if len(foreign) < LEAST_TO_JUDGE:
        return False
    decoded = foreign.encode("gb18030", "ignore").decode("utf-8", "ignore")
    return len(_HAN.findall(decoded)) > 0.4 * len(foreign)


def is_improbable(text: str) -> bool:
    """Tell whether Chinese text has too few of the common characters to be Chinese."""
    han = _HAN.findall(text)
    return len(han) >= LEAST_HAN and sum(c in COMMON for c in han) < LEAST_COMMON * len(han)


def _is_on_page(box: Box, size: PageSize) -> bool:
    left, top, right, bottom = box
    return right > 0 and bottom > 0 and left < size.width_px and top < size.height_px and right > left


def _is_reversed(glyphs: Sequence[RawGlyph]) -> bool:
    """Tell whether most steps along a line go to the left."""
    back = forth = 0
    for before, after in pairwise(glyphs):
        high = max(before.box_px[3] - before.box_px[1], after.box_px[3] - after.box_px[1], 1)
        step = after.box_px[0] - before.box_px[0]
        if abs(after.box_px[1] - before.box_px[1]) < 0.5 * high and abs(step) < 2.5 * high:
            back += step < 0
            forth += step > 0
    return back > 8 and back > 2 * forth


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
