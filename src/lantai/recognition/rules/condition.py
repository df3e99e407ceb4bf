"""The state of a page as a picture, and what of it breaks the limits of digitisation.

Source: DA/T 31-2017 (at least 200 dpi, 300 for small or dense text; colour for red heads, seals and pictures; text level
to about 1 degree; 2 to 3 mm kept around the page; TIFF, JPEG or JPEG 2000). The other limits are ours, fitted on made
pages; an archives sets its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lantai.kernel.errors import gettext_noop as _
from lantai.recognition.rules.findings import Finding

PALE_ALLOWANCE = 1.6
LONG_KEPT = ("TIFF", "JPEG", "JPEG2000", "PNG", "PDF", "OFD")


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit that an archivist may change: its usual value, what it is and in which unit."""

    value: float
    label: str
    unit: str
    most: float


LIMITS: dict[str, Limit] = {
    "least_dpi": Limit(200, _("Least resolution"), _("dots an inch"), 1200),
    "small_text_dpi": Limit(300, _("Least resolution for small text"), _("dots an inch"), 1200),
    "small_text_mm": Limit(2.0, _("Text is small below"), _("mm"), 10),
    "most_skew": Limit(1.0, _("Most skew"), _("degrees"), 20),
    "most_edge_mm": Limit(2.0, _("Widest black edge"), _("mm"), 50),
    "least_contrast": Limit(30, _("Least contrast of ink and paper"), "%", 100),
    "least_paper": Limit(45, _("Least brightness of the paper"), "%", 100),
    "most_fall": Limit(35, _("Most fall of brightness over the page"), "%", 100),
    "most_blur": Limit(12, _("Most blur of a stroke, against the height of a character"), "%", 100),
    "most_cast": Limit(14, _("Most tint of the paper (yellowing does not count)"), _("units of Lab"), 100),
    "least_jpeg": Limit(50, _("Least JPEG quality"), _("of 100"), 100),
    "most_unread": Limit(50, _("Most writing that may stay unread"), "%", 100),
    "most_unsure": Limit(35, _("Most characters that may be unsure"), "%", 100),
    "most_ink_of_blank": Limit(0.05, _("Most ink on a blank page"), "%", 10),
    "least_alike": Limit(96, _("Likeness from which pages count as doubled"), "%", 100),
}


def usual_limits() -> dict[str, float]:
    """Return the limits that hold where an archives has set none."""
    return {name: limit.value for name, limit in LIMITS.items()}


