"""The look of a seal: its ink unrolled around its middle, small enough to keep and to compare by the thousand."""

import math

import cv2
import numpy as np

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.adapters.seals.finding import find_seals
from lantai.recognition.adapters.seals.unmixing import ink_of
from lantai.recognition.rules.seal_matching import DEPTHS, TURNS
from lantai.recognition.rules.seals import ROUND, SQUARE, Seal

# The letters stand on a ring, or fill a square.
RING, SQUARE_DEPTHS = (0.46, 0.92), (0.1, 0.9)


def look_of(image: Image, seal: Seal) -> bytes:
    """Return the look of a seal on `image` ((h, w, 3) uint8 RGB), as `rules.seal_matching` compares it."""
    ink, corner = ink_of(image, seal)
    # A little blur forgives a fit that is a pixel off.
    dark = cv2.GaussianBlur(255 - ink, (0, 0), max(min(seal.radii) * 0.012, 0.6))
    angles = np.linspace(0, 2 * math.pi, TURNS, endpoint=False)
    rim = np.stack([np.cos(angles), np.sin(angles)])
    if seal.shape == SQUARE:
        rim /= np.abs(rim).max(0)
    depths = np.linspace(*(SQUARE_DEPTHS if seal.shape == SQUARE else RING), DEPTHS)
    turn = math.radians(seal.angle_degrees)
    across, down = rim[0] * seal.radii[0], rim[1] * seal.radii[1]
    x = (across * math.cos(turn) - down * math.sin(turn))[:, None] * depths + seal.centre[0] - corner[0]
    y = (across * math.sin(turn) + down * math.cos(turn))[:, None] * depths + seal.centre[1] - corner[1]
    plane = cv2.remap(dark, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderValue=(0,))
    return bytes(np.asarray(plane, np.uint8).tobytes())


def seal_of_picture(image: Image) -> Seal:
    """Return the seal on a picture of a seal alone: the surest found, or the whole picture taken as one."""
    found = find_seals(_with_room(image))
    if found:
        room = _room(image)
        best = found[0]
        left, top, right, bottom = best.box_px
        height, width = image.shape[:2]
        box = (max(left - room, 0), max(top - room, 0), min(right - room, width), min(bottom - room, height))
        centre = (best.centre[0] - room, best.centre[1] - room)
        return Seal(best.shape, best.colour, centre, best.radii, best.angle_degrees, box, best.confidence)
    height, width = image.shape[:2]
    return Seal(ROUND, "red", (width / 2, height / 2), (width / 2, height / 2), 0.0, (0, 0, width, height), 0.0)


def _room(image: Image) -> int:
    """Return how much paper to lay around a seal so that it looks as large as seals are on pages."""
    return 3 * max(int(image.shape[0]), int(image.shape[1]))


def _with_room(image: Image) -> Image:
    room = _room(image)
    edge = np.median(np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]]), axis=0)
    return np.asarray(
        cv2.copyMakeBorder(image, room, room, room, room, cv2.BORDER_CONSTANT, value=[float(v) for v in edge]), np.uint8
    )
