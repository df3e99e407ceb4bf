"""Picture work around reading: turning, scaling and cutting out slanted runs."""

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]

cv2.setNumThreads(1)

_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def turned(image: Image, turn_degrees: int) -> Image:
    """Return `image` (h, w, 3) turned clockwise by a quarter turn (0, 90, 180, 270)."""
    if turn_degrees % 360 == 0:
        return image
    return cv2.rotate(image, _TURNS[turn_degrees % 360]).astype(np.uint8, copy=False)


def scaled_to(image: Image, max_side: int, multiple: int = 32) -> Image:
    """Return `image` scaled down to `max_side` at most, both sides rounded to `multiple` (the network's stride)."""
    height, width = image.shape[:2]
    ratio = min(1.0, max_side / max(height, width))
    size = [max(multiple, round(side * ratio / multiple) * multiple) for side in (width, height)]
    way = cv2.INTER_AREA if ratio < 0.6 else cv2.INTER_LINEAR
    return cv2.resize(image, (size[0], size[1]), interpolation=way).astype(np.uint8, copy=False)


def cut_out(image: Image, corners: npt.NDArray[np.float32]) -> Image:
    """Return the slanted rectangle `corners` (top left, top right, bottom right, bottom left) as a level picture."""
    width = max(int(np.linalg.norm(corners[0] - corners[1])), int(np.linalg.norm(corners[3] - corners[2])), 1)
    height = max(int(np.linalg.norm(corners[0] - corners[3])), int(np.linalg.norm(corners[1] - corners[2])), 1)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.ascontiguousarray(corners, np.float32), target)
    return cv2.warpPerspective(
        image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.uint8, copy=False)
