"""The operators that put unseen text on a page (ISO 32000-1, 9.3.6: rendering mode 3)."""

import math
from collections.abc import Iterable

from lantai.viewing.adapters.dual_layer.unseen_font import Alphabet
from lantai.viewing.adapters.dual_layer.writer import number
from lantai.viewing.rules.unseen_text import UnseenLine

FONT = b"/A"
_LEAST_SCALE, _MOST_SCALE = 1.0, 5000.0


def words_on_page(
    lines: Iterable[UnseenLine], points_per_px: float, width: float, height: float, alphabet: Alphabet
) -> bytes:
    """Return the text of a page of `width` x `height` points, one operator after the other in reading order."""
    pieces: list[bytes] = []
    for line in lines:
        x, y = line.x * points_per_px, height - line.y * points_per_px
        # Viewers drop letters outside the page.
        x, y = min(max(x, 0.1), width - 1), min(max(y, 0.1), height - 1)
        if line.break_px:
            pieces.append(_row_break(line, points_per_px, height, alphabet))
        pieces.append(_placed(line, x, y, points_per_px, alphabet))
    return b"BT 3 Tr\n" + b"".join(pieces) + b"ET\n" if pieces else b""


def _placed(line: UnseenLine, x: float, y: float, points_per_px: float, alphabet: Alphabet) -> bytes:
    size = line.size * points_per_px
    cosine, sine = math.cos(math.radians(line.angle_degrees)), math.sin(math.radians(line.angle_degrees))
    place = (cosine, -sine, sine, cosine, x, y)
    return (
        FONT + b" " + number(size) + b" Tf " + b" ".join(f"{n:.5f}".encode() for n in place[:4]) + b" "
        + number(x) + b" " + number(y) + b" Tm\n" + _letters(line, size / points_per_px, alphabet)
    )  # fmt: skip


def _letters(line: UnseenLine, size: float, alphabet: Alphabet) -> bytes:
    """Return the letters, each as wide as it stands on the page; rounding errors do not add up."""
    pieces: list[bytes] = []
    held = b""
    scale_of_held = 0
    wanted = reached = 0.0
    for character, advance in zip(line.text, line.advances, strict=True):
        wanted += advance
        scale = round(max(_LEAST_SCALE, min(_MOST_SCALE, (wanted - reached) / size * 100)))
        reached += scale * size / 100
        if held and abs(scale - scale_of_held) > 1:
            pieces.append(b"%d Tz<%s>Tj\n" % (scale_of_held, held))
            held = b""
        if not held:
            scale_of_held = scale
        else:
            reached += (scale_of_held - scale) * size / 100
        held += b"%04X" % alphabet.code(character)
    if held:
        pieces.append(b"%d Tz<%s>Tj\n" % (scale_of_held, held))
    return b"".join(pieces)


def _row_break(line: UnseenLine, points_per_px: float, height: float, alphabet: Alphabet) -> bytes:
    """Put a space far off the line: readers then close the row before instead of sorting into it."""
    size, away = line.size * points_per_px, line.break_px * points_per_px
    y = height - line.y * points_per_px
    y = y + away if y + away + size < height else y - away
    return (
        FONT + b" " + number(size) + b" Tf 20 Tz 1 0 0 1 " + number(max(line.x * points_per_px, 0.1)) + b" "
        + number(max(y, 0.1)) + b" Tm<%04X>Tj\n" % alphabet.code(" ")
    )  # fmt: skip
