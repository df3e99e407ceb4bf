"""The sample archive is the same for the same seed, complete, linked, and its truth lies where the ink is."""

import itertools
import json
import random
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray
from PIL import Image
from python_calamine import CalamineWorkbook
from stdnum.cn import ric, uscc

from lantai.kernel.errors import ConflictError, InvalidError
from sample import Summary, iter_archive, make_archive
from sample.catalogue import COLUMNS, NAME
from sample.item import FIRST_YEAR, FONDS, LAST_YEAR
from sample.papers import PAPERS
from sample.permits import project

PAGES = 66

Truth = dict[str, Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    folder = tmp_path_factory.mktemp("sample") / "archive"
    return folder, make_archive(folder, pages=PAGES, seed=1, with_faults=True)


@pytest.fixture(scope="module")
def truths(made: tuple[Path, Summary]) -> list[Truth]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((made[0] / "truth").rglob("*.json"))]


def catalogue_of(folder: Path, fonds: str) -> list[dict[str, Any]]:
    heading, *rows = CalamineWorkbook.from_path(str(folder / fonds / NAME)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, heading), row, strict=True)) for row in rows]


def page_picture(folder: Path, truth: Truth) -> NDArray[np.uint8]:
    """Return the page that a truth speaks of, in grey."""
    path = folder / truth["file"]
    if path.suffix == ".pdf":
        with pdfium.PdfDocument(path) as pdf:
            picture = pdf[truth["page"] - 1].render(scale=truth["dpi"] / 72).to_pil()
    else:
        picture = Image.open(path)
        if path.suffix == ".tif":
            picture.seek(truth["page"] - 1)
    return np.asarray(picture.convert("L"), dtype=np.uint8)


def all_bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_archive(tmp_path / name, pages=14, seed=5)
    assert all_bytes(tmp_path / "one") == all_bytes(tmp_path / "two")


@pytest.mark.slow
def test_several_processes_make_the_same_bytes_as_one(tmp_path: Path) -> None:
    make_archive(tmp_path / "one", pages=16, seed=3)
    make_archive(tmp_path / "two", pages=16, seed=3, processes=2)
    assert all_bytes(tmp_path / "one") == all_bytes(tmp_path / "two")


def test_another_seed_makes_another_archive(tmp_path: Path) -> None:
    titles = []
    for seed in (1, 2):
        made = list(iter_archive(tmp_path / str(seed), pages=12, seed=seed))
        titles.append({one.row for one in made})
    assert not titles[0] & titles[1]


@pytest.mark.parametrize("pages", [1, 7, 18])
def test_there_are_exactly_as_many_pages_as_asked(tmp_path: Path, pages: int) -> None:
    heard: list[tuple[int, int]] = []
    summary = make_archive(
        tmp_path / "a", pages=pages, seed=9, progress=lambda done, total: heard.append((done, total))
    )
    assert summary.pages == pages
    assert heard[-1] == (pages, pages)
    assert len(list((tmp_path / "a" / "truth").rglob("*.json"))) == pages


