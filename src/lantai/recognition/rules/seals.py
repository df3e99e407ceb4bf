"""What a found seal or signature is, as values: where on the page, what shape, what ink, how sure."""

from dataclasses import dataclass, replace

from lantai.recognition.rules.layout import Box, turned_box

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

    @property
    def box_px(self) -> Box:
        return self.seal.box_px


def turned_seal(seal: Seal, turn_degrees: int, width_px: int, height_px: int) -> Seal:
    """Return where a seal comes to lie when its page of `width_px` x `height_px` is turned clockwise by quarters."""
    turn = turn_degrees % 360
    if not turn:
        return seal
    x, y = seal.centre
    centre = {90: (height_px - y, x), 180: (width_px - x, height_px - y), 270: (y, width_px - x)}[turn]
    angle = 0.0 if seal.shape == ROUND else (seal.angle_degrees + turn + 90) % 180 - 90
    return replace(seal, centre=centre, angle_degrees=angle, box_px=turned_box(seal.box_px, turn, width_px, height_px))


def placed_seal(seal: Seal, box_px: Box) -> Seal:
    """Return a seal moved and stretched to another box, as when its page is scaled or laid back where it was taken."""
    wide, high = max(seal.box_px[2] - seal.box_px[0], 1), max(seal.box_px[3] - seal.box_px[1], 1)
    across, down = (box_px[2] - box_px[0]) / wide, (box_px[3] - box_px[1]) / high
    centre = (
        box_px[0] + (seal.centre[0] - seal.box_px[0]) * across,
        box_px[1] + (seal.centre[1] - seal.box_px[1]) * down,
    )
    return replace(seal, centre=centre, radii=(seal.radii[0] * across, seal.radii[1] * down), box_px=box_px)
