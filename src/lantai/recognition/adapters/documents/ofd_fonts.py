"""Outlines of letters for OFD pages: from the fonts embedded in the file, else from the Chinese fonts of this machine."""

import io
import logging
import re
import struct
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont, TTLibError

from lantai.recognition.rules.ofd_page import Path as Outline

# Subsets in files are full of small faults that do not matter for their outlines.
logging.getLogger("fontTools").setLevel(logging.ERROR)

_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
_SERIF = re.compile(r"NotoSerifCJK-Regular|SourceHanSerif.*Regular|simsun|uming|fangsong", re.IGNORECASE)
_SANS = re.compile(r"NotoSansCJK-Regular|SourceHanSans.*Regular|wqy|simhei|DroidSansFallback", re.IGNORECASE)
_LATIN_SERIF = re.compile(r"LiberationSerif-Regular|DejaVuSerif\.", re.IGNORECASE)
_LATIN_SANS = re.compile(r"LiberationSans-Regular|DejaVuSans\.", re.IGNORECASE)
_LATIN_MONO = re.compile(r"LiberationMono-Regular|DejaVuSansMono\.", re.IGNORECASE)
_SANS_NAMES = re.compile(r"黑|hei|sans|arial|helvet|圆|gothic|微软|yahei|verdana|tahoma", re.IGNORECASE)
_MONO_NAMES = re.compile(r"courier|mono|consol|ocr", re.IGNORECASE)
_LATIN_NAMES = re.compile(r"courier|times|arial|helvet|verdana|tahoma|consol|georgia|calibri|cambria", re.IGNORECASE)
# What broken fonts make fontTools raise.
FONT_FAULTS = (
    TTLibError, AssertionError, LookupError, ValueError, TypeError, AttributeError, struct.error, EOFError,
    OverflowError, RecursionError, NotImplementedError, MemoryError, ArithmeticError,
)  # fmt: skip
MOST_FONT_BYTES = 64 << 20
MOST_SEGMENTS = 20_000


class Letters:
    """The outlines of one font. `unit` is the size of one font unit as a share of the em."""

    def __init__(self, unit: float, names: list[str], drawn: Callable[[str, Any], None], codes: dict[int, str]) -> None:
        self.unit = unit
        self._names = names
        self._drawn = drawn
        self._codes = codes
        self._outlines: dict[str, Outline] = {}

    def has(self, character: str) -> bool:
        return ord(character) in self._codes

    def of_character(self, character: str) -> Outline | None:
        """Return the outline of a character in font units, y upwards; None where the font does not have it."""
        name = self._codes.get(ord(character))
        return None if name is None else self._outline(name)

    def of_glyph(self, number: int) -> Outline | None:
        """Return the outline of glyph `number`, or None."""
        return self._outline(self._names[number]) if 0 <= number < len(self._names) else None

    def _outline(self, name: str) -> Outline:
        if name not in self._outlines:
            pen = _OutlinePen()
            try:
                self._drawn(name, pen)
            except FONT_FAULTS:
                pen.outline.clear()
            self._outlines[name] = pen.outline
        return self._outlines[name]


class _OutlinePen(BasePen):  # type: ignore[misc]
    """Writes down an outline; the base class turns parabolas into cubic curves and resolves components."""

    def __init__(self) -> None:
        super().__init__(None)
        self.outline: Outline = []

    def _add(self, kind: str, *points: tuple[float, float]) -> None:
        if len(self.outline) >= MOST_SEGMENTS:
            raise ValueError("outline without end")
        self.outline.append((kind, points))

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._add("m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._add("l", pt)

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._add("c", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802
        self._add("h")

    def _endPath(self) -> None:  # noqa: N802
        self._add("h")


def letters_of(content: bytes) -> Letters | None:
    """Return the letters of an embedded font (TrueType, OpenType, bare CFF), or None where it cannot be read."""
    if not content or len(content) > MOST_FONT_BYTES:
        return None
    try:
        if content[:4] in (b"\0\1\0\0", b"true", b"OTTO", b"ttcf"):
            return _of_font(TTFont(io.BytesIO(content), lazy=True, fontNumber=0, recalcBBoxes=False))
        return _of_cff(content)
    except FONT_FAULTS:
        return None


def _of_font(font: TTFont) -> Letters:
    glyphs = font.getGlyphSet()
    pens = _RootedPens(glyphs)
    unit = 1 / (font["head"].unitsPerEm or 1000)
    return Letters(unit, font.getGlyphOrder(), pens.draw, _codes(font))


class _RootedPens:
    """Draws glyphs whose components are looked up in the same font."""

    def __init__(self, glyphs: Any) -> None:
        self._glyphs = glyphs

    def draw(self, name: str, pen: _OutlinePen) -> None:
        pen.glyphSet = self._glyphs
        self._glyphs[name].draw(pen)


def _codes(font: TTFont) -> dict[int, str]:
    """Return the names of glyphs by code point; a symbol font's private codes are taken as plain ones too."""
    try:
        best = font.getBestCmap()
        if best is None and "cmap" in font:
            best = {}
            for table in font["cmap"].tables:
                best |= table.cmap
    except FONT_FAULTS:
        return {}
    codes = dict(best or {})
    return {code - 0xF000: name for code, name in codes.items() if 0xF020 <= code <= 0xF0FF} | codes


def _of_cff(content: bytes) -> Letters | None:
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(content), None)
    top = fonts[0]
    strings = top.CharStrings
    matrix = getattr(top, "FontMatrix", None) or [0.001]
    codes: dict[int, str] = {}
    return Letters(float(matrix[0]) or 0.001, top.charset, lambda name, pen: strings[name].draw(pen), codes)


def substitutes(font_name: str) -> list[Letters]:
    """Return this machine's fonts that may stand for `font_name`, the likeliest first; empty where it has none."""
    sans, mono = bool(_SANS_NAMES.search(font_name)), bool(_MONO_NAMES.search(font_name))
    chinese = [_SANS, _SERIF] if sans else [_SERIF, _SANS]
    latin = [_LATIN_MONO if mono else _LATIN_SANS if sans else _LATIN_SERIF]
    wanted = [*latin, *chinese] if _LATIN_NAMES.search(font_name) else [*chinese, *latin]
    found = [_system(pattern.pattern) for pattern in (*wanted, _LATIN_SANS)]
    return [letters for letters in found if letters is not None]


@lru_cache(maxsize=8)
def _system(pattern: str) -> Letters | None:
    name = re.compile(pattern, re.IGNORECASE)
    for path in sorted(p for p in _system_files() if name.search(p.name)):
        try:
            return _of_font(_simplified(path))
        except (*FONT_FAULTS, OSError):
            continue
    return None


def _simplified(path: Path) -> TTFont:
    """Return the font of a file; of a collection the one for simplified Chinese, if it says so."""
    if path.suffix.lower() != ".ttc":
        return TTFont(path, lazy=True)
    with path.open("rb") as stream:
        count = struct.unpack(">4sLL", stream.read(12))[2]
    fonts = [TTFont(path, lazy=True, fontNumber=number) for number in range(min(count, 12))]
    return next((font for font in fonts if "SC" in (font["name"].getDebugName(1) or "").split()), fonts[0])


@lru_cache(maxsize=1)
def _system_files() -> tuple[Path, ...]:
    suffixes = (".ttc", ".ttf", ".otf")
    return tuple(
        path for folder in _FOLDERS if folder.is_dir() for path in folder.rglob("*") if path.suffix.lower() in suffixes
    )
