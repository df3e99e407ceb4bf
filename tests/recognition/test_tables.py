"""Tables on pages: what is found, joined, edited and written to a sheet. Pages are drawn, their text is given."""

import io
from dataclasses import replace

import numpy as np
import pytest
from openpyxl import load_workbook

from lantai.kernel.errors import InvalidError
from lantai.recognition.adapters.tables import NamedTable, look_for_tables, workbook_of
from lantai.recognition.rules.layout import Line, PageLayout, in_reading_order
from lantai.recognition.rules.tables.editing import edited
from lantai.recognition.rules.tables.joining import PageTables, joined_tables
from lantai.recognition.rules.tables.ruled import Segment, grids_of
from lantai.recognition.rules.tables.shapes import Cell, Table, as_json, from_json, scaled_table
from lantai.recognition.rules.tables.values import sheet_value
from sample.grids import BARE, GridPage, make_grid_pages
from tests.factories.recognition import make_table


def read(page: GridPage) -> PageLayout:
    """Return the layout that a faultless reader gives for the cells of a drawn page: one line in the middle of each."""
    lines = []
    for table in page.tables:
        for cell in table.cells:
            if cell.text:
                left, top, right, bottom = cell.box_px
                height = min(34, bottom - top - 8)
                wide = min(len(cell.text) * height, right - left - 12)
                x, y = (left + right) // 2, (top + bottom) // 2
                box = (x - wide // 2, y - height // 2, x + wide // 2, y + height // 2)
                lines.append(Line(cell.text, box, 0.99))
    height, width = page.image.shape[:2]
    return PageLayout(in_reading_order(lines), width, height)


def spans(cells: object) -> list[tuple[int, int, int, int]]:
    return sorted((c.row, c.column, c.row_span, c.column_span) for c in cells)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("kind", "seed"), [("bordered", 0), ("merged", 0), ("merged", 1), ("noisy", 1)])
def test_rules_part_the_cells_and_merged_ones_stay_whole(kind: str, seed: int) -> None:
    (page,) = make_grid_pages(kind, seed)
    found = look_for_tables(page.image, read(page), reread=False)
    assert [spans(table.cells) for table in found] == [spans(table.cells) for table in page.tables]
    wanted = {(c.row, c.column): "".join(c.text.split()) for c in page.tables[0].cells}
    said = {(c.row, c.column): "".join(c.text.split()) for c in found[0].cells}
    assert said == wanted
    assert all(table.kind == "ruled" for table in found)


def test_a_page_of_prose_has_no_table() -> None:
    for seed in range(3):
        (page,) = make_grid_pages(BARE, seed)
        assert look_for_tables(page.image, read(page), reread=False) == ()


def test_a_blank_and_a_black_page_have_none() -> None:
    for shade in (0, 255):
        image = np.full((600, 400, 3), shade, np.uint8)
        assert look_for_tables(image, PageLayout((), 400, 600)) == ()


