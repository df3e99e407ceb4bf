"""Photographed pages are laid flat for reading, and every box ends on the picture as it was given."""

import random

import cv2
import numpy as np
import pytest

from lantai.recognition.adapters.straightening import as_given, straightened
from lantai.recognition.rules.layout import Line, PageLayout
from sample import troubles
from sample.raster import print_sheet
from sample.sheet import Sheet, Text, points


@pytest.fixture(scope="module")
def page() -> troubles.Image8:
    sheet = Sheet()
    for row in range(14):
        sheet.put(Text("各单位要高度重视加强领导明确责任", 30, 40 + 15 * row, points(18), "song"))
    return print_sheet(sheet, 100).image


@pytest.mark.parametrize("seed", range(6))
def test_a_photographed_page_is_found_and_its_boxes_go_back(page: troubles.Image8, seed: int) -> None:
    picture = troubles.photographed(page, random.Random(seed))
    flat = straightened(picture)
    assert flat is not None
    height, width = flat.image.shape[:2]
    assert 0.6 < width / height < 0.83
    # A black patch of the flat page must be where its box says on the picture.
    ink = cv2.cvtColor(flat.image, cv2.COLOR_RGB2GRAY) < 90
    rows, columns = np.nonzero(ink[height // 10 : -height // 10, width // 10 : -width // 10])
    top, bottom = rows.min() + height // 10, rows.max() + height // 10
    left, right = columns.min() + width // 10, columns.max() + width // 10
    line = Line("x", (int(left), int(top), int(right), int(bottom)), 1.0, glyphs_px=((int(left), int(right)),))
    given = as_given(PageLayout((line,), width, height), flat, picture.shape[1], picture.shape[0])
    assert (given.width_px, given.height_px) == (picture.shape[1], picture.shape[0])
    x0, y0, x1, y1 = given.lines[0].box_px
    assert 0 <= x0 < x1 <= picture.shape[1]
    assert 0 <= y0 < y1 <= picture.shape[0]
    middle = cv2.perspectiveTransform(
        np.array([[[(left + right) / 2, (top + bottom) / 2]]], np.float64), np.linalg.inv(flat.matrix)
    )
    assert abs(float(middle[0, 0, 0]) - (x0 + x1) / 2) < 30
    assert abs(float(middle[0, 0, 1]) - (y0 + y1) / 2) < 30


def test_a_quarter_turn_stays_a_quarter_turn_of_the_picture(page: troubles.Image8) -> None:
    picture = troubles.photographed(np.ascontiguousarray(np.rot90(page)), random.Random(1))
    flat = straightened(picture)
    assert flat is not None
    height, width = flat.image.shape[:2]
    layout = PageLayout((Line("x", (10, 10, 60, 40), 1.0),), height, width, 90.0, 90)
    given = as_given(layout, flat, picture.shape[1], picture.shape[0])
    assert (given.turn_degrees, given.width_px, given.height_px) == (90, picture.shape[0], picture.shape[1])
    assert given.lines[0].box_px[2] <= picture.shape[0]


@pytest.mark.parametrize("seed", range(3))
def test_scans_are_left_as_they_are(page: troubles.Image8, seed: int) -> None:
    rng = random.Random(seed)
    assert straightened(page) is None
    assert straightened(troubles.black_edged(page, rng)) is None
    assert straightened(troubles.shadowed(page, rng)) is None
    assert straightened(troubles.blank(page, rng)) is None
