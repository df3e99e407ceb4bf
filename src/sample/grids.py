"""Pages with tables of every make, drawn for measuring and for tests: ruled, bare, merged, slanted, worn, over two pages.

Beside each page stands what is true of it: every cell with its rows, columns, text and place in the scan.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from sample.city import BUREAUS, CIVIL_AFFAIRS, DISTRICTS, STREETS, VILLAGES, address, given_name, one_of
from sample.codes import identity_number
from sample.fonts import width_em
from sample.raster import print_sheet
from sample.sheet import Cell, Rule, Sheet, Table, Text, points
from sample.typesetting import Entry, set_paragraph, set_table
from sample.wear import Recipe, scan

KINDS = ("bordered", "merged", "borderless", "skewed", "noisy", "two_pages")
BARE = "bare"
LEFT_MM, RIGHT_MM, LOW_MM = 20.0, 190.0, 268.0
# The heading, the least width in millimetres and where text lies in its cell.
COLUMNS: dict[str, tuple[str, float, float]] = {
    "order": ("序号", 12, 0.5),
    "code": ("档号", 34, 0.5),
    "name": ("姓名", 20, 0.5),
    "unit": ("单位名称", 32, 0.0),
    "address": ("住址", 46, 0.0),
    "identity": ("身份证号码", 42, 0.5),
    "phone": ("联系电话", 30, 0.5),
    "amount": ("金额（元）", 28, 1.0),
    "area": ("面积（m²）", 26, 1.0),
    "volume": ("方量", 26, 1.0),
    "share": ("占比", 18, 1.0),
    "year": ("年度", 16, 0.5),
    "date": ("登记日期", 28, 0.5),
    "town": ("所在区县", 22, 0.5),
    "note": ("备注", 20, 0.5),
}
LAYOUTS = (
    ("order", "name", "identity", "address", "amount"),
    ("order", "code", "unit", "year", "note"),
    ("name", "phone", "town", "area", "share"),
    ("order", "town", "area", "volume", "amount", "share"),
    ("unit", "date", "amount", "note"),
    ("code", "name", "date", "area"),
    ("order", "name", "town", "year", "area", "amount"),
)
TITLES = (
    "救济款物发放登记表",
    "宗地面积汇总表",
    "归档文件目录",
    "工程结算明细表",
    "人员情况统计表",
    "房屋征收补偿公示表",
)


@dataclass(frozen=True, slots=True)
class TrueCell:
    """One cell as it was set; `box_px` is the upright box in the scan that holds it."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    box_px: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class TrueTable:
    """One table of a page with all its cells."""

    box_px: tuple[int, int, int, int]
    cells: tuple[TrueCell, ...]


@dataclass(frozen=True, slots=True)
class GridPage:
    """A drawn page. `image`: (height, width, 3) uint8 RGB; `heading_rows` are repeated at the top of a second page."""

    kind: str
    image: NDArray[np.uint8]
    tables: tuple[TrueTable, ...]
    heading_rows: int = 1


def make_grid_pages(kind: str, seed: int, *, dpi: int = 200) -> list[GridPage]:
    """Return the pages of one drawn case of `kind` (one of KINDS, or BARE for a page without tables); two for "two_pages"."""
    rng = random.Random(f"grids/{kind}/{seed}")  # noqa: S311 invented papers, no secret
    heading_rows = 1
    if kind == BARE:
        sheets = [_bare_sheet(rng)]
    elif kind == "two_pages":
        sheets, heading_rows = _two_sheets(rng)
    elif kind == "borderless":
        sheets = [_open_sheet(rng)]
    elif kind == "bordered":
        sheets = [_ruled_sheet(rng, seed)]
    elif kind == "merged":
        sheets = [_merged_sheet(rng, seed)]
    else:
        sheets = [_ruled_sheet(rng, seed) if seed % 3 == 0 else _merged_sheet(rng, seed)]
    recipe = _recipe(rng, kind, seed, dpi)
    return [_scanned(kind, sheet, recipe, rng, heading_rows) for sheet in sheets]


def _recipe(rng: random.Random, kind: str, seed: int, dpi: int) -> Recipe:
    if kind == "skewed":
        return Recipe(dpi=dpi, skew_degrees=(1.0, 1.8, 2.6)[seed % 3], noise=0.03, fold=seed % 4 == 3)
    if kind == "noisy":
        worn = (
            Recipe(dpi=dpi, colour="bitonal", noise=0.1, skew_degrees=0.6),
            Recipe(dpi=dpi, faint=0.5, yellow=0.5, noise=0.06, skew_degrees=0.4),
            Recipe(dpi=dpi, noise=0.14, jpeg_quality=40, skew_degrees=0.5),
            Recipe(dpi=dpi, yellow=0.9, noise=0.1, fold=True, skew_degrees=0.8),
        )
        return worn[seed % 4]
    return Recipe(dpi=dpi, skew_degrees=rng.choice((0.0, 0.2, 0.4)), noise=rng.choice((0.0, 0.02)))