def test_white_space_parts_columns_where_no_rule_does() -> None:
    rows = [
        ("单位", "件数", "面积"),
        ("市民政局", "12", "30.5"),
        ("市档案局", "7", "19.25"),
        ("市教育局", "104", "8.0"),
    ]
    lines = [
        Line(text, (200 + 350 * column, 300 + 70 * row, 200 + 350 * column + 34 * len(text), 334 + 70 * row), 0.98)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    (table,) = look_for_tables(np.full((1200, 1400, 3), 255, np.uint8), PageLayout(tuple(lines), 1400, 1200))
    assert (table.kind, table.rows, table.columns) == ("open", 4, 3)
    assert [cell.text for cell in table.cells] == [text for texts in rows for text in texts]


def test_lines_of_a_form_are_no_table() -> None:
    rows = [
        ("姓名：", "张三", "电话：", "123"),
        ("住址：", "某街", "邮编：", "010010"),
        ("单位：", "某局", "职务：", "科员"),
    ]
    lines = [
        Line(text, (200 + 250 * column, 300 + 70 * row, 330 + 250 * column, 334 + 70 * row), 0.98)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    assert look_for_tables(np.full((1200, 1400, 3), 255, np.uint8), PageLayout(tuple(lines), 1400, 1200)) == ()


def straight(start: float, end: float, across: float) -> Segment:
    return Segment((start, end), (across, across))


def test_an_underline_within_a_cell_is_no_border() -> None:
    levels = [straight(0, 600, y) for y in (0, 100, 200)] + [straight(60, 200, 60)]
    uprights = [straight(0, 200, x) for x in (0, 300, 600)]
    (grid,) = grids_of(levels, uprights)
    assert (grid.rows, grid.columns, len(grid.spans)) == (2, 2, 4)


def test_a_table_open_at_its_sides_is_closed() -> None:
    (grid,) = grids_of([straight(0, 900, y) for y in (0, 60, 120)], [straight(0, 120, x) for x in (300, 600)])
    assert (grid.rows, grid.columns) == (2, 3)


def test_one_run_over_a_border_is_cut_there() -> None:
    (page,) = make_grid_pages("bordered", 2)
    layout = read(page)
    truth = {(c.row, c.column): c for c in page.tables[0].cells}
    first, second = truth[1, 1], truth[1, 2]
    kept = [
        line for line in layout.lines
        if not (first.box_px[1] < line.box_px[1] < first.box_px[3] and first.box_px[0] < line.box_px[0] < second.box_px[2])
    ]  # fmt: skip
    border, middle = second.box_px[0], (first.box_px[1] + first.box_px[3]) // 2
    crossing = Line("甲乙丙丁", (border - 60, middle - 15, border + 60, middle + 15), 0.9)
    crossing = replace(crossing, glyphs_px=tuple((border - 60 + 30 * n, border - 30 + 30 * n) for n in range(4)))
    (table,) = look_for_tables(page.image, replace(layout, lines=(*kept, crossing)), reread=False)
    said = {(c.row, c.column): c.text for c in table.cells}
    assert (said[1, 1], said[1, 2]) == ("甲乙", "丙丁")


def test_a_table_that_goes_on_overleaf_is_one_without_the_second_heading() -> None:
    drawn = make_grid_pages("two_pages", 1)
    layouts = [read(page) for page in drawn]
    pages = [
        PageTables(layout, look_for_tables(page.image, layout, reread=False))
        for page, layout in zip(drawn, layouts, strict=True)
    ]
    (joined,) = joined_tables(pages)
    rows = sum(max(c.row + 1 for c in page.tables[0].cells) for page in drawn)
    assert joined.table.rows == rows - 1
    assert joined.parts == ((0, 0), (1, 0))
    assert {cell.page for cell in joined.table.cells} == {0, 1}
    below = replace(layouts[0], lines=(*layouts[0].lines, Line("此后为正文说明", (300, 2090, 900, 2130), 0.9)))
    assert len(joined_tables([replace(pages[0], layout=below), pages[1]])) == 2


def test_tables_come_back_from_their_plain_values() -> None:
    table = make_table()
    assert from_json(as_json(table)) == table
    assert scaled_table(table, 2, 2).cells[0].box_px == tuple(2 * v for v in table.cells[0].box_px)


def covers_once(table: Table) -> bool:
    places = [
        (row, column)
        for cell in table.cells
        for row in range(cell.row, cell.last_row + 1)
        for column in range(cell.column, cell.last_column + 1)
    ]
    return sorted(places) == [(row, column) for row in range(table.rows) for column in range(table.columns)]


def test_every_act_keeps_each_place_covered_once() -> None:
    table = edited(make_table(), [{"act": "merge", "row": 0, "column": 0, "last_row": 1, "last_column": 0}])
    assert table.cells[0].text == "序号\n1"
    for step in (
        {"act": "add_row", "row": 1},
        {"act": "add_column", "column": 3},
        {"act": "delete_row", "row": 0},
        {"act": "split", "row": 0, "column": 0},
        {"act": "delete_column", "column": 0},
        {"act": "merge", "row": 0, "column": 0, "last_row": 1, "last_column": 1},
        {"act": "add_row", "row": 0},
        {"act": "set_text", "row": 0, "column": 0, "text": " 新 "},
    ):
        table = edited(table, [step])
        assert covers_once(table), step
    assert table.cells[0].text == "新"


@pytest.mark.parametrize(
    "step",
    [
        {"act": "explode"},
        {"act": "set_text", "row": 99, "column": 0, "text": ""},
        {"act": "merge", "row": 0, "column": 0, "last_row": 9, "last_column": 0},
        {"act": "split", "row": 0, "column": 0},
        {"act": "add_row", "row": "1"},
        {"act": "delete_column", "column": True},
    ],
)
def test_an_act_that_cannot_be_done_is_refused(step: dict[str, object]) -> None:
    with pytest.raises(InvalidError):
        edited(make_table(), [step])


def test_the_last_row_and_column_stay() -> None:
    table = Table((0, 0, 9, 9), 1, 1, (Cell(0, 0),))
    for step in ({"act": "delete_row", "row": 0}, {"act": "delete_column", "column": 0}):
        with pytest.raises(InvalidError):
            edited(table, [step])


@pytest.mark.parametrize(
    ("text", "heading", "value"),
    [
        ("1,234.50", "金额（元）", 1234.5),
        ("12", "件数", 12),
        ("-3.20", "", -3.2),
        ("45%", "占比", 0.45),
        ("150102199001011234", "", "150102199001011234"),
        ("13800138000", "", "13800138000"),
        ("010010", "", "010010"),
        ("150102", "行政区划代码", "150102"),
        ("12,34", "", "12,34"),
        ("3.14159265358979323", "", "3.14159265358979323"),
        ("20.72m²", "面积", "20.72m²"),
        ("=1+1", "", "=1+1"),
        ("-0", "", "-0"),
    ],
)
def test_a_number_is_one_only_where_nothing_is_lost(text: str, heading: str, value: object) -> None:
    found = sheet_value(text, heading).value
    assert (float(found) if not isinstance(found, str) else found) == value


def test_the_sheet_has_real_cells() -> None:
    table = edited(
        make_table(),
        [
            {"act": "merge", "row": 2, "column": 0, "last_row": 2, "last_column": 1},
            {"act": "set_text", "row": 2, "column": 0, "text": "=HYPERLINK(1)"},
        ],
    )
    book = load_workbook(io.BytesIO(workbook_of([NamedTable("1/1", table), NamedTable("1/1", table)])))
    assert book.sheetnames == ["1 1", "1 1 2"]
    sheet = book.worksheets[0]
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A3:B3"]
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=HYPERLINK(1)", "s")
    assert (sheet["C2"].value, sheet["C2"].number_format) == (1234.5, "#,##0.00")
    assert (sheet["B2"].value, sheet["B2"].number_format) == ("150102199001011234", "@")
