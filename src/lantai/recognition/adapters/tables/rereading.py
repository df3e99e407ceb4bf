"""Read again what stands in single cells: parts that a border cut out of a run, and ink where nothing was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from lantai.recognition.adapters.engine import engine_here
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.adapters.runs import Run
from lantai.recognition.adapters.strips import Way, read_runs
from lantai.recognition.adapters.tables.rules_on_page import LevelPage
from lantai.recognition.rules.calibration import sureness_of
from lantai.recognition.rules.tables.pieces import BORDER_SIGNS, Glyph, Piece, joined_pieces
from lantai.recognition.rules.tables.ruled import Grid, Span

Place = tuple[int, Span]
CellText = tuple[str, float]
LevelBox = tuple[float, float, float, float]

MOST_READ_AGAIN = 100
BORDER = 4.0
INSET = 7
LEAST_INK_HEIGHT, LEAST_INK = 11, 30
SURE_ALONE, SURE_ENOUGH = 0.75, 0.6


@dataclass(frozen=True, slots=True)
class _Request:
    """A box of the level page to read, and the piece it replaces (none for a cell without text)."""

    place: Place
    box: LevelBox
    piece: Piece | None


def read_again(
    image: Image, page: LevelPage, grids: Sequence[Grid], contents: Mapping[Place, Sequence[Piece]]
) -> dict[Place, CellText]:
    """Return the text of those cells for which reading a part on its own gave it; `image` is the upright page."""
    requests = [
        _of_piece(grids, place, piece) for place, pieces in contents.items() for piece in pieces if not piece.whole
    ]
    requests += _of_ink(page, grids, contents)
    requests = [r for r in requests if r.box[2] - r.box[0] >= 8 and r.box[3] - r.box[1] >= 8][:MOST_READ_AGAIN]
    if not requests:
        return {}
    readings = _read(image, page, [request.box for request in requests])
    better: dict[Place, list[tuple[_Request, str, float]]] = {}
    for request, (text, sure) in zip(requests, readings, strict=True):
        if text and sure >= (SURE_ALONE if request.piece is None else SURE_ENOUGH):
            better.setdefault(request.place, []).append((request, text, sure))
        elif request.piece is not None and len(request.piece.text) == 1 and sure < SURE_ENOUGH:
            better.setdefault(request.place, []).append((request, "", 1.0))
    return {place: _mended(contents.get(place, ()), found) for place, found in better.items()}


def _of_piece(grids: Sequence[Grid], place: Place, piece: Piece) -> _Request:
    grid, span = grids[place[0]], place[1]
    left = grid.uprights[span.left].at(piece.y) + BORDER
    right = grid.uprights[span.right].at(piece.y) - BORDER
    reach = 0.45 * piece.height
    box = (max(left, piece.left - reach), piece.top, min(right, piece.right + reach), piece.bottom)
    return _Request(place, box, piece)


def _of_ink(page: LevelPage, grids: Sequence[Grid], contents: Mapping[Place, Sequence[Piece]]) -> list[_Request]:
    """Return a request for each cell that has ink of a character's size but no text."""
    found = []
    for number, grid in enumerate(grids):
        for span in grid.spans:
            if not contents.get((number, span)):
                box = _ink_box(page, grid, span)
                if box is not None:
                    found.append(_Request((number, span), box, None))
    return found


def _ink_box(page: LevelPage, grid: Grid, span: Span) -> LevelBox | None:
    corners = np.asarray(grid.corners(span))
    left, top = (int(v) + INSET for v in np.maximum(corners[0], corners[[3, 1], [0, 1]]))
    right, bottom = (int(v) - INSET for v in np.minimum(corners[2], corners[[1, 3], [0, 1]]))
    left, top = max(left, 0), max(top, 0)
    if right - left < LEAST_INK_HEIGHT or bottom - top < LEAST_INK_HEIGHT:
        return None
    ink = page.ink[top:bottom, left:right]
    if cv2.countNonZero(ink) < LEAST_INK:
        return None
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    tall = stats[1:count][stats[1:count, cv2.CC_STAT_HEIGHT] >= LEAST_INK_HEIGHT]
    if not len(tall) or len(tall) > 40:
        return None
    x0, y0 = int(tall[:, 0].min()), int(tall[:, 1].min())
    x1, y1 = int((tall[:, 0] + tall[:, 2]).max()), int((tall[:, 1] + tall[:, 3]).max())
    if y1 - y0 > 70:
        return None
    room = max(0.25 * (y1 - y0), 4)
    return left + x0 - room, top + y0 - room, left + x1 + room, top + y1 + room


def _read(image: Image, page: LevelPage, boxes: Sequence[LevelBox]) -> list[CellText]:
    height, width = image.shape[:2]
    runs = []
    for left, top, right, bottom in boxes:
        corners = [page.page(x, y) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))]
        points = np.clip(np.asarray(corners, np.float32), 0, (width - 1, height - 1)).astype(np.float32)
        runs.append((Run(points), Way.LEVEL))
    found = []
    for reading in read_runs(engine_here(), image, runs):
        text = "".join(" " if sign in BORDER_SIGNS else sign for sign in reading.text).strip()
        sureness = sureness_of(reading.text, reading.first, reading.second)
        found.append((text, sum(sureness) / len(sureness) if sureness else 0.0))
    return found


def _mended(pieces: Sequence[Piece], found: Sequence[tuple[_Request, str, float]]) -> CellText:
    """Return the text of a cell in which some pieces are read anew."""
    replaced = {id(request.piece): (text, sure) for request, text, sure in found if request.piece is not None}
    kept = [_with_text(piece, *replaced[id(piece)]) if id(piece) in replaced else piece for piece in pieces]
    if not pieces:
        return found[0][1], found[0][2]
    return joined_pieces([piece for piece in kept if piece.text])


def _with_text(piece: Piece, text: str, confidence: float) -> Piece:
    step = (piece.right - piece.left) / max(len(text), 1)
    glyphs = [
        Glyph(sign, piece.left + n * step, piece.left + (n + 1) * step, piece.y) for n, sign in enumerate(text or " ")
    ]
    return replace(piece, glyphs=tuple(glyphs), confidence=confidence)
