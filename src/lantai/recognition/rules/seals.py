"""What a found seal or signature is, as values: where on the page, what shape, what ink, how sure."""

from dataclasses import dataclass

from lantai.recognition.rules.layout import Box

ROUND, OVAL, SQUARE = "round", "oval", "square"
RED, BLUE, GREY, BLACK = "red", "blue", "grey", "black"
COLOURED = (RED, BLUE)


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal on a page picture, in pixels of that picture.

    `radii` are half the width and half the height before the seal was turned by `angle_degrees` (clockwise; 0 where
    the turn is not known). `colour` is grey or black where the picture has no colour: then its ink cannot be told from
    print.
    """

    shape: str
    colour: str
    centre: tuple[float, float]
    radii: tuple[float, float]
    angle_degrees: float
    box_px: Box
    confidence: float

    @property
    def has_colour(self) -> bool:
        """Tell whether the ink stands out from print by its colour, so that it can be taken away."""
        return self.colour in COLOURED


@dataclass(frozen=True, slots=True)
class Signature:
    """A hand-written signature on a page picture: its place and the text of the label that asks for it."""

    box_px: Box
    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class SealText:
    """What a seal says: `name` on its ring (or in its square), the level line of its `purpose`, its `code`.

    `confidence` is that of the name.
    """

    name: str = ""
    purpose: str = ""
    code: str = ""
    confidence: float = 0.0

    @property
    def whole(self) -> str:
        """Return all of it, as one would write it down."""
        return " ".join(part for part in (self.name, self.purpose, self.code) if part)


@dataclass(frozen=True, slots=True)
class SeenSeal:
    """A seal with what it says and how it looks: `look` as `rules.seal_matching` compares it."""

    seal: Seal
    text: SealText
    look: bytes = b""
