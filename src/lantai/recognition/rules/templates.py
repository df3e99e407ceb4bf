"""Form templates: a page of the same form is found by its printed words, and the fields are read where they come to lie.

The words of the model page that stand in no field are its anchors. On another page each anchor is looked for; the places
agree on one shift, turn and scale (RANSAC, Fischler and Bolles 1981), which is then made an affine map by least squares.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

import numpy as np
import numpy.typing as npt

from lantai.kernel.errors import InvalidError
from lantai.kernel.errors import gettext_noop as _
from lantai.recognition.rules.key_values import pieces_of
from lantai.recognition.rules.key_words import plain
from lantai.recognition.rules.layout import Box, Line, PageLayout, span_box, union
from lantai.recognition.rules.values import READERS

KINDS = {
    "text": _("Text"),
    "date": _("Date"),
    "number": _("Number"),
    "identity_number": _("Identity number"),
    "uscc": _("Unified social credit code"),
    "money": _("Sum of money"),
    "choice": _("Check boxes"),
    "code": _("Code or document number"),
    "person": _("Person"),
    "phone": _("Telephone"),
    "seal": _("Seal"),
    "signature": _("Signature"),
}
LOOKED_FOR = ("seal", "signature")
MOST_FIELDS, MOST_ANCHORS = 80, 60
# A page is of the form when so many anchors, and such a share of all, lie where they should.
LEAST_ANCHORS, LEAST_SHARE = 4, 0.45
NEAR_SHARE = 0.012
TRIES = 300
TEMPLATE_WORTH = 0.98
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
Map = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Anchor:
    """Fixed printed words with their place on the model page."""

    text: str
    box_px: Box


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form: the word of the description it fills, how it is read, where it lies on the model page."""

    name: str
    kind: str
    box_px: Box
    required: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as its template knows it; places are pixels of the upright model page."""

    width_px: int
    height_px: int
    anchors: tuple[Anchor, ...]
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """How a page lies over a form: `matrix` (2 x 3) maps places of the model page to the page; `share` of anchors found."""

    matrix: Map = field(compare=False)
    found: int = 0
    share: float = 0.0

    def mapped(self, box: Box) -> Box:
        """Return where a box of the model page lies on the page."""
        corners = np.array([[x, y, 1.0] for x in (box[0], box[2]) for y in (box[1], box[3])]) @ self.matrix.T
        low, high = corners.min(0), corners.max(0)
        return round(float(low[0])), round(float(low[1])), round(float(high[0])), round(float(high[1]))


@dataclass(frozen=True, slots=True)
class ReadField:
    """What a page holds in one field: `raw` as read, `value` in its normal form ("" where it is empty or wrong)."""

    field: FormField
    box_px: Box
    raw: str = ""
    value: str = ""
    confidence: float = 0.0

    @property
    def missing(self) -> bool:
        """A required field in which nothing stands."""
        return self.field.required and not self.raw


def anchors_of(layout: PageLayout, boxes: Sequence[Box]) -> tuple[Anchor, ...]:
    """Return the anchors of a model page: words that stand once on it and in none of the field `boxes`."""
    pieces = [(plain(text), box) for text, box in pieces_of(layout)]
    counts: dict[str, int] = {}
    for text, _place in pieces:
        counts[text] = counts.get(text, 0) + 1
    usable = [
        Anchor(text, box)
        for text, box in pieces
        if counts[text] == 1
        and 2 <= len(text) <= 30
        and sum(c.isdigit() for c in text) < 3
        and not any(_inside(box, other) > 0.3 for other in boxes)
    ]
    # Longer words are told more surely; of a full page the longest are enough.
    longest = sorted(usable, key=lambda anchor: -min(len(anchor.text), 8))[:MOST_ANCHORS]
    return tuple(anchor for anchor in usable if anchor in longest)


def _inside(box: Box, other: Box) -> float:
    wide = min(box[2], other[2]) - max(box[0], other[0])
    high = min(box[3], other[3]) - max(box[1], other[1])
    area = max((box[2] - box[0]) * (box[3] - box[1]), 1)
    return wide * high / area if wide > 0 and high > 0 else 0.0


def fit(form: Form, layout: PageLayout) -> Fit | None:
    """Return how the page lies over `form`, None if it is another form (or too little of it can be read)."""
    if len(form.anchors) < LEAST_ANCHORS:
        return None
    matches = _matches(form, layout)
    matrix, inliers = _agreed(matches, NEAR_SHARE * max(layout.width_px, layout.height_px))
    found = len({match[0] for match in inliers})
    share = found / len(form.anchors)
    if matrix is None or found < LEAST_ANCHORS or share < LEAST_SHARE:
        return None
    return Fit(_refined(matrix, inliers), found, round(share, 3))


Match = tuple[int, tuple[float, float], tuple[float, float]]


def _matches(form: Form, layout: PageLayout) -> list[Match]:
    """Return (anchor, its middle on the model page, a middle on the page where it may be)."""
    lines = [(line, *_squeezed(line)) for line in layout.lines]
    found: list[Match] = []
    for index, anchor in enumerate(form.anchors):
        for line, text, places in lines:
            box = _place_in(anchor.text, line, text, places)
            if box is not None:
                found.append((index, _middle(anchor.box_px), _middle(box)))
    return found


def _squeezed(line: Line) -> tuple[str, list[int]]:
    """Return the text of a line as anchors are written, with the place of each of its characters in the line."""
    text, places = "", []
    for index, character in enumerate(line.text):
        folded = plain(character)
        text += folded
        places += [index] * len(folded)
    return text, places


def _place_in(wanted: str, line: Line, text: str, places: Sequence[int]) -> Box | None:
    start = text.find(wanted)
    if start >= 0:
        return span_box(line, places[start], places[start + len(wanted) - 1] + 1)
    if len(wanted) >= 4 and abs(len(text) - len(wanted)) <= 2:
        alike = SequenceMatcher(None, wanted, text, autojunk=False).ratio()
        return line.box_px if alike >= 0.75 else None
    return None


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _agreed(matches: Sequence[Match], near: float) -> tuple[Map | None, list[Match]]:
    """Return the similarity (shift, turn, scale) on which most matches agree, and those matches."""
    chance = random.Random(len(matches))  # noqa: S311  the same page always gives the same answer
    best: tuple[Map | None, list[Match]] = (None, [])
    for _attempt in range(TRIES if len(matches) > 1 else 0):
        one, other = chance.sample(matches, 2)
        matrix = _similarity(one, other) if one[0] != other[0] else None
        if matrix is None:
            continue
        inliers = [m for m in matches if _distance(matrix, m) <= near]
        if len({m[0] for m in inliers}) > len({m[0] for m in best[1]}):
            best = matrix, inliers
    return best


def _similarity(one: Match, other: Match) -> Map | None:
    """Return the map that takes two places to two others; None for one that no scanner makes."""
    before = complex(*other[1]) - complex(*one[1])
    after = complex(*other[2]) - complex(*one[2])
    if abs(before) < 40:
        return None
    turn = after / before
    if not 0.3 <= abs(turn) <= 3.3 or abs(np.angle(turn)) > 0.26:
        return None
    shift = complex(*one[2]) - turn * complex(*one[1])
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def _distance(matrix: Map, match: Match) -> float:
    x, y = match[1]
    place = matrix @ np.array([x, y, 1.0])
    return float(np.hypot(place[0] - match[2][0], place[1] - match[2][1]))


def _refined(matrix: Map, inliers: Sequence[Match]) -> Map:
    """Return the affine map that fits the agreeing places best; with few of them the similarity stays."""
    if len({match[0] for match in inliers}) < 6:
        return matrix
    before = np.array([[*match[1], 1.0] for match in inliers])
    after = np.array([match[2] for match in inliers])
    solved, *_rest = np.linalg.lstsq(before, after, rcond=None)
    affine: Map = solved.T
    stays = np.abs(affine[:, :2] - matrix[:, :2]).max() < 0.05
    return affine if stays else matrix


def read_fields(form: Form, layout: PageLayout, place: Fit, looked: Mapping[str, Sequence[Box]]) -> list[ReadField]:
    """Return what stands in each field of the page. `looked` are the places of what was seen: "seal", "signature"."""
    return [_read(one, layout, place.mapped(one.box_px), looked) for one in form.fields]


def _read(one: FormField, layout: PageLayout, box: Box, looked: Mapping[str, Sequence[Box]]) -> ReadField:
    if one.kind in LOOKED_FOR:
        there = any(_inside(seen, box) > 0.35 for seen in looked.get(one.kind, ()))
        if not there and one.kind == "signature" and _words_in(layout, box)[0]:
            there = True  # a name that could be read stands where one signs
        return ReadField(one, box, raw="1" if there else "", confidence=1.0 if there else 0.0)
    raw, sure, where = _words_in(layout, box)
    value = READERS[one.kind](raw) if raw else None
    if value is None:
        return ReadField(one, box, raw=raw)
    confidence = round(min(value.worth * sure * TEMPLATE_WORTH, 0.999), 4)
    return ReadField(one, where or box, raw, value.text, confidence)


def _words_in(layout: PageLayout, box: Box) -> tuple[str, float, Box | None]:
    """Return the text whose characters have their middle in `box`, how surely it was read, and where it stands."""
    texts, sure, boxes, row = "", 1.0, [], -1
    for line in layout.lines:
        if line.box_px[3] < box[1] or line.box_px[1] > box[3]:
            continue
        inside = [i for i in range(len(line.text)) if _holds(box, span_box(line, i, i + 1))]
        if not inside:
            continue
        first, last = inside[0], inside[-1] + 1
        between = "" if row < 0 else " " if row == line.row else "\n"
        texts += between + line.text[first:last].strip()
        sure, row = min(sure, line.confidence), line.row
        boxes.append(span_box(line, first, last))
    return texts.strip(" _:："), sure, union(boxes) if boxes else None


def _holds(box: Box, glyph: Box) -> bool:
    x, y = _middle(glyph)
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def fields_from(rows: Sequence[Mapping[str, Any]], width_px: int, height_px: int) -> tuple[FormField, ...]:
    """Return the fields that rows of a form or of JSON state. Raises InvalidError for what no template can hold."""
    if len(rows) > MOST_FIELDS:
        raise InvalidError("recognition.template_fields", _("A template holds at most 80 fields."))
    return tuple(_field_from(row, width_px, height_px) for row in rows)


def _field_from(row: Mapping[str, Any], width_px: int, height_px: int) -> FormField:
    name, kind = str(row.get("name", "")).strip(), str(row.get("kind", ""))
    if not _NAME.fullmatch(name):
        raise InvalidError(
            "recognition.template_name",
            _("“%(name)s” is no name of a field. Use small letters, digits and _, beginning with a letter."),
            name=name[:60],
        )
    if kind not in KINDS:
        raise InvalidError("recognition.template_kind", _("Choose what the field holds."), kind=kind[:40])
    try:
        left, top, right, bottom = (round(float(number)) for number in row["box"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise _bad_box(name) from error
    if not (0 <= left < right <= width_px and 0 <= top < bottom <= height_px) or min(right - left, bottom - top) < 4:
        raise _bad_box(name)
    label = str(row.get("label", "")).strip()[:60]
    return FormField(name, kind, (left, top, right, bottom), bool(row.get("required")), label)


def _bad_box(name: str) -> InvalidError:
    return InvalidError(
        "recognition.template_box",
        _("The box of the field %(name)s does not lie on the page. Draw it again."),
        name=name,
    )


def as_rows(fields: Sequence[FormField]) -> list[dict[str, Any]]:
    """Return the fields as they are kept in JSON."""
    return [
        {"name": f.name, "kind": f.kind, "box": list(f.box_px), "required": f.required, "label": f.label}
        for f in fields
    ]


def form_from(width_px: int, height_px: int, anchors: Sequence[Any], fields: Sequence[Mapping[str, Any]]) -> Form:
    """Return the form that a kept template states."""
    kept = tuple(Anchor(text, (left, top, right, bottom)) for text, (left, top, right, bottom) in anchors)
    return Form(width_px, height_px, kept, fields_from(fields, width_px, height_px))
