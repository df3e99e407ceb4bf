"""Tell a stroke that stands alone, drawn through an empty field to say "nothing", from the figure 1."""

import cv2
import numpy as np

from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.layout import Box

STROKES = frozenset("1Il|丨")
# By how much of its height a stroke leans to either side; italic figures lean to the right by less.
BACKWARD, FORWARD = 0.25, 0.4
# How far the ink lies from the straight stroke, as a share of its height; how much of all ink the stroke is.
STRAIGHT, ALONE = 0.1, 0.9
LEAST_HEIGHT, LEAST_TONE = 8, 16


def leaning_stroke(page: Image, box: Box) -> str:
    r"""Return "\" or "/" if `box` holds one straight leaning stroke and nothing else, "" otherwise."""
    left, top, right, bottom = box
    grey = cv2.cvtColor(page[top:bottom, left:right], cv2.COLOR_RGB2GRAY) if right > left and bottom > top else None
    if grey is None or np.ptp(grey) < LEAST_TONE:
        return ""
    _, ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    count, marks, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count < 2:
        return ""
    biggest = 1 + int(stats[1:, 4].argmax())
    if stats[biggest, 4] < ALONE * stats[1:, 4].sum():
        return ""
    y, x = np.nonzero(marks == biggest)
    high = float(np.ptp(y)) + 1
    if high < LEAST_HEIGHT or np.std(y) == 0:
        return ""
    lean, start = np.polyfit(y, x, 1)
    if float(np.std(x - lean * y - start)) > STRAIGHT * high:
        return ""
    return "\\" if lean >= BACKWARD else "/" if lean <= -FORWARD else ""
