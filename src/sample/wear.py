"""Age a printed sheet and scan it: skew, fold, yellowing, fading, dirt, noise; and say where every point went."""

import random
from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sample.raster import Box, around

Image8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one item aged and how it was scanned; the angle differs from page to page."""

    dpi: int = 200
    colour: str = "colour"
    skew_degrees: float = 0.0
    noise: float = 0.0
    jpeg_quality: int = 86
    yellow: float = 0.0
    faint: float = 0.0
    fold: bool = False
    holes: bool = False
    lossless: bool = False

    @property
    def names(self) -> list[str]:
        """Return the words for what was done, as the truth states them."""
        found = [
            ("skew", self.skew_degrees > 0),
            ("noise", self.noise > 0),
            ("jpeg", self.jpeg_quality < 70),
            ("yellow", self.yellow > 0),
            ("faint", self.faint > 0),
            ("fold", self.fold),
            ("holes", self.holes),
        ]
        return [name for name, there in found if there]


# One after another, so that a small archive already shows each; a large one shows them in these shares.
RECIPES = (
    Recipe(skew_degrees=0.3, holes=True),
    Recipe(skew_degrees=1.4, yellow=0.6, fold=True, noise=0.05, holes=True),
    Recipe(),
    Recipe(colour="grey", skew_degrees=0.8, jpeg_quality=74),
    Recipe(skew_degrees=0.6, noise=0.12, jpeg_quality=42),
    Recipe(dpi=300, lossless=True),
    Recipe(skew_degrees=0.5, faint=0.5, yellow=0.35),
    Recipe(colour="bitonal", skew_degrees=0.9, noise=0.1),
    Recipe(skew_degrees=0.2, yellow=0.2),
    Recipe(skew_degrees=2.4, yellow=0.9, faint=0.3, noise=0.1, fold=True, jpeg_quality=55),
    Recipe(jpeg_quality=90, skew_degrees=0.2),
)


@dataclass(slots=True)
class Scan:
    """A scanned page and the way its points went. `image`: RGB, or (height, width) when grey or bitonal (0 and 255)."""

    image: Image8
    recipe: Recipe
    angle_degrees: float
    _upper: NDArray[np.float64]
    _lower: NDArray[np.float64]
    _crease: float = field(default=float("inf"))

    def quad(self, box: Box) -> list[list[int]]:
        """Return where the corners of a box of the sheet lie in the scan, clockwise from the upper left."""
        left, top, right, bottom = box
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        return [[round(x), round(y)] for x, y in (self._moved(corner) for corner in corners)]

    def box(self, box: Box) -> list[int]:
        """Return the upright box in the scan that holds a box of the sheet, kept inside the picture."""
        moved = [
            self._moved(point) for point in ((box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3]))
        ]
        left, top, right, bottom = around([(x, y, x, y) for x, y in moved])
        height, width = self.image.shape[:2]
        return [
            max(int(np.floor(left)), 0),
            max(int(np.floor(top)), 0),
            min(int(np.ceil(right)), width),
            min(int(np.ceil(bottom)), height),
        ]

    def _moved(self, point: tuple[float, float]) -> tuple[float, float]:
        matrix = self._upper if point[1] <= self._crease else self._lower
        x, y = matrix @ np.array([point[0], point[1], 1.0])
        return float(x), float(y)


@lru_cache(maxsize=4)
def _noise_tile(number: int) -> Image8:
    grain = np.random.default_rng(9000 + number).normal(128, 40, (700, 900, 3))
    return np.asarray(cv2.GaussianBlur(np.clip(grain, 0, 255).astype(np.uint8), (0, 0), 0.7), dtype=np.uint8)


@lru_cache(maxsize=8)
def _mottle(number: int) -> NDArray[np.float32]:
    rng = np.random.default_rng(7000 + number)
    field_ = sum(
        cv2.resize(rng.random((n * 3, n * 2), dtype=np.float32), (256, 360), interpolation=cv2.INTER_CUBIC) / n
        for n in (1, 2, 5)
    )
    field_ = np.asarray(field_, dtype=np.float32)
    ys, xs = np.meshgrid(np.linspace(-1, 1, 360), np.linspace(-1, 1, 256), indexing="ij")
    edge = np.clip(np.maximum(np.abs(xs), np.abs(ys)) - 0.8, 0, 1) * 2
    return np.asarray((field_ - field_.min()) / float(np.ptp(field_)) * 0.6 + edge, dtype=np.float32)


def _yellowed(image: Image8, strength: float, number: int) -> Image8:
    height, width = image.shape[:2]
    stain = _mottle(number)[..., None] * strength
    tone = (
        np.array([250, 243, 226], np.float32)
        - stain * np.array([26, 44, 88], np.float32)
        - strength * np.array([8, 18, 42], np.float32)
    )
    paper = cv2.resize(np.clip(tone, 0, 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(image, paper, scale=1 / 255), dtype=np.uint8)


def _noisy(image: Image8, strength: float, rng: random.Random) -> Image8:
    height, width = image.shape[:2]
    tile = _noise_tile(rng.randrange(4))
    shifted = np.roll(tile, (rng.randrange(700), rng.randrange(900)), axis=(0, 1))
    full = np.tile(shifted, (height // 700 + 1, width // 900 + 1, 1))[:height, :width]
    result = np.asarray(cv2.addWeighted(image, 1.0, full, strength * 3, -128 * strength * 3), dtype=np.uint8)
    for _ in range(int(strength * 600)):
        spot = (rng.randrange(width), rng.randrange(height))
        cv2.circle(result, spot, rng.choice((0, 0, 1, 1, 2)), (70, 66, 60), -1)
    return result


def _creased(image: Image8, crease: int) -> None:
    profile = np.array([0.985, 0.96, 0.9, 0.8, 0.9, 1.04, 1.03, 1.01], np.float32)[:, None, None]
    band = image[crease - 4 : crease + 4]
    band[:] = np.clip(band * profile, 0, 255).astype(np.uint8)
    below = image[crease + 4 : crease + 120]
    shade = np.linspace(0.955, 1.0, below.shape[0], dtype=np.float32)[:, None, None]
    below[:] = (below * shade).astype(np.uint8)


def _punched(image: Image8, dpi: int) -> None:
    middle, reach = image.shape[0] // 2, round(dpi * 1.57)
    for y in (middle - reach, middle + reach):
        cv2.circle(image, (round(dpi * 0.42), y), round(dpi * 0.11), (92, 90, 88), -1, cv2.LINE_AA)


def scan(image: Image8, recipe: Recipe, rng: random.Random) -> Scan:
    """Age and scan a printed sheet ((height, width, 3) uint8 RGB, which is changed)."""
    height, width = image.shape[:2]
    angle = rng.uniform(0.35, 1.0) * recipe.skew_degrees * rng.choice((-1, 1)) if recipe.skew_degrees else 0.0
    if recipe.faint:
        image = np.asarray(cv2.convertScaleAbs(image, alpha=1 - recipe.faint, beta=255 * recipe.faint), dtype=np.uint8)
    if recipe.holes:
        _punched(image, recipe.dpi)
    if recipe.yellow:
        image = _yellowed(image, recipe.yellow, rng.randrange(8))
    crease = round(height * rng.uniform(0.46, 0.54)) if recipe.fold else None
    if crease is not None:
        _creased(image, crease)
    upper = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0), [0, 0, 1]])
    shear = np.eye(3)
    if crease is not None:
        slant = rng.choice((-1, 1)) * rng.uniform(0.003, 0.008)
        shear[0, 1], shear[0, 2] = slant, -slant * crease
    lower = upper @ shear
    image = _warped(image, upper, lower, crease)
    if recipe.noise:
        image = _noisy(image, recipe.noise, rng)
    if not recipe.lossless:
        image = np.asarray(cv2.GaussianBlur(image, (3, 3), 0.55), dtype=np.uint8)
    image = _coloured(image, recipe.colour)
    return Scan(image, recipe, round(angle, 3), upper[:2], lower[:2], float("inf") if crease is None else crease)


def _warped(image: Image8, upper: NDArray[np.float64], lower: NDArray[np.float64], crease: int | None) -> Image8:
    height, width = image.shape[:2]
    if np.allclose(upper, np.eye(3)) and crease is None:
        return image
    ground = [float(value) for value in np.median(image[::40, ::40].reshape(-1, 3), axis=0)]

    def laid(matrix: NDArray[np.float64]) -> Image8:
        moved = cv2.warpAffine(
            image,
            matrix[:2],
            (width, height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=ground,
        )
        return np.asarray(moved, dtype=np.uint8)

    turned = laid(upper)
    if crease is None:
        return turned
    below = laid(lower)
    # The crease is a straight line in the scan too: on its lower side the lower half is taken.
    ends = [upper[:2] @ np.array([x, crease, 1.0]) for x in (-width, 2 * width)]
    mask = np.zeros((height, width), np.uint8)
    corners = np.array([ends[0], ends[1], [2 * width, 2 * height], [-width, 2 * height]])
    cv2.fillPoly(mask, [np.round(corners).astype(np.int32)], (255,))
    cv2.copyTo(below, mask, turned)
    return turned


def _coloured(image: Image8, colour: str) -> Image8:
    if colour == "colour":
        return image
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    if colour == "grey":
        return np.asarray(grey, dtype=np.uint8)
    level = float(np.median(grey[::16, ::16])) * 0.72
    return np.asarray(cv2.threshold(grey, level, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)
