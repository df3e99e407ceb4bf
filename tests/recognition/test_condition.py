"""What is measured on page pictures and told of them: each fault is found, good pages have none."""

import random

import cv2
import numpy as np
import pytest

from lantai.recognition.adapters.condition import look_at_condition
from lantai.recognition.adapters.documents.jpeg import luminance_table
from lantai.recognition.rules.condition import Condition, findings_of
from lantai.recognition.rules.layout import Line, PageLayout, PageSize
from lantai.recognition.rules.source import PageSource, dpi_that_counts, jpeg_quality
from sample import troubles
from sample.raster import Printed, print_sheet
from sample.sheet import RED, Sheet, Text, points

DPI = 120


def print_page(head: str = "", rows: int = 12) -> Printed:
    sheet = Sheet()
    if head:
        sheet.centre(head, 40, points(36), "title", colour=RED)
    for row in range(rows):
        sheet.put(Text("为规范全市电子档案的收集整理和利用现将有关事项通知", 28, 70 + 13 * row, points(16), "song"))
    return print_sheet(sheet, DPI)


def read_as(printed: Printed, *, sure: float = 0.97) -> PageLayout:
    """Return the layout that a faultless reader gives."""
    lines = [
        Line(text.text, (round(b[0]), round(b[1]), round(b[2]), round(b[3])), sure, row)
        for row, (text, b) in enumerate(printed.lines)
    ]
    height, width = printed.image.shape[:2]
    return PageLayout(tuple(lines), width, height)


def look(image: troubles.Image8, layout: PageLayout | None = None, source: PageSource | None = None) -> Condition:
    height, width = image.shape[:2]
    size = PageSize(width, height, 200)
    return look_at_condition(image, layout or PageLayout((), width, height), size, source=source)


def codes(seen: Condition) -> set[str]:
    return {finding.code for finding in findings_of(seen)}


@pytest.fixture(scope="module")
def page() -> Printed:
    return print_page()


def test_a_good_page_has_no_findings(page: Printed) -> None:
    assert codes(look(page.image, read_as(page))) == set()


@pytest.mark.parametrize("fault", ["faint", "dark", "shadowed", "blurred", "cast"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_light_and_sharpness_are_measured_where_the_text_stands(page: Printed, fault: str, seed: int) -> None:
    spoilt = troubles.troubled(fault, page.image, random.Random(seed))
    assert codes(look(spoilt.image, read_as(page))) == {spoilt.code}


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_black_edges_are_told_in_millimetres(page: Printed, seed: int) -> None:
    spoilt = troubles.black_edged(page.image, random.Random(seed))
    seen = look(spoilt)
    assert "quality.black_edge" in codes(seen)
    assert 2 < seen.edge_mm < 12


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_an_empty_back_is_blank_and_nothing_else(page: Printed, seed: int) -> None:
    assert codes(look(troubles.blank(page.image, random.Random(seed)))) == {"quality.blank"}


def test_a_page_with_a_single_line_that_was_not_read_is_not_blank() -> None:
    assert "quality.blank" not in codes(look(print_page(rows=1).image))


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_text_that_runs_off_a_side_is_told_with_the_side(page: Printed, side: str) -> None:
    boxes = [box for _, box in page.lines]
    left, right = round(boxes[0][0]), round(boxes[0][2])
    x, y = (left + right) // 2 + 3, round((boxes[2][1] + boxes[2][3]) / 2)
    low = round((boxes[-2][1] + boxes[-2][3]) / 2)
    height, width = page.image.shape[:2]
    window = {
        "left": (x, 0, width, height),
        "right": (0, 0, x, height),
        "top": (0, y, width, height),
        "bottom": (0, 0, width, low),
    }[side]
    image = np.ascontiguousarray(page.image[window[1] : window[3], window[0] : window[2]])
    lines = []
    for line in read_as(page).lines:
        begin, top, end, bottom = line.box_px
        box = (
            max(begin - window[0], 0),
            max(top - window[1], 0),
            min(end, window[2]) - window[0],
            min(bottom, window[3]) - window[1],
        )
        if box[2] > box[0] and box[3] > box[1]:
            lines.append(Line(line.text, box, line.confidence))
    seen = look(image, PageLayout(tuple(lines), image.shape[1], image.shape[0]))
    assert seen.cut == (side,)


def test_handwriting_nobody_reads_is_told_with_its_share(page: Printed) -> None:
    scrawl = troubles.scrawl(page.image, random.Random(3))
    found = {f.code: f.measured for f in findings_of(look(scrawl))}
    assert found["quality.unreadable"]["unread"] == 100


def test_upright_script_is_named(page: Printed) -> None:
    assert "quality.script" in codes(look(troubles.upright_script(page.image, random.Random(2))))


def test_a_red_head_without_colour_is_told_whatever_the_scanner_made_of_it() -> None:
    printed = print_page("云州市人民政府文件")
    layout = read_as(printed)
    assert "quality.colour_mode" not in codes(look(printed.image, layout))
    grey = cv2.cvtColor(cv2.cvtColor(printed.image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB).astype(np.uint8)
    assert "quality.colour_mode" in codes(look(grey, layout))
    black = troubles.bitonal(printed.image, random.Random(1))
    found = {f.code: f.measured for f in findings_of(look(black, layout))}
    assert found["quality.colour_mode"] == {"mode": "bitonal", "because": "red_head"}


def test_pages_turned_by_quarters_say_by_how_much(page: Printed) -> None:
    layout = read_as(page)
    turned = PageLayout(layout.lines, layout.width_px, layout.height_px, angle_degrees=90.0, turn_degrees=270)
    found = {f.code: f.measured for f in findings_of(look(np.ascontiguousarray(np.rot90(page.image, 3)), turned))}
    assert found == {"quality.turned": {"degrees": 90}}


def test_the_file_tells_of_format_and_compression(page: Printed) -> None:
    source = PageSource(format="BMP", jpeg_quality=20, dpi=100)
    found = codes(look(page.image, read_as(page), source))
    assert found == {"quality.format", "quality.compression", "quality.resolution"}


def test_limits_of_the_archives_win() -> None:
    seen = Condition(dpi=250, skew_degrees=-1.4, characters=100, text_height_px=40)
    assert [f.code for f in findings_of(seen)] == ["quality.skew"]
    strict = findings_of(seen, {"most_skew": 2.0, "least_dpi": 300.0})
    assert [(f.code, f.measured["limit"]) for f in strict] == [("quality.resolution", 300.0)]


def test_blur_explains_why_the_page_looks_faint() -> None:
    seen = Condition(blur=40, contrast=10, unsure=80, characters=100)
    assert [f.code for f in findings_of(seen)] == ["quality.blurred"]


@pytest.mark.parametrize(
    ("said", "width", "height", "counts"),
    [(300, 2480, 3508, 300), (72, 2480, 3508, 300), (0, 1654, 2339, 200), (0, 3000, 500, 0), (96, 800, 600, 96)],
)
def test_the_resolution_that_counts(said: int, width: int, height: int, counts: int) -> None:
    assert dpi_that_counts(said, width, height) == counts


@pytest.mark.parametrize("quality", [10, 35, 50, 75, 92])
def test_the_quality_of_a_jpeg_is_read_off_its_table(quality: int) -> None:
    coded = cv2.imencode(".jpg", np.zeros((16, 16, 3), np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
    assert abs(jpeg_quality(luminance_table(coded)) - quality) <= 1
    assert luminance_table(b"no jpeg") == []
