"""Tell by type and place whether a page bears the red heading of an official paper, in whatever colour it was scanned."""

import re
from collections.abc import Sequence

from lantai.recognition.rules.layout import Line

# GB/T 9704: the head is 发文机关名称 with 文件 or alone, in large type in the upper third.
_HEAD = re.compile(r"(文件|公报|命令|令|函|纪要)$")
_BODY = re.compile(r"(政府|办公厅|办公室|委员会|党委|厅|局|部|院|会|署|处)")
HEAD_TYPE = 1.45
UPPER_SHARE = 0.35


def has_red_head(lines: Sequence[Line], height_px: int) -> bool:
    """Tell whether the upper third has a line in large type that names an office and ends as heads of papers do."""
    if len(lines) < 4:
        return False
    heights = sorted(line.box_px[3] - line.box_px[1] for line in lines)
    usual = heights[len(heights) // 2]
    return any(_is_head(line, usual, height_px) for line in lines)


def _is_head(line: Line, usual: int, height_px: int) -> bool:
    text = re.sub(r"\s", "", line.text)
    large = line.box_px[3] - line.box_px[1] >= HEAD_TYPE * usual
    upper = line.box_px[3] <= UPPER_SHARE * height_px
    return large and upper and 4 <= len(text) <= 40 and bool(_HEAD.search(text)) and bool(_BODY.search(text))
