"""Writing from top to bottom: which vertical lines belong together, and their order, columns from right to left."""

from collections.abc import Sequence

Box = tuple[int, int, int, int]

# Two columns of a cell are as often set from left to right; a block of writing has at least this many.
LEAST_COLUMNS = 3
# Columns stand less than this many of their widths apart.
NEAR = 1.6


def vertical_blocks(boxes: Sequence[Box], *, whole_page: bool) -> list[list[list[int]]]:
    """Return the blocks that vertical lines with `boxes` make: each a list of columns, each a list of indices.

    Columns are in reading order, from the right, and so are the lines of each, from the top. Lines that stand alone
    or in pairs are in no block. `whole_page`: the page is written so, and everything vertical is one block.
    """
    columns = _columns(boxes)
    blocks = [columns] if whole_page and columns else _adjacent(columns, boxes)
    return [block for block in blocks if whole_page or len(block) >= LEAST_COLUMNS]


def _columns(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the indices of `boxes` by columns from right to left: lines above one another are one column."""
    columns: list[list[int]] = []
    for index in sorted(range(len(boxes)), key=lambda i: -(boxes[i][0] + boxes[i][2])):
        middle = (boxes[index][0] + boxes[index][2]) / 2
        home = next(
            (c for c in columns if boxes[c[-1]][0] <= middle <= boxes[c[-1]][2] and not _side_by_side(boxes, c, index)),
            None,
        )
        if home is None:
            columns.append([index])
        else:
            home.append(index)
    return [sorted(column, key=lambda i: boxes[i][1]) for column in columns]


def _side_by_side(boxes: Sequence[Box], column: Sequence[int], index: int) -> bool:
    """Tell whether the box `index` stands beside one of `column` and not above or below it."""
    top, bottom = boxes[index][1], boxes[index][3]
    return any(
        min(bottom, boxes[i][3]) - max(top, boxes[i][1]) > 0.3 * min(bottom - top, boxes[i][3] - boxes[i][1])
        for i in column
    )


def _adjacent(columns: Sequence[list[int]], boxes: Sequence[Box]) -> list[list[list[int]]]:
    """Group `columns`, given from the right, where each stands close to the one before and beside it."""
    blocks: list[list[list[int]]] = []
    for column in columns:
        last = blocks[-1][-1] if blocks else None
        if last is not None and _close(column, last, boxes):
            blocks[-1].append(column)
        else:
            blocks.append([column])
    return blocks


def _close(column: Sequence[int], right: Sequence[int], boxes: Sequence[Box]) -> bool:
    gap = min(boxes[i][0] for i in right) - max(boxes[i][2] for i in column)
    width = max(boxes[i][2] - boxes[i][0] for i in column)
    top, bottom = min(boxes[i][1] for i in column), max(boxes[i][3] for i in column)
    other_top, other_bottom = min(boxes[i][1] for i in right), max(boxes[i][3] for i in right)
    beside = min(bottom, other_bottom) - max(top, other_top)
    return gap < NEAR * width and beside > 0.5 * min(bottom - top, other_bottom - other_top)
