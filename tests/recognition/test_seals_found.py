"""Seals are found in any ink and without colour, look-alikes are not, and taking the ink away leaves the print."""

import cv2
import numpy as np
import pytest

from lantai.recognition.adapters.seals import find_seals, without_seal_ink
from lantai.recognition.adapters.seals.inks import inks_of
from lantai.recognition.rules.seals import BLUE, RED, Seal, placed_seal, turned_seal
from sample.stamped import LOOKALIKES, StampedPage, stamped_page
from sample.stamps import Image8, Ink, Plate, press
from tests.factories.recognition import make_picture

OFFICE = Plate("round", "云州市人民政府办公室", (42.0, 42.0))
INVOICES = Plate("oval", "云州市百川物流有限公司", (45.0, 30.0), purpose="发票专用章", star=False)
PERSON = Plate("square", "李建国", (22.0, 22.0))
PX_MM = 7.9


def page(*pressed: tuple[Plate, Ink, float, float], tint: tuple[int, int, int] = (255, 255, 255)) -> Image8:
    """Return a page of print (1240 by 1754) on tinted paper with seals pressed on it."""
    image = make_picture(size=(1240, 1754))
    for plate, ink, x, y in pressed:
        press(image, plate, ink, (x, y), 7.0, PX_MM)
    return np.asarray(cv2.multiply(image, np.full_like(image, tint), scale=1 / 255), np.uint8)


def is_at(seal: Seal, x: float, y: float) -> bool:
    return abs(seal.centre[0] - x) < 12 and abs(seal.centre[1] - y) < 12


@pytest.mark.parametrize("rgb", [(196, 24, 40), (232, 96, 52), (150, 40, 120), (40, 60, 160)])
@pytest.mark.parametrize("opacity", [0.3, 0.95])
@pytest.mark.parametrize("tint", [(255, 255, 255), (236, 222, 186), (246, 222, 218)])
def test_ink_is_told_from_the_pages_own_paper(
    rgb: tuple[int, int, int], opacity: float, tint: tuple[int, int, int]
) -> None:
    image = page((OFFICE, Ink(rgb, opacity, 0.2, 5), 800, 1300), tint=tint)
    (seal,) = find_seals(image)
    assert is_at(seal, 800, 1300)
    assert abs(seal.radii[0] - 21 * PX_MM) < 6
    assert seal.shape == "round"
    assert seal.colour == (BLUE if rgb[2] > rgb[0] else RED)


def test_ovals_squares_and_overlapping_seals_are_each_found() -> None:
    red, blue = Ink((196, 24, 40), 0.8, 0.2, 5), Ink((40, 60, 160), 0.7, 0.2, 6)
    image = page((OFFICE, red, 700, 1300), (PERSON, red, 250, 1350), (INVOICES, blue, 940, 1420))
    found = {seal.shape: seal for seal in find_seals(image)}
    assert set(found) == {"round", "oval", "square"}
    assert is_at(found["oval"], 940, 1420)
    assert abs(found["oval"].angle_degrees - 7) < 5
    assert is_at(found["square"], 250, 1350)


@pytest.mark.parametrize("tones", [256, 2])
def test_without_colour_seals_are_found_by_shape(tones: int) -> None:
    image = page((OFFICE, Ink((196, 24, 40), 0.9, 0.1, 5), 700, 1300))
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    if tones == 2:
        grey = cv2.threshold(grey, 180, 255, cv2.THRESH_BINARY)[1]
    (seal,) = find_seals(np.repeat(np.asarray(grey, np.uint8)[..., None], 3, axis=2))
    assert is_at(seal, 700, 1300)
    assert not seal.has_colour


def test_half_a_seal_at_the_edge_is_found() -> None:
    image = page((OFFICE, Ink((196, 24, 40), 0.9, 0.1, 5), 1240, 1300))
    (seal,) = find_seals(image)
    left, top, right, bottom = seal.box_px
    assert right == 1240
    assert abs(left - (1240 - 21 * PX_MM)) < 20
    assert abs((top + bottom) / 2 - 1300) < 12
    assert abs(bottom - top - 42 * PX_MM) < 40


@pytest.mark.parametrize("lookalike", dict.fromkeys(LOOKALIKES), ids=lambda made: made.__name__.strip("_"))
def test_what_only_looks_like_a_seal_is_none(lookalike: object) -> None:
    import random

    image = make_picture(size=(1240, 1754))
    assert callable(lookalike)
    lookalike(image, PX_MM, random.Random("look"))
    assert find_seals(image) == ()


def test_blank_small_and_photographed_pages_have_none() -> None:
    assert find_seals(np.full((1754, 1240, 3), 250, np.uint8)) == ()
    assert find_seals(np.zeros((20, 2000, 3), np.uint8)) == ()
    noise = np.random.default_rng(5).integers(0, 255, (900, 700, 3), np.uint8)
    assert find_seals(noise) == ()
    assert not inks_of(np.full((900, 700, 3), (240, 225, 190), np.uint8)).has_colour


def test_ink_goes_and_print_stays() -> None:
    bare = page()
    image = page((OFFICE, Ink((196, 24, 40), 0.8, 0.2, 5), 860, 900), tint=(244, 236, 214))
    bare = np.asarray(cv2.multiply(bare, np.full_like(bare, (244, 236, 214)), scale=1 / 255), np.uint8)
    clean = without_seal_ink(image, find_seals(image))
    printed = bare.min(2) < 90
    was_ink = (image.astype(int).min(2) < bare.astype(int).min(2) - 40) & ~cv2.dilate(
        printed.astype(np.uint8), np.ones((5, 5), np.uint8)
    ).astype(bool)
    assert was_ink.sum() > 3000
    assert float(np.abs(clean[was_ink].astype(int) - bare[was_ink]).mean()) < 12
    assert float((clean[printed].min(1) < 140).mean()) > 0.97
    away = np.ones(bare.shape[:2], bool)
    away[700:1100, 650:1080] = False
    assert (clean[away] == image[away]).all()


def test_nothing_is_taken_away_where_there_is_no_colour() -> None:
    image = page((OFFICE, Ink((30, 30, 30), 0.9, 0.1, 5), 700, 1300))
    assert without_seal_ink(image, find_seals(image)) is image
    assert without_seal_ink(image, ()) is image


def test_places_follow_the_page_when_it_is_turned_and_scaled() -> None:
    image = page((INVOICES, Ink((196, 24, 40), 0.9, 0.1, 5), 800, 1300))
    (seal,) = find_seals(image)
    turned = turned_seal(seal, 90, 1240, 1754)
    (again,) = find_seals(np.ascontiguousarray(cv2.rotate(image, cv2.ROTATE_90_CLOCKWISE)))
    assert is_at(again, *turned.centre)
    assert np.abs(np.subtract(again.box_px, turned.box_px)).max() < 10
    half = placed_seal(seal, (0, 0, (seal.box_px[2] - seal.box_px[0]) // 2, (seal.box_px[3] - seal.box_px[1]) // 2))
    assert abs(half.radii[0] - seal.radii[0] / 2) < 2


def test_sample_pages_say_where_their_seals_lie() -> None:
    made = stamped_page("truth/1", mode="colour")
    again = stamped_page("truth/1", mode="colour")
    assert isinstance(made, StampedPage)
    assert (made.image == again.image).all()
    assert made.stamps == again.stamps
    assert made.stamps
    assert stamped_page("truth/1", is_bare=True).stamps == []
