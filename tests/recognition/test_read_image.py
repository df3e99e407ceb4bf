"""Real reading of drawn pages: words, places, turns, skew, seals, no network, one thread."""

import os
import socket
import subprocess
import sys
from typing import NoReturn

import cv2
import numpy as np
import pytest

from lantai.recognition.adapters.checkboxes import find_check_boxes
from lantai.recognition.adapters.engine import make_engine
from lantai.recognition.adapters.imaging import turned
from lantai.recognition.adapters.ocr import read_image
from lantai.recognition.adapters.seals import find_seals
from lantai.recognition.adapters.slashes import leaning_stroke
from lantai.recognition.rules.layout import Line
from lantai.recognition.rules.seals import GREY, ROUND, Seal
from sample.stamps import Ink, Plate, press
from tests.factories.recognition import NOTICE, Picture, make_picture

pytestmark = pytest.mark.slow

WORDS = "\n".join(text for text, *_ in NOTICE)


GHOST = ("联系电话与电子邮箱", "通讯地址和邮编", "毕业单位及证件号码", "起始年月终止年月", "学校或工作单位", "兼职职务")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> NoReturn:
        raise AssertionError("reading tried to reach the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def likeness(read: str) -> float:
    """Return the share of the characters of the notice that were read in order."""
    from rapidfuzz.distance import Indel

    return float(Indel.normalized_similarity(letters(WORDS), letters(read)))


def test_words_and_places_are_right() -> None:
    layout = read_image(make_picture())
    assert likeness(layout.text) > 0.98
    assert (layout.width_px, layout.height_px, layout.turn_degrees) == (1240, 1100, 0)
    assert abs(layout.angle_degrees) < 0.3
    line = next(line for line in layout.lines if "各县区" in line.text)
    left, top, right, bottom = line.box_px
    assert abs(left - 160) < 12
    assert 550 < top < 575 < 590 < bottom < 612
    assert 600 < right < 680
    assert len(line.glyphs_px) == len(line.text)
    start = line.text.index("人民政府")
    assert abs(line.glyphs_px[start][0] - (160 + 34 * start)) < 14
    assert all(0.8 < line.confidence <= 1 for line in layout.lines)


@pytest.mark.parametrize(("given", "angle"), [(90, 90.0), (180, 180.0), (270, -90.0)])
def test_turned_pages_come_back_upright(given: int, angle: float) -> None:
    layout = read_image(turned(make_picture(), given))
    assert likeness(layout.text) > 0.98
    assert (layout.width_px, layout.height_px) == (1240, 1100)
    assert layout.turn_degrees == 360 - given
    assert abs((layout.angle_degrees - angle + 180) % 360 - 180) < 0.5
    title = next(line for line in layout.lines if "关于加强" in line.text)
    assert abs(title.box_px[0] - 310) < 15
    assert abs(title.box_px[1] - 390) < 20


def test_vertical_writing_is_read_from_the_right_and_marked() -> None:
    columns = [
        "关于加强城市建设档案管理",
        "工作的若干规定为规范全市",
        "电子档案的收集整理和利用",
        "现将有关事项通知如下请认",
    ]
    places = [
        (character, 1000 - 80 * column, 120 + 46 * row, 36)
        for column, text in enumerate(columns)
        for row, character in enumerate(text)
    ]
    layout = read_image(make_picture(places))
    assert layout.turn_degrees == 0
    assert layout.text.splitlines() == columns
    assert all(line.vertical for line in layout.lines)
    first = layout.lines[0]
    assert abs(sum(first.glyphs_px[3]) / 2 - (120 + 46 * 3 + 18)) < 14


def test_check_boxes_are_read_empty_and_ticked() -> None:
    picture = make_picture([("是否公开：", 160, 300, 34), ("是", 420, 300, 34), ("否", 560, 300, 34)])
    for left in (380, 520):
        cv2.rectangle(picture, (left, 306), (left + 26, 332), (30, 30, 30), 2)
    cv2.polylines(picture, [np.array([[384, 318], [392, 328], [412, 296]], np.int32)], False, (30, 30, 120), 3)
    texts = [line.text.replace(" ", "") for line in read_image(picture).lines]
    assert "☑是□否" in "".join(texts)


def test_a_box_is_seen_although_a_tick_crosses_two_of_its_sides() -> None:
    picture = make_picture([("新设", 420, 300, 34), ("并购", 620, 300, 34)])
    for left in (380, 580):
        cv2.rectangle(picture, (left, 308), (left + 18, 326), (30, 30, 30), 2)
    cv2.polylines(picture, [np.array([[378, 322], [390, 344], [406, 300]], np.int32)], False, (30, 30, 30), 3)
    lines = [Line("新设", (414, 296, 496, 346), 1.0), Line("并购", (614, 296, 696, 346), 1.0)]
    assert [round(box.box_px[0] / 10) for box in find_check_boxes(picture, lines)] == [38, 58]


def test_the_pale_ghost_of_another_page_is_kept_as_places_and_not_as_words() -> None:
    ghost = make_picture([(text, 200, 150 + 90 * row, 30) for row, text in enumerate(GHOST)])
    paler = 255 - (255 - ghost.astype(np.int16)) // 4
    layout = read_image(np.minimum(make_picture(), paler.astype(np.uint8)))
    assert likeness(layout.text) > 0.9
    assert not any(word in layout.text for word in ("联系电话", "通讯地址", "毕业单位"))
    assert len(layout.unread_px) >= 4


def test_one_pale_note_belongs_to_the_page() -> None:
    note = make_picture([("已阅存档", 200, 960, 34)])
    paler = 255 - (255 - note.astype(np.int16)) // 4
    assert "已阅存档" in read_image(np.minimum(make_picture(), paler.astype(np.uint8))).text


def test_a_stroke_through_an_empty_field_is_told_from_the_figure_one() -> None:
    picture = make_picture([("1", 300, 300, 34), ("7", 400, 300, 34)])
    cv2.line(picture, (600, 302), (614, 332), (30, 30, 30), 3, cv2.LINE_AA)
    cv2.line(picture, (714, 302), (700, 332), (30, 30, 30), 3, cv2.LINE_AA)
    found = [leaning_stroke(picture, (left - 8, 294, left + 26, 340)) for left in (300, 400, 600, 700, 800)]
    assert found == ["", "", "\\", "/", ""]


def test_each_character_says_how_sure_it_is() -> None:
    layout = read_image(make_picture())
    assert all(len(line.sureness) == len(line.text) for line in layout.lines)
    assert all(0 <= share <= 1 for line in layout.lines for share in line.sureness)
    line = layout.lines[0]
    assert line.confidence == pytest.approx(sum(line.sureness) / len(line.sureness), abs=1e-3)


def test_a_skewed_page_is_read_and_its_angle_told() -> None:
    picture = make_picture()
    matrix = cv2.getRotationMatrix2D((620, 550), -4.0, 1.0)
    skewed = cv2.warpAffine(picture, matrix, (1240, 1100), borderValue=(255, 255, 255)).astype(np.uint8)
    layout = read_image(skewed)
    assert likeness(layout.text) > 0.97
    assert abs(layout.angle_degrees - 4.0) < 0.5


def with_seal(picture: Picture) -> Picture:
    """Return `picture` with a seal pressed over its last two lines."""
    sealed = picture.copy()
    press(sealed, Plate("round", "云州市人民政府", (42.0, 42.0)), Ink((214, 40, 48), 0.9, 0.1, 3), (910, 900), 0.0, 5.9)
    return sealed


def test_seal_ink_is_taken_away_and_the_words_below_are_read() -> None:
    sealed = with_seal(make_picture())
    (seal,) = find_seals(sealed)
    assert abs(seal.centre[0] - 910) < 8
    assert 115 < seal.radii[0] < 135
    text = read_image(sealed).text
    assert "2019年3月5日" in text
    assert "云州市人民政府\n" in text


def test_words_under_a_grey_seal_are_read_and_its_own_words_are_not() -> None:
    picture = make_picture([*NOTICE, ("印", 890, 795, 30)])
    sealed = picture.astype(np.int16)
    ring = np.full(picture.shape[:2], 255, np.uint8)
    cv2.circle(ring, (910, 900), 120, 110, 7)
    picture = np.minimum(sealed, ring[..., None]).astype(np.uint8)
    seal = Seal(ROUND, GREY, (910, 900), (124, 124), 0.0, (786, 776, 1034, 1024), 0.9)
    text = read_image(picture, seals=(seal,)).text
    assert "2019年3月5日" in text
    assert "云州市人民政府\n" in text
    assert "印" not in text


def test_red_headings_are_no_seals() -> None:
    picture = make_picture()
    picture[130:220][picture[130:220].min(2) < 128] = (214, 40, 48)
    assert find_seals(picture) == ()
    assert "云州市人民政府文件" in read_image(picture).text


@pytest.mark.parametrize("size", [(1, 1), (30, 3000), (3000, 30), (40, 40)])
def test_blank_and_odd_pictures_read_as_empty(size: tuple[int, int]) -> None:
    layout = read_image(np.full((*size, 3), 255, np.uint8))
    assert layout.text == ""
    assert layout.confidence == 1.0


def test_the_fallback_engine_reads_the_same() -> None:
    other = make_engine("onnxruntime")
    assert "onnxruntime" in other.name
    assert likeness(read_image(make_picture(), other).text) > 0.98


def test_importing_the_engine_sends_nothing_and_stays_on_one_thread() -> None:
    """A fresh process with every way out closed reads a page; its CPU time is not more than its wall time."""
    code = (
        "import socket, sys, time\n"
        "def refuse(*a, **k): print('REACHED OUT'); sys.exit(9)\n"
        "socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "import numpy\n"
        "from lantai.recognition.adapters.ocr import read_image\n"
        "page = numpy.full((1600, 1200, 3), 255, 'uint8'); page[100:130, 100:900] = 0\n"
        "read_image(page)\n"
        "wall, cpu = time.perf_counter(), time.process_time()\n"
        "[read_image(page) for _ in range(4)]\n"
        "busy = (time.process_time() - cpu) / (time.perf_counter() - wall)\n"
        "time.sleep(0.3)\n"
        "assert busy < 1.25, busy\n"
        "assert sys.modules.get('openvino_telemetry') is None\n"
        "print('quiet')\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.stdout.strip() == "quiet", done.stderr[-2000:]
