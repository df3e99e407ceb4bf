"""The font of the unseen text: one letter, a box as wide as it is high, that stands for every character there is.

Its text is never painted. An empty letter would do for poppler, but pdfium passes over text without an extent.
"""

import io
from functools import lru_cache

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from lantai.viewing.adapters.dual_layer.writer import PdfWriter

UNIT = 1000
ASCENT, DESCENT = 880, -120
NAME = b"LTNGAA+LantaiUnseen"
_MOST_CODES = 0xFFFF
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_BLOCK = 100
# 2024-01-01, in seconds from 1904: the font is the same whenever it is made.
_FIXED_MOMENT = 3_786_912_000


class Alphabet:
    """Numbers characters as they come, those beyond the first plane like any other."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def code(self, character: str) -> int:
        """Return the code of a character in the font, from 1."""
        code = self._codes.get(character)
        if code is None:
            if len(self._codes) >= _MOST_CODES - 1 and character != _UNKNOWN:
                return self.code(_UNKNOWN)
            code = self._codes[character] = len(self._codes) + 1
        return code

    def to_unicode(self) -> bytes:
        """Return the CMap that turns codes back into characters (ISO 32000-1, 9.10.3)."""
        pairs = [
            b"<%04X><%s>" % (code, character.encode("utf-16-be", "replace").hex().upper().encode())
            for character, code in self._codes.items()
        ]
        blocks = [pairs[start : start + _BLOCK] for start in range(0, len(pairs), _BLOCK)]
        body = b"".join(b"%d beginbfchar\n%s\nendbfchar\n" % (len(block), b"\n".join(block)) for block in blocks)
        return (
            b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
            b"/CMapName/LantaiUnseen def\n/CMapType 2 def\n"
            b"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n" + body + b"endcmap\n"
            b"CMapName currentdict /CMap defineresource pop\nend\nend\n"
        )


def put_font(writer: PdfWriter, own: int, alphabet: Alphabet) -> None:
    """Write the font as the object `own`, with the letters that `alphabet` has numbered."""
    program = font_program()
    file = writer.add_stream(b"/Length1 %d" % len(program), program)
    # The bits of CIDSet would have to name every code: it is optional, and left out.
    descriptor = writer.add(
        b"<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[0 %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d"
        b"/CapHeight %d/StemV 80/FontFile2 %d 0 R>>" % (NAME, DESCENT, UNIT, ASCENT, ASCENT, DESCENT, ASCENT, file)
    )
    glyphs = writer.add_stream(b"", b"\0\1" * 65536)
    descendant = writer.add(
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor %d 0 R/DW %d/CIDToGIDMap %d 0 R>>" % (NAME, descriptor, UNIT, glyphs)
    )
    names = writer.add_stream(b"", alphabet.to_unicode())
    writer.put(
        own,
        b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (NAME, descendant, names),
    )


@lru_cache(maxsize=1)
def font_program() -> bytes:
    """Return a TrueType font with the one box, the same bytes every time."""
    builder = FontBuilder(UNIT, isTTF=True)
    builder.setupGlyphOrder([".notdef", "unseen"])
    builder.setupCharacterMap({0x20: "unseen"})
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    for corner in ((0, ASCENT), (UNIT, ASCENT), (UNIT, DESCENT)):
        pen.lineTo(corner)
    pen.closePath()
    box = pen.glyph()
    builder.setupGlyf({".notdef": box, "unseen": box})
    builder.setupHorizontalMetrics({".notdef": (UNIT, 0), "unseen": (UNIT, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    builder.setupNameTable({"familyName": "LantaiUnseen", "styleName": "Regular"})
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = _FIXED_MOMENT
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()
