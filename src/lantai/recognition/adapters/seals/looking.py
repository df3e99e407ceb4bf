"""One look at the seals and signatures of a page that has been read."""

from collections.abc import Sequence

from lantai.recognition.adapters.imaging import Image, turned
from lantai.recognition.adapters.seals.looks import look_of
from lantai.recognition.adapters.seals.reading import read_seal
from lantai.recognition.adapters.seals.signatures import look_for_signatures
from lantai.recognition.rules.layout import PageLayout
from lantai.recognition.rules.seals import Seal, SeenSeal, Signature, turned_seal

MOST_READ = 12


def look_at_seals(image: Image, layout: PageLayout, seals: Sequence[Seal]) -> tuple[SeenSeal, ...]:
    """Read the `seals` found on `image` (as given) and return them in pixels of the upright page of `layout`."""
    height, width = image.shape[:2]
    return tuple(
        SeenSeal(turned_seal(seal, layout.turn_degrees, width, height), read_seal(image, seal), look_of(image, seal))
        for seal in list(seals)[:MOST_READ]
    )


def look_at_signatures(image: Image, layout: PageLayout) -> tuple[tuple[Signature, ...], tuple[Signature, ...]]:
    """Return (signatures, empty places that ask for one) of a page given as its picture, in pixels of the upright page."""
    return look_for_signatures(turned(image, layout.turn_degrees), layout)
