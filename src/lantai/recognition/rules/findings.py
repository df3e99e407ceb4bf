"""What can be found wrong with a page or a record: the codes, their words, how grave each is, and what mends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lantai.kernel.errors import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found; `measured` holds what was measured and the limit, never text of the page."""

    code: str
    measured: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """What a code stands for: its name, the sentence that says what was measured, and how grave it is (0 to 100).

    From 70 on something cannot be read or is missing; from 40 on the copy is worse than it must be; below that it is
    worth knowing. `shown` takes the names of `measured`.
    """

    label: str
    shown: str
    weight: int


CHECKS: dict[str, Check] = {
    "quality.unreadable": Check(
        _("Writing cannot be read"), _("%(unread)s %% of the writing was read badly or not at all"), 90
    ),
    "quality.script": Check(
        _("Script that is not read"), _("%(columns)s upright columns of a script such as Mongolian"), 60
    ),
    "quality.handwriting": Check(
        _("Handwriting or hard print"), _("%(unsure)s %% of the characters were read without being sure"), 35
    ),
    "quality.missing_pages": Check(
        _("Pages missing"), _("Page numbers jump from %(before)s to %(after)s"), 95
    ),
    "quality.page_count": Check(
        _("Number of pages differs"), _("%(stated)s pages are stated, %(pages)s are there"), 80
    ),
    "quality.cut": Check(_("Cut off"), _("Text runs off the picture at the %(sides)s"), 85),
    "quality.blurred": Check(_("Blurred"), _("Strokes fade over %(blur)s %% of a character, at most %(limit)s %%"), 75),
    "quality.faint": Check(_("Faint"), _("Ink stands out by %(contrast)s %%, at least %(limit)s %%"), 70),
    "quality.dark": Check(_("Dark"), _("Paper has %(paper)s %% of full brightness, at least %(limit)s %%"), 65),
    "quality.shadow": Check(_("Shadow on the page"), _("Brightness falls by %(fall)s %%, at most %(limit)s %%"), 50),
    "quality.resolution": Check(
        _("Resolution too low"), _("%(dpi)s dots an inch, at least %(limit)s"), 60
    ),
    "quality.small_text": Check(
        _("Small text needs 300 dots an inch"), _("Text %(text_mm)s mm high at %(dpi)s dots an inch"), 30
    ),
    "quality.skew": Check(_("Skewed"), _("%(degrees)s degrees, at most %(limit)s"), 45),
    "quality.photographed": Check(
        _("Photographed at an angle"), _("The page fills %(share)s %% of the picture, its corners are off by %(degrees)s degrees"), 40
    ),
    "quality.turned": Check(_("Not upright"), _("Turned by %(degrees)s degrees"), 25),
    "quality.two_pages": Check(_("Two pages on one picture"), _("The gutter lies at %(gutter)s %% of the width"), 40),
    "quality.black_edge": Check(_("Black edge"), _("%(edge_mm)s mm wide, at most %(limit)s mm"), 30),
    "quality.colour_mode": Check(
        _("Colour was needed"), _("Scanned as %(mode)s, but the page bears %(because)s"), 40
    ),
    "quality.colour_cast": Check(_("Colour cast"), _("Paper tinted by %(cast)s, at most %(limit)s"), 30),
    "quality.compression": Check(
        _("Compressed too much"), _("JPEG quality about %(quality)s, at least %(limit)s"), 40
    ),
    "quality.format": Check(
        _("File format not for long keeping"), _("%(format)s; TIFF, JPEG, JPEG 2000, PDF and OFD are kept"), 30
    ),
    "quality.blank": Check(_("Blank page"), _("Ink on %(ink)s %% of the page"), 20),
    "quality.doubled": Check(_("Doubled page"), _("Like page %(other)s by %(alike)s %%"), 55),
    "template.missing": Check(
        _("Required field empty"), _("The form asks for fields in which nothing stands"), 65
    ),
    "quality.text_layer": Check(
        _("Wrong text in the file"), _("The file's own text was set aside (%(reason)s) and the picture was read"), 20
    ),
    "quality.missing_resource": Check(
        _("Parts of the file are missing"), _("%(missing)s pictures or fonts that the page names are not in the file"), 85
    ),
    "quality.failed": Check(_("Could not be opened"), _("The reader gave up: %(fault)s"), 95),
    "seal.missing": Check(_("Seal missing"), _("A seal is asked for at %(places)s places and none is there"), 75),
    "seal.mismatch": Check(_("Seal of another body"), _("The seal at the date names another body than the author"), 80),
    "seal.unknown": Check(_("Seal not registered"), _("%(seals)s seals are like no registered seal"), 35),
    "signature.missing": Check(
        _("Signature missing"), _("A signature is asked for at %(places)s places and none is there"), 60
    ),
}  # fmt: skip

# Words that stand inside `measured` as codes.
MEASURED_WORDS = {
    "left": _("left"),
    "right": _("right"),
    "top": _("top"),
    "bottom": _("bottom"),
    "bitonal": _("black and white"),
    "grey": _("grey"),
    "red_head": _("a red heading"),
    "seal": _("a seal"),
    "picture": _("a picture"),
    "unmapped": _("characters without a meaning"),
    "mojibake": _("garbled characters"),
    "improbable": _("improbable characters"),
    "reversed": _("reversed order"),
    "misplaced": _("text in the wrong places"),
    "disagrees": _("does not say what the picture says"),
    "scattered": _("characters scattered"),
}

UNKNOWN = Check(_("Something else"), "", 50)


def check_of(code: str) -> Check:
    """Return what `code` stands for; codes of other checks than those of this module stand for themselves."""
    return CHECKS.get(code, UNKNOWN)


def weight_of(code: str) -> int:
    """Return how grave a finding is, 0 to 100."""
    return check_of(code).weight