def _scanned(kind: str, sheet: Sheet, recipe: Recipe, rng: random.Random, heading_rows: int) -> GridPage:
    printed = print_sheet(sheet, recipe.dpi)
    if kind == "noisy":
        _wear_rules(printed.image, sheet, rng, recipe.dpi)
    result = scan(printed.image, recipe, rng)
    image = result.image if result.image.ndim == 3 else np.stack([result.image] * 3, axis=2)
    # A copy at the scanner's quality, as kept files are.
    coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, recipe.jpeg_quality])[1]
    image = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)
    tables = []
    for table, (outline, cells) in zip(sheet.tables, printed.tables, strict=True):
        true = [
            TrueCell(c.row, c.column, c.row_span, c.column_span, c.text, _four(result.box(box)))
            for c, (_, box) in zip(table.cells, cells, strict=True)
        ]
        tables.append(TrueTable(_four(result.box(outline)), tuple(true)))
    return GridPage(kind, image, tuple(tables), heading_rows)


def _four(box: Sequence[int]) -> tuple[int, int, int, int]:
    return box[0], box[1], box[2], box[3]


def _wear_rules(image: NDArray[np.uint8], sheet: Sheet, rng: random.Random, dpi: int) -> None:
    """Rub small gaps into the printed rules, as a worn ribbon or a bad copy leaves them."""
    scale = dpi / 25.4
    for mark in sheet.marks:
        if not isinstance(mark, Rule) or rng.random() < 0.5:
            continue
        for _ in range(rng.randint(1, 3)):
            share = rng.uniform(0.1, 0.9)
            x = round((mark.x0_mm + share * (mark.x1_mm - mark.x0_mm)) * scale)
            y = round((mark.y0_mm + share * (mark.y1_mm - mark.y0_mm)) * scale)
            reach = rng.randint(2, 5)
            across, down = (reach, 2) if mark.y0_mm == mark.y1_mm else (2, reach)
            image[max(y - down, 0) : y + down, max(x - across, 0) : x + across] = 255


def _value(rng: random.Random, column: str, order: int) -> str:
    """Return what stands in one cell of a column."""
    makers: dict[str, Callable[[], str]] = {
        "order": lambda: str(order),
        "code": lambda: f"Z{rng.randint(101, 140)}-WS·{rng.randint(1999, 2023)}-Y-{rng.randint(1, 999):04d}",
        "name": lambda: given_name(rng, male=rng.random() < 0.5),
        "unit": lambda: one_of(rng, BUREAUS),
        "address": lambda: address(rng),
        "identity": lambda: identity_number(rng, _birthday(rng), male=rng.random() < 0.5),
        "phone": lambda: f"1{rng.choice('3578')}{rng.randrange(10**9):09d}",
        "amount": lambda: f"{rng.randint(100, 98000):,}.{rng.choice((0, 50, rng.randint(1, 99))):02d}",
        "area": lambda: f"{rng.randint(20, 980)}.{rng.randint(0, 99):02d}m²",
        "volume": lambda: f"{rng.randint(10, 4000)}m³",
        "share": lambda: f"{rng.randint(1, 99)}.{rng.randint(0, 9)}%",
        "year": lambda: str(rng.randint(1999, 2023)),
        "date": lambda: f"{rng.randint(1999, 2023)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        "town": lambda: one_of(rng, DISTRICTS),
        "note": lambda: rng.choice(("", "", "已归档", "补正", "另附说明")),
    }
    return makers[column]()


def _birthday(rng: random.Random) -> date:
    return date(rng.randint(1940, 1995), rng.randint(1, 12), rng.randint(1, 28))


def _entry(rng: random.Random, column: str, order: int, size_mm: float) -> Entry:
    # The serif face alone has raised figures.
    face = "serif" if column in ("area", "volume") else rng.choice(("song", "song", "serif"))
    return Entry(_value(rng, column, order), align=COLUMNS[column][2], face=face, size_mm=size_mm)


def _heads(columns: Sequence[str]) -> list[Entry]:
    return [Entry(COLUMNS[c][0], face="hei", size_mm=3.7) for c in columns]


