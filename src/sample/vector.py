"""Print a sheet as a born-digital PDF page: real text in an embedded subset of the typeface, no picture of it."""

import io
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont

from sample.fonts import font_path
from sample.seals import SEAL_RED, seal_alpha
from sample.sheet import MM_PER_INCH, RGB, Rule, Seal, Sheet, Text

# TrueType faces only: their subsets embed as they are. The heavy faces become the body face with a stroke.
_FACE_PARTS_LEFT_OUT = ["mort", "vhea", "vmtx", "EBDT", "EBLC", "GSUB"]

_EMBEDDED = {"kai": "kai"}
_BOLD = {"title": 0.028, "hei": 0.02}

_SEAL_PX = 420


def plain_faces(sheet: Sheet) -> Sheet:
    """Return the sheet set in the faces that a born-digital page embeds."""
    marks = [
        replace(mark, face=_EMBEDDED.get(mark.face, "song")) if isinstance(mark, Text) else mark for mark in sheet.marks
    ]
    return Sheet(sheet.width_mm, sheet.height_mm, marks, sheet.tables)


class _Face:
    """One embedded typeface: the glyphs that the pages use, their widths, and the way back to text."""

    def __init__(self, face: str, characters: set[str]) -> None:
        options = subset.Options(
            layout_features=[], name_IDs=[1, 2, 4, 6], notdef_outline=True, hinting=False, recalc_timestamp=False
        )
        options.drop_tables += _FACE_PARTS_LEFT_OUT
        # The Arphic files carry a few bytes more than their header says; fontTools warns of it each time.
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        font = TTFont(font_path(face), lazy=True, recalcTimestamp=False)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[ord(character) for character in characters])
        cutter.subset(font)
        shell = io.BytesIO()
        font.save(shell)
        self.program = shell.getvalue()
        self.units = font["head"].unitsPerEm
        names = font.getBestCmap()
        self.glyphs = {chr(point): font.getGlyphID(name) for point, name in names.items()}
        self.widths = {font.getGlyphID(name): font["hmtx"][name][0] * 1000 // self.units for name in names.values()}
        self.name = f"YANZHO+{face.title()}"

    def coded(self, text: str) -> str:
        return "".join(f"{self.glyphs.get(character, 0):04X}" for character in text)

    def embed(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        program = pdf.make_stream(self.program, Length1=len(self.program))
        described = pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=pikepdf.Name("/" + self.name),
            Flags=4,
            FontBBox=[0, -200, 1000, 900],
            ItalicAngle=0,
            Ascent=860,
            Descent=-140,
            CapHeight=700,
            StemV=80,
            FontFile2=program,
        )
        widths: list[object] = []
        for glyph, width in sorted(self.widths.items()):
            widths += [glyph, [width]]
        below = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=pikepdf.Name("/" + self.name),
            CIDSystemInfo=pikepdf.Dictionary(
                Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
            ),
            FontDescriptor=pdf.make_indirect(described),
            DW=1000,
            W=pikepdf.Array(widths),
            CIDToGIDMap=pikepdf.Name.Identity,
        )
        return pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type0,
                BaseFont=pikepdf.Name("/" + self.name),
                Encoding=pikepdf.Name("/Identity-H"),
                DescendantFonts=[pdf.make_indirect(below)],
                ToUnicode=pdf.make_stream(self._to_unicode()),
            )
        )

    def _to_unicode(self) -> bytes:
        pairs = [f"<{glyph:04X}> <{ord(character):04X}>" for character, glyph in sorted(self.glyphs.items())]
        blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
        lines = [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CMapName /Yanzhou-UCS def",
            "/CMapType 2 def",
        ]
        lines += ["1 begincodespacerange", "<0000> <FFFF>", "endcodespacerange"]
        for block in blocks:
            lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
        lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
        return "\n".join(lines).encode()


def _tint(colour: RGB, operator: str) -> str:
    return " ".join(f"{part / 255:.3f}" for part in colour) + f" {operator}"


