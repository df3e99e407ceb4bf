"""Tell the strokes of print from the rules of a table: a stroke lies inside the run of text it belongs to."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lantai.recognition.rules.tables.ruled import Segment

FloatBox = tuple[float, float, float, float]

LEVEL_INSET = 0.12
SLACK = 2.0
LONG_STROKE = 3.0


def without_strokes(
    levels: Sequence[Segment], uprights: Sequence[Segment], runs: Sequence[FloatBox]
) -> tuple[list[Segment], list[Segment]]:
    """Return the level and upright rules without those that are strokes inside `runs` (boxes in the level frame).

    A printed rule reaches beyond the text beside it; an upright stroke ends within its line, a level one within its
    line's ends and well inside its height.
    """
    if not runs:
        return list(levels), list(uprights)
    boxes = np.asarray(runs, np.float64)
    heights = boxes[:, 3] - boxes[:, 1]
    levels = [s for s in levels if not _is_level_stroke(s, boxes, heights)]
    uprights = [s for s in uprights if not _is_upright_stroke(s, boxes)]
    return levels, uprights


def _is_level_stroke(segment: Segment, boxes: npt.NDArray[np.float64], heights: npt.NDArray[np.float64]) -> bool:
    y = segment.at((segment.start + segment.end) / 2)
    inside = (boxes[:, 0] - SLACK <= segment.start) & (segment.end <= boxes[:, 2] + SLACK)
    inside &= (boxes[:, 1] + LEVEL_INSET * heights <= y) & (y <= boxes[:, 3] - LEVEL_INSET * heights)
    inside &= segment.length <= LONG_STROKE * heights
    return bool(inside.any())


def _is_upright_stroke(segment: Segment, boxes: npt.NDArray[np.float64]) -> bool:
    x = segment.at((segment.start + segment.end) / 2)
    inside = (boxes[:, 0] - SLACK <= x) & (x <= boxes[:, 2] + SLACK)
    inside &= (boxes[:, 1] - SLACK <= segment.start) & (segment.end <= boxes[:, 3] + SLACK)
    return bool(inside.any())