def test_a_folder_in_use_and_no_pages_are_refused(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    with pytest.raises(ConflictError):
        make_archive(tmp_path, pages=3, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]
    with pytest.raises(InvalidError):
        make_archive(tmp_path / "new", pages=0, seed=1)


def test_a_run_that_was_cut_short_leaves_no_archive_and_may_be_repeated(tmp_path: Path) -> None:
    cut = iter_archive(tmp_path / "a", pages=20, seed=1)
    next(cut)
    del cut
    assert not (tmp_path / "a").exists()
    assert make_archive(tmp_path / "a", pages=20, seed=1).pages == 20
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_small_archive_shows_every_kind_form_and_fonds(made: tuple[Path, Summary], truths: list[Truth]) -> None:
    summary = made[1]
    assert summary.pages == PAGES
    assert len(summary.kinds) == 21
    assert set(summary.fonds) == {fonds.code for fonds in FONDS}
    assert {"scan_pdf", "scan_tiff", "page_folder", "single_image", "born_pdf", "sound"} < set(summary.forms)
    assert {"photo_folder", "single_photo"} & set(summary.forms)
    seen = {name for truth in truths for name in truth["degradations"]}
    assert seen == {"skew", "noise", "jpeg", "yellow", "faint", "fold", "holes"}
    assert {truth["colour"] for truth in truths} == {"colour", "grey", "bitonal"}
    assert {truth["dpi"] for truth in truths} == {200, 300}


@pytest.mark.slow
def test_the_archive_of_the_demo_has_about_sixty_records_over_twenty_five_years(tmp_path: Path) -> None:
    made = list(iter_archive(tmp_path / "a", pages=150, seed=1, processes=2))
    assert 50 <= len(made) <= 80
    assert sum(one.pages for one in made) == 150
    assert len({one.row[COLUMNS.index("年度")] for one in made}) >= 22


def test_the_catalogues_list_every_file_once_and_nothing_else(made: tuple[Path, Summary]) -> None:
    folder, summary = made
    codes: Counter[str] = Counter()
    for fonds in FONDS:
        rows = catalogue_of(folder, fonds.code)
        assert tuple(rows[0]) == COLUMNS
        assert sorted(row["文件"] for row in rows) == sorted(
            path.name for path in (folder / fonds.code).iterdir() if path.name != NAME
        )
        codes.update(row["档号"] for row in rows)
    assert max(codes.values()) == 1
    assert sum(codes.values()) == summary.records + len(summary.faults)


def test_reference_codes_and_document_numbers_have_the_forms_of_the_standards(made: tuple[Path, Summary]) -> None:
    rows = [row for fonds in FONDS for row in catalogue_of(made[0], fonds.code)]
    for row in rows:
        assert re.fullmatch(r"[A-Z]\d{3}-[A-Z]{2}(·[^-·]+)*(-\d{3,5}){1,2}", row["档号"]), row["档号"]
        assert FIRST_YEAR <= row["年度"] <= LAST_YEAR + 1
        if row["门类"] == "WS" and row["文件编号"]:
            assert re.fullmatch(r"[一-鿿]*〔(19|20)\d{2}〕[1-9]\d*号", row["文件编号"]), row["文件编号"]
    assert {row["访问级别"] for row in rows} == {"公开", "内部", "敏感"}
    assert {row["开放状态"] for row in rows} == {"开放", "控制", "延期开放", "未审核"}
    assert len({row["年度"] for row in rows}) >= 15


def test_people_and_bodies_have_numbers_with_right_check_digits(truths: list[Truth]) -> None:
    identities = {number for truth in truths for number in truth["fields"].get("identity_numbers", [])}
    credit = {truth["fields"]["credit_code"] for truth in truths if "credit_code" in truth["fields"]}
    assert len(identities) > 20
    assert credit
    assert all(ric.is_valid(number) for number in identities)
    assert all(uscc.is_valid(code) for code in credit)


def test_numbers_and_title_of_the_fields_stand_on_the_pages(truths: list[Truth]) -> None:
    texts: defaultdict[str, str] = defaultdict(str)
    for truth in truths:
        texts[truth["code"]] += re.sub(r"\s", "", truth["text"])
    for truth in truths:
        fields = truth["fields"]
        for value in [fields["document_number"], *fields.get("identity_numbers", [])]:
            assert value in texts[truth["code"]], (truth["code"], value)
        if truth["kind"] in ("notice", "reply", "letter", "minutes", "request", "circular"):
            assert fields["title"] in texts[truth["code"]]


def test_each_permit_of_a_project_cites_the_one_before(truths: list[Truth]) -> None:
    chains: defaultdict[str, dict[str, Truth]] = defaultdict(dict)
    for truth in truths:
        if truth["fonds"] == "X032":
            chains[truth["fields"]["project_code"]][truth["kind"]] = truth
    assert chains
    for stages in chains.values():
        order = [stages[kind] for kind in ("siting_and_land", "planning_permit", "building_permit", "completion")]
        for before, after in itertools.pairwise(order):
            assert before["fields"]["document_number"] in after["fields"]["cites"]
            assert before["fields"]["date"] < after["fields"]["date"]


def ink_in(picture: NDArray[np.uint8], box: list[int], *, down: int = 0) -> float:
    """Return how much darker than its own paper a box is on average, moved down by some pixels."""
    left, top, right, bottom = box
    part = picture[top + down : bottom + down, left:right].astype(np.float32)
    return float(np.percentile(part, 92) - part.mean()) if part.size else 0.0


def test_boxes_of_lines_lie_on_ink(made: tuple[Path, Summary], truths: list[Truth]) -> None:
    """Every line's box holds ink, and the boxes of a page hold far more of it than boxes moved down by most of a line."""
    seen: set[tuple[str, ...]] = set()
    for truth in truths:
        key = (*truth["degradations"], truth["colour"], str(truth["dpi"]), Path(truth["file"]).suffix)
        if key in seen or truth["kind"] in ("photographs", "photograph_card"):
            continue
        seen.add(key)
        picture = page_picture(made[0], truth)
        assert abs(picture.shape[1] - truth["width_px"]) <= 1
        assert abs(picture.shape[0] - truth["height_px"]) <= 1
        boxes = [line["box_px"] for line in truth["lines"]]
        inside = [ink_in(picture, box) for box in boxes]
        beside = [ink_in(picture, box, down=round((box[3] - box[1]) * 0.8)) for box in boxes]
        assert min(inside) > 3, (truth["code"], truth["page"])
        assert sum(inside) > 1.5 * sum(beside), (truth["code"], truth["page"])
    assert len(seen) > 8


def test_seals_are_red_and_where_the_truth_says(made: tuple[Path, Summary], truths: list[Truth]) -> None:
    looked = 0
    for truth in truths:
        path = made[0] / truth["file"]
        if (
            truth["colour"] != "colour"
            or path.suffix != ".jpg"
            or not truth["seals"]
            or "faint" in truth["degradations"]
        ):
            continue
        picture = np.asarray(Image.open(path).convert("RGB"), dtype=np.int16)
        red = (picture[..., 0] - picture[..., 1] > 60) & (picture[..., 0] - picture[..., 2] > 25)
        for seal in truth["seals"]:
            left, top, right, bottom = seal["box_px"]
            assert red[top:bottom, left:right].mean() > 0.04, (truth["code"], seal)
            looked += 1
    assert looked


def test_cells_hold_the_lines_of_their_text(truths: list[Truth]) -> None:
    looked = 0
    for truth in truths:
        for table in truth["tables"]:
            for cell in table["cells"]:
                left, top, right, bottom = cell["box_px"]
                within = [
                    line["text"]
                    for line in truth["lines"]
                    if left - 6 <= (line["box_px"][0] + line["box_px"][2]) / 2 <= right + 6
                    and top - 6 <= (line["box_px"][1] + line["box_px"][3]) / 2 <= bottom + 6
                ]
                assert re.sub(r"\s", "", cell["text"]) in re.sub(r"\s", "", "".join(within)) or not cell["text"].strip()
                looked += 1
    assert looked > 300


def test_born_digital_pages_carry_their_text(made: tuple[Path, Summary], truths: list[Truth]) -> None:
    born = [truth for truth in truths if truth["kind"] == "born_digital_notice"]
    assert born
    for truth in born:
        with pdfium.PdfDocument(made[0] / truth["file"]) as pdf:
            text = pdf[truth["page"] - 1].get_textpage().get_text_range()
        assert Counter(re.sub(r"\s", "", text)) == Counter(re.sub(r"\s", "", truth["text"]))


def test_no_line_begins_with_a_closing_mark(truths: list[Truth]) -> None:
    lines = [line["text"] for truth in truths for line in truth["lines"]]
    assert len(lines) > 1200
    assert not [line for line in lines if line[0] in "，。、；：）》"]


def test_papers_differ_from_one_another() -> None:
    """Of two hundred notices hardly a line of prose returns, and every topic is written about."""
    notices = [PAPERS["notice"](random.Random(number), 1999 + number % 25) for number in range(200)]
    lines = [line for item in notices for sheet in item.sheets for line in sheet.lines]
    bodies = Counter(line.text for line in lines if line.kind == "body" and len(line.text) > 22)
    assert sum(bodies.values()) > 2000
    assert sum(count - 1 for count in bodies.values()) / sum(bodies.values()) < 0.25
    assert len({item.title for item in notices}) > 40


def test_faults_are_planted_only_when_asked(made: tuple[Path, Summary], truths: list[Truth], tmp_path: Path) -> None:
    folder, summary = made
    files = {fault["fault"]: fault["code"] for fault in summary.faults}
    assert (folder / "Z109" / f"{files['empty']}.pdf").stat().st_size == 0
    with pytest.raises(pdfium.PdfiumError):
        pdfium.PdfDocument(folder / "Z109" / f"{files['truncated']}.pdf")[0].render()
    marked = {truth["code"] for truth in truths if re.search(r"[秘机绝]密★", truth["text"])}
    assert marked == {files["secrecy_mark"]}
    clean = make_archive(tmp_path / "clean", pages=8, seed=1)
    assert not clean.faults
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "clean" / "truth").rglob("*.json")]
    assert not [page for page in pages if "密★" in page]


def test_a_project_keeps_its_stages_in_order() -> None:
    for number in range(1, 200):
        building = project(random.Random(number), number)
        assert list(building.days) == sorted(set(building.days))
        assert building.days[3].year <= LAST_YEAR