def _text(mark: Text, original: Text, face: _Face, height_mm: float, scale: float) -> str:
    size = mark.size_mm * scale
    bold = _BOLD.get(original.face, 0.0) * size
    mode = f"2 Tr {bold:.3f} w {_tint(mark.colour, 'RG')}" if bold else "0 Tr"
    where = f"1 0 0 1 {mark.x_mm * scale:.3f} {(height_mm - mark.y_mm) * scale:.3f} Tm"
    return (
        f"BT /{mark.face} {size:.3f} Tf {_tint(mark.colour, 'rg')} {mode} {mark.tracking_mm * scale:.4f} Tc {where} "
        f"<{face.coded(mark.text)}> Tj ET"
    )


def _rule(mark: Rule, height_mm: float, scale: float) -> str:
    ends = (mark.x0_mm * scale, (height_mm - mark.y0_mm) * scale, mark.x1_mm * scale, (height_mm - mark.y1_mm) * scale)
    return f"{_tint(mark.colour, 'RG')} {mark.width_mm * scale:.3f} w {ends[0]:.2f} {ends[1]:.2f} m {ends[2]:.2f} {ends[3]:.2f} l S"


def _seal(pdf: pikepdf.Pdf, mark: Seal) -> tuple[pikepdf.Object, float]:
    alpha = seal_alpha(mark.ring_text, mark.inner_text, mark.shape, _SEAL_PX, mark.angle_degrees, mark.grain)
    side = alpha.shape[0]
    about = {
        "Type": pikepdf.Name.XObject,
        "Subtype": pikepdf.Name.Image,
        "Width": side,
        "Height": side,
        "BitsPerComponent": 8,
    }
    mask = pdf.make_stream((alpha * 255).astype(np.uint8).tobytes(), **about, ColorSpace=pikepdf.Name.DeviceGray)
    red = np.tile(np.array(SEAL_RED, np.uint8), side * side).tobytes()
    return pdf.make_stream(red, **about, ColorSpace=pikepdf.Name.DeviceRGB, SMask=mask), side / _SEAL_PX


def write_born_pdf(path: Path, sheets: Sequence[Sheet], *, title: str, author: str, on: date) -> None:
    """Write sheets as a PDF with text."""
    scale = 72 / MM_PER_INCH
    plain = [plain_faces(sheet) for sheet in sheets]
    used: dict[str, set[str]] = {}
    for sheet in plain:
        for line in sheet.lines:
            used.setdefault(line.face, set()).update(line.text)
    faces = {face: _Face(face, characters) for face, characters in sorted(used.items())}
    with pikepdf.new() as pdf:
        fonts = pikepdf.Dictionary({f"/{face}": made.embed(pdf) for face, made in faces.items()})
        for original, sheet in zip(sheets, plain, strict=True):
            page = pdf.add_blank_page(page_size=(sheet.width_mm * scale, sheet.height_mm * scale))
            pictures = pikepdf.Dictionary()
            parts: list[str] = []
            for bare, mark in zip(original.marks, sheet.marks, strict=True):
                if isinstance(mark, Text) and isinstance(bare, Text):
                    parts.append(
                        _text(mark, bare, faces[mark.face], sheet.height_mm, scale) if mark.text.strip() else ""
                    )
                elif isinstance(mark, Rule):
                    parts.append(_rule(mark, sheet.height_mm, scale))
                elif isinstance(mark, Seal):
                    name = f"/Seal{len(pictures.keys())}"
                    pictures[name], grown = _seal(pdf, mark)
                    side = mark.size_mm * grown * scale
                    left, low = mark.x_mm * scale - side / 2, (sheet.height_mm - mark.y_mm) * scale - side / 2
                    parts.append(f"q {side:.2f} 0 0 {side:.2f} {left:.2f} {low:.2f} cm {name} Do Q")
            page.obj.Resources = pikepdf.Dictionary(Font=fonts, XObject=pictures)
            page.obj.Contents = pdf.make_stream("\n".join(part for part in parts if part).encode())
        stamp = f"D:{on:%Y%m%d}090000+08'00'"
        pdf.docinfo["/Title"], pdf.docinfo["/Author"] = title, author
        pdf.docinfo["/CreationDate"], pdf.docinfo["/Creator"] = stamp, "砚州市电子公文系统"
        pdf.save(path, deterministic_id=True, compress_streams=True)
