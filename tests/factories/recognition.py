"""Small pages for the tests of recognition: drawn pictures, and the files that hold them."""

import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from lantai.catalogue.models import Page, Record
from lantai.catalogue.services import add_part
from lantai.kernel.actors import system_actor
from lantai.kernel.clock import now
from lantai.preservation.services import store_file
from lantai.recognition.models import Suggestion
from lantai.recognition.rules.layout import Line, PageLayout, PageSize, in_reading_order
from lantai.recognition.rules.tables.shapes import Cell, Table
from sample.fonts import font_at

READER = system_actor("recognition")
Picture = npt.NDArray[np.uint8]
Place = tuple[str, int, int, int]  # text, left, top, size

NOTICE: tuple[Place, ...] = (
    ("云州市人民政府文件", 300, 140, 72),
    ("云政发〔2019〕12号", 450, 280, 34),
    ("云州市人民政府关于加强电子档案", 310, 390, 42),
    ("管理工作的通知", 480, 450, 42),
    ("各县区人民政府，市政府各部门：", 160, 560, 34),
    ("为规范全市电子档案的收集、整理和利用，现将有关事项通知", 228, 620, 34),
    ("如下，请认真贯彻执行。", 160, 680, 34),
    ("云州市人民政府", 800, 860, 34),
    ("2019年3月5日", 810, 920, 34),
)


TABLE_ROWS = (
    ("序号", "身份证号", "金额（元）", "单位"),
    ("1", "150102199001011234", "1,234.50", "市民政局"),
    ("2", "150102199202021235", "98.00", "市档案局"),
)


def make_picture(places: Sequence[Place] = NOTICE, size: tuple[int, int] = (1240, 1100)) -> Picture:
    """Return a white page, (h, w, 3) RGB, with the texts of `places` in black."""
    page = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(page)
    for text, left, top, height in places:
        draw.text((left, top), text, font=font_at("serif", height * 10), fill="black")
    return np.array(page)


def make_layout(
    places: Sequence[Place] = NOTICE, size: tuple[int, int] = (1240, 1754), sure: float = 0.99
) -> PageLayout:
    """Return the layout that a faultless reader would give for `places`."""
    lines = [Line(text, (x, y, x + len(text) * height, y + height), sure) for text, x, y, height in places]
    return PageLayout(in_reading_order(lines), *size)


def make_pages(record: Record, content: bytes, name: str = "001.png", pages: int = 1) -> list[UUID]:
    """Keep `content` as a part of `record` with `pages` pages; return their ids."""
    file = store_file(actor=READER, source=io.BytesIO(content), name=name, archives_id=record.archives_id)
    sizes = [PageSize(1240, 1754, 150)] * pages
    part = add_part(actor=READER, record_id=record.id, computer_file_id=file.id, name=name, media_type="", pages=sizes)
    return list(Page.objects.filter(part=part).order_by("number").values_list("id", flat=True))


def make_suggestion(record: Record, field: str, value: str, confidence: float = 0.8, **values: Any) -> Suggestion:
    """Return a waiting suggestion on the first page of `record`, which is made if it is not there."""
    page = Page.objects.filter(record=record).first()
    if page is None:
        make_pages(record, as_file(make_picture(size=(1240, 1754))).getvalue())
        page = Page.objects.get(record=record)
    usual: dict[str, Any] = {"left_px": 310, "top_px": 390, "right_px": 940, "bottom_px": 492, "created_at": now()}
    return Suggestion.objects.create(
        record=record, page=page, field=field, value=value, confidence=confidence, **(usual | values)
    )


def as_file(picture: Picture, kind: str = "PNG", **options: object) -> io.BytesIO:
    """Return `picture` as a file of the given Pillow format."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, kind, **options)
    stream.seek(0)
    return stream


def make_pdf(
    text: str = "Notice of the archives, 2019", pages: int = 1, extra: bytes = b"", page_size: str = "595 842"
) -> bytes:
    """Return a PDF written by hand: `pages` pages with one line of Latin text; `extra` objects go before the end."""
    kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(pages))
    content = f"BT /F1 18 Tf 72 700 Td ({text}) Tj ET".encode()
    objects = [
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
        f"2 0 obj\n<</Type/Pages/Count {pages}/Kids[{kids}]/MediaBox[0 0 {page_size}]>>\nendobj\n".encode(),
        b"3 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n",
    ]
    for n in range(pages):
        objects.append(
            f"{10 + 2 * n} 0 obj\n<</Type/Page/Parent 2 0 R/Contents {11 + 2 * n} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>\nendobj\n".encode()
        )
        objects.append(
            f"{11 + 2 * n} 0 obj\n<</Length {len(content)}>>\nstream\n".encode() + content + b"\nendstream\nendobj\n"
        )
    body = b"%PDF-1.7\n"
    offsets = {}
    for item in [*objects, *([extra] if extra else [])]:
        offsets[int(item.split(b" ", 1)[0])] = len(body)
        body += item
    table = b"".join(f"{n} 1\n{offset:010d} 00000 n \n".encode() for n, offset in sorted(offsets.items()))
    start = len(body)
    return body + b"xref\n0 1\n0000000000 65535 f \n" + table + (
        f"trailer\n<</Root 1 0 R/Size {max(offsets) + 1}>>\nstartxref\n{start}\n%%EOF\n".encode()
    )  # fmt: skip


OFD_PAGE = (
    '<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area>'
    '<ofd:Content><ofd:Layer ID="2"><ofd:TextObject ID="3" Boundary="20 30 120 10" Font="1" Size="6">'
    '<ofd:TextCode X="0" Y="5" DeltaX="g 9 6">{text}</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>'
)


def make_ofd(text: str = "电子档案管理工作通知") -> bytes:
    """Return a small OFD with one page and one run of text, its characters 6 mm apart from (20, 35) mm on."""
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        namespace = 'xmlns:ofd="http://www.ofdspec.org/2016"'
        package.writestr(
            "OFD.xml",
            f'<ofd:OFD {namespace} Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>'
            "</ofd:DocBody></ofd:OFD>",
        )
        package.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {namespace}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
            '</ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>'
            "</ofd:Document>",
        )
        package.writestr("Doc_0/Pages/Page_0/Content.xml", OFD_PAGE.format(text=text))
    return stream.getvalue()


def make_table(rows: Sequence[Sequence[str]] = TABLE_ROWS, left: int = 200, top: int = 300) -> Table:
    """Return a ruled table of `rows`, cells of 240 x 60 pixels from (left, top) on."""
    cells = tuple(
        Cell(r, c, text=text, confidence=0.7 if text == "市档案局" else 0.98, box_px=_place_of(left, top, r, c))
        for r, texts in enumerate(rows)
        for c, text in enumerate(texts)
    )
    columns = len(rows[0])
    return Table((left, top, left + 240 * columns, top + 60 * len(rows)), len(rows), columns, cells)


def _place_of(left: int, top: int, row: int, column: int) -> tuple[int, int, int, int]:
    return left + 240 * column, top + 60 * row, left + 240 * (column + 1), top + 60 * (row + 1)