def _widths(columns: Sequence[str], width_mm: float) -> list[float]:
    least = [COLUMNS[column][1] for column in columns]
    share = width_mm / sum(least)
    return [round(width * share, 1) for width in least]


def _title(sheet: Sheet, rng: random.Random) -> float:
    sheet.centre(one_of(rng, TITLES), 24, points(18), "title", kind="title")
    sheet.put(Text(f"填报单位：{one_of(rng, BUREAUS)}", LEFT_MM, 33, points(11)))
    sheet.aligned(f"{rng.randint(1999, 2023)}年{rng.randint(1, 12)}月", RIGHT_MM, 33, points(11), share=1.0)
    return 37.0


def _ruled_sheet(rng: random.Random, seed: int) -> Sheet:
    """One register with all its rules, or two smaller ones with text between."""
    sheet = Sheet()
    level = _title(sheet, rng)
    for part in range(2 if seed % 3 == 1 else 1):
        columns = rng.choice(LAYOUTS)
        height = rng.choice((7.5, 9.0, 11.0))
        count = rng.randint(3, 7) if seed % 3 == 1 else rng.randint(6, int(200 / height))
        size = rng.choice((3.4, 3.9))
        rows = [(height + 1, _heads(columns))]
        rows += [(height, [_entry(rng, c, n + 1, size) for c in columns]) for n in range(count)]
        level = set_table(sheet, LEFT_MM, level, _widths(columns, RIGHT_MM - LEFT_MM), rows)
        if seed % 3 == 1 and part == 0:
            level = set_paragraph(sheet, _prose(rng), x_mm=LEFT_MM, y_mm=level + 3, width_mm=170) + 4
    sheet.put(Text("填表人：" + given_name(rng, male=True), LEFT_MM, level + 8, points(11)))
    return sheet


def _merged_sheet(rng: random.Random, seed: int) -> Sheet:
    sheet = Sheet()
    level = _title(sheet, rng)
    if seed % 2:
        _set_form(sheet, rng, level)
    else:
        _set_statistics(sheet, rng, level)
    return sheet


def _set_statistics(sheet: Sheet, rng: random.Random, level: float) -> None:
    """Set a table with a heading of two levels, groups in the first column and a sum at the foot."""
    pairs = rng.randint(2, 3)
    height = rng.choice((8.0, 9.5))
    heads = ["区县", "单位"]
    upper = [Entry(head, rows=2, face="hei", size_mm=3.7) for head in heads]
    upper += [Entry(f"{rng.randint(1999, 2023)}年", columns=2, face="hei", size_mm=3.7) for _ in range(pairs)]
    upper += [Entry("备注", rows=2, face="hei", size_mm=3.7)]
    lower = [Entry(word, face="hei", size_mm=3.7) for _ in range(pairs) for word in ("件数", "面积（m²）")]
    rows: list[tuple[float, list[Entry]]] = [(height, upper), (height, lower)]
    for town in rng.sample(DISTRICTS, rng.randint(2, 4)):
        members = rng.randint(2, 4)
        for place in range(members):
            row = [Entry(town, rows=members)] if place == 0 else []
            row.append(Entry(one_of(rng, BUREAUS), align=0.0, size_mm=3.6))
            for _ in range(pairs):
                row.append(Entry(str(rng.randint(1, 400)), size_mm=3.6))
                row.append(Entry(f"{rng.randint(20, 980)}.{rng.randint(0, 99):02d}m²", size_mm=3.4, face="serif"))
            row.append(Entry(rng.choice(("", "已归档")), size_mm=3.6))
            rows.append((height, row))
    total = [Entry("合计", columns=2, face="hei")]
    total += [Entry(str(rng.randint(100, 9000)), columns=1) for _ in range(2 * pairs)] + [Entry("")]
    rows.append((height, total))
    widths = [18.0, 34.0, *([14.0, 26.0] * pairs), 18.0]
    share = 170 / sum(widths)
    set_table(sheet, LEFT_MM, level, [round(width * share, 1) for width in widths], rows)


