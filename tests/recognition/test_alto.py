"""Layouts survive ALTO, and ALTO is what the standard says."""

import pytest
from lxml import etree

from lantai.recognition.rules.alto import NAMESPACE, read_alto, write_alto
from lantai.recognition.rules.layout import Line, PageLayout
from tests.factories.recognition import make_layout


def test_layout_comes_back_whole() -> None:
    glyphs = Line("机密<&>", (10, 20, 60, 40), 0.9876, 0, ((10, 20), (20, 30), (30, 40), (40, 50), (50, 60)))
    layout = PageLayout((glyphs, Line("第二", (10, 60, 60, 80), 0.5, 1)), 800, 600, 90.25, 270)
    assert read_alto(write_alto(layout, page_number=3, source_name="扫描.jpg", engine="x/1")) == layout
    assert read_alto(write_alto(make_layout())) == make_layout()
    assert read_alto(write_alto(PageLayout((), 10, 10))).lines == ()


def test_sureness_direction_hand_and_unread_places_come_back() -> None:
    sure = Line("永□", (10, 20, 50, 40), 0.7, 0, ((10, 30), (30, 50)), (0.9987, 0.4), handwritten=True)
    down = Line("左宗", (100, 20, 130, 90), 1.0, 1, ((20, 55), (55, 90)), vertical=True)
    layout = PageLayout((sure, down), 800, 600, unread_px=((1, 2, 30, 40),))
    content = write_alto(layout)
    assert read_alto(content) == layout
    string = etree.fromstring(content).find(".//a:String", namespaces={"a": NAMESPACE})
    assert string is not None
    assert string.get("CC") == "0 5"


def test_elements_and_units_are_those_of_alto_4() -> None:
    root = etree.fromstring(write_alto(make_layout(), engine="x"))
    names = {"a": NAMESPACE}
    assert root.findtext("a:Description/a:MeasurementUnit", namespaces=names) == "pixel"
    string = root.find(".//a:TextBlock/a:TextLine/a:String", namespaces=names)
    assert string is not None
    assert string.get("CONTENT") == "云州市人民政府文件"
    assert [string.get(n) for n in ("HPOS", "VPOS", "WIDTH", "HEIGHT", "WC")] == ["300", "140", "648", "72", "0.9900"]


@pytest.mark.parametrize("content", [b"", b"<alto/>", b"not xml", b"<!DOCTYPE x [<!ENTITY e 'x'>]><alto>&e;</alto>"])
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a"):
        read_alto(content)
