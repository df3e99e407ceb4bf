"""Searchable PDF/A: the picture's own bytes inside, the text in place and in order for pdfium and poppler."""

import io
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pikepdf
import pikepdf.pdfa
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from lantai.recognition.rules.layout import Line, PageLayout, in_reading_order
from lantai.viewing.adapters.dual_layer import About, Composer, DualPage, PagePicture, pictures_of, pixels_as_picture
from lantai.viewing.adapters.pdfa_check import check_pdfa

ABOUT = About("关于开放档案的通知 <甲> & 乙", "Z109-WS·2011·Y-0001", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC))
poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")


def drawing(mode: str = "RGB", size: tuple[int, int] = (400, 300)) -> Image.Image:
    """Return white paper with a dark bar at its upper left."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((20, 30, 120, 60), fill=(10, 20, 30))
    return picture.convert(mode)


def coded(picture: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def never(_page: int) -> np.ndarray:
    raise AssertionError("the page was drawn instead of taken over")


def taken(content: bytes, media_type: str, pages: Sequence[int] = (1,)) -> list[PagePicture]:
    return list(pictures_of(io.BytesIO(content), media_type, pages, never))


def composed(pages: Sequence[DualPage], about: About = ABOUT) -> bytes:
    out = io.BytesIO()
    composer = Composer(out, about)
    composer.begin_section("正文.jpg")
    for page in pages:
        composer.add_page(page)
    composer.finish()
    return out.getvalue()


def page_of(lines: Sequence[Line], size: tuple[int, int] = (1654, 2339), angle: float = 0.0) -> DualPage:
    layout = PageLayout(in_reading_order(lines, angle), *size, angle_degrees=angle)
    blank = PagePicture(8, 8, b"/DeviceGray", 1, b"/CCITTFaxDecode", b"\xff", b"/DecodeParms<</K -1/Columns 8/Rows 8>>")
    return DualPage(blank, *size, 200, layout)


def line(text: str, left: int, top: int, height: int = 40, width: int = 0, **more: object) -> Line:
    wide = width or sum(height if ord(c) > 0x2E7F else height // 2 for c in text)
    return Line(text, (left, top, left + wide, top + height), 0.99, **more)  # type: ignore[arg-type]


def pdfium_text(content: bytes, page: int = 0) -> str:
    document = pypdfium2.PdfDocument(content)
    return str(document[page].get_textpage().get_text_range()).replace("\r\n", "\n")


def poppler_text(content: bytes, tmp_path: Path) -> str:
    file = tmp_path / "x.pdf"
    file.write_bytes(content)
    done = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def letters(text: str) -> str:
    return "".join(text.split())


def shown(content: bytes, page: int = 0, scale: float = 1.0) -> np.ndarray:
    return np.asarray(pypdfium2.PdfDocument(content)[page].render(scale=scale).to_pil().convert("RGB"))


def test_a_jpeg_lies_inside_untouched() -> None:
    content = coded(drawing(), "JPEG", quality=80)
    (picture,) = taken(content, "image/jpeg")
    made = composed([DualPage(picture, 400, 300, 100)])
    assert picture.data == content
    with pikepdf.open(io.BytesIO(made)) as pdf:
        image = pdf.pages[0].obj.Resources.XObject.P
        assert bytes(image.read_raw_bytes()) == content
        assert image.Filter == "/DCTDecode"


@pytest.mark.parametrize(
    ("mode", "form", "options", "packing"),
    [
        ("1", "TIFF", {"compression": "group4"}, b"/CCITTFaxDecode"),
        ("1", "TIFF", {"compression": "tiff_lzw"}, b"/CCITTFaxDecode"),
        ("L", "TIFF", {"compression": "tiff_adobe_deflate"}, b"/FlateDecode"),
        ("RGB", "PNG", {}, b"/FlateDecode"),
        ("P", "PNG", {}, b"/FlateDecode"),
        ("1", "PNG", {}, b"/FlateDecode"),
        ("RGBA", "PNG", {}, b"/FlateDecode"),
        ("RGB", "BMP", {}, b"/FlateDecode"),
        ("L", "JPEG", {}, b"/DCTDecode"),
        ("CMYK", "JPEG", {"quality": 98}, b"/FlateDecode"),
        ("RGB", "JPEG2000", {}, b"/JPXDecode"),
        ("RGB", "WEBP", {"lossless": True}, b"/FlateDecode"),
    ],
)
def test_every_kind_of_scan_shows_as_it_is_and_keeps_the_rules(
    mode: str, form: str, options: dict[str, object], packing: bytes
) -> None:
    content = coded(drawing(mode), form, **options)
    media_type = "image/tiff" if form == "TIFF" else f"image/{form.lower()}"
    (picture,) = taken(content, media_type)
    assert picture.packing == packing
    made = composed([DualPage(picture, 400, 300, 72)])
    assert check_pdfa(io.BytesIO(made)) == ()
    seen = shown(made).astype(int)
    expected = np.asarray(drawing("1" if mode == "1" else "RGB").convert("RGB")).astype(int)
    assert seen.shape == expected.shape
    assert np.abs(seen - expected).mean() < (6 if packing == b"/DCTDecode" or form == "JPEG" else 2)


def test_a_fax_strip_is_taken_over_byte_for_byte() -> None:
    content = coded(drawing("1"), "TIFF", compression="group4", tiffinfo={278: 300})
    (picture,) = taken(content, "image/tiff")
    assert picture.data in content
    assert len(picture.data) > 20


def test_the_frames_of_a_tiff_become_its_pages() -> None:
    out = io.BytesIO()
    drawing("1").save(out, "TIFF", save_all=True, append_images=[drawing("L"), drawing("RGB")], compression="tiff_lzw")
    pictures = taken(out.getvalue(), "image/tiff", [1, 2, 3])
    assert [p.packing for p in pictures] == [b"/CCITTFaxDecode", b"/FlateDecode", b"/FlateDecode"]


def test_a_scan_inside_a_pdf_is_taken_over_and_other_pages_are_drawn() -> None:
    content = coded(drawing(), "JPEG")
    scan = composed([DualPage(taken(content, "image/jpeg")[0], 400, 300, 100)])
    (picture,) = taken(scan, "application/pdf")
    assert picture.data == content
    pdf = pikepdf.Pdf.new()
    pdf.add_blank_page(page_size=(100, 100))
    out = io.BytesIO()
    pdf.save(out)
    white = np.full((139, 139, 3), 255, np.uint8)
    (found,) = pictures_of(io.BytesIO(out.getvalue()), "application/pdf", [1], lambda _page: white)
    assert (found.width, found.height) == (139, 139)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
def test_pages_stand_upright_whatever_the_camera_and_the_scanner_did(turn: int, orientation: int) -> None:
    upright = drawing()
    stored = upright.rotate(turn, expand=True)  # counter-clockwise: turning it clockwise makes it upright
    undo = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    for step in undo.get(orientation, []):
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    (picture,) = taken(coded(stored, "JPEG", quality=95, exif=exif), "image/jpeg")
    seen = shown(composed([DualPage(picture.turned(turn), 400, 300, 72)]))
    assert seen.shape == (300, 400, 3)
    assert np.abs(seen.astype(int) - np.asarray(upright).astype(int)).mean() < 6


FORM = [
    line("结婚登记申请书", 600, 100, 60),
    line("姓名", 200, 250),
    line("王小明", 400, 252),
    line("性别", 800, 249),
    line("男", 1000, 251),
    line("身份证号码", 200, 330),
    line("110101199003070011", 500, 334, 36),
    line("备注：Hello, World 2024-05-06", 200, 420),
]


@poppler
def test_poppler_gives_the_text_of_the_page_in_order(tmp_path: Path) -> None:
    page = page_of(FORM)
    assert page.layout is not None
    assert letters(poppler_text(composed([page]), tmp_path)) == letters(page.layout.text)


def test_pdfium_gives_rows_as_lines_and_runs_with_a_space() -> None:
    page = page_of(FORM)
    assert page.layout is not None
    assert pdfium_text(composed([page])) == page.layout.text


HARD = [
    ("rows that nearly touch", [line("上排甲", 200, 100), line("下排乙", 150, 122), line("上排丙", 500, 100), line("下排丁", 450, 124)]),
    ("a row of larger letters above", [line("郑州", 300, 100, 170), line("ZHENGZHOU INSTITUTE", 310, 262, 38)]),
    ("a line that runs down", [line("正文第一行", 300, 200), Line("工作经历", (100, 180, 140, 380), 0.9), line("正文第二行", 300, 280)]),
    ("letters beyond the first plane", [line("𠮷野家𪚥", 200, 100), line("甲𝐀乙", 200, 200)]),
    ("punctuation and checkboxes", [line("☑是　□否（盖章）", 200, 100), line("A—B·C…《》", 200, 180)]),
    ("a hyphen at the end of a row", [line("co-", 200, 100), line("operate", 200, 180)]),
    ("one letter twice", [line("。。。。", 200, 100, 30), line("一一", 200, 180, 30)]),
]  # fmt: skip


@pytest.mark.parametrize(("lines"), [lines for _, lines in HARD], ids=[name for name, _ in HARD])
def test_hard_pages_keep_their_order_too(lines: list[Line], tmp_path: Path) -> None:
    page = page_of(lines)
    assert page.layout is not None
    made = composed([page])
    assert letters(pdfium_text(made).replace("\ufffe", "-").replace("\x02", "-")) == letters(page.layout.text)
    if shutil.which("pdftotext"):
        assert letters(poppler_text(made, tmp_path)) == letters(page.layout.text)


@pytest.mark.parametrize("angle", [-4.0, 1.5, 6.0])
def test_sloping_lines_keep_their_order_and_slope(angle: float) -> None:
    slope = np.tan(np.radians(angle))
    lines = [
        Line(text, (200, round(y + min(0, 800 * slope)), 1000, round(y + 40 + max(0, 800 * slope))), 0.9)
        for y, text in ((400, "第一行文字在这里继续写"), (480, "第二行文字在这里继续写"), (560, "第三行文字也在这里"))
    ]
    page = page_of(lines, angle=angle)
    assert page.layout is not None
    made = composed([page])
    assert letters(pdfium_text(made)) == letters(page.layout.text)
    text = pypdfium2.PdfDocument(made)[0].get_textpage()
    first, last = text.get_charbox(0), text.get_charbox(10)
    rise = (first[1] + first[3] - last[1] - last[3]) / 2
    assert rise == pytest.approx((last[0] - first[0]) * slope, abs=3)


def test_each_letter_lies_over_its_glyph() -> None:
    glyphs = ((200, 250), (260, 300), (310, 330), (330, 350), (360, 410))
    page = page_of([Line("甲乙12丙", (200, 100, 410, 150), 0.9, glyphs_px=glyphs)])
    text = pypdfium2.PdfDocument(composed([page]))[0].get_textpage()
    for index, (left, _) in enumerate(glyphs):
        box = [n * 200 / 72 for n in text.get_charbox(index)]
        assert box[0] == pytest.approx(left, abs=2)
        assert 2339 - box[3] == pytest.approx(100, abs=3)
        assert 2339 - box[1] == pytest.approx(150, abs=3)


def test_words_are_found_where_they_stand() -> None:
    made = composed([page_of([line("关于电子档案管理的通知", 200, 100)])])
    text = pypdfium2.PdfDocument(made)[0].get_textpage()
    index, count = text.search("电子档案").get_next()
    assert count == 4
    assert text.get_charbox(index)[0] * 200 / 72 == pytest.approx(280, abs=2)


def test_the_file_is_pdfa_by_our_check_and_by_a_second_opinion() -> None:
    picture = taken(coded(drawing(), "JPEG"), "image/jpeg")[0]
    made = composed([DualPage(picture, 400, 300, 100), page_of(FORM), replace(page_of(HARD[2][1]), dpi=0)])
    assert check_pdfa(io.BytesIO(made)) == ()
    report = pikepdf.pdfa.validate_written(io.BytesIO(made), "2b")
    assert report.passed, report.findings


def test_metadata_outline_language_and_reference_code() -> None:
    with pikepdf.open(io.BytesIO(composed([page_of(FORM)] * 3))) as pdf:
        metadata = pdf.open_metadata()
        assert metadata["dc:title"] == ABOUT.title
        assert metadata["dc:identifier"] == ABOUT.reference_code
        assert metadata["pdfaid:part"] == "2"
        assert metadata["xmp:CreateDate"] == "2024-01-02T11:04:05+08:00"
        assert pdf.Root.Lang == "zh-CN"
        outline = pdf.open_outline()
        assert [item.title for item in outline.root] == ["正文.jpg"]
        assert [item.title for item in outline.root[0].children] == ["第 1 页", "第 2 页", "第 3 页"]
        assert [entry.DestOutputProfile.N for entry in pdf.Root.OutputIntents] == [3]


def test_the_same_pages_give_the_same_bytes() -> None:
    pages = [page_of(FORM), page_of(HARD[3][1])]
    assert composed(pages) == composed(pages)
    assert composed(pages) != composed(pages, replace(ABOUT, title="别的"))


def test_a_page_that_was_not_read_has_no_text_and_a_page_without_size_is_as_long_as_a4() -> None:
    picture = pixels_as_picture(np.full((300, 400, 3), 255, np.uint8))
    made = composed([DualPage(picture, 400, 300)])
    document = pypdfium2.PdfDocument(made)
    assert document[0].get_size() == pytest.approx((841.89, 631.4), abs=0.1)
    assert pdfium_text(made) == ""


def test_a_page_drawn_here_is_packed_without_loss_while_it_is_small() -> None:
    flat = pixels_as_picture(np.asarray(drawing()))
    assert (flat.packing, flat.colour) == (b"/FlateDecode", b"/DeviceRGB")
    noise = np.random.default_rng(3).integers(0, 255, (900, 900, 3), np.uint8)
    assert pixels_as_picture(noise).packing == b"/DCTDecode"


class Counting(io.RawIOBase):
    """Takes bytes and keeps none."""

    size = 0

    def write(self, data: object) -> int:
        self.size += len(data)  # type: ignore[arg-type]
        return len(data)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_thousand_pages_need_no_more_memory_than_a_few() -> None:
    import tracemalloc

    picture = taken(coded(drawing(), "JPEG"), "image/jpeg")[0]
    picture = replace(picture, data=picture.data + bytes(400_000))
    read = page_of(FORM)
    out = Counting()
    composer = Composer(out, ABOUT)  # type: ignore[arg-type]
    tracemalloc.start()
    for _ in range(1000):
        composer.add_page(DualPage(picture, 1654, 2339, 200, read.layout))
    composer.finish()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert out.size > 400_000_000
    assert most < 16 << 20


def test_a_long_record_has_all_its_pages_in_a_tree() -> None:
    made = composed([page_of([line("第一行", 200, 100)], (200, 280))] * 300)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) == 300
        assert len(pdf.Root.Pages.Kids) == 5
    assert letters(pdfium_text(made, 299)) == "第一行"
