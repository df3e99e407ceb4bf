"""Where a page asks for a seal or a signature, and what it means when none is there.

Forms say so by printed labels; an official document bears the seal of its author at the date (GB/T 9704-2012, 7.3.5).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lantai.recognition.rules.findings import Finding
from lantai.recognition.rules.layout import Box, Line, PageLayout, span_box, union
from lantai.recognition.rules.seal_matching import words_likeness
from lantai.recognition.rules.seals import SeenSeal, Signature

# Words in a label that ask for a seal; in running text they only speak of seals.
_SEAL_LABEL = re.compile(
    r"[（(](?:加?盖章|公章|印章|单位章|签章|盖单位章|单位公章|章)[)）]|(?:单位|公司|机关|部门)(?:盖章|公章|签章)"
)
_SIGN_LABEL = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8}[（(](?:签名|签字|签章|签署|亲笔签名|手写签名)[)）]|[\u4e00-\u9fff]{0,8}(?:签名|签字|签章)"
    r"|法定代表人|经办人|负责人|审核人|审批人|申请人|委托人|受托人|填表人|承办人|监护人)[：:]"
)
_DATE = re.compile(
    r"^[\s\d〇○零一二三四五六七八九十]{4,}年[\s\d一二三四五六七八九十]{1,4}月[\s\d一二三四五六七八九十]{1,4}日$"
)
_AUTHOR = re.compile(r"(局|厅|部|委|委员会|政府|办公室|处|所|院|馆|会|公司|中心|集团|大学|学校|医院)$")
_NUMBER = re.compile(r"[〔\[（(]\s*(?:19|20)\d{2}\s*[〕\])）]\s*\d{1,4}\s*号")
LONGEST_LABEL = 40
SHORTEST_SURE_NAME = 4
NAME_SURE, NAME_LIKE = 0.85, 0.6
# How far a seal may lie from the words that ask for it, in line heights.
SEAL_REACH = 14


@dataclass(frozen=True, slots=True)
class Asked:
    """A place where a page asks for a mark: the label, its box, and for a seal whose it should be."""

    label: str
    box_px: Box
    author: str = ""


def seal_places(layout: PageLayout, number: int) -> list[Asked]:
    """Return where page `number` asks for a seal: its labels, and the author and date at the end of a document."""
    found = [
        Asked(match[0], span_box(line, match.start(), match.end()))
        for line in layout.lines
        if len(line.text) <= LONGEST_LABEL and (match := _SEAL_LABEL.search(line.text))
    ]
    ending = _ending(layout, number)
    return [*found, ending] if ending else found


def _ending(layout: PageLayout, number: int) -> Asked | None:
    """Return the author and date below the text of an official document."""
    is_official = number > 1 or any(_NUMBER.search(line.text) for line in layout.lines[:12])
    if not is_official:
        return None
    dates = [line for line in layout.lines if _DATE.match(line.text.replace(" ", ""))]
    for date in reversed(dates):
        height = date.box_px[3] - date.box_px[1]
        above = [
            line
            for line in layout.lines
            if _AUTHOR.search(line.text)
            and 0 < date.box_px[1] - line.box_px[1] < 4 * height
            and line.box_px[0] < date.box_px[2]
            and date.box_px[0] < line.box_px[2]
            and len(line.text) <= 30
        ]
        if above and date.box_px[0] > 0.3 * layout.width_px:
            author = above[-1]
            return Asked(author.text, union([author.box_px, date.box_px]), author.text)
    return None


def signature_labels(layout: PageLayout) -> list[tuple[Line, int]]:
    """Return (line, place after the label) for each label that asks for a signature."""
    return [(line, match.end()) for line in layout.lines for match in _SIGN_LABEL.finditer(line.text)]


def label_of(line: Line, end: int) -> str:
    """Return the label that ends at `end`, without what stands before it on the line."""
    matches = [match[0] for match in _SIGN_LABEL.finditer(line.text) if match.end() == end]
    return (matches[0] if matches else line.text[:end]).rstrip("：:")


def findings_about_marks(
    layout: PageLayout,
    number: int,
    seals: Sequence[SeenSeal],
    unsigned: Sequence[Signature],
    unknown: int,
) -> list[Finding]:
    """Return what should be on a page and is not, and seals of others than the author. `unknown`: seals of no model."""
    found: list[Finding] = []
    asked = seal_places(layout, number)
    missing = [place for place in asked if not any(_is_at(seal, place, layout) for seal in seals)]
    if missing:
        found.append(Finding("seal.missing", {"places": len(missing)}))
    if any(_is_others(seal, place) for place in asked if place.author for seal in seals if _is_at(seal, place, layout)):
        found.append(Finding("seal.mismatch", {"seals": len(seals)}))
    if unknown:
        found.append(Finding("seal.unknown", {"seals": unknown}))
    if unsigned:
        found.append(Finding("signature.missing", {"places": len(unsigned)}))
    return found


def _is_at(seal: SeenSeal, place: Asked, layout: PageLayout) -> bool:
    left, top, right, bottom = place.box_px
    reach = SEAL_REACH * max(min(bottom - top, layout.height_px // 40), 8)
    x, y = seal.seal.centre
    return left - reach <= x <= right + reach and top - reach <= y <= bottom + reach


def _is_others(seal: SeenSeal, place: Asked) -> bool:
    """Tell whether a surely read seal names another body than the author."""
    name = seal.text.name
    if len(name) < SHORTEST_SURE_NAME or seal.text.confidence < NAME_SURE or seal.seal.shape == "square":
        return False
    return bool(_AUTHOR.search(name)) and words_likeness(name, place.author) < NAME_LIKE


def is_readable(seal: SeenSeal) -> bool:
    """Tell whether a seal names its owner well enough to be looked up in the register."""
    return len(seal.text.name) >= SHORTEST_SURE_NAME and seal.text.confidence >= NAME_SURE