def _set_form(sheet: Sheet, rng: random.Random, level: float) -> None:
    """Set a form: labels and values of changing widths, a photograph's place, wide boxes of text."""
    widths = (24, 32, 22, 26, 22, 20, 24)
    low = 10.0

    def said(text: str, columns: int = 1, rows: int = 1) -> Entry:
        return Entry(text, columns=columns, rows=rows, face="kai", size_mm=3.9)

    def asked(text: str, columns: int = 1, rows: int = 1) -> Entry:
        return Entry(text, columns=columns, rows=rows, size_mm=3.7)

    name = given_name(rng, male=True)
    rows: list[tuple[float, list[Entry]]] = [
        (
            low,
            [
                asked("姓名"),
                said(name),
                asked("性别"),
                said("男"),
                asked("出生年月"),
                said("1971.3"),
                said("照片", 1, 4),
            ],
        ),
        (low, [asked("民族"), said("汉"), asked("籍贯"), said(one_of(rng, DISTRICTS)), asked("学历"), said("本科")]),
        (low, [asked("身份证号"), said(_value(rng, "identity", 0), 5)]),
        (low, [asked("家庭住址"), said(address(rng), 3), asked("电话"), said(str(rng.randint(8000000, 8999999)))]),
        (low, [asked("房屋面积"), Entry(_value(rng, "area", 0), 2, face="serif"), asked("用途"), said("住宅", 3)]),
        (low, [asked("家庭主要成员", 1, 4), asked("称谓"), asked("姓名"), asked("年龄"), asked("工作单位", 3)]),
    ]
    for kin in ("妻子", "儿子", "女儿"):
        line = [said(kin), said(given_name(rng, male=kin == "儿子")), said(str(rng.randint(5, 70)))]
        rows.append((low, [*line, said(one_of(rng, BUREAUS), 3)]))
    rows.append((26, [asked("申请理由"), Entry(_prose(rng)[:70], 6, align=0.0, face="kai", size_mm=3.9)]))
    rows.append((18, [asked("审核意见"), said("同意上报。", 3), asked("审批意见"), said("情况属实。", 2)]))
    set_table(sheet, LEFT_MM, level, widths, rows)


def _two_sheets(rng: random.Random) -> tuple[list[Sheet], int]:
    """A register that goes on overleaf below a repeated heading."""
    columns = rng.choice(LAYOUTS)
    height, widths = 9.0, _widths(columns, RIGHT_MM - LEFT_MM)
    first, second = Sheet(), Sheet()
    level = _title(first, rng)
    order = 0
    fitting = int((LOW_MM - level - 10) / height)
    later = rng.randint(3, 14)
    for sheet, top, count in ((first, level, fitting), (second, 22.0, later)):
        rows = [(10.0, _heads(columns))]
        for _ in range(count):
            order += 1
            rows.append((height, [_entry(rng, c, order, 3.6) for c in columns]))
        set_table(sheet, LEFT_MM, top, widths, rows)
    for number, sheet in enumerate((first, second), 1):
        sheet.centre(f"— {number} —", 287, points(10))
    return [first, second], 1


def _open_sheet(rng: random.Random) -> Sheet:
    """A page with prose and a table that only white space keeps apart, with three rules or none."""
    sheet = Sheet()
    level = _title(sheet, rng)
    level = set_paragraph(sheet, _prose(rng), x_mm=LEFT_MM, y_mm=level + 2, width_mm=170) + 8
    columns = [c for c in rng.choice(LAYOUTS) if c != "note"]
    columns = columns[: rng.randint(3, 6)]
    level = _set_open_table(sheet, rng, columns, level, ruled=rng.random() < 0.5)
    set_paragraph(sheet, _prose(rng), x_mm=LEFT_MM, y_mm=level + 6, width_mm=170)
    return sheet


def _set_open_table(sheet: Sheet, rng: random.Random, columns: Sequence[str], level: float, *, ruled: bool) -> float:
    widths = _widths(columns, RIGHT_MM - LEFT_MM)
    edges = [LEFT_MM, *(LEFT_MM + sum(widths[: n + 1]) for n in range(len(widths)))]
    height, size = rng.choice((7.5, 9.0)), 3.6
    count = rng.randint(4, 14)
    spanning = len(columns) >= 4 and rng.random() < 0.4
    texts: list[list[tuple[str, int, str]]] = []
    if spanning:
        texts.append([("", 1, "hei")] * (len(columns) - 2) + [("其中", 2, "hei")])
    texts.append([(COLUMNS[c][0], 1, "hei") for c in columns])
    for n in range(count):
        entries = [_entry(rng, c, n + 1, size) for c in columns]
        texts.append([(cell.text[:14] if "址" not in cell.text else cell.text, 1, cell.face) for cell in entries])
    cells: list[Cell] = []
    ends: list[float] = []
    for row, line_texts in enumerate(texts):
        top = level + row * height
        column = 0
        for text, span, face in line_texts:
            box = (edges[column], top, edges[column + span], top + height)
            share = 0.5 if span > 1 else COLUMNS[columns[column]][2]
            shown = _fitting(text, (box[2] - box[0] - 4) / size, face)
            anchor = box[0] + 2 + (box[2] - box[0] - 4) * share
            if shown:
                line = sheet.aligned(shown, anchor, top + height / 2 + size * 0.36, size, face, share=share)
                ends += [line.x_mm, line.x_mm + line.width_mm]
            cells.append(Cell(row, column, 1, span, shown, box))
            column += span
    bottom = level + len(texts) * height
    if ruled:
        for y, width in ((level, 0.5), (level + (2 if spanning else 1) * height, 0.25), (bottom, 0.5)):
            sheet.put(Rule(LEFT_MM, y, RIGHT_MM, y, width))
    # Without rules a table ends where its text does.
    left, right = (LEFT_MM, RIGHT_MM) if ruled else (min(ends) - 2, max(ends) + 2)
    seen = [
        replace(c, box_mm=(max(c.box_mm[0], left), c.box_mm[1], min(c.box_mm[2], right), c.box_mm[3])) for c in cells
    ]
    sheet.tables.append(Table((left, level, right, bottom), tuple(seen)))
    return bottom


