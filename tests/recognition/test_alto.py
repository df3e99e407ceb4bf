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
