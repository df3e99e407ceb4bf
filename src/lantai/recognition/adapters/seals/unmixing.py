"""Take the coloured ink of seals out of a page picture and leave the black strokes."""

from collections.abc import Sequence

from lantai.recognition.adapters import imaging
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.seals import Seal


def without_seal_ink(image: Image, seals: Sequence[Seal]) -> Image:
    """Return a copy of `image` without the coloured ink of `seals`; `image` itself where none has colour."""
    return imaging.without_seal_ink(image) if any(seal.has_colour for seal in seals) else image