def _fitting(text: str, width: float, face: str) -> str:
    while text and width_em(text, face) > width:
        text = text[:-1]
    return text


def _prose(rng: random.Random) -> str:
    """Return a few sentences of an office."""
    says = (
        f"{one_of(rng, BUREAUS)}会同{one_of(rng, BUREAUS)}对{one_of(rng, DISTRICTS)}{one_of(rng, VILLAGES)}的情况进行了核查。",
        f"截至{rng.randint(1999, 2023)}年底，共登记{rng.randint(20, 900)}户，涉及{rng.randint(2, 40)}个村（社区）。",
        f"{one_of(rng, STREETS)}沿线房屋已全部完成测绘，成果资料随文移交。",
        "各单位应当于每月五日前报送上月数据，逾期未报的予以通报。",
        "本表一式三份，由填报单位、主管部门和档案馆分别保存。",
        f"经费由{one_of(rng, BUREAUS)}统一安排，专款专用，不得挪作他用。",
    )
    return "".join(rng.sample(says, 4))


def _bare_sheet(rng: random.Random) -> Sheet:
    """A page on which nothing is a table: prose, two columns of it, or a form of single lines."""
    sheet = Sheet()
    sheet.centre(
        f"关于{one_of(rng, DISTRICTS)}{one_of(rng, ('档案整理', '房屋征收', '防汛'))}工作的通知",
        30,
        points(20),
        "title",
    )
    style = rng.randrange(4)
    if style == 0:
        level = 40.0
        for _ in range(3):
            level = set_paragraph(sheet, _prose(rng), x_mm=24, y_mm=level, width_mm=162)
        sheet.put(Rule(24, 36, 186, 36, 0.6))
        _signed(sheet, rng, level + 14)
    elif style == 1:
        for left in (20.0, 110.0):
            level = 40.0
            for _ in range(3):
                level = set_paragraph(sheet, _prose(rng), x_mm=left, y_mm=level, width_mm=80, size_mm=3.9, pitch_mm=6.5)
    elif style == 2:
        _lines_to_fill(sheet, rng)
    else:
        level = 44.0
        for number in range(rng.randint(8, 14)):
            words = f"{number + 1}．{_prose(rng)[: rng.randint(12, 40)]}"
            sheet.put(Text(words, 26, level, 4.2))
            level += 11
        _signed(sheet, rng, level + 8)
    return sheet


def _signed(sheet: Sheet, rng: random.Random, level: float) -> None:
    sheet.aligned(CIVIL_AFFAIRS.name, 180, level, 4.6, share=1.0)
    sheet.aligned(
        f"{rng.randint(1999, 2023)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日", 178, level + 9, 4.6, share=1.0
    )


def _lines_to_fill(sheet: Sheet, rng: random.Random) -> None:
    """Lines of a form with their answers on a rule: single questions, no table."""
    level = 46.0
    for _ in range(rng.randint(7, 10)):
        left = 24.0
        for label in rng.sample(
            ("姓名", "联系电话", "工作单位", "申请事项", "通讯地址", "邮政编码"), rng.randint(1, 2)
        ):
            sheet.put(
                Text(f"{label}：", left, level, 4.2), Text(given_name(rng, male=False), left + 28, level, 4.2, "kai")
            )
            sheet.put(Rule(left + 24, level + 1.4, left + rng.choice((60, 70)), level + 1.4, 0.2))
            left += 82
        level += rng.choice((10, 14))
