"""Files that are hard to read, each with what must become of it: text, a finding, or a stated refusal."""

import io
import random
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image

from sample import troubles
from sample.raster import print_sheet
from sample.sheet import Sheet, Text, points

Image8 = NDArray[np.uint8]
DPI = 150
SENTENCES = (
    "为规范全市电子档案的收集、整理和利用",
    "根据《中华人民共和国档案法》的有关规定",
    "结合我市工作实际，现将有关事项通知如下",
    "各单位要高度重视，加强领导，明确责任",
    "确保各项任务按期完成，并于年底前报送",
    "市档案局将会同有关部门进行检查和指导",
)


@dataclass(frozen=True, slots=True)
class TroubleFile:
    """A file with its number of pages, words that must be read on it ("" where none can be), and the finding expected.

    `fault` is the refusal of the reader where the file cannot be opened at all.
    """

    name: str
    content: bytes
    pages: int = 1
    text: str = ""
    code: str = ""
    fault: str = ""


def page_of(lines: Sequence[str], number: str = "") -> Image8:
    """Return a half page of print with `lines` in it and a page number at its foot."""
    sheet = Sheet(210.0, 160.0)
    for place, line in enumerate(lines):
        sheet.put(Text(line, 30, 30 + 13 * place, points(16), "song"))
    if number:
        sheet.centre(number, 150, points(12), "song")
    return print_sheet(sheet, DPI).image


def trouble_files(seed: int = 1) -> Iterator[TroubleFile]:
    """Yield one file of every kind of trouble, in a fixed order."""
    rng = random.Random(seed)  # noqa: S311 invented papers, no secret
    page = page_of(SENTENCES)
    first = SENTENCES[0]
    yield TroubleFile("blank.png", _png(troubles.blank(page, rng)), code="quality.blank")
    yield TroubleFile(
        "photograph.jpg", _jpeg(troubles.photographed(page, rng)), text="档案法", code="quality.photographed"
    )
    yield TroubleFile("spread.png", _png(_spread(rng)), text="左页第一行", code="quality.two_pages")
    yield TroubleFile("fax.tif", _fax(page, rng), text="档案法", code="")
    yield TroubleFile("mixed.png", _png(_mixed(rng)), text="呼和浩特市 Hohhot 2024", code="")
    yield TroubleFile("script.png", _png(troubles.upright_script(page, rng)), code="quality.script")
    yield TroubleFile("hand.png", _png(troubles.scrawl(page, rng)), code="quality.unreadable")
    yield TroubleFile(
        "upside_down.png", _png(np.ascontiguousarray(page[::-1, ::-1])), text="档案法", code="quality.turned"
    )
    yield TroubleFile(
        "no_unicode.pdf",
        scanned_pdf(page, "".join(chr(0xE000 + i) for i in range(60))),
        text="档案法",
        code="quality.text_layer",
    )
    yield TroubleFile(
        "mojibake.pdf",
        scanned_pdf(page, first.encode().decode("latin-1") * 3),
        text="档案法",
        code="quality.text_layer",
    )
    yield TroubleFile("wrong_words.pdf", scanned_pdf(page, *_others()), text="档案法", code="quality.text_layer")
    yield TroubleFile("missing.ofd", ofd_without_its_picture(), code="quality.missing_resource")
    yield TroubleFile("broken.png", _png(page)[:900] + b"IEND", fault="documents.truncated", code="quality.failed")
    yield TroubleFile("cut_off.jpg", _jpeg(page)[:-4000], fault="documents.truncated", code="quality.failed")


def _others() -> list[str]:
    """Return lines of sound Chinese that are not on the page."""
    return ["今年春天雨水很多，庄稼长得很好", "他们昨天下午到河边去看了新建的桥", "学校开学以后老师和同学都很高兴"] * 2


def _spread(rng: random.Random) -> Image8:
    left = page_of([f"左页第{n}行，关于档案工作的规定" for n in "一二三四五六"], "— 12 —")
    right = page_of([f"右页第{n}行，各单位认真贯彻执行" for n in "一二三四五六"], "— 13 —")
    return troubles.two_pages(left, right, rng)