@dataclass(frozen=True, slots=True)
class Condition:
    """What was measured on one page. Shares are percent; `dpi` is what counts, 0 where nothing tells it.

    `contrast`: by how much strokes are darker than the paper around them; `paper`: brightness of the paper; `fall`: how
    much darker the darkest text area is; `blur`: width of the edge of a stroke against the height of a character;
    `ink`: inked share of the page; `unread`: share of text-like ink that no line covers; `unsure`: share of characters
    read without being sure; `columns`: upright columns of connected script; `cut`: sides at which text runs off;
    `cast`: tint of the paper, yellow to brown not counted; `gutter`: where the gutter of two pages lies, 0 if there is
    none; `photographed`: (share of the picture that the page fills, degrees by which its corners are off), or None.
    """

    width_px: int = 0
    height_px: int = 0
    dpi: int = 0
    mode: str = "colour"
    format: str = ""
    jpeg_quality: int = 0
    paper: float = 100.0
    contrast: float = 100.0
    fall: float = 0.0
    blur: float = 0.0
    ink: float = 0.0
    unread: float = 0.0
    unsure: float = 0.0
    columns: int = 0
    characters: int = 0
    text_height_px: float = 0.0
    skew_degrees: float = 0.0
    turn_degrees: int = 0
    edge_mm: float = 0.0
    cut: tuple[str, ...] = ()
    cast: float = 0.0
    picture: float = 0.0
    gutter: float = 0.0
    photographed: tuple[float, float] | None = None
    colour_for: str = ""
    text_layer: str = ""
    missing_resources: int = 0
    born_digital: bool = False
    picture_print: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what is worth keeping of it: everything measured but the print, which is kept beside."""
        names = (name for name in self.__dataclass_fields__ if name != "picture_print")
        return {name: list(v) if isinstance(v := getattr(self, name), tuple) else v for name in names}


def findings_of(seen: Condition, limits: Mapping[str, float] | None = None) -> list[Finding]:
    """Return what of one page breaks the `limits` (the usual ones where None)."""
    limit = usual_limits() | dict(limits or {})
    if seen.born_digital:
        return _of_file(seen, limit)
    if _is_blank(seen, limit):
        return [Finding("quality.blank", {"ink": round(seen.ink, 3)}), *_of_file(seen, limit)]
    found = [
        *_of_place(seen, limit),
        *_of_light(seen, limit),
        *_of_sharpness(seen, limit),
        *_of_colour(seen, limit),
        *_of_reading(seen, limit),
        *_of_file(seen, limit),
    ]
    codes = {finding.code for finding in found}
    return [finding for finding in found if not EXPLAINED_BY.get(finding.code, frozenset()) & codes]


# A finding that only follows from another one is not told beside it: blur makes strokes pale, and both make the reader
# unsure.
EXPLAINED_BY: dict[str, frozenset[str]] = {
    "quality.turned": frozenset({"quality.script"}),
    "quality.faint": frozenset({"quality.blurred"}),
    "quality.dark": frozenset({"quality.shadow"}),
    "quality.blurred": frozenset({"quality.resolution", "quality.dark"}),
    "quality.handwriting": frozenset(
        {"quality.blurred", "quality.faint", "quality.dark", "quality.resolution", "quality.cut"}
    ),
}


def _is_blank(seen: Condition, limit: Mapping[str, float]) -> bool:
    # Specks and print that shows through are sometimes read as a few signs.
    no_text = seen.characters <= 3 or (seen.characters < 15 and seen.unsure > 50)
    return no_text and not seen.missing_resources and seen.ink <= limit["most_ink_of_blank"] and seen.picture < 5


def _of_place(seen: Condition, limit: Mapping[str, float]) -> list[Finding]:
    found = []
    if abs(seen.skew_degrees) > limit["most_skew"] and seen.photographed is None:
        found.append(
            Finding("quality.skew", {"degrees": round(abs(seen.skew_degrees), 1), "limit": limit["most_skew"]})
        )
    if seen.turn_degrees:
        found.append(Finding("quality.turned", {"degrees": (360 - seen.turn_degrees) % 360}))
    if seen.photographed is not None:
        share, degrees = seen.photographed
        found.append(Finding("quality.photographed", {"share": round(share), "degrees": round(degrees, 1)}))
    if seen.cut:
        found.append(Finding("quality.cut", {"sides": list(seen.cut)}))
    if seen.edge_mm > limit["most_edge_mm"] and seen.photographed is None:
        found.append(Finding("quality.black_edge", {"edge_mm": round(seen.edge_mm, 1), "limit": limit["most_edge_mm"]}))
    if seen.gutter:
        found.append(Finding("quality.two_pages", {"gutter": round(seen.gutter)}))
    return found


def _of_light(seen: Condition, limit: Mapping[str, float]) -> list[Finding]:
    found = []
    if seen.contrast < limit["least_contrast"]:
        found.append(Finding("quality.faint", {"contrast": round(seen.contrast), "limit": limit["least_contrast"]}))
    if seen.paper < limit["least_paper"]:
        found.append(Finding("quality.dark", {"paper": round(seen.paper), "limit": limit["least_paper"]}))
    if seen.fall > limit["most_fall"]:
        found.append(Finding("quality.shadow", {"fall": round(seen.fall), "limit": limit["most_fall"]}))
    return found


def _of_sharpness(seen: Condition, limit: Mapping[str, float]) -> list[Finding]:
    found = []
    if seen.dpi and seen.dpi < limit["least_dpi"]:
        found.append(Finding("quality.resolution", {"dpi": seen.dpi, "limit": limit["least_dpi"]}))
    elif seen.dpi and seen.dpi < limit["small_text_dpi"] and seen.characters >= 20:
        height_mm = seen.text_height_px / seen.dpi * 25.4
        if 0 < height_mm < limit["small_text_mm"]:
            found.append(Finding("quality.small_text", {"dpi": seen.dpi, "text_mm": round(height_mm, 1)}))
    # On pale strokes the edge is hard to measure.
    pale = seen.contrast < limit["least_contrast"]
    if seen.blur > limit["most_blur"] * (PALE_ALLOWANCE if pale else 1):
        found.append(Finding("quality.blurred", {"blur": round(seen.blur), "limit": limit["most_blur"]}))
    if 0 < seen.jpeg_quality < limit["least_jpeg"]:
        found.append(Finding("quality.compression", {"quality": seen.jpeg_quality, "limit": limit["least_jpeg"]}))
    return found


def _of_colour(seen: Condition, limit: Mapping[str, float]) -> list[Finding]:
    found = []
    if seen.mode != "colour" and seen.colour_for and not (seen.mode == "grey" and seen.colour_for == "picture"):
        found.append(Finding("quality.colour_mode", {"mode": seen.mode, "because": seen.colour_for}))
    if seen.cast > limit["most_cast"]:
        found.append(Finding("quality.colour_cast", {"cast": round(seen.cast), "limit": limit["most_cast"]}))
    return found


def _of_reading(seen: Condition, limit: Mapping[str, float]) -> list[Finding]:
    if seen.columns >= 3:
        return [Finding("quality.script", {"columns": seen.columns})]
    is_picture = seen.picture > 25
    if seen.unread > limit["most_unread"] and not is_picture:
        return [Finding("quality.unreadable", {"unread": round(seen.unread), "limit": limit["most_unread"]})]
    if seen.unsure > limit["most_unsure"] and seen.characters >= 20:
        return [Finding("quality.handwriting", {"unsure": round(seen.unsure), "limit": limit["most_unsure"]})]
    return []


def _of_file(seen: Condition, _limit: Mapping[str, float]) -> list[Finding]:
    found = []
    if seen.format and seen.format not in LONG_KEPT:
        found.append(Finding("quality.format", {"format": seen.format}))
    if seen.text_layer:
        found.append(Finding("quality.text_layer", {"reason": seen.text_layer}))
    if seen.missing_resources:
        found.append(Finding("quality.missing_resource", {"missing": seen.missing_resources}))
    return found
