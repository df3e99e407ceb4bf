"""A page as inks on its own paper: how much colour and how much darkness lies where, at the scale seals are sought at."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from lantai.recognition.adapters.imaging import Image

Floats = npt.NDArray[np.float32]

WORK_SIDE = 1000
LEAST_COLOUR = 14
COLOUR_POINTS = 150


@dataclass(frozen=True, slots=True)
class Inks:
    """`share`: the page's light over its paper's, (h, w, 3) uint8; `colour`, `dark`: ink from 0 to 255; `scale`: work
    pixels a picture pixel, across and down; `noise`: how much colour bare paper shows by chance.
    """

    share: Image
    colour: Image
    dark: Image
    scale: tuple[float, float]
    noise: float

    @property
    def size(self) -> tuple[int, int]:
        """Return (width, height) in work pixels."""
        return self.dark.shape[1], self.dark.shape[0]

    @property
    def colour_level(self) -> float:
        """Return from where on colour is ink and not the grain of the paper."""
        return max(LEAST_COLOUR, 5 * self.noise)

    @property
    def has_colour(self) -> bool:
        return int((self.colour > self.colour_level).sum()) >= COLOUR_POINTS


def inks_of(image: Image) -> Inks:
    """Return the inks of a page `image` ((h, w, 3) uint8 RGB), relative to the tone its paper has around each place."""
    height, width = image.shape[:2]
    factor = max(round(max(height, width) / WORK_SIDE), 1)
    size = (max(width // factor, 1), max(height // factor, 1))
    small = image if factor == 1 else np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    share = np.asarray(cv2.divide(small, _paper(small), scale=255), np.uint8)
    red, green, blue = cv2.split(share)
    brightest = cv2.max(cv2.max(red, green), blue)
    colour = cv2.subtract(brightest, cv2.min(cv2.min(red, green), blue))
    dark = cv2.bitwise_not(cv2.cvtColor(share, cv2.COLOR_RGB2GRAY))
    bare = colour[::3, ::3][dark[::3, ::3] < 30]
    middle = float(np.median(bare)) if bare.size else 0.0
    spread = float(np.median(np.abs(bare - middle))) * 1.5 if bare.size else 0.0
    return Inks(
        share,
        np.asarray(cv2.subtract(colour, np.full_like(colour, round(middle))), np.uint8),
        np.asarray(dark, np.uint8),
        (size[0] / width, size[1] / height),
        spread,
    )


def _paper(small: Image) -> Image:
    """Return the tone of the paper around each place: the brightest of the neighbourhood, smoothed."""
    height, width = small.shape[:2]
    coarse = cv2.resize(small, (max(width // 8, 1), max(height // 8, 1)), interpolation=cv2.INTER_AREA)
    bright = cv2.dilate(coarse, np.ones((7, 7), np.uint8))
    smooth = cv2.blur(bright, (9, 9))
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
