"""The typefaces of the sample archive: found on this machine, opened once per size, measured per character."""

from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

from lantai.kernel.errors import UnavailableError, gettext_noop

_ROOTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")

_PACKAGES = "fonts-noto-cjk fonts-arphic-gbsn00lp fonts-arphic-gkai00mp"

# Face → file names in order of preference. Song stands for the body face, kai for handwriting and seals of names.
FACES: dict[str, tuple[str, ...]] = {
    "song": ("gbsn00lp.ttf", "NotoSerifCJK-Regular.ttc"),
    "kai": ("gkai00mp.ttf", "gbsn00lp.ttf"),
    "serif": ("NotoSerifCJK-Regular.ttc",),
    "title": ("NotoSerifCJK-Bold.ttc",),
    "hei": ("NotoSansCJK-Bold.ttc",),
    "sans": ("NotoSansCJK-Regular.ttc",),
}


@cache
def font_path(face: str) -> Path:
    """Return the file of a face; raises UnavailableError with the packages to install."""
    for name in FACES[face]:
        for root in _ROOTS:
            found = next(iter(sorted(root.rglob(name))), None) if root.is_dir() else None
            if found is not None:
                return found
    raise UnavailableError(
        "sample.no_fonts",
        gettext_noop(
            "The Chinese font %(font)s is not on this machine, so no sample pages can be drawn. "
            "Type: sudo apt-get install --yes %(packages)s"
        ),
        font=FACES[face][0],
        packages=_PACKAGES,
    )


@cache
def face_index(face: str) -> int:
    """Return the place of the simplified-Chinese font in a font collection (0 for a plain file)."""
    path = font_path(face)
    if path.suffix != ".ttc":
        return 0
    for index in range(16):
        try:
            family = ImageFont.truetype(path, 20, index=index).getname()[0] or ""
        except OSError:
            break
        if family.endswith(" SC") and "Mono" not in family:
            return index
    return 0


@lru_cache(maxsize=96)
def font_at(face: str, tenth_px: int) -> ImageFont.FreeTypeFont:
    """Return a face at a size in tenths of a pixel, of which those last used are kept open."""
    return ImageFont.truetype(
        font_path(face), tenth_px / 10, index=face_index(face), layout_engine=ImageFont.Layout.BASIC
    )


@cache
def _advance(face: str, character: str) -> float:
    return font_at(face, 1000).getlength(character) / 100


def width_em(text: str, face: str) -> float:
    """Return the width of a text in units of its type size."""
    return sum(_advance(face, character) for character in text)
