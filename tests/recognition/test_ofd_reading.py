"""OFD files: what stands on their pages is drawn and read in its place; what they say of themselves is told."""

import io

import numpy as np
import pytest
from PIL import Image

from lantai.kernel.errors import InvalidError
from lantai.recognition.adapters.documents import ofd_package, open_document
from lantai.recognition.adapters.documents.ofd import OfdDocument
from lantai.recognition.adapters.documents.ofd_pictures import picture_of
from lantai.recognition.rules.ofd_page import arc, as_rgb, colour_values, deltas, path_of
from sample.ofd import OfdLine, OfdMaker, zipped

DPI = 200
RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 128, 0)


def drawn(maker: OfdMaker, page: int = 1) -> np.ndarray:
    with open_document(io.BytesIO(maker.packed()), "x.ofd") as document:
        return document.page_image(page)


def at(image: np.ndarray, x_mm: float, y_mm: float) -> tuple[int, int, int]:
    pixel = image[round(y_mm * DPI / 25.4), round(x_mm * DPI / 25.4)]
    return int(pixel[0]), int(pixel[1]), int(pixel[2])


def path(boundary: str, data: str, *, fill: str = "", stroke: str = "", extra: str = "", inside: str = "") -> str:
    colours = f'<ofd:FillColor Value="{fill}"/>' if fill else ""
    colours += f'<ofd:StrokeColor Value="{stroke}"/>' if stroke else ""
    return (
        f'<ofd:PathObject ID="7" Boundary="{boundary}" Fill="{"true" if fill or "FillColor" in inside else "false"}" '
        f'Stroke="{"true" if stroke else "false"}" {extra}>{colours}{inside}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


SQUARE = "M 0 0 L 20 0 L 20 20 L 0 20 C"


def png(colour: tuple[int, ...], side: int = 20) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", (side, side), colour).save(out, "PNG")
    return out.getvalue()


def test_text_is_read_in_rows_with_a_space_between_runs() -> None:
    maker = OfdMaker([[OfdLine("关于开放档案的通知", 30, 40), OfdLine("姓名", 30, 60), OfdLine("王小明", 60, 60)]])
    with open_document(io.BytesIO(maker.packed()), "x.ofd") as document:
        boxes = document.page_text(1)
    assert boxes is not None
    assert [box.text for box in boxes] == ["关于开放档案的通知", "姓名", "王小明"]
    left, top, right, bottom = (value * 25.4 / DPI for value in boxes[2].box_px)
    assert (round(left), round(right)) == (60, 75)
    assert top < 58 < 60 < bottom


def test_letters_drawn_one_by_one_make_one_line() -> None:
    letters = [OfdLine(letter, 30 + 5 * index, 40) for index, letter in enumerate("电子档案管理")]
    with open_document(io.BytesIO(OfdMaker([letters]).packed()), "x.ofd") as document:
        boxes = document.page_text(1)
    assert boxes is not None
    assert [box.text for box in boxes] == ["电子档案管理"]


def test_paths_are_filled_stroked_and_cut_out() -> None:
    hole = "M 0 0 L 20 0 L 20 20 L 0 20 C M 5 5 L 15 5 L 15 15 L 5 15 C"
    image = drawn(
        OfdMaker(
            [[]],
            objects=[
                path("20 20 20 20", SQUARE, fill="255 0 0")
                + path("60 20 20 20", hole, fill="0 0 255", extra='Rule="Even-Odd"')
                + path("100 20 20 20", SQUARE, stroke="0 0 255", extra='LineWidth="2"')
                + path("140 20 20 20", SQUARE, fill="0 0 255").replace('<ofd:FillColor Value="0 0 255"/>', "")
            ],
        )
    )
    assert at(image, 30, 30) == RED
    assert at(image, 62, 30) == BLUE
    assert at(image, 70, 30) == (255, 255, 255)
    assert at(image, 100, 30) == BLUE
    assert at(image, 110, 30) == (255, 255, 255)
    assert at(image, 150, 30) == (255, 255, 255), "a path without a colour to fill with is not filled"


def test_opacity_clips_matrices_and_hidden_objects() -> None:
    clip = (
        '<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 10 20"><ofd:AbbreviatedData>M 0 0 L 10 0 L 10 20 L 0 20 C'
        "</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
    )
    image = drawn(
        OfdMaker(
            [[]],
            objects=[
                path("20 20 20 20", SQUARE, fill="255 0 0", extra='Alpha="128"')
                + path("60 20 20 20", SQUARE, fill="0 0 255", inside=clip)
                + path("100 20 40 40", SQUARE, fill="0 128 0", extra='CTM="2 0 0 2 0 0"')
                + path("20 80 20 20", SQUARE, fill="255 0 0", extra='Visible="false"')
            ],
        )
    )
    assert all(abs(a - b) <= 2 for a, b in zip(at(image, 30, 30), (255, 127, 127), strict=True))
    assert at(image, 65, 30) == BLUE
    assert at(image, 75, 30) == (255, 255, 255)
    assert at(image, 135, 55) == GREEN
    assert at(image, 30, 90) == (255, 255, 255)


def test_gradients_patterns_and_shared_parameters() -> None:
    shade = (
        '<ofd:FillColor><ofd:AxialShd StartPoint="0 0" EndPoint="20 0"><ofd:Segment Position="0"><ofd:Color Value="255 0 0"/>'
        '</ofd:Segment><ofd:Segment Position="1"><ofd:Color Value="0 0 255"/></ofd:Segment></ofd:AxialShd></ofd:FillColor>'
    )
    cell = path("0 0 5 5", "M 0 0 L 5 0 L 5 5 L 0 5 C", fill="0 128 0")
    pattern = (
        f'<ofd:FillColor><ofd:Pattern Width="5" Height="5" XStep="10" YStep="10"><ofd:CellContent>{cell}</ofd:CellContent>'
        "</ofd:Pattern></ofd:FillColor>"
    )
    image = drawn(
        OfdMaker(
            [[]], objects=[path("20 20 20 20", SQUARE, inside=shade) + path("60 20 20 20", SQUARE, inside=pattern)]
        )
    )
    left, right = at(image, 21, 30), at(image, 39, 30)
    assert left[0] > 220 > 60 > left[2]
    assert right[2] > 220 > 60 > right[0]
    assert at(image, 62, 22) == GREEN
    assert at(image, 67, 27) == (255, 255, 255)
    assert at(image, 72, 32) == GREEN


def test_pictures_lie_where_their_matrix_says_with_their_transparency() -> None:
    maker = OfdMaker(
        [[]],
        objects=[
            (
                '<ofd:ImageObject ID="5" ResourceID="50" Boundary="20 20 40 20" CTM="40 0 0 20 0 0"/>'
                '<ofd:ImageObject ID="6" ResourceID="51" Boundary="30 25 10 10" CTM="10 0 0 10 0 0"/>'
                '<ofd:ImageObject ID="8" ResourceID="99" Boundary="90 25 10 10"/>'
            )
        ],
    )
    maker.add_picture(50, "a.png", png(RED))
    maker.add_picture(51, "b.png", png((0, 0, 255, 128)))
    with open_document(io.BytesIO(maker.packed()), "x.ofd") as document:
        image = document.page_image(1)
        assert document.page_source(1).missing_resources == 1
    assert at(image, 22, 22) == RED
    assert at(image, 58, 38) == RED
    mixed = at(image, 35, 30)
    assert mixed[0] < 140
    assert mixed[2] > 110


def test_templates_stand_behind_and_annotations_in_front() -> None:
    maker = OfdMaker(
        [[OfdLine("正文", 30, 40)]],
        templates={"80": path("20 100 60 60", SQUARE, fill="255 0 0", extra='CTM="3 0 0 3 0 0"')},
        objects=[path("30 110 20 20", SQUARE, fill="0 0 255")],
        annotations={
            1: '<ofd:Annot ID="90" Type="Stamp"><ofd:Appearance Boundary="35 115 20 20">'
            + path("0 0 20 20", SQUARE, fill="0 128 0")
            + "</ofd:Appearance></ofd:Annot>"
            + '<ofd:Annot ID="91" Type="Stamp" Visible="false"><ofd:Appearance Boundary="150 200 20 20">'
            + path("0 0 20 20", SQUARE, fill="0 128 0")
            + "</ofd:Appearance></ofd:Annot>"
        },
    )
    image = drawn(maker)
    assert at(image, 25, 105) == RED
    assert at(image, 32, 112) == BLUE
    assert at(image, 40, 120) == GREEN
    assert at(image, 160, 210) == (255, 255, 255)


def test_the_file_tells_of_itself_its_attachments_and_the_invoice_in_it() -> None:
    invoice = (
        '<?xml version="1.0"?><eInvoice><InvoiceCode>050001700111</InvoiceCode><InvoiceNo>12345678</InvoiceNo>'
        "<Buyer><BuyerName>青山区档案馆</BuyerName></Buyer><TaxInclusiveTotalAmount>318.00</TaxInclusiveTotalAmount></eInvoice>"
    )
    maker = OfdMaker(
        [[OfdLine("发票", 30, 40)]],
        title="发票",
        custom={"校验码": "14754822929856772523"},
        attachments={"original_invoice.xml": invoice.encode()},
    )
    with open_document(io.BytesIO(maker.packed()), "x.ofd") as document:
        told = document.technical
    assert told["title"] == "发票"
    assert told["custom"] == {"校验码": "14754822929856772523"}
    assert [(a["name"], a["format"], a["size_bytes"], a["missing"]) for a in told["attachments"]] == [
        ("original_invoice", "xml", len(invoice.encode()), False)
    ]
    assert told["invoice"] == {
        "code": "050001700111",
        "number": "12345678",
        "buyer": "青山区档案馆",
        "total": "318.00",
    }


def test_a_jbig2_picture_is_unpacked() -> None:
    # A page of 8 x 8 pixels, black, in one generic region of MMR coding, as a sequential file.
    header = b"\x97JB2\r\n\x1a\n\x01\x00\x00\x00\x01"
    page = b"\0\0\0\0\x30\0\x01\0\0\0\x13" + b"\0\0\0\x08\0\0\0\x08" + bytes(8) + b"\x04\0\0"
    found = picture_of(header + page + b"\0\0\0\1\x31\0\1\0\0\0\0" + b"\0\0\0\2\x33\0\0\0\0\0\0")
    assert found is not None
    assert (found.width, found.height) == (8, 8)


def test_arcs_curves_colours_and_repeated_steps() -> None:
    half = arc((0, 0), (5, 5), 0, large=False, clockwise=True, end=(10, 0))
    assert half[-1][1][-1] == pytest.approx((10, 0))
    highest = min(point[1] for _, points in half for point in points[2:])
    assert highest == pytest.approx(-5, abs=0.01)
    assert [kind for kind, _ in path_of("M 0 0 Q 5 5 10 0 B 1 1 2 2 3 3 A 5 5 0 0 1 9 9 C")] == [
        "m",
        "c",
        "c",
        "c",
        "c",
        "h",
    ]
    assert path_of("M 1 X 2 L") == []
    assert colour_values("#FF #00 #80") == [255, 0, 128]
    assert as_rgb([0, 255, 255, 0]) == (1.0, 0.0, 0.0)
    assert deltas("g 3 2.5 1") == [2.5, 2.5, 2.5, 1.0]


def test_circles_in_composites_and_parameters_end() -> None:
    unit = (
        '<ofd:Res><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="60" Width="10" Height="10"><ofd:Content>'
        '<ofd:CompositeObject ID="61" ResourceID="60" Boundary="0 0 10 10"/></ofd:Content></ofd:CompositeGraphicUnit>'
        '</ofd:CompositeGraphicUnits><ofd:DrawParams><ofd:DrawParam ID="70" Relative="71"/>'
        '<ofd:DrawParam ID="71" Relative="70"/></ofd:DrawParams></ofd:Res>'
    ).replace("<ofd:Res>", '<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016">')
    maker = OfdMaker(
        [[]],
        objects=[
            '<ofd:CompositeObject ID="5" ResourceID="60" Boundary="0 0 10 10"/>'
            + path("20 20 20 20", SQUARE, fill="255 0 0", extra='DrawParam="70"')
        ],
    )
    entries = maker.package() | {"Doc_0/PublicRes.xml": unit.encode()}
    with OfdDocument(io.BytesIO(zipped(entries)), "x.ofd") as document:
        assert at(document.page_image(1), 30, 30) == RED
        assert document.page_text(1) is None


def test_entries_never_lead_out_of_the_package() -> None:
    entries = OfdMaker([[OfdLine("正文", 30, 40)]]).package()
    entries["OFD.xml"] = entries["OFD.xml"].replace(b"Doc_0/Document.xml", b"../../../Doc_0/Document.xml")
    with OfdDocument(io.BytesIO(zipped(entries)), "x.ofd") as document:
        assert len(document.pages) == 1


def test_an_encrypted_package_is_refused_with_its_reason() -> None:
    entries = OfdMaker([[OfdLine("正文", 30, 40)]]).package()
    entries["Encryptions.xml"] = b"<ofd:Encryptions/>"
    with pytest.raises(InvalidError) as refused:
        open_document(io.BytesIO(zipped(entries)), "密.ofd")
    assert refused.value.code == "documents.encrypted"
    assert "keys" in str(refused.value)


def test_an_entry_that_unpacks_too_far_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ofd_package, "MOST_INFLATED_BYTES", 1 << 20)
    entries = OfdMaker([[OfdLine("正文", 30, 40)]]).package()
    entries["Doc_0/Pages/Page_0/Content.xml"] = b" " * (1 << 21)
    with pytest.raises(InvalidError) as refused:
        open_document(io.BytesIO(zipped(entries)), "弹.ofd")
    assert refused.value.code == "documents.bomb"