def _mixed(rng: random.Random) -> Image8:
    """Return a page with Chinese, English and figures beside a column of upright script."""
    page = page_of(
        [
            "呼和浩特市 Hohhot 2024",
            "ISO 9001:2015 质量管理体系",
            "电话 0471-6812345 传真 Fax",
            "面积 1,250.75 m 合计 98.6%",
        ]
    )
    width = page.shape[1] // 5
    page[:, -width:] = troubles.upright_script(page, rng)[:, width : 2 * width]
    return page


def scanned_pdf(page: Image8, *layer: str) -> bytes:
    """Return a PDF of one scanned page whose hidden text says `layer`, whatever the picture says.

    The font is not embedded: its map to Unicode alone says what the codes mean, as in files of broken converters.
    """
    height, width = page.shape[:2]
    points_wide, points_high = width * 72 / DPI, height * 72 / DPI
    stream = io.BytesIO()
    with pikepdf.new() as pdf:
        picture = pikepdf.Stream(
            pdf,
            _jpeg(page),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=width,
            Height=height,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        leaf = pdf.add_blank_page(page_size=(points_wide, points_high))
        characters = sorted(set("".join(layer)))
        codes = {character: code for code, character in enumerate(characters, start=1)}
        leaf.obj.Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(Scan=picture), Font=pikepdf.Dictionary(F=_font(pdf, codes))
        )
        shown = [
            f"BT /F 16 Tf 3 Tr {30 / 25.4 * 72:.1f} {points_high - (30 + 13 * place) / 25.4 * 72:.1f} Td "
            f"<{''.join(f'{codes[c]:04X}' for c in line)}> Tj ET"
            for place, line in enumerate(layer)
        ]
        drawn = f"q {points_wide:.2f} 0 0 {points_high:.2f} 0 0 cm /Scan Do Q " + " ".join(shown)
        leaf.obj.Contents = pdf.make_stream(drawn.encode())
        pdf.save(stream)
    return stream.getvalue()


def _font(pdf: pikepdf.Pdf, codes: dict[str, int]) -> pikepdf.Object:
    rows = "\n".join(
        f"<{code:04X}> <{character.encode('utf-16-be').hex().upper()}>" for character, code in codes.items()
    )
    table = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{rows}\nendbfchar\nendcmap end end"
    )
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=pikepdf.Name.Hidden,
        CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        DW=1000,
        FontDescriptor=pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name.Hidden, Flags=4, Ascent=880, Descent=-120,
            CapHeight=700, ItalicAngle=0, StemV=80, FontBBox=[0, -120, 1000, 880],
        ),
    )  # fmt: skip
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type0,
            BaseFont=pikepdf.Name.Hidden,
            Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=[pdf.make_indirect(descendant)],
            ToUnicode=pdf.make_stream(table.encode()),
        )
    )


def ofd_without_its_picture() -> bytes:
    """Return an OFD whose only page shows a picture that is not in the package."""
    namespace = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "OFD.xml",
            f'<ofd:OFD {namespace} Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml'
            "</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        package.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {namespace}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
            "</ofd:PageArea><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData>"
            '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        )
        package.writestr(
            "Doc_0/DocumentRes.xml",
            f'<ofd:Res {namespace} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="9" Type="Image">'
            "<ofd:MediaFile>lost.jpg</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>",
        )
        package.writestr(
            "Doc_0/Pages/Page_0/Content.xml",
            f'<ofd:Page {namespace}><ofd:Content><ofd:Layer ID="2"><ofd:ImageObject ID="3" ResourceID="9" '
            'Boundary="0 0 210 297" CTM="210 0 0 297 0 0"/></ofd:Layer></ofd:Content></ofd:Page>',
        )
    return stream.getvalue()


def _png(image: Image8) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG", dpi=(DPI, DPI), compress_level=1)
    return stream.getvalue()


def _jpeg(image: Image8) -> bytes:
    done, coded = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    assert done
    return coded.tobytes()


def _fax(image: Image8, rng: random.Random) -> bytes:
    stream = io.BytesIO()
    sent = Image.fromarray(troubles.fax(image, rng)).convert("1", dither=Image.Dither.NONE)
    sent.save(stream, "TIFF", compression="group4", dpi=(DPI, DPI))
    return stream.getvalue()
